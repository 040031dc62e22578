/*
 * The daemon's side of the nursery: a queue of jobs, at most one a processor running.
 *
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
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/nursery_child.h"
#include "spool/service.h"

enum { ANSWER_MOST = 64 << 20 };

struct job {
    json_int_t number;
    bool running;
    json_t *message;
    int *files; /* output, progress, inputs: the order nursery_child.c reads */
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
    size_t running, most;
    struct job *first, **end;
};

static void job_free(struct job *job)
{
    for (size_t i = 0; i < job->file_count; i++)
        close(job->files[i]);
    if (job->progress != NULL)
        munmap(job->progress, sizeof *job->progress);
    json_decref(job->message);
    free(job->files);
    free(job);
}

static void start_waiting(struct nursery *nursery);

static void finish(struct nursery *nursery, struct job *job, enum worker_exit end, int signal)
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
        nursery->running--;
    struct job_outcome outcome = {.exit = end, .signal = signal, .answer = job->files[0]};
    job->done(job->context, &outcome);
    job_free(job);
}

static enum worker_exit known_exit(json_int_t code)
{
    switch (code) {
    case WORKER_DONE:
    case WORKER_FAULTY:
    case WORKER_PERSON:
        return (enum worker_exit)code;
    default:
        return WORKER_RETRY;
    }
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
            while (nursery->first != NULL)
                finish(nursery, nursery->first, WORKER_RETRY, SIGKILL);
            return;
        }
        if (message == NULL)
            break;
        json_int_t number = json_whole(message, "job", 0);
        int signal = (int)json_whole(message, "signal", 0);
        enum worker_exit end = signal != 0 ? WORKER_RETRY : known_exit(json_whole(message, "exit", -1));
        json_decref(message);
        for (struct job *job = nursery->first; job != NULL; job = job->next)
            if (job->number == number && job->running) {
                finish(nursery, job, end, signal);
                break;
            }
    }
    start_waiting(nursery);
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
    if (!channel_nonblocking(made->channel, error) || !loop_watch(loop, made->channel, ready, made, error)) {
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

static void start_waiting(struct nursery *nursery)
{
    struct job *job = nursery->first;
    while (job != NULL && nursery->running < nursery->most) {
        struct job *next = job->next;
        if (!job->running) {
            struct error error = ERROR_NONE;
            job->running = true;
            nursery->running++;
            if (!channel_send(nursery->channel, job->message, job->files, job->file_count, &error)) {
                log_line(LOG_LEVEL_ERROR, "job-not-started", "%s", error.text);
                finish(nursery, job, WORKER_RETRY, 0);
                next = nursery->first;
            }
        }
        job = next;
    }
}

static bool job_make(const char *kind, const json_t *parameters, const int *inputs, size_t input_count,
                     struct job **made, struct error *error)
{
    struct job *job = calloc(1, sizeof *job);
    int *files = calloc(input_count + 2, sizeof *files);
    if (job == NULL || files == NULL) {
        free(job);
        free(files);
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting a worker");
    }
    job->files = files;
    int output = memory_file_empty("answer", error);
    int progress = memory_file_empty("progress", error);
    if (output < 0 || progress < 0 || ftruncate(progress, sizeof *job->progress) != 0) {
        if (output >= 0)
            close(output);
        if (progress >= 0)
            close(progress);
        job_free(job);
        return error_context(error, "starting a worker");
    }
    files[0] = output;
    files[1] = progress;
    job->file_count = 2;
    job->progress = mmap(NULL, sizeof *job->progress, PROT_READ, MAP_SHARED, progress, 0);
    if (job->progress == MAP_FAILED)
        job->progress = NULL;
    job->message = json_pack("{ss,sO}", "kind", kind, "parameters", parameters);
    if (job->message == NULL) {
        job_free(job);
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting a worker");
    }
    if (input_count > 0)
        memcpy(files + 2, inputs, input_count * sizeof *inputs);
    job->file_count += input_count;
    *made = job;
    return true;
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

size_t nursery_busy(const struct nursery *nursery)
{
    size_t count = 0;
    for (const struct job *job = nursery->first; job != NULL; job = job->next)
        count++;
    return count;
}

bool nursery_progress(const struct nursery *nursery, const void *context, uint64_t *done, uint64_t *total)
{
    for (const struct job *job = nursery->first; job != NULL; job = job->next)
        if (job->context == context && job->running && job->progress != NULL) {
            *done = atomic_load(&job->progress->done);
            *total = atomic_load(&job->progress->total);
            return true;
        }
    return false;
}

bool job_answer_json(const struct job_outcome *outcome, json_t **answer, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    *answer = NULL;
    if (!file_read_open(outcome->answer, ANSWER_MOST, &bytes, &length, error))
        return error_context(error, "reading a worker's answer");
    bool done = false;
    if (outcome->signal != 0)
        error_set(error, FAULT_TEMPORARY, "the worker was ended by signal %d (%s)", outcome->signal,
                  strsignal(outcome->signal));
    else if (outcome->exit != WORKER_DONE)
        error_set(error,
                  outcome->exit == WORKER_FAULTY  ? FAULT_INPUT
                  : outcome->exit == WORKER_RETRY ? FAULT_TEMPORARY
                                                  : FAULT_INTERNAL,
                  "%s", length == 0 ? "the worker gave no reason" : bytes);
    else
        done = json_read(bytes, length, answer, error) || error_context(error, "a worker's answer");
    free(bytes);
    return done;
}
