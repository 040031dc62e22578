/*
 * A run computed by Slurm: tasks out, their answers together.
 *
 * Guarantees: the answer is the bytes a local search gives. Waits for nothing: the slurm process does.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "match/run_tasks.h"
#include "spool/run_parts.h"

enum { ANSWERS_MOST = 256 << 20 };

static void answered(void *context, const json_t *message, int file, const struct error *error)
{
    struct error own = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    json_t *answers = NULL, *whole = NULL;
    (void)message;
    bool done = error == NULL && file_read_open(file, ANSWERS_MOST, &bytes, &length, &own) &&
                json_read(bytes, length, &answers, &own) && run_tasks_merge(answers, &whole, &own);
    free(bytes);
    json_decref(answers);
    run_answered(context, done ? whole : NULL, error != NULL ? error : &own);
}

bool run_slurm(struct runs *runs, const json_t *parameters, const json_t *probes, struct error *error)
{
    json_t *tasks = run_tasks(parameters, probes, (size_t)runs->daemon->site->settings->executor_probes);
    char *text = tasks == NULL ? NULL : json_canonical(tasks);
    json_decref(tasks);
    if (text == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for the tasks of a run");
    int file = memory_file("tasks", text, strlen(text), error);
    free(text);
    bool done = file >= 0 && service_ask(runs->daemon->slurm, json_pack("{ss}", "op", "search"), file,
                                         answered, runs, error);
    if (file >= 0)
        close(file);
    return done;
}

void run_slurm_done(struct runs *runs)
{
    struct error error = ERROR_NONE;
    if (runs->daemon->slurm != NULL)
        service_tell(runs->daemon->slurm, json_pack("{ss}", "op", "clean"), &error);
}
