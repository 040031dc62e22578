/*
 * Runs: queued dockets to candidate lists.
 *
 * Guarantees: a docket is in MATCHING only while a run of this daemon has it (start-up sends it back to the
 * queue); what is searched is a submitted image or one that leadspool made from it, stored before it is
 * searched (R19); a probe that cannot be searched says why and keeps no other waiting. One run at a time: it
 * uses all processors.
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
#include "base/text.h"
#include "casebook/docket.h"
#include "match/run_kept.h"
#include "match/run_queue.h"
#include "match/run_record.h"
#include "spool/flows.h"
#include "spool/progress.h"
#include "spool/state.h"

enum { WINDOW_LOOK_MS = 30000, EDITED_MOST = 64 << 20 };

struct runs {
    struct daemon *daemon;
    bool starting, again;
    json_t *run;    /* what run_begin gave; NULL = none under way */
    json_t *answer; /* of match-search */
    size_t editing; /* which docket's probe is being edited */
    char *edited;
    size_t edited_length;
    char reason[ERROR_TEXT_SIZE]; /* why the whole run failed */
    size_t finishing;             /* dockets of the run whose end is not committed yet */
    instant since;                /* when the run began */
    int64_t compared_since;       /* when comparing began, of clock_monotonic; 0: it has not */
    bool recording;               /* it has its answer */
};

static json_t *docket_at(const struct runs *runs, size_t index)
{
    return json_array_get(json_object_get(runs->run, "dockets"), index);
}

/* --- the end: every docket of the run leaves MATCHING --- */

static const json_t *result_of(const struct runs *runs, const char *docket)
{
    size_t index;
    json_t *result;
    json_array_foreach(json_object_get(runs->answer, "probes"), index, result)
    {
        if (strcmp(json_text(result, "id"), docket) == 0)
            return result;
    }
    return NULL;
}

/* One docket of the run: a commit of its own, so that one record that cannot be read keeps no other waiting. */
struct finishing {
    struct runs *runs;
    const json_t *entry;
    char reason[ERROR_TEXT_SIZE]; /* why it goes back to the queue; empty: it has its list */
    bool again;                   /* recording the list failed: now it goes back */
};

static void finished(struct runs *runs);
static void finish(struct runs *runs);
static void show_progress(void *context);

static bool finish_one(struct transaction *transaction, void *context, struct error *error)
{
    const struct finishing *finishing = context;
    const struct runs *runs = finishing->runs;
    const char *docket = json_text(finishing->entry, "docket");
    bool stuck = false;
    if (finishing->reason[0] == '\0')
        return flow_search_done(transaction, runs->daemon->site, docket, runs->answer,
                                result_of(runs, docket), clock_now(), error);
    if (!flow_search_failed(transaction, docket, finishing->reason, clock_now(), &stuck, error))
        return false;
    log_line(stuck ? LOG_LEVEL_ALARM : LOG_LEVEL_WARNING, stuck ? "search-stuck" : "search-failed", "%s: %s",
             docket, finishing->reason);
    return true;
}

static void hand_finish(struct finishing *finishing);

static void one_finished(void *context, const struct error *error)
{
    struct finishing *finishing = context;
    struct runs *runs = finishing->runs;
    if (error != NULL)
        log_line(LOG_LEVEL_ALARM, "search-unfinished", "%s: %s", json_text(finishing->entry, "docket"),
                 error->text);
    if (error != NULL && !finishing->again) {
        finishing->again = true;
        snprintf(finishing->reason, sizeof finishing->reason, "%s", error->text);
        hand_finish(finishing);
        return;
    }
    free(finishing);
    if (--runs->finishing == 0)
        finished(runs);
}

static void hand_finish(struct finishing *finishing)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.work = finish_one, .done = one_finished, .context = finishing};
    if (!committer_hand(finishing->runs->daemon->committer, &commit, &error))
        one_finished(finishing, &error);
}

static void touch_pages(const struct runs *runs)
{
    const struct settings *settings = runs->daemon->site->settings;
    for (size_t i = 0; i < settings->command_count; i++)
        publisher_index(runs->daemon->publisher, settings->commands[i].name);
}

