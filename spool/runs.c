/*
 * Runs: queued dockets to candidate lists.
 *
 * Guarantees: a docket is in MATCHING only while a run of this daemon has it (start-up sends it back to the
 * queue); a probe that cannot be searched says why and keeps no other waiting. One run at a time: it uses all
 * processors.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"
#include "base/log.h"
#include "casebook/docket.h"
#include "casebook/queue.h"
#include "match/enrol_switch.h"
#include "match/quarantine.h"
#include "match/run_kept.h"
#include "match/run_queue.h"
#include "match/run_record.h"
#include "spool/backup_book.h"
#include "spool/engines.h"
#include "spool/flows.h"
#include "spool/run_parts.h"
#include "spool/state.h"

enum { WINDOW_LOOK_MS = 30000 };

/* --- the end: every docket of the run leaves MATCHING --- */

static json_t *result_of(const struct runs *runs, const char *docket)
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

static bool finish_one(struct transaction *transaction, void *context, struct error *error)
{
    const struct finishing *finishing = context;
    const struct runs *runs = finishing->runs;
    const char *docket = json_text(finishing->entry, "docket");
    bool stuck = false;
    if (finishing->reason[0] == '\0')
        return flow_search_done(transaction, runs->daemon->site, docket, runs->answer,
                                result_of(runs, docket), clock_now(), error);
    if (!flow_search_failed(transaction, docket, finishing->reason, !runs->set_aside, clock_now(), &stuck,
                            error))
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
    run_slurm_done(runs);
    log_line(LOG_LEVEL_NOTICE, "run-finished", "dockets: %zu",
             json_array_size(json_object_get(runs->run, "dockets")));
    /* From here on the run is the committer's, which writes the next one. */
    run_progress_end(runs);
    touch_pages(runs);
    json_decref(runs->run);
    json_decref(runs->answer);
    json_decref(runs->asked);
    runs->run = runs->answer = runs->asked = NULL;
    runs->set_aside = runs->foreign = false;
    runs->reason[0] = '\0';
    runs->compared_since = 0;
    runs->since = 0;
    runs->recording = runs->distributed = false;
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

void run_finish(struct runs *runs)
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
                     fault[0] == '\0' ? _("the search gave no answer for this probe") : fault);
        runs->finishing++;
        hand_finish(finishing);
    }
    if (--runs->finishing == 0)
        finished(runs);
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
    run_finish(runs);
}

/* --- the beginning --- */

/* Nothing is searched while an answer is quarantined, nor of a restored record before it was told what was sealed since, nor before all of the gallery is enrolled for the engine. */
static bool may_begin(struct transaction *transaction, const struct match_engine *engine, bool *may,
                      struct error *error)
{
    char text[ENROL_ENGINE_SIZE];
    int64_t left = 0;
    json_t *quarantined = NULL, *restored = NULL;
    bool done = quarantine_get(transaction, &quarantined, error) &&
                book_get(transaction, BOOK_RUNS, BACKUP_RESTORED, &restored, error) &&
                enrol_switch_left(transaction, enrol_engine(engine, text), &left, error);
    *may = done && quarantined == NULL && restored == NULL && left == 0;
    json_decref(quarantined);
    json_decref(restored);
    return done;
}

/* Asked after every drop and every decision; mostly nobody waits for a search. */
static bool anybody_waits(struct transaction *transaction, bool *waits, struct error *error)
{
    json_t *entry = NULL;
    bool done = queue_next(transaction, QUEUE_ANY, &entry, error);
    *waits = entry != NULL;
    json_decref(entry);
    return done;
}

static bool begin(struct transaction *transaction, void *context, struct error *error)
{
    struct runs *runs = context;
    bool may, waits;
    if (!anybody_waits(transaction, &waits, error) || !waits)
        return error->fault == FAULT_NONE;
    if (!may_begin(transaction, engines_current(runs->daemon->engines), &may, error) || !may)
        return error->fault == FAULT_NONE;
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
    runs->since = clock_now();
    run_probes_make(runs);
}

void runs_wake(struct runs *runs)
{
    struct error error = ERROR_NONE;
    if (runs->starting || runs->run != NULL) {
        runs->again = true;
        run_slurm_look(runs);
        return;
    }
    if (engines_current(runs->daemon->engines) == NULL)
        return;
    struct commit commit = {.work = begin, .done = begun, .context = runs};
    runs->starting = committer_hand(runs->daemon->committer, &commit, &error);
}

static void look(void *context)
{
    struct runs *runs = context;
    runs_wake(runs);
    loop_after(runs->daemon->loop, WINDOW_LOOK_MS, look, runs, NULL);
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
    json_decref(runs->asked);
    json_decref(runs->question);
    json_decref(runs->withdrawn);
    free(runs->edited);
    free(runs);
}
