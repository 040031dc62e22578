/*
 * The table of worker kinds: which function does a job, and what it may use up.
 */
#ifndef LEADSPOOL_SPOOL_WORKERS_H
#define LEADSPOOL_SPOOL_WORKERS_H

#include <stdbool.h>

#include "base/worker.h"

struct worker_kind {
    const char *kind;
    worker_function *function;
    unsigned cpu_seconds;
    unsigned memory_mebibytes; /* address space beyond what the process starts with */
    bool threads;
};

/* NULL for a kind that does not exist. */
const struct worker_kind *worker_kind_find(const char *kind);

#endif
