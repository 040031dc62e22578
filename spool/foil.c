/*
 * Records requests: their documents found, what is on them proposed, their sheets and exports begun; one piece of work at
 * a time.
 *
 * Guarantees: what it is made of is read in one transaction and recorded in another that finds the request unchanged, or
 * it is begun anew; a crash in between leaves the wish in the record. What fails three times, or for good, is noted with
 * its reason and waits for `leadspool retry`. Draws nothing: workers do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/vault.h"
#include "report/foil_make.h"
#include "spool/state.h"

enum { ATTEMPTS_MOST = 3, PAUSE_MS = 2000 };

struct foil_maker {
    struct daemon *daemon;
    bool starting, again, pausing;
    json_t *work; /* under way (report/foil_make.h); NULL */
    char *facts;  /* canonical */
    int attempts;
    char reason[ERROR_TEXT_SIZE];
};

static void clear(struct foil_maker *maker)
{
    json_decref(maker->work);
    maker->work = NULL;
    free(maker->facts);
    maker->facts = NULL;
}

/* --- ends --- */

static void ended(void *context, const struct error *error)
{
    struct foil_maker *maker = context;
    if (error != NULL && error->fault != FAULT_REFUSED && !loop_stopping(maker->daemon->loop))
        log_line(LOG_LEVEL_ERROR, "foil", "%s", error->text);
    clear(maker);
    if (error == NULL || error->fault == FAULT_REFUSED) {
        maker->attempts = 0;
        daemon_wake(maker->daemon);
    }
}

static bool note_failure(struct transaction *transaction, void *context, struct error *error)
{
    struct foil_maker *maker = context;
    return foil_failed(transaction, maker->work, maker->reason, error);
}

static void pause_over(void *context)
{
    struct foil_maker *maker = context;
    maker->pausing = false;
    foil_maker_wake(maker);
}

static void failed(struct foil_maker *maker, const struct error *error)
{
    struct error own = ERROR_NONE;
    if (loop_stopping(maker->daemon->loop)) {
        clear(maker);
        return;
    }
    if (error->fault == FAULT_TEMPORARY && ++maker->attempts < ATTEMPTS_MOST) {
        log_line(LOG_LEVEL_WARNING, "foil-waits", "%s: %s", json_text(maker->work, "request"), error->text);
        clear(maker);
        maker->pausing = loop_after(maker->daemon->loop, PAUSE_MS, pause_over, maker, NULL);
        return;
    }
    log_line(LOG_LEVEL_ALARM, "foil-stuck", "%s part %lld, %s: %s", json_text(maker->work, "request"),
             (long long)json_whole(maker->work, "part", 0), json_text(maker->work, "what"), error->text);
    maker->attempts = 0;
    snprintf(maker->reason, sizeof maker->reason, "%s", error->text);
    struct commit commit = {.work = note_failure, .done = ended, .context = maker};
    if (!committer_hand(maker->daemon->committer, &commit, &own))
        ended(maker, &own);
}

/* --- into the record --- */

static bool store_facts(void *context, struct vault_batch *batch, struct error *error)
{
    struct foil_maker *maker = context;
    struct digest digest;
    char text[DIGEST_TEXT_SIZE];
    return vault_batch_add(batch, maker->facts, strlen(maker->facts), &digest, error) &&
           ((json_put_text(maker->work, "digest", digest_text(&digest, text)) &&
             json_put_whole(maker->work, "size", (int64_t)strlen(maker->facts))) ||
            error_set(error, FAULT_TEMPORARY, "out of memory while storing what a sheet is made of"));
}

static bool record(struct transaction *transaction, void *context, struct error *error)
{
    struct foil_maker *maker = context;
    return foil_made(transaction, maker->daemon->site->settings, maker->work, clock_now(), error);
}

static void hand(struct foil_maker *maker, bool with_facts)
{
    struct error error = ERROR_NONE;
    struct commit commit = {
        .prepare = with_facts ? store_facts : NULL, .work = record, .done = ended, .context = maker};
    if (!committer_hand(maker->daemon->committer, &commit, &error))
        ended(maker, &error);
}

/* --- the worker that proposes --- */

static void proposed(void *context, const struct job_outcome *outcome)
{
    struct foil_maker *maker = context;
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    if (!job_answer_json(outcome, &answer, &error) || !json_put(maker->work, "proposals", answer)) {
        failed(maker, &error);
        return;
    }
    log_line(LOG_LEVEL_STEP, "foil", "%s: %zu documents looked through, %zu places proposed",
             json_text(maker->work, "request"), json_array_size(json_object_get(maker->work, "documents")),
             json_array_size(json_object_get(answer, "boxes")));
    hand(maker, false);
}

