/*
 * What every fuzz target defines, and what those that run a worker share.
 */
#ifndef LEADSPOOL_TESTS_FUZZ_H
#define LEADSPOOL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/files.h"
#include "base/json.h"
#include "base/worker.h"

/* One run over foreign bytes. Returns 0; aborts where a promise is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise was broken: say what the error holds, and stop here. */
static inline _Noreturn void fuzz_broken(const struct error *error)
{
    fprintf(stderr, "a promise was broken: %s\n", error->text);
    abort();
}

/* What a worker answered; new reference. */
static inline json_t *fuzz_answer(const struct worker_job *job)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    json_t *answer = NULL;
    if (!file_read_open(job->output, (size_t)64 << 20, &bytes, &length, &error) ||
        !json_read(bytes, length, &answer, &error))
        fuzz_broken(&error);
    free(bytes);
    return answer;
}

#endif
