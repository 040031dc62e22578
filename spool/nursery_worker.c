/*
 * Behind the walls: a worker that serves, and what keeps one job apart from the next.
 *
 * Guarantees: when a job begins, nothing of the one before is open, in the answer or in memory: its descriptors
 * are closed, the answer is emptied, freed memory is overwritten as it is freed (M_PERTURB; large pieces go back
 * to the kernel at once) and so is the buffer messages come in. The libraries keep nothing: a parser, a document,
 * a decompressor lives for one call, and what stays (the compiled schemas) is only read. A job that leaves memory
 * behind, or ends with anything but done or faulty, is the worker's last.
 * Does not hold back code that was taken over from the job after it: that is why workers are replaced, and why
 * what they say is no more than what the sender could have sent.
 */
#include "spool/nursery_worker.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "spool/workers.h"

enum {
    OVERWRITTEN = 0xA5,
    LARGE = 1 << 20,       /* bytes from which memory is the kernel's own mapping */
    LEFT_BEHIND = 4 << 20, /* more than this after a job is odd */
    SETTLED_JOBS = 8       /* first jobs fill caches of the libraries */
};
#define MEBIBYTE ((size_t)1 << 20)

enum worker_exit nursery_worker_run(worker_function *function, const struct worker_job *job)
{
    struct error error = ERROR_NONE;
    enum worker_exit end = worker_run(function, job, &error);
    if (end != WORKER_DONE && ftruncate(job->output, 0) == 0 && lseek(job->output, 0, SEEK_SET) == 0)
        worker_answer(job, error.text, strlen(error.text), NULL);
    return end;
}

static enum worker_exit do_job(const json_t *message, int *files, size_t count, int answer,
                               struct worker_progress *progress)
{
    const char *name = json_text(message, "kind");
    const struct worker_kind *kind = worker_kind_find(name);
    struct worker_job job = {.kind = name,
                             .parameters = json_object_get(message, "parameters"),
                             .inputs = files,
                             .input_count = count,
                             .output = answer,
                             .progress = progress};
    if (kind == NULL || kind->manner != WORKER_SERVES || ftruncate(answer, 0) != 0 ||
        lseek(answer, 0, SEEK_SET) != 0)
        return WORKER_PERSON;
    if (progress != NULL)
        *progress = (struct worker_progress){0};
    worker_budget_begin(WORKER_JOB_MILLISECONDS, WORKER_JOB_MEBIBYTES * MEBIBYTE);
    enum worker_exit end = nursery_worker_run(kind->function, &job);
    worker_budget_end();
    return end;
}

static bool enter(int channel, int answer, int progress, struct error *error)
{
    const int kept[] = {answer, progress};
    struct sandbox_limits limits = {.memory_mebibytes = WORKER_SERVING_MEBIBYTES,
                                    .serves = true,
                                    .channel = channel,
                                    .descriptors = CHANNEL_FILES_MOST + 1,
                                    .keep = kept,
                                    .keep_count = 2};
    mallopt(M_PERTURB, OVERWRITTEN);
    mallopt(M_MMAP_THRESHOLD, LARGE);
    return worker_budget_prepare(error) && sandbox_enter(&limits, error);
}

_Noreturn void nursery_worker_serve(int channel, int answer, int progress_file)
{
    struct error error = ERROR_NONE;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct worker_progress *progress =
        mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED, progress_file, 0);
    if (progress == MAP_FAILED)
        progress = NULL;
    if (!enter(channel, answer, progress_file, &error)) {
        error_context(&error, "entering the sandbox");
        log_line(LOG_LEVEL_ALARM, "nursery", "%s", error.text);
        if (pwrite(answer, error.text, strlen(error.text), 0) < 0)
            _exit(WORKER_RETRY);
        _exit(WORKER_OUTSIDE);
    }
    size_t settled = 0;
    for (unsigned served = 1;; served++) {
        json_t *message = NULL;
        int files[CHANNEL_FILES_MOST];
        size_t count = 0;
        bool ended = false;
        if (!channel_receive(channel, &message, files, CHANNEL_FILES_MOST, &count, &ended, NULL) || ended)
            _exit(0);
        enum worker_exit end = do_job(message, files, count, answer, progress);
        for (size_t i = 0; i < count; i++)
            close(files[i]);
        json_t *report = json_pack("{sI,si}", "job", json_whole(message, "job", 0), "exit", (int)end);
        json_decref(message);
        channel_wipe();
        size_t held = mallinfo2().uordblks;
        if (served <= SETTLED_JOBS)
            settled = held;
        bool odd = (end != WORKER_DONE && end != WORKER_FAULTY) || held > settled + LEFT_BEHIND;
        json_put_flag(report, "odd", odd);
        if (report == NULL || !channel_send(channel, report, NULL, 0, NULL))
            _exit(WORKER_RETRY);
        json_decref(report);
    }
}
