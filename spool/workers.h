/*
 * The table of worker kinds: which function does a job, and what it may use up.
 */
#ifndef LEADSPOOL_SPOOL_WORKERS_H
#define LEADSPOOL_SPOOL_WORKERS_H

#include <stdbool.h>

#include "base/worker.h"

/* How a kind is run. Those that serve are for what a flood of drops brings: a process that does one job after
   another saves what a fork, walls and schemas cost. Those that can wait start when no drop is waiting to be
   answered (spool/nursery.c). */
enum worker_manner { WORKER_ONCE, WORKER_SERVES, WORKER_CAN_WAIT };

struct worker_kind {
    const char *kind;
    worker_function *function;
    unsigned cpu_seconds;
    unsigned memory_mebibytes; /* address space beyond what the process starts with */
    bool threads;
    enum worker_manner manner;
    /* Foreign code: loaded by this function behind the first walls, run behind all (base/sandbox.h). Memory is then beyond the
       inputs, which may be mapped; `seconds` is how long it may take altogether. The job's parameters "mebibytes" and
       "seconds" go before both. NULL: none. */
    bool (*load)(const struct worker_job *job, struct error *error);
    unsigned seconds;
};

/* What a job of a serving worker may use up beyond decoding its pictures, and the whole process ever. */
enum {
    WORKER_JOB_MILLISECONDS = 50,
    WORKER_JOB_MEBIBYTES = 64,
    WORKER_SERVING_MEBIBYTES = 512, /* the above and the largest picture taken */
    WORKER_JOBS_MOST = 1000         /* then it is replaced */
};

/* NULL for a kind that does not exist. */
const struct worker_kind *worker_kind_find(const char *kind);

/* In the nursery, before a worker of this kind is forked: libraries of the system that this kind alone needs are loaded
   once, so that its workers have them behind their walls. A worker whose library is missing says so itself. */
void worker_kind_ready(const struct worker_kind *kind);

#endif
