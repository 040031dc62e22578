/*
 * Signed documents, checked.
 *
 * Guarantees: whatever is wrong with document or signature is a fault in the answer, all of them at once; false and
 * another exit are our own trouble only. Who may sign what, the committer decides.
 */
#include "ingest/signed_document.h"

#include <stdlib.h>
#include <string.h>

#include "base/cms.h"
#include "base/files.h"
#include "ingest/members.h"

bool signed_document_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "checking a signed document: out of memory");
}

bool signed_document_second(struct signed_document *document, size_t input, const char *name,
                            struct error *error)
{
    int inputs[KEEPER_INPUTS];
    struct worker_job second = *document->job;
    char *bytes = NULL;
    size_t length = 0;
    memcpy(inputs, document->job->inputs, sizeof inputs);
    inputs[KEEPER_SIGNATURE] = document->job->inputs[input];
    second.inputs = inputs;
    bool done = file_read_open(inputs[KEEPER_SIGNATURE], CMS_SIZE_LIMIT, &bytes, &length, error);
    free(bytes);
    if (!done || length == 0)
        return done;
    json_t *answer = json_pack("{sO,sn}", "faults", document->faults, "signer");
    done = answer != NULL
               ? keeper_signature_check(&second, name, document->bytes, document->length, answer, error)
               : signed_document_memory(error);
    if (done && json_is_object(json_object_get(answer, "signer")))
        json_object_set(document->answer, "approver", json_object_get(answer, "signer"));
    json_decref(answer);
    return done;
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
