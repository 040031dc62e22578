/*
 * A document with a detached signature beside it, checked in a worker: what orders, audits and releases share.
 */
#ifndef LEADSPOOL_INGEST_SIGNED_DOCUMENT_H
#define LEADSPOOL_INGEST_SIGNED_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/worker.h"
#include "ingest/keeper_signature.h"
#include "schemas/xml.h"

struct signed_document {
    const struct worker_job *job;
    json_t *answer, *faults; /* {"faults":[…],"signer":{…}|null}; the faults are the answer's */
    char *bytes;             /* of the document */
    size_t length;
    struct xml_reading reading;
};

struct signed_kind {
    enum schema schema;
    const char *name;  /* "order.xml": in messages */
    const char *where; /* the page that explains it */
    size_t limit;      /* bytes of the document */
    size_t inputs;     /* at least KEEPER_INPUTS (ingest/keeper_signature.h) */
    /* What the document says, into the answer, and further faults; also called for one that is not valid. */
    bool (*read)(struct signed_document *document, struct error *error);
};

/* Read, hold against the schema, verify the signature, then kind->read; the answer is written. */
enum worker_exit signed_document_check(const struct worker_job *job, const struct signed_kind *kind,
                                       struct error *error);

/* A second signature over the same bytes, in the job's input of that number: verified as the first, its signer is the
   answer's "approver". An empty file: there is none, which is for the rules to judge. `name` is its name in messages. */
bool signed_document_second(struct signed_document *document, size_t input, const char *name,
                            struct error *error);

/* Memory ran out: false with that error. */
bool signed_document_memory(struct error *error);

#endif
