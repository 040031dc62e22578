/*
 * The pictures that are searched, made from the submitted ones by the edits that intake ordered.
 *
 * Guarantees: what is searched is a submitted image or one that leadspool made from it, stored before it is searched
 * (R19). Does not look at pictures: a worker does.
 */
#include <stdlib.h>

#include "base/files.h"
#include "casebook/docket.h"
#include "casebook/kept.h"
#include "spool/run_parts.h"

enum { EDITED_MOST = 64 << 20 };

static void edit_next(struct runs *runs);

static bool store_edited_bytes(void *context, struct vault_batch *batch, struct error *error)
{
    struct runs *runs = context;
    struct digest digest;
    char text[DIGEST_TEXT_SIZE];
    return vault_batch_add(batch, runs->edited, runs->edited_length, &digest, error) &&
           json_put_text(run_docket_at(runs, runs->editing), "searched", digest_text(&digest, text));
}

static bool store_edited(struct transaction *transaction, void *context, struct error *error)
{
    const struct runs *runs = context;
    const json_t *entry = run_docket_at(runs, runs->editing);
    struct digest digest;
    json_t *docket = NULL;
    if (!docket_get(transaction, json_text(entry, "docket"), &docket, error))
        return false;
    json_t *probe = json_object_at(docket, "probe");
    bool done = json_put_text(probe, "searched", json_text(entry, "searched")) &&
                docket_put(transaction, docket, error) &&
                digest_parse(json_text(entry, "searched"), &digest) &&
                (runs->edited == NULL || kept_reference(transaction, json_text(docket, "docket"), &digest,
                                                        runs->edited_length, "probe", error));
    json_decref(docket);
    return done;
}

static void stored_edited(void *context, const struct error *error)
{
    struct runs *runs = context;
    if (error != NULL)
        json_put_text(run_docket_at(runs, runs->editing), "fault", error->text);
    free(runs->edited);
    runs->edited = NULL;
    runs->editing++;
    edit_next(runs);
}

static void store_probe(struct runs *runs)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.prepare = runs->edited == NULL ? NULL : store_edited_bytes,
                            .work = store_edited,
                            .done = stored_edited,
                            .context = runs};
    if (!committer_hand(runs->daemon->committer, &commit, &error))
        stored_edited(runs, &error);
}

static void edited(void *context, const struct job_outcome *outcome)
{
    struct runs *runs = context;
    struct error error = ERROR_NONE;
    json_t *none = NULL;
    if (outcome->exit != WORKER_DONE)
        job_answer_json(outcome, &none, &error);
    else if (file_read_open(outcome->answer, EDITED_MOST, &runs->edited, &runs->edited_length, &error)) {
        store_probe(runs);
        return;
    }
    stored_edited(runs, &error);
}

/* The next docket whose searched image is not made yet; when all are, search. */
static void edit_next(struct runs *runs)
{
    struct error error = ERROR_NONE;
    json_t *entry;
    while ((entry = run_docket_at(runs, runs->editing)) != NULL &&
           json_text_or_null(entry, "searched") != NULL)
        runs->editing++;
    if (entry == NULL) {
        run_search(runs);
        return;
    }
    struct digest digest;
    json_t *edits = json_object_get(entry, "edits");
    if (json_array_size(edits) == 0) {
        json_put_text(entry, "searched", json_text(entry, "image"));
        store_probe(runs);
        return;
    }
    json_t *parameters = json_pack("{sO}", "edits", edits);
    int input = digest_parse(json_text(entry, "image"), &digest)
                    ? vault_open_object(runs->daemon->vault, &digest, NULL, &error)
                    : -1;
    if (input < 0 ||
        !nursery_run(runs->daemon->nursery, "photo-edit", parameters, &input, 1, edited, runs, &error))
        stored_edited(runs, &error);
    json_decref(parameters);
}

void run_probes_make(struct runs *runs)
{
    runs->editing = 0;
    edit_next(runs);
}
