/*
 * One job of a vendor's engine in a process of its own, without a daemon: for the conformance test.
 *
 * The process is the one the nursery makes, walls and limits alike.
 */
#ifndef LEADSPOOL_SPOOL_ENGINE_PROCESS_H
#define LEADSPOOL_SPOOL_ENGINE_PROCESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"

/* The shared object at `path` in a sealed memory file, which nobody can change after its digest was taken; -1 on failure. */
int engine_object(const char *path, struct digest *digest, struct error *error);

struct engine_end {
    json_t *answer;         /* new reference; NULL: there is none, and `error` says why */
    int64_t peak_mebibytes; /* of memory in use */
    int64_t milliseconds;   /* from beginning to end */
    bool engines_fault;     /* of a failure: of the engine, not of this machine */
    const char *
        misdeed; /* of a failure: "late", "crashed", "malformed" as of engines.h; NULL: it may be tried again */
};

/* Run a job of that kind with the object and the inputs (borrowed), and wait. `parameters` gets the member "object". */
bool engine_process(const char *kind, json_t *parameters, int object, const struct digest *digest,
                    const int *inputs, size_t input_count, struct engine_end *end, struct error *error);

#endif