static bool forget(struct transaction *transaction, void *context, struct error *error)
{
    (void)context;
    return run_forget(transaction, error);
}

static void forgotten(void *context, const struct error *error)
{
    struct runs *runs = context;
    if (error != NULL)
        log_line(LOG_LEVEL_WARNING, "run", "%s", error->text);
    log_line(LOG_LEVEL_NOTICE, "run-finished", "dockets: %zu",
             json_array_size(json_object_get(runs->run, "dockets")));
    /* From here on the run is the committer's, which writes the next one. */
    loop_cancel(runs->daemon->loop, show_progress, runs);
    progress_clear(runs->daemon);
    touch_pages(runs);
    json_decref(runs->run);
    json_decref(runs->answer);
    runs->run = runs->answer = NULL;
    runs->reason[0] = '\0';
    runs->compared_since = 0;
    runs->since = 0;
    runs->recording = false;
    daemon_wake(runs->daemon);
}

/* Every docket is done: the next run may begin once what was kept for them is gone. */
static void finished(struct runs *runs)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.work = forget, .done = forgotten, .context = runs};
    if (!committer_hand(runs->daemon->committer, &commit, &error))
        forgotten(runs, &error);
}

/* Why this docket has no list, or NULL. */
static const char *fault_of(const struct runs *runs, const json_t *entry)
{
    const char *own = json_text_or_null(entry, "fault");
    const json_t *result = result_of(runs, json_text(entry, "docket"));
    if (own != NULL)
        return own;
    return result == NULL ? runs->reason : json_text_or_null(result, "fault");
}

static void finish(struct runs *runs)
{
    size_t index;
    json_t *entry;
    runs->finishing = 1; /* until all are handed over */
    json_array_foreach(json_object_get(runs->run, "dockets"), index, entry)
    {
        struct finishing *finishing = calloc(1, sizeof *finishing);
        const char *fault = fault_of(runs, entry);
        if (finishing == NULL) {
            log_line(LOG_LEVEL_ALARM, "search-unfinished", "%s: out of memory", json_text(entry, "docket"));
            continue; /* stays in MATCHING until the next start sends it back */
        }
        *finishing = (struct finishing){.runs = runs, .entry = entry};
        if (fault != NULL)
            snprintf(finishing->reason, sizeof finishing->reason, "%s",
                     fault[0] == '\0' ? "the search gave no answer for this probe" : fault);
        runs->finishing++;
        hand_finish(finishing);
    }
    if (--runs->finishing == 0)
        finished(runs);
}

/* --- search --- */

static bool keep(struct transaction *transaction, void *context, struct error *error)
{
    const struct runs *runs = context;
    return run_keep(transaction, runs->run, runs->answer, error);
}

static void kept(void *context, const struct error *error)
{
    /* Without it a kill costs another search, nothing else. */
    if (error != NULL)
        log_line(LOG_LEVEL_WARNING, "run", "%s", error->text);
    finish(context);
}

static void searched(void *context, const struct job_outcome *outcome)
{
    struct runs *runs = context;
    struct error error = ERROR_NONE;
    struct commit commit = {.work = keep, .done = kept, .context = runs};
    runs->recording = true;
    if (!job_answer_json(outcome, &runs->answer, &error)) {
        snprintf(runs->reason, sizeof runs->reason, "%s", error.text);
        finish(runs);
        return;
    }
    json_object_set(runs->answer, "segments", json_object_get(runs->run, "segments"));
    if (!committer_hand(runs->daemon->committer, &commit, &error))
        kept(runs, &error);
}

void runs_resume(struct runs *runs, const json_t *kept_record)
{
    if (kept_record == NULL)
        return;
    runs->run = json_incref(json_object_get(kept_record, "run"));
    runs->answer = json_incref(json_object_get(kept_record, "answer"));
    runs->since = clock_now();
    runs->recording = true;
    log_line(LOG_LEVEL_NOTICE, "run-resumed", "dockets: %zu",
             json_array_size(json_object_get(runs->run, "dockets")));
    finish(runs);
}

