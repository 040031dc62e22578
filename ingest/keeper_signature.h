/*
 * The detached signature of a gallery keeper beside a document of gallery/in, checked in the worker.
 */
#ifndef LEADSPOOL_INGEST_KEEPER_SIGNATURE_H
#define LEADSPOOL_INGEST_KEEPER_SIGNATURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/worker.h"

/* The inputs such a job begins with; certificate and revocation list are PEM. */
enum { KEEPER_DOCUMENT, KEEPER_SIGNATURE, KEEPER_AUTHORITY, KEEPER_REVOCATIONS, KEEPER_INPUTS };

/* Verify the signature over the document's bytes at the job's time of receipt: answer.signer is set when there
   is one, answer.faults gets what is wrong with it (outcome WAIT: the revocation list is stale). False only for
   our own trouble. `document` is its name in messages. */
bool keeper_signature_check(const struct worker_job *job, const char *document, const char *bytes,
                            size_t length, json_t *answer, struct error *error);

#endif
