/*
 * A round of tasks: submitted, waited for, fetched.
 *
 * Guarantees: a result counts only whole (its digest is checked); a task that Slurm no longer knows and that left no result
 * is submitted again, until the deadline, whatever became of the others; when the daemon goes, its jobs are cancelled;
 * when a docket is withdrawn, what serves nobody else is. Slurm itself repeats nothing: it would let two minutes pass
 * before it did.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "match/run_tasks.h"
#include "spool/service.h"
#include "spool/slurm_commands.h"
#include "spool/slurm_parts.h"

enum {
    LOOK_MS = 500,  /* between looks for results */
    ASK_MS = 3000,  /* between questions to Slurm */
    FAULTS_MOST = 3 /* of one task, then it has failed */
};

struct round {
    struct place *place;
    struct pending *pending;
    size_t count;
    slurm_take *take;
    void *context;
};

static bool is_open(const struct pending *pending)
{
    return !pending->done && !pending->dropped;
}

/* --- what tasks found --- */

static bool look_for_result(const struct round *round, size_t index, struct error *error)
{
    char name[DIGEST_TEXT_SIZE + 16], *bytes = NULL;
    size_t length = 0;
    const struct place *place = round->place;
    struct pending *pending = &round->pending[index];
    struct error absent = ERROR_NONE;
    json_t *answer = NULL;
    snprintf(name, sizeof name, "%s.result", pending->name);
    if (faccessat(place->tasks, name, F_OK, 0) != 0)
        return true;
    if (file_read(place->tasks, name, SLURM_RESULT_MOST, &bytes, &length, &absent) &&
        !run_result_read(bytes, length, &answer, &absent))
        file_remove(place->tasks, name, &absent); /* damaged: computed again */
    free(bytes);
    pending->done = answer != NULL;
    return answer == NULL || round->take(round->context, index, answer, error);
}

/* A task that says why it failed is tried again, but not for ever; one whose engine misbehaved is not. */
static bool look_for_fault(const struct round *round, struct pending *pending, struct error *error)
{
    char name[DIGEST_TEXT_SIZE + 16], *bytes = NULL;
    size_t length = 0;
    struct place *place = round->place;
    struct error absent = ERROR_NONE;
    json_t *fault = NULL;
    snprintf(name, sizeof name, "%s.fault", pending->name);
    if (faccessat(place->tasks, name, F_OK, 0) != 0 ||
        !file_read(place->tasks, name, 2 * ERROR_TEXT_SIZE, &bytes, &length, &absent))
        return true;
    file_remove(place->tasks, name, &absent);
    json_read(bytes, length, &fault, &absent);
    free(bytes);
    snprintf(place->misdeed, sizeof place->misdeed, "%s", json_text(fault, "misdeed"));
    bool again = place->misdeed[0] != '\0'
                     ? error_set(error, FAULT_INPUT, "%s", json_text(fault, "fault"))
                     : ++pending->faults < FAULTS_MOST ||
                           error_set(error, FAULT_TEMPORARY, "a task of the search failed: %s",
                                     json_text(fault, "fault"));
    json_decref(fault);
    return again;
}

static bool look_for_all(const struct round *round, size_t *missing, struct error *error)
{
    *missing = 0;
    for (size_t i = 0; i < round->count; i++) {
        if (is_open(&round->pending[i]) && !look_for_result(round, i, error))
            return false;
        *missing += is_open(&round->pending[i]) ? 1 : 0;
    }
    return true;
}

static bool look_for_faults(const struct round *round, struct error *error)
{
    for (size_t i = 0; i < round->count; i++)
        if (is_open(&round->pending[i]) && !look_for_fault(round, &round->pending[i], error))
            return false;
    return true;
}

/* --- Slurm --- */

