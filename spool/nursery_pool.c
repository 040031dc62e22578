/*
 * Workers that serve, as the daemon sees them: who is idle, who has which job, who has to go.
 *
 * Guarantees: a job given ends in exactly one call, also when its worker dies; a worker that did many jobs, that
 * ended one with anything but done or faulty, that grew, or that works far longer than its job may, is replaced;
 * one that was told to go and stays is killed.
 * Nobody waits for a worker that hangs: a job is given to an idle one only.
 */
#include "spool/nursery_pool.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/workers.h"

enum { LOOK_MS = 1000, GOING_MS = 5000 };

struct pool_worker {
    struct pool *pool;
    json_int_t number;
    int channel; /* -1: it is gone or told to go; what the nursery says of its end is waited for */
    int answer;
    struct worker_progress *progress;
    void *job; /* NULL: idle */
    json_int_t job_number;
    const struct worker_kind *kind;
    int64_t since; /* it has its job, or was told to go */
    unsigned served;
    bool killed;
    struct pool_worker *next;
};

struct pool {
    struct loop *loop;
    int nursery;
    size_t most, count; /* of those that can be given jobs */
    json_int_t last;
    pool_ended *ended;
    void *context;
    struct pool_worker *first;
};

static void worker_free(struct pool_worker *worker)
{
    if (worker->channel >= 0) {
        loop_unwatch(worker->pool->loop, worker->channel);
        close(worker->channel);
    }
    if (worker->answer >= 0)
        close(worker->answer);
    if (worker->progress != NULL)
        munmap(worker->progress, sizeof *worker->progress);
    free(worker);
}

/* It reads the end of its channel and ends. */
static void dismiss(struct pool_worker *worker)
{
    if (worker->channel < 0)
        return;
    loop_unwatch(worker->pool->loop, worker->channel);
    close(worker->channel);
    worker->channel = -1;
    worker->since = clock_monotonic();
    worker->pool->count--;
}

static void end_job(struct pool_worker *worker, enum worker_exit end, int signal)
{
    void *job = worker->job;
    worker->job = NULL;
    if (job != NULL)
        worker->pool->ended(worker->pool->context, job, end, signal, worker->answer);
}

static void ready(void *context)
{
    struct pool_worker *worker = context;
    json_t *message = NULL;
    size_t count = 0;
    bool ended = false;
    struct error error = ERROR_NONE;
    /* A worker says one thing for each job; what it says besides is the last it says. */
    bool heard = channel_receive(worker->channel, &message, NULL, 0, &count, &ended, &error);
    if (heard && !ended && message == NULL)
        return;
    bool known = heard && message != NULL && worker->job != NULL &&
                 json_whole(message, "job", 0) == worker->job_number;
    if (!known) {
        json_decref(message);
        dismiss(worker); /* its job ends when the nursery says how it did */
        return;
    }
    enum worker_exit end = worker_exit_known(json_whole(message, "exit", -1));
    bool odd = json_flag(message, "odd") || (end != WORKER_DONE && end != WORKER_FAULTY);
    json_decref(message);
    worker->served++;
    if (odd || worker->served >= WORKER_JOBS_MOST)
        dismiss(worker);
    end_job(worker, end, 0);
}

static void tell_nursery(const struct pool *pool, const char *what, json_int_t number, const int *files,
                         size_t count)
{
    struct error error = ERROR_NONE;
    json_t *message = json_pack("{sI}", what, number);
    if (message == NULL || !channel_send(pool->nursery, message, files, count, &error))
        log_line(LOG_LEVEL_ERROR, "nursery", "%s", error.text);
    json_decref(message);
}

static bool too_long(const struct pool_worker *worker, int64_t now)
{
    if (worker->channel < 0)
        return now - worker->since > GOING_MS;
    return worker->job != NULL && now - worker->since > 2000 * (int64_t)worker->kind->cpu_seconds;
}

/* Code that was taken over can ignore its alarm, and the end of its channel: it is looked at from outside, by the
   clock. */
static void look(void *context)
{
    struct pool *pool = context;
    for (struct pool_worker *worker = pool->first; worker != NULL; worker = worker->next) {
        if (worker->killed || !too_long(worker, clock_monotonic()))
            continue;
        log_line(LOG_LEVEL_WARNING, "worker-ended", "a %s took longer than it may%s",
                 worker->kind == NULL ? "worker" : worker->kind->kind, worker->channel < 0 ? " to go" : "");
        worker->killed = true;
        tell_nursery(pool, "kill", worker->number, NULL, 0);
    }
    loop_after(pool->loop, LOOK_MS, look, pool, NULL);
}

