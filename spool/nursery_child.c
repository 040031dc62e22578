/*
 * Inside the nursery: receive a job, fork, sandbox, run its function, report the exit; or fork a worker that
 * serves (nursery_worker.c), which the daemon then talks to itself.
 *
 * Guarantees: exactly one report for every job or worker asked for; a worker outlives neither the nursery nor the
 * daemon. It keeps no descriptor of a job once the worker is forked. Does not decide what a failure means.
 */
#include "spool/nursery_child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "ingest/check_worker.h"
#include "spool/nursery_worker.h"
#include "spool/workers.h"

enum { OUTPUT, PROGRESS, FIRST_INPUT }; /* the order of a job's descriptors */
enum { MEBIBYTE = 1 << 20, WORKERS_MOST = 64, SERVING_FILES = 3 /* channel, answer, progress */ };

struct running {
    pid_t pid;   /* 0 = free */
    bool serves; /* one job after another: `number` is the worker's, else the job's */
    bool late;   /* it was killed for that */
    json_int_t number;
    int64_t ends; /* by then it has to be done, of clock_monotonic; 0: whenever it is */
};

static struct running workers[WORKERS_MOST];

/* Foreign code may use up what the site gives it, beside the gallery it is given to look at. */
static unsigned memory_of(const struct worker_kind *kind, const struct worker_job *job)
{
    int64_t mebibytes = json_whole(job->parameters, "mebibytes", kind->memory_mebibytes);
    for (size_t i = 0; kind->load != NULL && i < job->input_count; i++) {
        struct stat facts;
        if (fstat(job->inputs[i], &facts) == 0)
            mebibytes += facts.st_size / MEBIBYTE + 1;
    }
    return kind->load == NULL ? kind->memory_mebibytes : (unsigned)mebibytes;
}

/* With the first walls up: load what is foreign, then the rest of the walls. */
static bool load(const struct worker_kind *kind, const struct worker_job *job,
                 const struct sandbox_limits *limits, enum worker_exit *end, struct error *error)
{
    *end = WORKER_FAULTY;
    if (!kind->load(job, error))
        return false;
    *end = WORKER_OUTSIDE;
    return sandbox_loaded(limits, error) || error_context(error, "entering the sandbox");
}

_Noreturn void nursery_child_work(const json_t *message, int *files, size_t count, int channel)
{
    enum worker_exit end = WORKER_PERSON;
    struct error error = ERROR_NONE;
    const char *name = json_text(message, "kind");
    const struct worker_kind *kind = worker_kind_find(name);
    struct worker_job job = {.kind = name,
                             .parameters = json_object_get(message, "parameters"),
                             .inputs = files + FIRST_INPUT,
                             .input_count = count - FIRST_INPUT,
                             .output = files[OUTPUT]};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (channel >= 0)
        close(channel);
    job.progress = mmap(NULL, sizeof *job.progress, PROT_READ | PROT_WRITE, MAP_SHARED, files[PROGRESS], 0);
    if (job.progress == MAP_FAILED)
        job.progress = NULL;
    if (kind == NULL) {
        error_set(&error, FAULT_INTERNAL, "there is no kind of worker called \"%s\"", name);
        goto done;
    }
    struct sandbox_limits limits = {.cpu_seconds = kind->cpu_seconds,
                                    .memory_mebibytes = memory_of(kind, &job),
                                    .threads = kind->threads,
                                    .loads = kind->load != NULL,
                                    .keep = files,
                                    .keep_count = count};
    if (!sandbox_enter(&limits, &error)) {
        error_context(&error, "entering the sandbox");
        end = WORKER_OUTSIDE;
        goto done;
    }
    if (kind->load != NULL && !load(kind, &job, &limits, &end, &error))
        goto done;
    _exit((int)nursery_worker_run(kind->function, &job));
done:
    worker_answer(&job, error.text, strlen(error.text), NULL);
    _exit((int)end);
}

static void report(int channel, const struct running *worker, int exit_code, int signal)
{
    json_t *message = json_pack("{sI,si,si}", worker->serves ? "worker" : "job", worker->number, "exit",
                                exit_code, "signal", signal);
    if (message != NULL)
        channel_send(channel, message, NULL, 0, NULL);
    json_decref(message);
}

