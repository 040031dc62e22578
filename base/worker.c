/*
 * What every worker shares: writing its one answer and turning an error into an exit code.
 *
 * Guarantees: an error that nobody foresaw becomes "a person must look", never "try again". Does not fork or
 * sandbox; spool/nursery.c does.
 */
#include "base/worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/json.h"
#include "base/memory.h"

enum worker_exit worker_run(worker_function *function, const struct worker_job *job, struct error *error)
{
    size_t failures = memory_failures();
    enum worker_exit code = function(job, error);
    if (memory_failures() == failures || code == WORKER_RETRY)
        return code;
    error_set(error, FAULT_TEMPORARY, "out of memory during %s", job->kind);
    return WORKER_RETRY;
}

bool worker_answer(const struct worker_job *job, const void *bytes, size_t length, struct error *error)
{
    return file_write_all(job->output, bytes, length, error);
}

bool worker_answer_json(const struct worker_job *job, const json_t *value, struct error *error)
{
    char *bytes = json_canonical(value);
    if (bytes == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while writing the answer of %s", job->kind);
    bool written = worker_answer(job, bytes, strlen(bytes), error);
    free(bytes);
    return written;
}

enum worker_exit worker_exit_of(const struct error *error)
{
    switch (error->fault) {
    case FAULT_INPUT:
        return WORKER_FAULTY;
    case FAULT_TEMPORARY:
        return WORKER_RETRY;
    case FAULT_DURABILITY:
        return WORKER_UNSYNCED;
    default:
        return WORKER_PERSON;
    }
}

enum worker_exit worker_exit_known(int64_t code)
{
    switch (code) {
    case WORKER_DONE:
    case WORKER_FAULTY:
    case WORKER_PERSON:
    case WORKER_OUTSIDE:
    case WORKER_UNSYNCED:
        return (enum worker_exit)code;
    default:
        return WORKER_RETRY;
    }
}
