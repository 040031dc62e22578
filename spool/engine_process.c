/*
 * Running one job of a vendor's engine and waiting for it.
 *
 * Guarantees: whatever the engine does, this ends, at the latest with the kind's seconds. For commands: it waits, so the
 * daemon does not call it (spool/engines.c is its way).
 */
#include "spool/engine_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/worker.h"
#include "spool/nursery_child.h"
#include "spool/workers.h"

enum { OBJECT_MOST = 1 << 30, ANSWER_MOST = 64 << 20, STEP = 1 << 20 };

static bool copy(int from, int to, const char *path, struct error *error)
{
    char *bytes = malloc(STEP);
    ssize_t got = -1;
    bool done = bytes != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while reading %s", path);
    while (done && (got = read(from, bytes, STEP)) > 0)
        done = file_write_all(to, bytes, (size_t)got, error);
    free(bytes);
    return done && (got == 0 || error_system(error, "reading the engine %s", path));
}

int engine_object(const char *path, struct digest *digest, struct error *error)
{
    struct stat facts;
    int from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), object = -1;
    if (from < 0) {
        error_system(error, "opening the engine %s", path);
        return -1;
    }
    bool done = fstat(from, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size <= OBJECT_MOST;
    if (!done)
        error_set(error, FAULT_INPUT, "the engine %s is no regular file of at most 1 GiB", path);
    if (done && (object = memory_file_empty("engine", error)) < 0)
        done = false;
    done = done && copy(from, object, path, error);
    if (done && fcntl(object, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
        done = error_system(error, "sealing the copy of the engine %s", path);
    done = done && digest_of_file(object, digest, NULL, error);
    close(from);
    if (!done && object >= 0)
        close(object);
    return done ? object : -1;
}

/* Waits in small steps: a signal at the deadline would need a handler in every command. */
static bool await(pid_t child, int64_t seconds, int *status, struct rusage *usage)
{
    const struct timespec step = {.tv_nsec = 2000000};
    int64_t ends = clock_monotonic() + seconds * 1000;
    bool late = false;
    while (wait4(child, status, WNOHANG, usage) == 0) {
        if (!late && clock_monotonic() >= ends) {
            kill(child, SIGKILL);
            late = true;
        }
        nanosleep(&step, NULL);
    }
    return !late;
}

static bool take(struct engine_end *end, int status, bool in_time, int64_t seconds, int output,
                 struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    end->engines_fault = true;
    end->misdeed = !in_time                      ? "late"
                   : !WIFSIGNALED(status)        ? "malformed"
                   : WTERMSIG(status) == SIGKILL ? NULL
                                                 : "crashed";
    if (!in_time)
        return error_set(error, FAULT_INPUT, "it did not end within %lld seconds", (long long)seconds);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        return error_set(error, FAULT_INPUT,
                         "it was ended for a forbidden system call (network, process or the like)");
    if (WIFSIGNALED(status))
        return error_set(error, FAULT_INPUT, "it was ended by signal %d (%s)", WTERMSIG(status),
                         strsignal(WTERMSIG(status)));
    if (!file_read_open(output, ANSWER_MOST, &bytes, &length, error)) {
        end->misdeed = NULL;
        return false;
    }
    int exit = WEXITSTATUS(status);
    bool done = exit == WORKER_DONE;
    end->engines_fault = exit != WORKER_RETRY && exit != WORKER_PERSON;
    end->misdeed = end->engines_fault ? end->misdeed : NULL;
    if (done && length == 0)
        error_set(error, FAULT_INPUT, "it ended its process without an answer");
    else
        done = done ? json_read(bytes, length, &end->answer, error)
                    : error_set(error, end->engines_fault ? FAULT_INPUT : FAULT_ENVIRONMENT, "%.900s",
                                length > 0 ? bytes : "its process ended and gave no reason");
    free(bytes);
    return done && length > 0;
}

bool engine_process(const char *kind, json_t *parameters, int object, const struct digest *digest,
                    const int *inputs, size_t input_count, struct engine_end *end, struct error *error)
{
    char text[DIGEST_TEXT_SIZE];
    int files[CHANNEL_FILES_MOST], status = 0;
    struct rusage usage = {0};
    *end = (struct engine_end){0};
    if (input_count > CHANNEL_FILES_MOST - 3)
        return error_set(error, FAULT_USAGE, "more than %d files for one job", CHANNEL_FILES_MOST - 3);
    files[0] = memory_file_empty("answer", error);
    files[1] = memory_file_empty("progress", error);
    files[2] = object;
    if (input_count > 0)
        memcpy(files + 3, inputs, input_count * sizeof *inputs);
    json_put(parameters, "object", json_pack("{ss}", "digest", digest_text(digest, text)));
    json_t *message = json_pack("{ss,sO}", "kind", kind, "parameters", parameters);
    bool done = files[0] >= 0 && files[1] >= 0 && message != NULL &&
                ftruncate(files[1], sizeof(struct worker_progress)) == 0;
    int64_t began = clock_monotonic();
    pid_t child = done ? fork() : -1;
    if (child == 0)
        nursery_child_work(message, files, input_count + 3, -1);
    if (child < 0)
        done = error_system(error, "starting a process for the engine");
    else {
        int64_t seconds = json_whole(parameters, "seconds", worker_kind_find(kind)->seconds);
        bool in_time = await(child, seconds, &status, &usage);
        end->milliseconds = clock_monotonic() - began;
        end->peak_mebibytes = usage.ru_maxrss / 1024;
        done = take(end, status, in_time, seconds, files[0], error);
    }
    for (int i = 0; i < 2; i++)
        if (files[i] >= 0)
            close(files[i]);
    json_decref(message);
    return done;
}