static void start(int channel, const json_t *message, int *files, size_t count)
{
    bool serves = json_object_get(message, "worker") != NULL;
    struct running made = {.serves = serves, .number = json_whole(message, serves ? "worker" : "job", 0)};
    size_t slot = 0;
    while (slot < WORKERS_MOST && workers[slot].pid != 0)
        slot++;
    bool possible = slot < WORKERS_MOST && (serves ? count == SERVING_FILES : count >= FIRST_INPUT);
    const struct worker_kind *kind = serves ? NULL : worker_kind_find(json_text(message, "kind"));
    if (kind != NULL)
        worker_kind_ready(kind);
    pid_t pid = possible ? fork() : -1;
    if (pid == 0 && serves) {
        close(channel);
        nursery_worker_serve(files[0], files[1], files[2]);
    }
    if (pid == 0)
        nursery_child_work(message, files, count, channel);
    made.pid = pid;
    int64_t seconds = kind == NULL || kind->load == NULL
                          ? 0
                          : json_whole(json_object_get(message, "parameters"), "seconds", kind->seconds);
    made.ends = seconds == 0 ? 0 : clock_monotonic() + seconds * 1000;
    if (pid < 0)
        report(channel, &made, WORKER_RETRY, 0);
    else
        workers[slot] = made;
    for (size_t i = 0; i < count; i++)
        close(files[i]);
}

static void end_worker(json_int_t number)
{
    for (size_t i = 0; i < WORKERS_MOST; i++)
        if (workers[i].pid > 0 && workers[i].serves && workers[i].number == number)
            kill(workers[i].pid, SIGKILL);
}

static void reap(int channel)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (size_t i = 0; i < WORKERS_MOST; i++)
            if (workers[i].pid == pid) {
                workers[i].pid = 0;
                report(channel, &workers[i], WIFEXITED(status) ? WEXITSTATUS(status) : WORKER_RETRY,
                       !WIFSIGNALED(status) ? 0
                       : workers[i].late    ? SIGALRM
                                            : WTERMSIG(status));
            }
}

/* Who is late is ended. Returns the milliseconds until somebody may be, -1: nobody can be. */
static int end_late(void)
{
    int64_t now = clock_monotonic(), least = INT64_MAX;
    for (size_t i = 0; i < WORKERS_MOST; i++) {
        if (workers[i].pid <= 0 || workers[i].ends == 0 || workers[i].late)
            continue;
        if (workers[i].ends <= now) {
            workers[i].late = true;
            kill(workers[i].pid, SIGKILL);
        } else if (workers[i].ends - now < least)
            least = workers[i].ends - now;
    }
    return least == INT64_MAX ? -1 : least > 60000 ? 60000 : (int)least;
}

_Noreturn void nursery_serve(int channel)
{
    sigset_t children;
    struct error error = ERROR_NONE;
    /* What needs files or much time is made ready once, here: workers inherit it behind their walls. */
    if (!check_prepare_process(&error)) {
        log_line(LOG_LEVEL_ALARM, "nursery", "%s", error.text);
        _exit(1);
    }
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, NULL);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    int ended_children = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    for (;;) {
        struct pollfd wait[2] = {{.fd = channel, .events = POLLIN}, {.fd = ended_children, .events = POLLIN}};
        if (poll(wait, 2, end_late()) < 0 && errno != EINTR)
            _exit(1);
        if (wait[1].revents != 0) {
            struct signalfd_siginfo information;
            while (read(ended_children, &information, sizeof information) > 0)
                continue;
            reap(channel);
        }
        if (wait[0].revents != 0) {
            json_t *message = NULL;
            int files[CHANNEL_FILES_MOST];
            size_t count = 0;
            bool ended = false;
            if (!channel_receive(channel, &message, files, CHANNEL_FILES_MOST, &count, &ended, NULL))
                continue;
            if (ended) {
                for (size_t i = 0; i < WORKERS_MOST; i++)
                    if (workers[i].pid > 0)
                        kill(workers[i].pid, SIGKILL);
                _exit(0);
            }
            if (message != NULL && json_object_get(message, "kill") != NULL)
                end_worker(json_whole(message, "kill", 0));
            else if (message != NULL)
                start(channel, message, files, count);
            json_decref(message);
        }
    }
}
