/*
 * check-audit: an auditor's wish, with who signed it (ingest/check_worker.h).
 *
 * Guarantees: the document is valid by its schema and says what its kind needs; the signature is verified here, since it
 * is a hostile envelope too. Who may ask, the committer decides.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "ingest/check_worker.h"
#include "ingest/fault.h"
#include "ingest/members.h"
#include "ingest/signed_document.h"
#include "schemas/xml.h"

static bool read_audit(struct signed_document *document, struct error *error)
{
    static const char *const members[] = {"auditId", "kind", "by", "docket",
                                          "person",  "from", "to", "reason"};
    const struct xml_node *root = xml_root(document->reading.document);
    json_t *read = json_object_at(document->answer, "audit");
    bool done = read != NULL;
    for (size_t i = 0; done && i < sizeof members / sizeof members[0]; i++)
        done = member_text(read, root, members[i]);
    if (!done)
        return signed_document_memory(error);
    bool figures = strncmp(json_text(read, "kind"), "figures", 7) == 0;
    bool days = json_text_or_null(read, "from") != NULL && json_text_or_null(read, "to") != NULL;
    bool narrowed = json_text_or_null(read, "docket") != NULL || json_text_or_null(read, "person") != NULL;
    if (strcmp(json_text(read, "kind"), "acknowledge") == 0)
        return true;
    if (figures ? days && !narrowed : narrowed || json_text_or_null(read, "from") != NULL)
        return true;
    return fault_add(document->faults,
                     &(struct fault_words){
                         .code = "audit-unclear",
                         .outcome = "REJECT",
                         .place = "audit.xml /audit",
                         .clause = "R53",
                         .text = figures
                                     ? _("figures are of some days, from and to, and of no docket or person")
                                     : _("an extract is of a docket, of a person or of some days"),
                         .remedy = figures ? _("fill in from and to, and take docket and person out")
                                           : _("fill in docket, person or from")}) ||
           signed_document_memory(error);
}

static bool read(struct signed_document *document, struct error *error)
{
    return document->reading.outcome != XML_VALID || read_audit(document, error);
}

enum worker_exit check_audit(const struct worker_job *job, struct error *error)
{
    static const struct signed_kind kind = {.schema = SCHEMA_AUDIT,
                                            .name = "audit.xml",
                                            .where = "docs/formats/figures.md",
                                            .limit = XML_SIZE_LIMIT,
                                            .inputs = KEEPER_INPUTS,
                                            .read = read};
    return signed_document_check(job, &kind, error);
}
