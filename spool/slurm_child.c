/*
 * The slurm process: shares a search out, has the tasks done round by round, puts together what they found.
 *
 * Guarantees: what it answers depends on the search alone, not on who computed what, when or how often. Neither parses
 * pictures nor decides what is searched.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "match/run_found.h"
#include "match/run_tasks.h"
#include "spool/service.h"
#include "spool/slurm.h"
#include "spool/slurm_parts.h"

enum { QUESTION_MOST = 256 << 20 };

/* A name that other sites of the same cluster do not have. */
static void name_jobs(struct place *place)
{
    char hex[DIGEST_TEXT_SIZE];
    struct digest digest = digest_of(place->site->path, strlen(place->site->path));
    snprintf(place->name, sizeof place->name, "leadspool-%.12s", digest_text(&digest, hex));
}

/* --- a round --- */

struct round_of {
    json_t *tasks;
    struct pending *pending;
    json_t *answers;           /* of whole tasks, in their order; null where one was dropped */
    struct run_found **groups; /* of parts */
    unsigned parts;
};

static bool keep_whole(void *context, size_t index, json_t *answer, struct error *error)
{
    const struct round_of *round = context;
    return json_array_set_new(round->answers, index, answer) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory for answers");
}

static bool add_part(void *context, size_t index, json_t *answer, struct error *error)
{
    const struct round_of *round = context;
    bool done = run_found_add(round->groups[index / round->parts], json_array_get(round->tasks, index),
                              answer, error);
    json_decref(answer);
    return done;
}

static bool round_do(struct place *place, struct round_of *round, slurm_take *take, struct error *error)
{
    size_t count = json_array_size(round->tasks);
    round->pending = calloc(count + 1, sizeof *round->pending);
    bool done = (round->tasks != NULL && round->pending != NULL) ||
                error_set(error, FAULT_TEMPORARY, "out of memory for tasks");
    for (size_t i = 0; done && i < count; i++)
        done = slurm_place_task(place, json_array_get(round->tasks, i), &round->pending[i], error);
    return done && slurm_wait(place, round->pending, count, take, round, error);
}

static void round_free(struct round_of *round)
{
    json_decref(round->tasks);
    json_decref(round->answers);
    free(round->pending);
}

/* --- a search whose gallery is not cut --- */

static bool search_whole(struct place *place, const json_t *question, const struct run_plan *plan,
                         json_t *answer, struct error *error)
{
    struct round_of round = {.tasks = run_tasks(json_object_get(question, "parameters"),
                                                json_object_get(question, "probes"),
                                                json_object_get(question, "engine"), plan->probes),
                             .answers = json_array()};
    json_t *merged = NULL;
    for (size_t i = 0; i < json_array_size(round.tasks); i++)
        json_array_append_new(round.answers, json_null());
    bool done = round_do(place, &round, keep_whole, error);
    for (size_t i = json_array_size(round.answers); done && i-- > 0;)
        if (json_is_null(json_array_get(round.answers, i)))
            json_array_remove(round.answers, i);
    if (done && json_array_size(round.answers) > 0)
        done = run_tasks_merge(round.answers, &merged, error) &&
               json_object_set_new(answer, "whole", merged) == 0;
    round_free(&round);
    return done;
}

/* --- a search in parts --- */

static bool groups_make(const json_t *probes, const struct run_plan *plan, struct run_found **groups,
                        struct error *error)
{
    size_t count = json_array_size(probes);
    for (size_t first = 0, g = 0; first < count; first += plan->probes, g++) {
        groups[g] = run_found_make(count - first < plan->probes ? count - first : plan->probes);
        if (groups[g] == NULL)
            return error_set(error, FAULT_TEMPORARY, "out of memory for the parts of a search");
    }
    return true;
}

/* A group of which a part was dropped is given up: nobody waits for it. */
static void groups_drop(const struct round_of *round)
{
    for (size_t i = 0; i < json_array_size(round->tasks); i++)
        if (round->pending[i].dropped) {
            run_found_free(round->groups[i / round->parts]);
            round->groups[i / round->parts] = NULL;
        }
}

/* One round; the groups it leaves out lose their places in the array of tasks, so it is given those that are there. */
static bool parts_do(struct place *place, const json_t *question, const struct run_plan *plan,
                     const char *step, const json_t *thresholds, struct run_found **groups, size_t count,
                     struct error *error)
{
    struct run_found **there = calloc(count + 1, sizeof *there);
    size_t *at = calloc(count + 1, sizeof *at), held = 0;
    struct round_of round = {
        .tasks = run_part_tasks(json_object_get(question, "parameters"), json_object_get(question, "probes"),
                                json_object_get(question, "engine"), plan, step, thresholds),
        .groups = there,
        .parts = plan->parts};
    bool done = (there != NULL && at != NULL) ||
                error_set(error, FAULT_TEMPORARY, "out of memory for the parts of a search");
    for (size_t g = 0; done && g < count; g++)
        if (groups[g] != NULL) {
            at[held] = g;
            there[held++] = groups[g];
        }
    done = done && round_do(place, &round, add_part, error);
    if (done)
        groups_drop(&round);
    for (size_t i = 0; done && i < held; i++)
        groups[at[i]] = there[i];
    round_free(&round);
    free(there);
    free(at);
    return done;
}

