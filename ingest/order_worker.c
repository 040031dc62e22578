/*
 * check-order: an order to seal, unseal or withdraw photographs, with who signed it.
 *
 * Guarantees: the document is valid by its schema and every file of the packet is accounted for; the signature
 * is verified here, since it is a hostile envelope too. Does not know which photographs there are, nor who may
 * order: the committer does.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/names.h"
#include "base/text.h"
#include "ingest/check_worker.h"
#include "ingest/fault.h"
#include "ingest/members.h"
#include "ingest/signed_document.h"
#include "schemas/xml.h"

/* {"by":"photoId|personId|sourceCitation|sha256","value":text} of each, in the order of the document. */
static bool read_targets(const struct xml_node *list, json_t *targets)
{
    static const char *const kinds[] = {"photoId", "personId", "sourceCitation", "sha256"};
    bool done = true;
    for (size_t i = 0; done && i < sizeof kinds / sizeof kinds[0]; i++)
        for (const struct xml_node *node = xml_child(list, kinds[i]); done && node != NULL;
             node = xml_next(node))
            done = json_array_append_new(targets,
                                         json_pack("{ss,ss}", "by", kinds[i], "value", xml_text(node))) == 0;
    return done;
}

static bool read_order(struct signed_document *document, struct error *error)
{
    static const char *const members[] = {"orderId", "kind", "orderedAt", "orderedBy", "reason", "citation"};
    const struct xml_node *root = xml_root(document->reading.document);
    json_t *read = json_object_at(document->answer, "order");
    bool done = read != NULL;
    for (size_t i = 0; done && i < sizeof members / sizeof members[0]; i++)
        done = member_text(read, root, members[i]);
    done = done && read_targets(xml_child(root, "photos"), json_array_at(read, "photos"));
    return done || signed_document_memory(error);
}

static bool check_strays(struct signed_document *document, struct error *error)
{
    size_t index;
    const json_t *file;
    json_array_foreach(json_object_get(document->job->parameters, "files"), index, file)
    {
        const char *name = json_text(file, "name");
        if (name_left_by_desktop(name, false))
            continue;
        char *text = text_formatted(_("\"%s\" does not belong to an order"), name);
        bool done = text != NULL &&
                    fault_add(document->faults,
                              &(struct fault_words){.code = "file-not-listed",
                                                    .outcome = "REJECT",
                                                    .place = name,
                                                    .clause = "R17",
                                                    .text = text,
                                                    .remedy = _("send order.xml and order.xml.p7s alone")});
        free(text);
        return done || signed_document_memory(error);
    }
    return true;
}

static bool read(struct signed_document *document, struct error *error)
{
    return (document->reading.outcome != XML_VALID || read_order(document, error)) &&
           check_strays(document, error);
}

enum worker_exit check_order(const struct worker_job *job, struct error *error)
{
    static const struct signed_kind kind = {.schema = SCHEMA_ORDER,
                                            .name = "order.xml",
                                            .where = "docs/formats/order.md",
                                            .limit = XML_LARGE_LIMIT,
                                            .inputs = KEEPER_INPUTS,
                                            .read = read};
    return signed_document_check(job, &kind, error);
}
