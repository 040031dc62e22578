/*
 * The workers that look at what was dropped: sandboxed, descriptors in, one JSON answer out. They open no
 * path and no casebook; what they say is judged by admit.c.
 *
 * check-peek             input 0: a bounded copy of manifest.xml
 *   answer {"files":[{"name","size"?,"sha256"?}],"readable":bool}; not readable = settle by quiet time
 *
 * check-peek-enrolment   input 0: a bounded copy of enrolment.xml
 *   answer as of check-peek, without sizes
 *
 * check-packet           inputs: the files of the drop, in the order of "files"
 *   parameters {"command","received":ts,"files":[{"name","digest","size"}],"settings":settings_policy()}
 *   answer: a *check* of spool/INTERNALS.md §3; how good a picture is is measured later, by photo-measure
 *
 * check-enrolment        inputs: enrolment.xml, enrolment.xml.p7s, the authority's certificate, its revocation
 *                        list (both PEM), then the photographs, all or none (then only their digests are
 *                        compared); a missing one of the first two is an empty file
 *   parameters {"received":ts,"files":[{"name","digest","size"}] of the photographs only,
 *               "signature":"required" (default)|"none" where the site lets owners speak}
 *   answer {"faults":[…],"signer":{…}|null,"enrolment"?:{"enrolmentId","preparedAt","preparedBy"},
 *           "photos":[{"photo","person","digest","source","sourceCitation"?,"capturedAt","eyes"?:[4],"biography"?,
 *                      "file","input"?:n,"width"?,"height"?,"format"?}],
 *           "marks":[{"photo","eyes":[4],"place"}]}
 *
 * check-order            inputs: order.xml, order.xml.p7s, the authority's certificate, its revocation list; a missing
 *                        one of the first two is an empty file
 *   parameters {"received":ts,"files":[{"name","digest","size"}] of all others}
 *   answer {"faults":[…],"signer":{…}|null,"order"?:{"orderId","kind":"seal|unseal|withdraw","orderedAt","orderedBy",
 *           "reason","citation","photos":[{"by":"photoId|personId|sourceCitation|sha256","value"}]}}
 *
 * check-acknowledgement  input 0: the XML
 *   answer {"faults":[…],"acknowledgement":{"docket","subject":"intake|report","cmsRef","at","by"}|null}
 *
 * A broken document or picture is a fault in the answer and WORKER_DONE; other exit codes are our own
 * trouble.
 */
#ifndef LEADSPOOL_INGEST_CHECK_WORKER_H
#define LEADSPOOL_INGEST_CHECK_WORKER_H

#include "base/worker.h"

enum worker_exit check_peek(const struct worker_job *job, struct error *error);
enum worker_exit check_peek_enrolment(const struct worker_job *job, struct error *error);
enum worker_exit check_packet(const struct worker_job *job, struct error *error);
enum worker_exit check_enrolment(const struct worker_job *job, struct error *error);
enum worker_exit check_audit(const struct worker_job *job, struct error *error);
enum worker_exit check_order(const struct worker_job *job, struct error *error);
enum worker_exit check_acknowledgement(const struct worker_job *job, struct error *error);

/* Call once before the sandbox closes: schemas and signatures are made ready. */
bool check_prepare_process(struct error *error);

#endif
