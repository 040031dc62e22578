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
#include "base/text.h"
#include "ingest/check_worker.h"
#include "ingest/fault.h"
#include "ingest/keeper_signature.h"
#include "ingest/members.h"
#include "schemas/xml.h"

struct order {
    const struct worker_job *job;
    json_t *answer, *faults;
    char *bytes;
    size_t length;
    struct xml_reading reading;
};

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "checking an order: out of memory");
}

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

static bool read_order(struct order *order, struct error *error)
{
    static const char *const members[] = {"orderId", "kind", "orderedAt", "orderedBy", "reason", "citation"};
    const struct xml_node *root = xml_root(order->reading.document);
    json_t *read = json_object_at(order->answer, "order");
    bool done = read != NULL;
    for (size_t i = 0; done && i < sizeof members / sizeof members[0]; i++)
        done = member_text(read, root, members[i]);
    done = done && read_targets(xml_child(root, "photos"), json_array_at(read, "photos"));
    return done || memory(error);
}

static bool check_strays(struct order *order, struct error *error)
{
    size_t index;
    const json_t *file;
    json_array_foreach(json_object_get(order->job->parameters, "files"), index, file)
    {
        const char *name = json_text(file, "name");
        if (left_by_desktop(name))
            continue;
        char *text = text_formatted("\"%s\" does not belong to an order", name);
        bool done = text != NULL &&
                    fault_add(order->faults,
                              &(struct fault_words){.code = "file-not-listed",
                                                    .outcome = "REJECT",
                                                    .place = name,
                                                    .clause = "R17",
                                                    .text = text,
                                                    .remedy = "send order.xml and order.xml.p7s alone"});
        free(text);
        return done || memory(error);
    }
    return true;
}

static bool check(struct order *order, struct error *error)
{
    return document_bytes(order->job->inputs[KEEPER_DOCUMENT], "order.xml", XML_LARGE_LIMIT, &order->bytes,
                          &order->length, error) &&
           xml_read(SCHEMA_ORDER, order->bytes, order->length, &order->reading, error) &&
           (reading_faults(&order->reading, "order.xml", "docs/formats/order.md", order->faults) ||
            memory(error)) &&
           keeper_signature_check(order->job, "order.xml", order->bytes, order->length, order->answer,
                                  error) &&
           (order->reading.outcome != XML_VALID || read_order(order, error)) && check_strays(order, error);
}

enum worker_exit check_order(const struct worker_job *job, struct error *error)
{
    struct order order = {.job = job, .answer = json_pack("{s[],sn}", "faults", "signer")};
    bool done = false;
    order.faults = json_object_get(order.answer, "faults");
    if (order.answer == NULL)
        memory(error);
    else if (job->input_count < KEEPER_INPUTS)
        error_set(error, FAULT_INTERNAL, "check-order was given %zu inputs", job->input_count);
    else
        done = check(&order, error) && worker_answer_json(job, order.answer, error);
    free(order.bytes);
    xml_reading_free(&order.reading);
    json_decref(order.answer);
    return done ? WORKER_DONE : worker_exit_of(error);
}
