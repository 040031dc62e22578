/*
 * One task of a run, on a node.
 *
 * Guarantees: pictures are read and compared behind the walls of a worker (base/sandbox.h) that has the task's files
 * open and nothing else; a result appears whole, synced, under its name, or not at all. Knows no casebook and no site.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/files.h"
#include "base/json.h"
#include "base/sandbox.h"
#include "match/answer_check.h"
#include "match/match_worker.h"
#include "match/run_tasks.h"
#include "spool/engine_process.h"
#include "spool/nursery_worker.h"
#include "spool/slurm.h"

enum { LIST_MOST = 1 << 20, TASK_MOST = 64 << 20, NAME_LENGTH = DIGEST_TEXT_SIZE - 1 };

struct task {
    int folder, tasks;
    char name[DIGEST_TEXT_SIZE];
    json_t *asked;
    int inputs[CHANNEL_FILES_MOST];
    size_t input_count;
    const char *misdeed; /* of a vendor's engine; NULL = none */
};

static bool find_name(struct task *task, const char *list, long number, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    if (!file_read(task->tasks, list, LIST_MOST, &bytes, &length, error))
        return false;
    size_t at = (size_t)number * (NAME_LENGTH + 1);
    bool there = at + NAME_LENGTH + 1 <= length && bytes[at + NAME_LENGTH] == '\n';
    if (there) {
        memcpy(task->name, bytes + at, NAME_LENGTH);
        task->name[NAME_LENGTH] = '\0';
    }
    free(bytes);
    struct digest digest;
    return (there && digest_parse(task->name, &digest)) ||
           error_set(error, FAULT_INPUT, "the list %s has no task %ld", list, number);
}

static bool open_input(struct task *task, const char *folder, const char *name, struct error *error)
{
    int directory = directory_open_at(task->folder, folder, false, 0, error);
    if (directory < 0)
        return false;
    bool room = task->input_count < CHANNEL_FILES_MOST ||
                error_set(error, FAULT_INPUT, "the task asks for too many files");
    int file = room ? file_open(directory, name, error) : -1;
    close(directory);
    if (file >= 0)
        task->inputs[task->input_count++] = file;
    return file >= 0;
}

static bool open_inputs(struct task *task, struct error *error)
{
    size_t i;
    const json_t *one;
    char name[300];
    json_array_foreach(json_object_get(task->asked, "probes"), i, one)
    {
        struct digest digest;
        const char *text = json_is_string(one) ? json_string_value(one) : "";
        if (!digest_parse(text, &digest))
            return error_set(error, FAULT_INPUT, "probe %zu of the task has no digest", i + 1);
        if (!open_input(task, "probes", text, error))
            return false;
    }
    json_array_foreach(json_object_get(json_object_get(task->asked, "parameters"), "segments"), i, one)
    {
        snprintf(name, sizeof name, "%s-%.12s", json_text(one, "name"), json_text(one, "digest"));
        if (strchr(name, '/') != NULL)
            return error_set(error, FAULT_INPUT, "segment %zu of the task is no name", i + 1);
        if (!open_input(task, "gallery", name, error))
            return false;
    }
    return true;
}

static _Noreturn void compute(const struct task *task, int output)
{
    struct error error = ERROR_NONE;
    int keep[CHANNEL_FILES_MOST + 1];
    struct worker_job job = {.kind = "match-search",
                             .parameters = json_object_get(task->asked, "parameters"),
                             .inputs = task->inputs,
                             .input_count = task->input_count,
                             .output = output};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    memcpy(keep, task->inputs, task->input_count * sizeof *keep);
    keep[task->input_count] = output;
    struct sandbox_limits limits = {.threads = true, .keep = keep, .keep_count = task->input_count + 1};
    if (!sandbox_enter(&limits, &error)) {
        worker_answer(&job, error.text, strlen(error.text), NULL);
        _exit((int)WORKER_PERSON);
    }
    _exit((int)nursery_worker_run(match_search_worker, &job));
}