static json_t *thresholds_of(struct run_found *const *groups, size_t count)
{
    json_t *thresholds = json_array();
    for (size_t g = 0; g < count; g++)
        json_array_append_new(thresholds, groups[g] == NULL ? json_null() : run_found_thresholds(groups[g]));
    return thresholds;
}

static bool search_parts(struct place *place, const json_t *question, const struct run_plan *plan,
                         json_t *answer, struct error *error)
{
    const json_t *probes = json_object_get(question, "probes");
    size_t count = (json_array_size(probes) + plan->probes - 1) / plan->probes, left = 0;
    struct run_found **groups = calloc(count + 1, sizeof *groups);
    json_t *thresholds = NULL, *found = NULL;
    bool done =
        groups != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for the parts of a search");
    done = done && groups_make(probes, plan, groups, error) &&
           (!plan->counts || parts_do(place, question, plan, "count", NULL, groups, count, error));
    if (done) {
        thresholds = thresholds_of(groups, count);
        done = parts_do(place, question, plan, "compare", thresholds, groups, count, error);
    }
    for (size_t g = 0; done && g < count; g++)
        left += groups[g] != NULL ? 1 : 0;
    if (done && left > 0)
        done =
            run_found_all(groups, count, &found, error) && json_object_set_new(answer, "found", found) == 0;
    for (size_t g = 0; groups != NULL && g < count; g++)
        run_found_free(groups[g]);
    free(groups);
    json_decref(thresholds);
    return done;
}

/* --- questions --- */

/* A file with the answer, -1 on failure. */
static int search(struct place *place, const json_t *question, struct error *error)
{
    const struct settings *settings = place->site->settings;
    const struct run_limits limits = {
        .probes = (size_t)settings->executor_probes,
        .photos = settings->executor_photos,
        .whole = json_text_or_null(json_object_get(question, "engine"), "object") != NULL};
    struct run_plan plan;
    json_t *answer = json_object();
    int sent = -1;
    place->withdrawn = json_array();
    place->misdeed[0] = '\0';
    place->begun = false;
    run_plan(json_object_get(question, "parameters"), json_array_size(json_object_get(question, "probes")),
             &limits, &plan);
    bool done = plan.parts > 1 ? search_parts(place, question, &plan, answer, error)
                               : search_whole(place, question, &plan, answer, error);
    if (done)
        json_object_set(answer, "withdrawn", place->withdrawn);
    char *text = done ? json_canonical(answer) : NULL;
    if (text != NULL)
        sent = memory_file("answers", text, strlen(text), error);
    else if (done)
        error_set(error, FAULT_TEMPORARY, "out of memory for the answer of a search");
    free(text);
    json_decref(answer);
    json_decref(place->withdrawn);
    place->withdrawn = NULL;
    return sent;
}

static void answer_search(struct place *place, const json_t *message, int file, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    json_t *question = NULL, *answer = json_object();
    int sent = -1;
    bool done = error->fault == FAULT_NONE && file_read_open(file, QUESTION_MOST, &bytes, &length, error) &&
                json_read(bytes, length, &question, error) && (sent = search(place, question, error)) >= 0;
    if (!done && place->misdeed[0] != '\0')
        json_put_text(answer, "misdeed", place->misdeed);
    service_answer(place->channel, message, answer, sent, done, error);
    json_decref(question);
    free(bytes);
}

static void answer_question(struct place *place, const json_t *message, int file)
{
    struct error error = ERROR_NONE;
    const char *what = json_text(message, "op");
    bool done = slurm_place_open(place, &error);
    place->misdeed[0] = '\0';
    if (strcmp(what, "search") == 0)
        answer_search(place, message, file, &error);
    else if (strcmp(what, "probe") == 0) {
        done = done && slurm_place_probe(place, json_text(message, "digest"), file, &error);
        service_answer(place->channel, message, json_object(), -1, done, &error);
    } else if (done && strcmp(what, "forget") == 0)
        slurm_place_forget(place);
    else if (done && strcmp(what, "clean") == 0)
        slurm_place_clean(place);
    slurm_place_close(place);
}

void slurm_serve(int channel, int directory, const void *argument)
{
    struct place place = {
        .site = argument, .channel = channel, .directory = directory, .later = json_array()};
    struct error error = ERROR_NONE;
    if (!site_become_owner(place.site, &error) || !service_end_with_daemon()) {
        log_line(LOG_LEVEL_ALARM, "slurm", "%s", error.text);
        _exit(1);
    }
    name_jobs(&place);
    for (;;) {
        int file = -1;
        json_t *message = json_incref(json_array_get(place.later, 0));
        if (message != NULL)
            json_array_remove(place.later, 0);
        else
            message = service_next(channel, &file);
        answer_question(&place, message, file);
        if (file >= 0)
            close(file);
        json_decref(message);
    }
}
