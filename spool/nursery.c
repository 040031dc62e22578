/*
 * The daemon's side of the nursery: a queue of jobs, those of each manner (spool/workers.h) with a bound of
 * their own on how many run.
 *
 * What answers a drop goes first: pages and measures start when for a moment no job of another kind ran or
 * waited, or when the last of them began some seconds ago, so that a flood of drops delays them and never stops
 * them.
 * Guarantees: every job accepted ends in exactly one callback, also when the nursery dies (then all end as
 * WORKER_RETRY and the nursery's death is a reason to stop the daemon: nothing could be computed any more).
 */
#include "spool/nursery.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/nursery_child.h"
#include "spool/nursery_pool.h"
#include "spool/service.h"
#include "spool/workers.h"

enum {
    ANSWER_MOST = 64 << 20,
    QUIET_MS = 40,   /* without a drop being checked: longer than between two checks of a flood */
    TURN_MS = 10000, /* then one that can wait starts all the same */
    PARAMETERS_MOST = 1
};

struct job {
    json_int_t number;
    enum worker_manner manner;
    bool running;
    json_t *message;
    int *
        files; /* of one that serves the inputs, else output, progress, inputs: as nursery_child.c reads them */
    size_t file_count;
    struct worker_progress *progress;
    job_done *done;
    void *context;
    struct job *next;
};

struct nursery {
    struct loop *loop;
    int channel;
    pid_t pid;
    json_int_t last;
    size_t running[3], most;           /* by manner */
    int64_t last_urgent, last_patient; /* when one that cannot wait ended, and one that can began */
    nursery_urgent *ask;               /* NULL: nobody to ask */
    void *ask_context;
    struct pool *pool;
    struct job *first, **end;
};

static void job_free(struct job *job)
{
    for (size_t i = 0; i < job->file_count; i++)
        if (job->files[i] >= 0)
            close(job->files[i]);
    if (job->progress != NULL)
        munmap(job->progress, sizeof *job->progress);
    json_decref(job->message);
    free(job->files);
    free(job);
}

static void start_waiting(struct nursery *nursery);

static void finish(struct nursery *nursery, struct job *job, enum worker_exit end, int signal, int answer)
{
    for (struct job **at = &nursery->first; *at != NULL; at = &(*at)->next)
        if (*at == job) {
            *at = job->next;
            break;
        }
    nursery->end = &nursery->first;
    while (*nursery->end != NULL)
        nursery->end = &(*nursery->end)->next;
    if (job->running)
        nursery->running[job->manner]--;
    if (job->manner != WORKER_CAN_WAIT)
        nursery->last_urgent = clock_monotonic();
    struct job_outcome outcome = {.exit = end, .signal = signal, .answer = answer};
    job->done(job->context, &outcome);
    job_free(job);
}

static void ready(void *context)
{
    struct nursery *nursery = context;
    for (;;) {
        json_t *message = NULL;
        size_t count = 0;
        bool ended = false;
        struct error error = ERROR_NONE;
        if (!channel_receive(nursery->channel, &message, NULL, 0, &count, &ended, &error)) {
            log_line(LOG_LEVEL_ERROR, "nursery", "%s", error.text);
            return;
        }
        if (ended) {
            log_line(LOG_LEVEL_ALARM, "nursery-died", "the process that starts workers is gone; stopping");
            loop_unwatch(nursery->loop, nursery->channel);
            error_set(&error, FAULT_TEMPORARY, "the process that starts workers is gone");
            loop_fail(nursery->loop, &error);
            pool_lost(nursery->pool);
            while (nursery->first != NULL)
                finish(nursery, nursery->first, WORKER_RETRY, SIGKILL, -1);
            return;
        }
        if (message == NULL)
            break;
        json_int_t number = json_whole(message, "job", 0);
        int signal = (int)json_whole(message, "signal", 0);
        enum worker_exit end =
            signal != 0 ? WORKER_RETRY : worker_exit_known(json_whole(message, "exit", -1));
        json_int_t worker = json_whole(message, "worker", 0);
        json_decref(message);
        if (worker != 0) {
            pool_worker_ended(nursery->pool, worker, end, signal);
            continue;
        }
        for (struct job *job = nursery->first; job != NULL; job = job->next)
            if (job->number == number && job->running) {
                finish(nursery, job, end, signal, job->files[0]);
                break;
            }
    }
    start_waiting(nursery);
}

/* A serving worker has ended its job. */
static void served(void *context, void *job, enum worker_exit end, int signal, int answer)
{
    struct nursery *nursery = context;
    finish(nursery, job, end, signal, answer);
    start_waiting(nursery);
}

static void look_again(void *context)
{
    start_waiting(context);
}

