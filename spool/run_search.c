/*
 * The search of a run, and how far it is.
 *
 * Guarantees: the answer is in the record before any docket gets its list from it. Opens what is searched and computes
 * nothing: a worker does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/files.h"
#include "base/language.h"
#include "base/log.h"
#include "base/text.h"
#include "match/answer_check.h"
#include "match/run_kept.h"
#include "spool/engines.h"
#include "spool/progress.h"
#include "spool/run_parts.h"

static void finish(void *context)
{
    run_finish(context);
}

/* Every docket goes back to the queue as if it had not been searched; nothing is searched until a person has looked. */
static void set_aside(struct runs *runs, const char *code, const struct error *why)
{
    size_t i;
    const json_t *entry;
    json_t *dockets = json_array();
    json_array_foreach(json_object_get(runs->run, "dockets"), i, entry)
        json_array_append(dockets, json_object_get(entry, "docket"));
    json_decref(runs->answer);
    runs->answer = NULL;
    runs->set_aside = true;
    runs->recording = true;
    snprintf(runs->reason, sizeof runs->reason, _("the engine's answer is quarantined: %.900s"), why->text);
    engines_quarantine(runs->daemon->engines, "search", code, why->text, dockets, finish, runs);
    json_decref(dockets);
}

static bool keep(struct transaction *transaction, void *context, struct error *error)
{
    struct runs *runs = context;
    struct error unknown = ERROR_NONE;
    if (engines_is_vendor(runs->daemon->engines) &&
        !answer_photos_check(transaction, runs->answer, &unknown)) {
        runs->foreign = unknown.fault == FAULT_INPUT;
        *error = unknown;
        return false;
    }
    return run_keep(transaction, runs->run, runs->answer, error);
}

static void kept(void *context, const struct error *error)
{
    if (((struct runs *)context)->foreign) {
        set_aside(context, "malformed", error);
        return;
    }
    /* Without it a kill costs another search, nothing else. */
    if (error != NULL)
        log_line(LOG_LEVEL_WARNING, "run", "%s", error->text);
    run_finish(context);
}

void run_answered(struct runs *runs, json_t *answer, const struct error *error)
{
    struct error own = ERROR_NONE;
    struct commit commit = {.work = keep, .done = kept, .context = runs};
    runs->recording = true;
    runs->answer = answer;
    if (answer == NULL) {
        snprintf(runs->reason, sizeof runs->reason, "%s", error->text);
        run_finish(runs);
        return;
    }
    json_object_set(runs->answer, "segments", json_object_get(runs->run, "segments"));
    if (!committer_hand(runs->daemon->committer, &commit, &own))
        kept(runs, &own);
}

void run_judged(struct runs *runs, json_t *answer, const char *misdeed, struct error *error)
{
    if (engines_is_vendor(runs->daemon->engines) && answer != NULL &&
        !answer_search_check(runs->asked, engines_card(runs->daemon->engines), answer, error))
        misdeed = "malformed";
    if (misdeed == NULL)
        run_answered(runs, answer, error);
    else {
        json_decref(answer);
        set_aside(runs, misdeed, error);
    }
}

static void searched(void *context, const struct job_outcome *outcome)
{
    struct runs *runs = context;
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    const char *misdeed = engines_misdeed(runs->daemon->engines, outcome, &error);
    if (misdeed == NULL && !job_answer_json(outcome, &answer, &error) &&
        engines_is_vendor(runs->daemon->engines) && outcome->exit == WORKER_DONE)
        misdeed = "malformed";
    run_judged(runs, answer, misdeed, &error);
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
static bool open_inputs(const struct runs *runs, json_t *probes, json_t *digests, int *inputs, size_t *count,
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
            json_put_text(entry, "fault", _("no probe was chosen"));
            continue;
        }
        struct error own = ERROR_NONE;
        int file = vault_open_object(runs->daemon->vault, &digest, NULL, &own);
        if (file < 0) {
            json_put_text(entry, "fault", own.text);
            continue;
        }
        inputs[(*count)++] = file;
        json_array_append(digests, json_object_get(entry, "searched"));
        json_array_append_new(probes, json_pack("{sO,sO}", "id", json_object_get(entry, "docket"), "eyes",
                                                json_object_get(entry, "eyes")));
    }
    json_array_foreach(json_object_get(runs->run, "segments"), index, entry)
    {
        if (*count == CHANNEL_FILES_MOST - 3)
            return error_set(error, FAULT_INTERNAL,
                             "too many gallery segments for one run; compact the gallery");
        inputs[*count] = file_open(runs->daemon->gallery, json_text(entry, "name"), error);
        if (inputs[*count] < 0)
            return false;
        (*count)++;
    }
    return true;
}