/* The names of all tasks that are missing and not with Slurm, a line each. */
static char *list_names(const struct round *round, size_t *length, size_t *count)
{
    char *names = malloc(round->count * DIGEST_TEXT_SIZE + 1);
    *length = *count = 0;
    for (size_t i = 0; names != NULL && i < round->count; i++)
        if (is_open(&round->pending[i]) && round->pending[i].job[0] == '\0') {
            *length += (size_t)sprintf(names + *length, "%s\n", round->pending[i].name);
            ++*count;
        }
    return names;
}

static bool write_script(const struct place *place, const char *list, char *script, size_t size,
                         struct error *error)
{
    char program[4096];
    const char *folder = place->site->settings->executor_folder;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0)
        return error_system(error, "submitting the tasks of a search");
    program[length] = '\0';
    snprintf(script, size, "#!/bin/sh\nexec '%s' match-shard '%s' '%s' \"$SLURM_ARRAY_TASK_ID\"\n", program,
             folder, list);
    return (strpbrk(program, "'\n") == NULL && strpbrk(folder, "'\n") == NULL) ||
           error_set(error, FAULT_ENVIRONMENT, "a path with a quotation mark cannot be given to Slurm");
}

static bool submit(const struct round *round, struct error *error)
{
    const struct place *place = round->place;
    const struct settings *settings = place->site->settings;
    char script[12288], list[64], hex[DIGEST_TEXT_SIZE], job[SLURM_JOB_SIZE / 2];
    size_t length, count, number = 0;
    char *names = list_names(round, &length, &count);
    if (names == NULL || count == 0) {
        free(names);
        return names != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for tasks");
    }
    struct digest digest = digest_of(names, length);
    snprintf(list, sizeof list, "%.24s.list", digest_text(&digest, hex));
    struct slurm_submission submission = {.name = place->name,
                                          .folder = settings->executor_folder,
                                          .partition = settings->executor_partition,
                                          .script = script,
                                          .count = count,
                                          .minutes = settings->executor_minutes};
    bool done = write_script(place, list, script, sizeof script, error) &&
                file_write_durable(place->tasks, list, names, length, 0600, error) &&
                slurm_submit(&submission, job, sizeof job, error);
    for (size_t i = 0; done && i < round->count; i++)
        if (is_open(&round->pending[i]) && round->pending[i].job[0] == '\0')
            snprintf(round->pending[i].job, SLURM_JOB_SIZE, "%.15s_%u", job, (unsigned)number++);
    if (done)
        log_line(LOG_LEVEL_NOTICE, "slurm", "job %s: %zu tasks", job, count);
    free(names);
    return done;
}

/* Is the task among those that Slurm says are not finished? One a line. */
static bool is_listed(const char *list, const char *job)
{
    size_t length = strlen(job);
    for (const char *at = list; (at = strstr(at, job)) != NULL; at += length)
        if ((at == list || at[-1] == '\n') && (at[length] == '\n' || at[length] == '\0'))
            return true;
    return false;
}

/* What Slurm forgot, or gave up, is to be submitted again. */
static bool find_lost(const struct round *round, struct error *error)
{
    size_t lost = 0, missing;
    char *list = slurm_unfinished(round->place->name);
    if (list == NULL) /* no answer is no news */
        return true;
    /* Who is done between the last look and Slurm's answer is not lost. */
    bool done = look_for_all(round, &missing, error);
    for (size_t i = 0; done && i < round->count; i++) {
        struct pending *pending = &round->pending[i];
        if (!is_open(pending) || pending->job[0] == '\0' || is_listed(list, pending->job))
            continue;
        pending->job[0] = '\0';
        lost++;
    }
    if (lost > 0)
        log_line(LOG_LEVEL_WARNING, "slurm", "%zu of %zu tasks are gone without results: submitted again",
                 lost, round->count);
    free(list);
    return done;
}