/* May one that can wait start now? If not, it is looked at again in time. */
static bool patient_turn(struct nursery *nursery, bool urgent)
{
    int64_t now = clock_monotonic();
    urgent = urgent || nursery->running[WORKER_SERVES] > 0 || now - nursery->last_urgent < QUIET_MS ||
             (nursery->ask != NULL && nursery->ask(nursery->ask_context));
    if (!urgent || now - nursery->last_patient >= TURN_MS)
        return true;
    loop_after(nursery->loop, QUIET_MS, look_again, nursery, NULL);
    return false;
}

/* False: it has to wait. */
static bool begin(struct nursery *nursery, struct job *job, bool urgent, bool *failed)
{
    struct error error = ERROR_NONE;
    *failed = false;
    if (job->manner == WORKER_SERVES) {
        if (!pool_give(nursery->pool, job, job->message, job->files, job->file_count)) {
            /* With one under way its end comes here; without, memory or descriptors ran out for a while. */
            if (nursery->running[WORKER_SERVES] == 0)
                loop_after(nursery->loop, QUIET_MS, look_again, nursery, NULL);
            return false;
        }
    } else {
        size_t once = nursery->running[WORKER_ONCE] + nursery->running[WORKER_CAN_WAIT];
        if (once >= nursery->most || (job->manner == WORKER_CAN_WAIT && !patient_turn(nursery, urgent)))
            return false;
        if (job->manner == WORKER_CAN_WAIT)
            nursery->last_patient = clock_monotonic();
        *failed = !channel_send(nursery->channel, job->message, job->files, job->file_count, &error);
        if (*failed)
            log_line(LOG_LEVEL_ERROR, "job-not-started", "%s", error.text);
    }
    job->running = true;
    nursery->running[job->manner]++;
    return true;
}

static void start_waiting(struct nursery *nursery)
{
    bool tried[3] = {false}, urgent = false, failed = false;
    for (struct job *job = nursery->first; job != NULL; job = job->next)
        urgent = urgent || (job->manner == WORKER_SERVES && !job->running);
    /* When one of a manner cannot start, those of it behind cannot either. */
    struct job *job = nursery->first;
    while (job != NULL) {
        struct job *next = job->next;
        if (!job->running && !tried[job->manner])
            tried[job->manner] = !begin(nursery, job, urgent, &failed);
        if (failed) {
            finish(nursery, job, WORKER_RETRY, 0, job->files[0]);
            next = nursery->first;
        }
        failed = false;
        job = next;
    }
}

/* Of a job with a process of its own: where it writes, and how far it is. */
static bool make_outputs(struct job *job, struct error *error)
{
    int output = memory_file_empty("answer", error);
    int progress = memory_file_empty("progress", error);
    job->files[0] = output;
    job->files[1] = progress;
    job->file_count = 2;
    if (output < 0 || progress < 0 || ftruncate(progress, sizeof *job->progress) != 0)
        return error_context(error, "starting a worker");
    job->progress = mmap(NULL, sizeof *job->progress, PROT_READ, MAP_SHARED, progress, 0);
    if (job->progress == MAP_FAILED)
        job->progress = NULL;
    return true;
}

static bool job_make(const char *name, const json_t *parameters, const int *inputs, size_t input_count,
                     struct job **made, struct error *error)
{
    const struct worker_kind *kind = worker_kind_find(name);
    struct job *job = calloc(1, sizeof *job);
    if (job != NULL)
        job->files = calloc(input_count + 2, sizeof *job->files);
    if (job == NULL || job->files == NULL) {
        free(job);
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting a worker");
    }
    job->manner = kind == NULL ? WORKER_ONCE : kind->manner;
    if (job->manner != WORKER_SERVES && !make_outputs(job, error)) {
        job_free(job);
        return false;
    }
    job->message = json_pack("{ss,sO}", "kind", name, "parameters", parameters);
    if (job->message == NULL) {
        job_free(job);
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting a worker");
    }
    if (input_count > 0)
        memcpy(job->files + job->file_count, inputs, input_count * sizeof *inputs);
    job->file_count += input_count;
    *made = job;
    return true;
}

bool nursery_start(struct loop *loop, const struct site *site, struct nursery **nursery, struct error *error)
{
    int ends[2];
    struct nursery *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting the nursery");
    if (!channel_pair(ends, error))
        goto failed;
    made->pid = fork();
    if (made->pid < 0) {
        error_system(error, "forking the nursery");
        close(ends[0]);
        close(ends[1]);
        goto failed;
    }
    if (made->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        struct error own = ERROR_NONE;
        /* A change of account disarms the death signal: armed again. */
        if (site_become_owner(site, &own) && service_keep(&ends[1], 1) && service_end_with_daemon())
            nursery_serve(3);
        log_line(LOG_LEVEL_ALARM, "nursery", "%s", own.text);
        _exit(1);
    }
    close(ends[1]);
    made->channel = ends[0];
    made->loop = loop;
    made->end = &made->first;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    made->most = processors < 2 ? 2 : (size_t)processors;
    /* One serving worker more than processors: the next job is begun while the answer to one is read. */
    if (!channel_nonblocking(made->channel, error) || !loop_watch(loop, made->channel, ready, made, error) ||
        !pool_open(loop, made->channel, made->most + 1, served, made, &made->pool, error)) {
        nursery_stop(made);
        return false;
    }
    *nursery = made;
    return true;
failed:
    free(made);
    return false;
}