/* What is asked of the worker, or of Slurm. */
static json_t *parameters_of(const struct runs *runs, json_t *probes)
{
    json_t *parameters = json_pack(
        "{sO,sO,sO,si}", "probes", probes, "segments", json_object_get(runs->run, "segments"), "sealed",
        json_object_get(runs->run, "sealed"), "length", runs->daemon->site->settings->list_length);
    const struct settings *settings = runs->daemon->site->settings;
    if (settings->full_below > 0)
        json_put_whole(parameters, "full_below", settings->full_below);
    if (settings->hash_first)
        json_put_text(parameters, "first", "hash");
    if (settings->share > 0)
        json_put_whole(parameters, "share", settings->share);
    return parameters;
}

static void close_all(const int *inputs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        close(inputs[i]);
}

/* What the parts found becomes one more input. */
static bool add_found(const json_t *found, json_t *parameters, int *inputs, size_t *count,
                      struct error *error)
{
    char *text = json_canonical(found);
    bool done = (text != NULL && json_put(parameters, "cut", json_pack("{ss}", "step", "finish"))) ||
                error_set(error, FAULT_TEMPORARY, "out of memory for the end of a search");
    inputs[*count] = done ? memory_file("found", text, strlen(text), error) : -1;
    free(text);
    done = done && inputs[*count] >= 0;
    *count += done ? 1 : 0;
    return done;
}

void run_search_end(struct runs *runs, const json_t *found)
{
    struct error error = ERROR_NONE;
    int inputs[CHANNEL_FILES_MOST];
    size_t count = 0;
    json_t *probes = json_array(), *digests = json_array();
    bool ready = open_inputs(runs, probes, digests, inputs, &count, &error);
    json_t *parameters = parameters_of(runs, probes);
    ready = ready && add_found(found, parameters, inputs, &count, &error);
    if (!ready)
        close_all(inputs, count);
    if (!ready ||
        !engines_run(runs->daemon->engines, "search", parameters, inputs, count, searched, runs, &error))
        run_answered(runs, NULL, &error);
    json_decref(probes);
    json_decref(digests);
    json_decref(parameters);
}

void run_search(struct runs *runs)
{
    struct error error = ERROR_NONE;
    int inputs[CHANNEL_FILES_MOST];
    size_t count = 0;
    json_t *probes = json_array(), *digests = json_array();
    json_decref(runs->asked);
    runs->asked = NULL;
    bool ready = open_inputs(runs, probes, digests, inputs, &count, &error);
    json_t *parameters = parameters_of(runs, probes);
    runs->asked = json_incref(parameters);
    if (ready && json_array_size(probes) == 0) {
        close_all(inputs, count);
        run_finish(runs);
    } else if (!ready || parameters == NULL) {
        close_all(inputs, count);
        snprintf(runs->reason, sizeof runs->reason, "%s", error.text);
        run_finish(runs);
    } else if (runs->daemon->slurm != NULL) {
        /* Opened all the same: what cannot be read here is not searched there either. */
        close_all(inputs, count);
        if (!run_slurm(runs, parameters, digests, &error))
            run_answered(runs, NULL, &error);
    } else if (!engines_run(runs->daemon->engines, "search", parameters, inputs, count, searched, runs,
                            &error)) {
        snprintf(runs->reason, sizeof runs->reason, "%s", error.text);
        run_finish(runs);
    } else
        show_progress(runs);
    json_decref(probes);
    json_decref(digests);
    json_decref(parameters);
}

void run_progress_end(struct runs *runs)
{
    loop_cancel(runs->daemon->loop, show_progress, runs);
    progress_clear(runs->daemon);
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
    text_format(&text, language_plural("%zu search since %s, %s", "%zu searches since %s, %s", count), count,
                instant_local(runs->since, false, local),
                runs->recording     ? _("being recorded")
                : runs->distributed ? _("computed by Slurm (squeue)")
                : searching         ? pace_words(&pace, words)
                                    : _("being prepared"));
    json_t *live = json_pack("{sI,ss,ss,sI,sI,ss}", "dockets", (json_int_t)count, "since",
                             instant_text(runs->since, since), "phase",
                             runs->recording                  ? "recording"
                             : searching || runs->distributed ? "searching"
                                                              : "preparing",
                             "done", (json_int_t)done, "total", (json_int_t)total, "text", text.bytes);
    if (pace.per_second >= 0)
        json_put_whole(live, "perSecond", pace.per_second);
    if (pace.seconds_left >= 0)
        json_put_whole(live, "secondsLeft", pace.seconds_left);
    text_free(&text);
    return live;
}