static bool add_input(int *inputs, size_t *count, int file)
{
    if (file >= 0)
        inputs[(*count)++] = file;
    return file >= 0;
}

/* Fonts, the facts, every picture; each said by its role in `list`. */
static bool open_inputs(struct foil_maker *maker, int *inputs, size_t *count, json_t *list,
                        struct error *error)
{
    size_t index;
    const json_t *text;
    struct digest digest;
    for (size_t i = 0; i < 2; i++)
        if (!add_input(inputs, count, dup(maker->daemon->fonts[i])))
            return error_system(error, "handing the fonts over");
    json_array_append_new(list, json_pack("{ss,sI}", "role", "facts", "input", (json_int_t)*count));
    bool done = add_input(inputs, count, memory_file("facts", maker->facts, strlen(maker->facts), error));
    json_array_foreach(json_object_get(maker->work, "pictures"), index, text)
    {
        if (done && *count >= CHANNEL_FILES_MOST - 2)
            done = error_set(error, FAULT_INTERNAL, "too many pictures for one part of a records request");
        if (!done)
            break;
        json_array_append_new(list, json_pack("{sO,sI}", "role", text, "input", (json_int_t)*count));
        done = digest_parse(json_string_value(text), &digest) &&
               add_input(inputs, count, vault_open_object(maker->daemon->vault, &digest, NULL, error));
    }
    return done;
}

static void propose(struct foil_maker *maker)
{
    struct error error = ERROR_NONE;
    int inputs[CHANNEL_FILES_MOST];
    size_t count = 0;
    json_t *parameters = json_object();
    bool ready = open_inputs(maker, inputs, &count, json_array_at(parameters, "pictures"), &error);
    if (!ready)
        for (size_t i = 0; i < count; i++)
            close(inputs[i]);
    if (!ready || !nursery_run(maker->daemon->nursery, "render-foil-proposals", parameters, inputs, count,
                               proposed, maker, &error))
        failed(maker, &error);
    json_decref(parameters);
}

/* --- the beginning --- */

static bool begin(struct transaction *transaction, void *context, struct error *error)
{
    struct foil_maker *maker = context;
    return foil_next(transaction, maker->daemon->site->settings, clock_now(), &maker->work, error);
}

static void begun(void *context, const struct error *error)
{
    struct foil_maker *maker = context;
    bool again = maker->again;
    maker->starting = maker->again = false;
    if (error != NULL) {
        log_line(LOG_LEVEL_ERROR, "foil", "%s", error->text);
        clear(maker);
        return;
    }
    if (maker->work == NULL) {
        if (again)
            foil_maker_wake(maker);
        return;
    }
    if (json_flag(maker->work, "more")) { /* the next slice of the same search */
        struct error own = ERROR_NONE;
        struct commit commit = {.work = begin, .done = begun, .context = maker};
        maker->starting = committer_hand(maker->daemon->committer, &commit, &own);
        return;
    }
    const json_t *facts = json_object_get(maker->work, "facts");
    struct error own = ERROR_NONE;
    maker->facts = facts == NULL ? NULL : json_canonical(facts);
    if (facts != NULL && maker->facts == NULL) {
        error_set(&own, FAULT_TEMPORARY, "out of memory while drawing a records request");
        failed(maker, &own);
    } else if (facts == NULL)
        hand(maker, false); /* nothing was found */
    else if (strcmp(json_text(maker->work, "what"), "search") == 0)
        propose(maker);
    else
        hand(maker, true);
}

void foil_maker_wake(struct foil_maker *maker)
{
    struct error error = ERROR_NONE;
    if (maker->pausing)
        return;
    if (maker->starting || maker->work != NULL) {
        maker->again = true;
        return;
    }
    struct commit commit = {.work = begin, .done = begun, .context = maker};
    maker->starting = committer_hand(maker->daemon->committer, &commit, &error);
}

size_t foil_maker_busy(const struct foil_maker *maker)
{
    return maker->starting || maker->pausing || maker->work != NULL ? 1 : 0;
}

bool foil_maker_open(struct daemon *daemon, struct error *error)
{
    daemon->foil = calloc(1, sizeof *daemon->foil);
    if (daemon->foil == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening records requests");
    daemon->foil->daemon = daemon;
    return true;
}

void foil_maker_close(struct foil_maker *maker)
{
    if (maker == NULL)
        return;
    clear(maker);
    free(maker);
}