void nursery_stop(struct nursery *nursery)
{
    if (nursery == NULL)
        return;
    loop_cancel(nursery->loop, look_again, nursery);
    pool_close(nursery->pool);
    loop_unwatch(nursery->loop, nursery->channel);
    close(nursery->channel);
    waitpid(nursery->pid, NULL, 0);
    while (nursery->first != NULL) {
        struct job *job = nursery->first;
        nursery->first = job->next;
        job_free(job);
    }
    free(nursery);
}

bool nursery_run(struct nursery *nursery, const char *kind, const json_t *parameters, const int *inputs,
                 size_t input_count, job_done *done, void *context, struct error *error)
{
    struct job *job = NULL;
    if (!job_make(kind, parameters, inputs, input_count, &job, error)) {
        for (size_t i = 0; i < input_count; i++)
            close(inputs[i]);
        return false;
    }
    job->number = ++nursery->last;
    job->done = done;
    job->context = context;
    json_put_whole(job->message, "job", job->number);
    *nursery->end = job;
    nursery->end = &job->next;
    start_waiting(nursery);
    return true;
}

void nursery_hurry(struct nursery *nursery, const void *context)
{
    for (struct job **at = &nursery->first; *at != NULL; at = &(*at)->next) {
        struct job *job = *at;
        if (job->context != context || job->running)
            continue;
        *at = job->next;
        if (nursery->end == &job->next)
            nursery->end = at;
        job->next = nursery->first;
        nursery->first = job;
        if (job->next == NULL)
            nursery->end = &job->next;
        return;
    }
}

void nursery_yield(struct nursery *nursery, nursery_urgent *ask, void *context)
{
    nursery->ask = ask;
    nursery->ask_context = context;
}

size_t nursery_busy(const struct nursery *nursery)
{
    size_t count = 0;
    for (const struct job *job = nursery->first; job != NULL; job = job->next)
        count++;
    return count;
}

bool nursery_progress(const struct nursery *nursery, const void *context, uint64_t *done, uint64_t *total)
{
    for (const struct job *job = nursery->first; job != NULL; job = job->next) {
        const struct worker_progress *progress =
            job->manner == WORKER_SERVES ? pool_progress(nursery->pool, job) : job->progress;
        if (job->context != context || !job->running || progress == NULL)
            continue;
        *done = atomic_load(&progress->done);
        *total = atomic_load(&progress->total);
        return true;
    }
    return false;
}

bool job_answer_json(const struct job_outcome *outcome, json_t **answer, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    *answer = NULL;
    if (outcome->signal == SIGPROF || outcome->signal == SIGXCPU)
        return error_set(error, outcome->exit == WORKER_FAULTY ? FAULT_INPUT : FAULT_TEMPORARY,
                         "looking at it took more processor time than it may");
    if (outcome->answer < 0)
        return error_set(error, FAULT_TEMPORARY, "the worker is gone");
    if (!file_read_open(outcome->answer, ANSWER_MOST, &bytes, &length, error))
        return error_context(error, "reading a worker's answer");
    bool done = false;
    if (outcome->signal == SIGBUS)
        error_set(
            error, FAULT_TEMPORARY,
            "a file that is mapped, as those of the gallery are, cannot be read: look at the disk and its "
            "messages (dmesg); leadspool audit verify names the file");
    else if (outcome->signal != 0)
        error_set(error, outcome->exit == WORKER_FAULTY ? FAULT_INPUT : FAULT_TEMPORARY,
                  "the worker was ended by signal %d (%s)", outcome->signal, strsignal(outcome->signal));
    else if (outcome->exit != WORKER_DONE)
        error_set(error,
                  outcome->exit == WORKER_FAULTY    ? FAULT_INPUT
                  : outcome->exit == WORKER_RETRY   ? FAULT_TEMPORARY
                  : outcome->exit == WORKER_OUTSIDE ? FAULT_ENVIRONMENT
                                                    : FAULT_INTERNAL,
                  "%s", length == 0 ? "the worker gave no reason" : bytes);
    else
        done = json_read(bytes, length, answer, error) || error_context(error, "a worker's answer");
    free(bytes);
    return done;
}