static bool worker_files(struct pool_worker *worker, int files[3], struct error *error)
{
    int ends[2] = {-1, -1};
    worker->answer = memory_file_empty("answer", error);
    int progress = worker->answer < 0 ? -1 : memory_file_empty("progress", error);
    bool done =
        progress >= 0 && ftruncate(progress, sizeof *worker->progress) == 0 && channel_pair(ends, error);
    if (done) {
        worker->progress = mmap(NULL, sizeof *worker->progress, PROT_READ, MAP_SHARED, progress, 0);
        if (worker->progress == MAP_FAILED)
            worker->progress = NULL;
        worker->channel = ends[0];
        done = channel_nonblocking(ends[0], error) &&
               loop_watch(worker->pool->loop, ends[0], ready, worker, error);
    }
    files[0] = ends[1];
    files[1] = worker->answer;
    files[2] = progress;
    return done;
}

static struct pool_worker *start(struct pool *pool)
{
    struct error error = ERROR_NONE;
    int files[3] = {-1, -1, -1};
    struct pool_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return NULL;
    *worker = (struct pool_worker){.pool = pool, .number = ++pool->last, .channel = -1, .answer = -1};
    bool done = worker_files(worker, files, &error);
    if (done) {
        tell_nursery(pool, "worker", worker->number, files, 3);
        worker->next = pool->first;
        pool->first = worker;
        pool->count++;
    } else {
        log_line(LOG_LEVEL_ERROR, "job-not-started", "%s", error.text);
        worker_free(worker);
    }
    if (files[0] >= 0)
        close(files[0]);
    if (files[2] >= 0)
        close(files[2]);
    return done ? worker : NULL;
}

bool pool_give(struct pool *pool, void *job, const json_t *message, const int *files, size_t count)
{
    struct pool_worker *worker = pool->first;
    while (worker != NULL && (worker->job != NULL || worker->channel < 0))
        worker = worker->next;
    if (worker == NULL && pool->count < pool->most)
        worker = start(pool);
    if (worker == NULL || !channel_send(worker->channel, message, files, count, NULL))
        return false;
    worker->job = job;
    worker->job_number = json_whole(message, "job", 0);
    worker->kind = worker_kind_find(json_text(message, "kind"));
    worker->since = clock_monotonic();
    return true;
}

void pool_worker_ended(struct pool *pool, json_int_t number, enum worker_exit end, int signal)
{
    for (struct pool_worker **at = &pool->first; *at != NULL; at = &(*at)->next) {
        struct pool_worker *worker = *at;
        if (worker->number != number)
            continue;
        *at = worker->next;
        dismiss(worker);
        /* Out of its time is not out of luck: it would be again. */
        bool spent = signal == SIGPROF || signal == SIGXCPU || worker->killed;
        end_job(worker, spent ? WORKER_FAULTY : end == WORKER_OUTSIDE ? end : WORKER_RETRY, signal);
        worker_free(worker);
        return;
    }
}

void pool_lost(struct pool *pool)
{
    while (pool->first != NULL)
        pool_worker_ended(pool, pool->first->number, WORKER_RETRY, SIGKILL);
}

const struct worker_progress *pool_progress(const struct pool *pool, const void *job)
{
    for (const struct pool_worker *worker = pool->first; worker != NULL; worker = worker->next)
        if (worker->job == job)
            return worker->progress;
    return NULL;
}

bool pool_open(struct loop *loop, int nursery, size_t most, pool_ended *ended, void *context,
               struct pool **pool, struct error *error)
{
    struct pool *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting the nursery");
    *made = (struct pool){.loop = loop, .nursery = nursery, .most = most, .ended = ended, .context = context};
    *pool = made;
    return loop_after(loop, LOOK_MS, look, made, error);
}

void pool_close(struct pool *pool)
{
    if (pool == NULL)
        return;
    loop_cancel(pool->loop, look, pool);
    while (pool->first != NULL) {
        struct pool_worker *worker = pool->first;
        pool->first = worker->next;
        worker_free(worker);
    }
    free(pool);
}