static void show_progress(void *context)
{
    struct runs *runs = context;
    uint64_t done = 0, total = 0;
    if (runs->run == NULL)
        return;
    if (runs->compared_since == 0 && nursery_progress(runs->daemon->nursery, runs, &done, &total) && done > 0)
        runs->compared_since = clock_monotonic();
    progress_draw(runs->daemon, runs, "searching");
    loop_after(runs->daemon->loop, 200, show_progress, runs, NULL);
}

/* Probes (those without a fault), then segments. */
static bool open_inputs(const struct runs *runs, json_t *probes, int *inputs, size_t *count,
                        struct error *error)
{
    size_t index;
    json_t *entry;
    *count = 0;
    json_array_foreach(json_object_get(runs->run, "dockets"), index, entry)
    {
        struct digest digest;
        if (json_object_get(entry, "fault") != NULL)
            continue;
        if (!digest_parse(json_text(entry, "searched"), &digest)) {
            json_put_text(entry, "fault", "no probe was chosen");
            continue;
        }
        struct error own = ERROR_NONE;
        int file = vault_open_object(runs->daemon->vault, &digest, NULL, &own);
        if (file < 0) {
            json_put_text(entry, "fault", own.text);
            continue;
        }
        inputs[(*count)++] = file;
        json_array_append_new(probes, json_pack("{sO,sO}", "id", json_object_get(entry, "docket"), "eyes",
                                                json_object_get(entry, "eyes")));
    }
    json_array_foreach(json_object_get(runs->run, "segments"), index, entry)
    {
        if (*count == CHANNEL_FILES_MOST - 2)
            return error_set(error, FAULT_INTERNAL,
                             "too many gallery segments for one run; compact the gallery");
        inputs[*count] = file_open(runs->daemon->gallery, json_text(entry, "name"), error);
        if (inputs[*count] < 0)
            return false;
        (*count)++;
    }
    return true;
}

static void search(struct runs *runs)
{
    struct error error = ERROR_NONE;
    int inputs[CHANNEL_FILES_MOST];
    size_t count = 0;
    json_t *probes = json_array();
    bool ready = open_inputs(runs, probes, inputs, &count, &error);
    json_t *parameters = json_pack(
        "{sO,sO,sO,si}", "probes", probes, "segments", json_object_get(runs->run, "segments"), "sealed",
        json_object_get(runs->run, "sealed"), "length", runs->daemon->site->settings->list_length);
    if (ready && json_array_size(probes) == 0) {
        for (size_t i = 0; i < count; i++)
            close(inputs[i]);
        finish(runs);
    } else if (!ready || parameters == NULL) {
        for (size_t i = 0; i < count; i++)
            close(inputs[i]);
        snprintf(runs->reason, sizeof runs->reason, "%s", error.text);
        finish(runs);
    } else if (!nursery_run(runs->daemon->nursery, "match-search", parameters, inputs, count, searched, runs,
                            &error)) {
        snprintf(runs->reason, sizeof runs->reason, "%s", error.text);
        finish(runs);
    } else
        show_progress(runs);
    json_decref(probes);
    json_decref(parameters);
}

/* --- probes made by edits --- */

static void edit_next(struct runs *runs);

static bool store_edited_bytes(void *context, struct vault_batch *batch, struct error *error)
{
    struct runs *runs = context;
    struct digest digest;
    char text[DIGEST_TEXT_SIZE];
    return vault_batch_add(batch, runs->edited, runs->edited_length, &digest, error) &&
           json_put_text(docket_at(runs, runs->editing), "searched", digest_text(&digest, text));
}

static bool store_edited(struct transaction *transaction, void *context, struct error *error)
{
    const struct runs *runs = context;
    const json_t *entry = docket_at(runs, runs->editing);
    struct digest digest;
    json_t *docket = NULL;
    if (!docket_get(transaction, json_text(entry, "docket"), &docket, error))
        return false;
    json_t *probe = json_object_at(docket, "probe");
    bool done =
        json_put_text(probe, "searched", json_text(entry, "searched")) &&
        docket_put(transaction, docket, error) && digest_parse(json_text(entry, "searched"), &digest) &&
        (runs->edited == NULL || vault_reference(transaction, &digest, runs->edited_length, "probe", error));
    json_decref(docket);
    return done;
}

