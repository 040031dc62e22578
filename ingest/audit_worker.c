/*
 * check-audit: an auditor's wish, with who signed it (ingest/check_worker.h).
 *
 * Guarantees: the document is valid by its schema and says what its kind needs; the signature is verified here, since it
 * is a hostile envelope too. Who may ask, the committer decides.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "ingest/check_worker.h"
#include "ingest/fault.h"
#include "ingest/keeper_signature.h"
#include "ingest/members.h"
#include "schemas/xml.h"

struct audit_wish {
    const struct worker_job *job;
    json_t *answer, *faults;
    char *bytes;
    size_t length;
    struct xml_reading reading;
};

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "checking an audit: out of memory");
}

static bool read_audit(struct audit_wish *wish, struct error *error)
{
    static const char *const members[] = {"auditId", "kind", "by", "docket",
                                          "person",  "from", "to", "reason"};
    const struct xml_node *root = xml_root(wish->reading.document);
    json_t *read = json_object_at(wish->answer, "audit");
    bool done = read != NULL;
    for (size_t i = 0; done && i < sizeof members / sizeof members[0]; i++)
        done = member_text(read, root, members[i]);
    if (!done)
        return memory(error);
    bool figures = strncmp(json_text(read, "kind"), "figures", 7) == 0;
    bool days = json_text_or_null(read, "from") != NULL && json_text_or_null(read, "to") != NULL;
    bool narrowed = json_text_or_null(read, "docket") != NULL || json_text_or_null(read, "person") != NULL;
    if (figures ? days && !narrowed : narrowed || json_text_or_null(read, "from") != NULL)
        return true;
    return fault_add(wish->faults,
                     &(struct fault_words){
                         .code = "audit-unclear",
                         .outcome = "REJECT",
                         .place = "audit.xml /audit",
                         .clause = "R53",
                         .text = figures ? "figures are of some days, from and to, and of no docket or person"
                                         : "an extract is of a docket, of a person or of some days",
                         .remedy = figures ? "fill in from and to, and take docket and person out"
                                           : "fill in docket, person or from"}) ||
           memory(error);
}

static bool check(struct audit_wish *wish, struct error *error)
{
    return document_bytes(wish->job->inputs[KEEPER_DOCUMENT], "audit.xml", XML_SIZE_LIMIT, &wish->bytes,
                          &wish->length, error) &&
           xml_read(SCHEMA_AUDIT, wish->bytes, wish->length, &wish->reading, error) &&
           (reading_faults(&wish->reading, "audit.xml", "docs/formats/figures.md", wish->faults) ||
            memory(error)) &&
           keeper_signature_check(wish->job, "audit.xml", wish->bytes, wish->length, wish->answer, error) &&
           (wish->reading.outcome != XML_VALID || read_audit(wish, error));
}

enum worker_exit check_audit(const struct worker_job *job, struct error *error)
{
    struct audit_wish wish = {.job = job, .answer = json_pack("{s[],sn}", "faults", "signer")};
    bool done = false;
    wish.faults = json_object_get(wish.answer, "faults");
    if (wish.answer == NULL)
        memory(error);
    else if (job->input_count < KEEPER_INPUTS)
        error_set(error, FAULT_INTERNAL, "check-audit was given %zu inputs", job->input_count);
    else
        done = check(&wish, error) && worker_answer_json(job, wish.answer, error);
    free(wish.bytes);
    xml_reading_free(&wish.reading);
    json_decref(wish.answer);
    return done ? WORKER_DONE : worker_exit_of(error);
}
