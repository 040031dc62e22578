/*
 * Reading retention.xml.
 *
 * Guarantees: a document that lacks what its kind needs is a fault; both signatures are verified here, since they are
 * hostile envelopes too. Who may order it and whether it can be done, the committer decides (report/retention_take.h).
 */
#include "ingest/retention_worker.h"

#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "ingest/fault.h"
#include "ingest/members.h"
#include "ingest/signed_document.h"
#include "schemas/xml.h"

static bool read_list(json_t *list, const struct xml_node *parent, const char *name)
{
    bool done = list != NULL;
    for (const struct xml_node *node = xml_child(parent, name); done && node != NULL; node = xml_next(node))
        done = json_array_append_new(list, json_string(xml_text(node))) == 0;
    return done;
}

static bool read_retention(struct signed_document *document, struct error *error)
{
    static const char *const members[] = {"retentionId", "kind", "by", "reason", "citation", "list"};
    const struct xml_node *root = xml_root(document->reading.document);
    json_t *read = json_object_at(document->answer, "retention");
    bool done = read != NULL;
    for (size_t i = 0; done && i < sizeof members / sizeof members[0]; i++)
        done = member_text(read, root, members[i]);
    done = done && read_list(json_array_at(read, "dockets"), xml_child(root, "dockets"), "docket") &&
           read_list(json_array_at(read, "decided"), xml_child(root, "decided"), "id");
    if (!done)
        return signed_document_memory(error);
    bool disposes = strcmp(json_text(read, "kind"), "dispose") == 0;
    bool dockets = json_array_size(json_object_get(read, "dockets")) > 0;
    bool list = json_text_or_null(read, "list") != NULL;
    bool decided = json_array_size(json_object_get(read, "decided")) > 0;
    if (disposes ? list && !dockets : dockets && !list && !decided)
        return true;
    return fault_add(document->faults,
                     &(struct fault_words){
                         .code = "retention-unclear",
                         .outcome = "REJECT",
                         .place = "retention.xml /retention",
                         .clause = "R38",
                         .text = disposes ? _("a disposal names a list, and no dockets beside it")
                                          : _("a legal hold and its release name dockets, and no list"),
                         .remedy = disposes ? _("fill in the digest that leadspool retention dry-run printed")
                                            : _("list the dockets, and take list and decided out")}) ||
           signed_document_memory(error);
}

static bool read(struct signed_document *document, struct error *error)
{
    return signed_document_second(document, RETENTION_APPROVAL, "retention.xml.approval", error) &&
           (document->reading.outcome != XML_VALID || read_retention(document, error));
}

enum worker_exit check_retention(const struct worker_job *job, struct error *error)
{
    static const struct signed_kind kind = {.schema = SCHEMA_RETENTION,
                                            .name = "retention.xml",
                                            .where = "docs/formats/retention.md",
                                            .limit = XML_SIZE_LIMIT,
                                            .inputs = RETENTION_INPUTS,
                                            .read = read};
    return signed_document_check(job, &kind, error);
}