/* A vendor's engine runs as in the daemon's nursery, with the object the search began with. */
static bool search_by_engine(struct task *task, const char *object, json_t **answer, struct error *error)
{
    char path[300], text[DIGEST_TEXT_SIZE];
    struct digest digest;
    struct engine_end end = {0};
    json_t *parameters = json_object_get(task->asked, "parameters");
    snprintf(path, sizeof path, "/proc/self/fd/%d/engines/%.64s", task->folder, object);
    int file = digest_parse(object, &digest)
                   ? engine_object(path, &digest, error)
                   : (error_set(error, FAULT_INPUT, "the task's engine is no digest"), -1);
    bool done = file >= 0 && (strcmp(digest_text(&digest, text), object) == 0 ||
                              error_set(error, FAULT_ENVIRONMENT, "the engine's copy was changed"));
    if (done && !engine_process("engine-search", parameters, file, &digest, task->inputs, task->input_count,
                                &end, error)) {
        answer_words(error->text);
        task->misdeed = end.misdeed;
        done = false;
    }
    *answer = end.answer;
    if (file >= 0)
        close(file);
    return done;
}

/* What came out, or why nothing did. */
static bool search(const struct task *task, json_t **answer, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    int status = 0, output = memory_file_empty("answer", error);
    if (output < 0)
        return false;
    pid_t child = fork();
    if (child == 0)
        compute(task, output);
    bool done = child > 0 && waitpid(child, &status, 0) == child;
    if (!done)
        error_system(error, "starting the search of a task");
    else if (WIFSIGNALED(status))
        done = error_set(error, FAULT_TEMPORARY, "the search was ended by signal %d", WTERMSIG(status));
    done = done && file_read_open(output, TASK_MOST, &bytes, &length, error);
    if (done && WEXITSTATUS(status) != WORKER_DONE)
        done = error_set(error, WEXITSTATUS(status) == WORKER_RETRY ? FAULT_TEMPORARY : FAULT_INPUT, "%s",
                         length > 0 ? bytes : "the search gave no reason");
    done = done && json_read(bytes, length, answer, error);
    free(bytes);
    close(output);
    return done;
}

static bool there_already(const struct task *task, const char *result)
{
    char *bytes = NULL;
    size_t length = 0;
    json_t *answer = NULL;
    struct error absent = ERROR_NONE;
    bool there = file_read(task->tasks, result, TASK_MOST, &bytes, &length, &absent) &&
                 run_result_read(bytes, length, &answer, &absent);
    json_decref(answer);
    free(bytes);
    return there;
}

static bool do_task(struct task *task, struct error *error)
{
    char file[DIGEST_TEXT_SIZE + 16], *bytes = NULL;
    size_t length = 0;
    json_t *answer = NULL;
    snprintf(file, sizeof file, "%s.result", task->name);
    if (there_already(task, file))
        return true;
    snprintf(file, sizeof file, "%s.json", task->name);
    bool done = file_read(task->tasks, file, TASK_MOST, &bytes, &length, error) &&
                json_read(bytes, length, &task->asked, error) && open_inputs(task, error);
    const char *object = json_text_or_null(json_object_get(task->asked, "engine"), "object");
    done = done &&
           (object == NULL ? search(task, &answer, error) : search_by_engine(task, object, &answer, error));
    free(bytes);
    bytes = NULL;
    if (done) {
        snprintf(file, sizeof file, "%s.result", task->name);
        bytes = run_result_write(answer, &length);
        done = bytes != NULL ? file_write_durable(task->tasks, file, bytes, length, 0600, error)
                             : error_set(error, FAULT_TEMPORARY, "out of memory for a result");
    } else {
        struct error unwritten = ERROR_NONE;
        snprintf(file, sizeof file, "%s.fault", task->name);
        json_t *fault = json_pack("{ss,ss*}", "fault", error->text, "misdeed", task->misdeed);
        bytes = fault == NULL ? NULL : json_canonical(fault);
        if (bytes != NULL)
            file_write_durable(task->tasks, file, bytes, strlen(bytes), 0600, &unwritten);
        json_decref(fault);
    }
    free(bytes);
    json_decref(answer);
    return done;
}

bool slurm_task(const char *folder, const char *list, long number, struct error *error)
{
    struct task task = {.folder = directory_open(folder, error), .tasks = -1};
    if (task.folder < 0)
        return false;
    task.tasks = directory_open_at(task.folder, "tasks", false, 0, error);
    bool done = task.tasks >= 0 && find_name(&task, list, number, error) && do_task(&task, error);
    for (size_t i = 0; i < task.input_count; i++)
        close(task.inputs[i]);
    json_decref(task.asked);
    if (task.tasks >= 0)
        close(task.tasks);
    close(task.folder);
    return done;
}
