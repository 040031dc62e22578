/*
 * Signed documents, checked.
 *
 * Guarantees: whatever is wrong with document or signature is a fault in the answer, all of them at once; false and
 * another exit are our own trouble only. Who may sign what, the committer decides.
 */
#include "ingest/signed_document.h"

#include <stdlib.h>

#include "ingest/members.h"

bool signed_document_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "checking a signed document: out of memory");
}

static bool check(struct signed_document *document, const struct signed_kind *kind, struct error *error)
{
    return document_bytes(document->job->inputs[KEEPER_DOCUMENT], kind->name, kind->limit, &document->bytes,
                          &document->length, error) &&
           xml_read(kind->schema, document->bytes, document->length, &document->reading, error) &&
           (reading_faults(&document->reading, kind->name, kind->where, document->faults) ||
            signed_document_memory(error)) &&
           keeper_signature_check(document->job, kind->name, document->bytes, document->length,
                                  document->answer, error) &&
           kind->read(document, error);
}

enum worker_exit signed_document_check(const struct worker_job *job, const struct signed_kind *kind,
                                       struct error *error)
{
    struct signed_document document = {.job = job, .answer = json_pack("{s[],sn}", "faults", "signer")};
    bool done = false;
    document.faults = json_object_get(document.answer, "faults");
    if (document.answer == NULL)
        signed_document_memory(error);
    else if (job->input_count < kind->inputs)
        error_set(error, FAULT_INTERNAL, "%s was given %zu inputs", job->kind, job->input_count);
    else
        done = check(&document, kind, error) && worker_answer_json(job, document.answer, error);
    free(document.bytes);
    xml_reading_free(&document.reading);
    json_decref(document.answer);
    return done ? WORKER_DONE : worker_exit_of(error);
}