static bool ask_slurm(const struct round *round, struct error *error)
{
    struct error refused = ERROR_NONE;
    if (!find_lost(round, error) || !look_for_faults(round, error))
        return false;
    if (submit(round, &refused))
        return true;
    log_line(LOG_LEVEL_WARNING, "slurm", "%s", refused.text);
    if (refused.fault != FAULT_TEMPORARY)
        *error = refused;
    return refused.fault == FAULT_TEMPORARY;
}

/* --- the daemon --- */

static bool is_withdrawn(const struct place *place, const json_t *probe)
{
    const json_t *one;
    size_t i;
    json_array_foreach(place->withdrawn, i, one)
    {
        if (strcmp(json_string_value(one), json_text(probe, "id")) == 0)
            return true;
    }
    return false;
}

/* Tasks that serve withdrawn dockets alone. */
static void drop_withdrawn(const struct round *round)
{
    for (size_t i = 0; json_array_size(round->place->withdrawn) > 0 && i < round->count; i++) {
        struct pending *pending = &round->pending[i];
        const json_t *probes = json_object_get(json_object_get(pending->task, "parameters"), "probes");
        size_t left = json_array_size(probes);
        for (size_t p = 0; p < json_array_size(probes); p++)
            left -= is_withdrawn(round->place, json_array_get(probes, p)) ? 1 : 0;
        if (left > 0 || !is_open(pending))
            continue;
        pending->dropped = true;
        if (pending->job[0] != '\0') {
            slurm_cancel_task(pending->job);
            log_line(LOG_LEVEL_NOTICE, "slurm", "task %s cancelled: its dockets were withdrawn",
                     pending->job);
        }
    }
}

/* Half a second, or what the daemon says, or its end. */
static void pause_or_end(const struct round *round)
{
    struct place *place = round->place;
    struct pollfd wait = {.fd = place->channel, .events = POLLIN};
    if (poll(&wait, 1, LOOK_MS) <= 0)
        return;
    if ((wait.revents & (POLLHUP | POLLERR)) != 0) {
        slurm_cancel(place->name);
        _exit(0);
    }
    int file = -1;
    json_t *message = service_next(place->channel, &file);
    if (strcmp(json_text(message, "op"), "withdraw") == 0) {
        json_array_append(place->withdrawn, json_object_get(message, "docket"));
        drop_withdrawn(round);
    } else if (message != NULL)
        json_array_append(place->later, message);
    if (file >= 0)
        close(file);
    json_decref(message);
}

/* Who knows no answer in time is told so; other faults end the round as well. */
static bool round_run(const struct round *round, struct error *error)
{
    const struct place *place = round->place;
    /* Twice what one task may take, for a queue in front of it. */
    int minutes = 2 * place->site->settings->executor_minutes;
    int64_t deadline = clock_monotonic() + (int64_t)minutes * 60000, asked = 0;
    for (;;) {
        size_t missing;
        if (!look_for_all(round, &missing, error))
            return false;
        if (missing == 0)
            return true;
        int64_t now = clock_monotonic();
        if (now > deadline)
            return error_set(error, FAULT_TEMPORARY,
                             "Slurm did not do %zu of %zu tasks in %d minutes; look at squeue and sinfo",
                             missing, round->count, minutes);
        if (!look_for_faults(round, error))
            return false;
        if (asked == 0 || now - asked >= ASK_MS) {
            asked = now;
            if (!ask_slurm(round, error))
                return false;
        }
        pause_or_end(round);
    }
}

bool slurm_wait(struct place *place, struct pending *pending, size_t count, slurm_take *take, void *context,
                struct error *error)
{
    const struct round round = {place, pending, count, take, context};
    size_t missing;
    drop_withdrawn(&round);
    if (!look_for_all(&round, &missing, error))
        return false;
    if (missing > 0 && !place->begun)
        slurm_cancel(place->name); /* of a daemon that was killed */
    place->begun = true;
    bool done = round_run(&round, error);
    if (!done)
        slurm_cancel(place->name);
    return done;
}
