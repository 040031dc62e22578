/*
 * One document of a row: rendered, read back, stored.
 *
 * Guarantees: no PDF is stored, signed or published that another worker, with other libraries, did not read and find
 * fit (the readers below). Web pages (worksheet.html, the sheet of a records request) are not read back.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/files.h"
#include "base/json.h"
#include "casebook/kept.h"
#include "casebook/outbox.h"
#include "spool/delivery.h"

enum { RENDERED_MOST = 256 << 20, INPUTS_MOST = CHANNEL_FILES_MOST - 3 /* answer, progress, the document */ };

/* How many documents are still to be rendered from this one on. */
static size_t chain_length(const json_t *render)
{
    size_t length = 0;
    for (; render != NULL; render = json_object_get(render, "then"))
        length++;
    return length;
}

static bool store_rendered_bytes(void *context, struct vault_batch *batch, struct error *error)
{
    struct delivery *delivery = context;
    char text[DIGEST_TEXT_SIZE];
    if (!vault_batch_add(batch, delivery->rendered, delivery->rendered_length, &delivery->rendered_digest,
                         error))
        return false;
    /* What is rendered comes before the row's other files, in the order of the chain. */
    json_t *render = json_incref(json_object_get(delivery->row, "render"));
    if (json_object_get(delivery->row, "rendered") == NULL)
        json_object_set(delivery->row, "rendered", render);
    size_t place = chain_length(json_object_get(delivery->row, "rendered")) - chain_length(render);
    json_t *file = json_pack("{ss,ss,sb}", "name", json_text(render, "name"), "digest",
                             digest_text(&delivery->rendered_digest, text), "sign",
                             !json_is_false(json_object_get(render, "sign")));
    json_array_insert_new(json_array_at(delivery->row, "files"), place, file);
    json_object_del(delivery->row, "render");
    if (json_object_get(render, "then") != NULL)
        json_object_set(delivery->row, "render", json_object_get(render, "then"));
    json_decref(render);
    json_put_text(delivery->row, "state", outbox_state_of(delivery->row));
    json_put_whole(delivery->row, "attempts", 0); /* they are those of a step */
    return true;
}

static bool store_rendered(struct transaction *transaction, void *context, struct error *error)
{
    struct delivery *delivery = context;
    return kept_reference(transaction, json_text_or_null(delivery->row, "docket"), &delivery->rendered_digest,
                          delivery->rendered_length, "document", error) &&
           outbox_put(transaction, delivery->row, error);
}

static void store(struct delivery *delivery)
{
    delivery_hand(
        delivery,
        (struct commit){.prepare = store_rendered_bytes, .work = store_rendered, .done = delivery_stored});
}

void delivery_forget_rendered(struct delivery *delivery)
{
    free(delivery->rendered);
    delivery->rendered = NULL;
}

/* Fonts and pictures as descriptors; in the parameters each picture's digest becomes the number of its input.
 */
static bool open_inputs(const struct delivery *delivery, const json_t *pictures, int *inputs, size_t *count,
                        json_t *numbered, struct error *error)
{
    size_t index;
    json_t *picture;
    for (*count = 0; *count < 2; (*count)++)
        if ((inputs[*count] = dup(delivery->daemon->fonts[*count])) < 0)
            return error_system(error, "handing the fonts over");
    json_array_foreach(pictures, index, picture)
    {
        struct digest digest;
        if (*count == INPUTS_MOST)
            return error_set(error, FAULT_INTERNAL, "a document with more than %d pictures", INPUTS_MOST - 2);
        if (!digest_parse(json_text(picture, "digest"), &digest))
            return error_set(error, FAULT_INTERNAL, "picture %s has no digest", json_text(picture, "role"));
        inputs[*count] = vault_open_object(delivery->daemon->vault, &digest, NULL, error);
        if (inputs[*count] < 0)
            return error_context(error, "picture %s", json_text(picture, "role"));
        json_t *entry = json_copy(picture);
        json_put_whole(entry, "input", (json_int_t)*count);
        json_array_append_new(numbered, entry);
        (*count)++;
    }
    return true;
}

/* Run a job on what the row's document is made of; `last` is one more input, or -1. */
static bool run(struct delivery *delivery, const char *job, int last, job_done *done, struct error *error)
{
    int inputs[INPUTS_MOST + 1];
    size_t count = 0;
    const json_t *wanted = json_object_get(delivery->row, "render");
    json_t *parameters = json_deep_copy(json_object_get(wanted, "parameters"));
    json_t *pictures = json_array();
    bool ready = open_inputs(delivery, json_object_get(wanted, "pictures"), inputs, &count, pictures, error);
    if (last >= 0)
        inputs[count++] = last;
    if (parameters == NULL)
        parameters = json_object();
    json_put(parameters, "pictures", pictures);
    if (json_object_get(parameters, "created") == NULL)
        json_put_text(parameters, "created", json_text(delivery->row, "created"));
    for (size_t i = 0; i < count && !ready; i++)
        close(inputs[i]);
    ready = ready &&
            nursery_run(delivery->daemon->nursery, job, parameters, inputs, count, done, delivery, error);
    json_decref(parameters);
    return ready;
}

static bool job_failed(struct delivery *delivery, const struct job_outcome *outcome)
{
    struct error error = ERROR_NONE;
    json_t *none = NULL;
    if (outcome->exit == WORKER_DONE)
        return false;
    job_answer_json(outcome, &none, &error);
    delivery_forget_rendered(delivery);
    delivery_failed(delivery, &error);
    return true;
}

static void read_back(void *context, const struct job_outcome *outcome)
{
    struct delivery *delivery = context;
    if (!job_failed(delivery, outcome))
        store(delivery);
}

/* Who reads the document back; NULL: it is no PDF. */
static const char *reader_of(const json_t *render)
{
    static const char *const readers[][2] = {
        {"render-document", "read-document"}, {"render-foil-export", "read-foil-export"},
        {"render-figures", "read-extract"},   {"render-extract", "read-extract"},
        {"render-disposal", "read-extract"},  {"render-worksheet", "read-worksheet"},
    };
    const char *job = json_text(render, "job");
    if (strcmp(json_text(json_object_get(render, "parameters"), "form"), "page") == 0)
        return NULL;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (strcmp(readers[i][0], job) == 0)
            return readers[i][1];
    return NULL;
}

static void rendered(void *context, const struct job_outcome *outcome)
{
    struct delivery *delivery = context;
    struct error error = ERROR_NONE;
    const char *reader = reader_of(json_object_get(delivery->row, "render"));
    if (job_failed(delivery, outcome))
        return;
    if (!file_read_open(outcome->answer, RENDERED_MOST, &delivery->rendered, &delivery->rendered_length,
                        &error)) {
        delivery_failed(delivery, &error);
        return;
    }
    if (reader == NULL) {
        store(delivery);
        return;
    }
    int document = memory_file("document", delivery->rendered, delivery->rendered_length, &error);
    if (document < 0 || !run(delivery, reader, document, read_back, &error)) {
        delivery_forget_rendered(delivery);
        delivery_failed(delivery, &error);
    }
}

void delivery_render(struct delivery *delivery)
{
    struct error error = ERROR_NONE;
    const char *job = json_text(json_object_get(delivery->row, "render"), "job");
    if (!run(delivery, job, -1, rendered, &error))
        delivery_failed(delivery, &error);
}