static void stored_edited(void *context, const struct error *error)
{
    struct runs *runs = context;
    if (error != NULL)
        json_put_text(docket_at(runs, runs->editing), "fault", error->text);
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
    while ((entry = docket_at(runs, runs->editing)) != NULL && json_text_or_null(entry, "searched") != NULL)
        runs->editing++;
    if (entry == NULL) {
        search(runs);
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

/* --- the beginning --- */

static bool begin(struct transaction *transaction, void *context, struct error *error)
{
    struct runs *runs = context;
    const struct plan_terms terms =
        run_terms(runs->daemon->site->settings, clock_now(), runs->daemon->options->overnight);
    return run_begin(transaction, &terms, &runs->run, error);
}

static void begun(void *context, const struct error *error)
{
    struct runs *runs = context;
    bool again = runs->again;
    runs->starting = runs->again = false;
    if (error != NULL) {
        log_line(LOG_LEVEL_ERROR, "run", "%s", error->text);
        json_decref(runs->run);
        runs->run = NULL;
        return;
    }
    if (runs->run == NULL) {
        if (again)
            runs_wake(runs);
        return;
    }
    log_line(LOG_LEVEL_NOTICE, "run-started", "dockets: %zu",
             json_array_size(json_object_get(runs->run, "dockets")));
    touch_pages(runs);
    runs->editing = 0;
    runs->since = clock_now();
    edit_next(runs);
}

void runs_wake(struct runs *runs)
{
    struct error error = ERROR_NONE;
    if (runs->starting || runs->run != NULL) {
        runs->again = true;
        return;
    }
    struct commit commit = {.work = begin, .done = begun, .context = runs};
    runs->starting = committer_hand(runs->daemon->committer, &commit, &error);
}

static void look(void *context)
{
    struct runs *runs = context;
    runs_wake(runs);
    loop_after(runs->daemon->loop, WINDOW_LOOK_MS, look, runs, NULL);
}

json_t *runs_live(const struct runs *runs)
{
    char since[INSTANT_TEXT_SIZE], local[INSTANT_LOCAL_SIZE], words[PACE_WORDS_SIZE];
    uint64_t done = 0, total = 0;
    size_t count = json_array_size(json_object_get(runs->run, "dockets"));
    if (runs->run == NULL || runs->since == 0)
        return json_null();
    bool searching =
        !runs->recording && nursery_progress(runs->daemon->nursery, runs, &done, &total) && total > 0;
    struct pace pace =
        pace_of(done, total, runs->compared_since == 0 ? 0 : clock_monotonic() - runs->compared_since);
    struct text text = TEXT_EMPTY;
    text_format(&text, "%zu search%s since %s, %s", count, count == 1 ? "" : "es",
                instant_local(runs->since, false, local),
                runs->recording ? "being recorded"
                : searching     ? pace_words(&pace, words)
                                : "being prepared");
    json_t *live = json_pack("{sI,ss,ss,sI,sI,ss}", "dockets", (json_int_t)count, "since",
                             instant_text(runs->since, since), "phase",
                             runs->recording ? "recording"
                             : searching     ? "searching"
                                             : "preparing",
                             "done", (json_int_t)done, "total", (json_int_t)total, "text", text.bytes);
    if (pace.per_second >= 0)
        json_put_whole(live, "perSecond", pace.per_second);
    if (pace.seconds_left >= 0)
        json_put_whole(live, "secondsLeft", pace.seconds_left);
    text_free(&text);
    return live;
}

size_t runs_busy(const struct runs *runs)
{
    return runs->starting || runs->run != NULL ? 1 : 0;
}

bool runs_open(struct daemon *daemon, struct error *error)
{
    daemon->runs = calloc(1, sizeof *daemon->runs);
    if (daemon->runs == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the runs");
    daemon->runs->daemon = daemon;
    return loop_after(daemon->loop, WINDOW_LOOK_MS, look, daemon->runs, error);
}

void runs_close(struct runs *runs)
{
    if (runs == NULL)
        return;
    json_decref(runs->run);
    json_decref(runs->answer);
    free(runs->edited);
    free(runs);
}
