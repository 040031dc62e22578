/*
 * The contract between the daemon and a worker.
 *
 * A worker is a child process that runs one job and exits; of some kinds (spool/workers.c) it goes on to the
 * next. It is already sandboxed when its function is called: no path, no network, no exec; only the descriptors of the job. It holds no key and opens no
 * casebook (make lint checks the includes of every *_worker.c).
 *
 *   in   parameters (a JSON object), inputs (open descriptors, readable with pread or mmap, in the order
 *        the job's kind documents)
 *   out  one result in `output` (an empty memfd), and the exit code of the process
 *   while running   whole numbers in `progress` (may be NULL): done and total, for a person to look at
 *
 * Exit codes (a signal, or any other code, counts as WORKER_RETRY):
 *   0  WORKER_DONE    the result is in output
 *   65 WORKER_FAULTY  the data handed in is wrong for good; output holds the error text
 *   75 WORKER_RETRY   could not now (memory, CPU limit): try again, three attempts; output holds the error text
 *   74 WORKER_UNSYNCED  a sync failed: whoever asked ends, as after any other; output holds the error text
 *   71 WORKER_OUTSIDE the process could not be set up, walls above all: nothing of the job was looked at; output holds the
 *                     error text
 *   70 WORKER_PERSON  a person must look (our bug, an impossible input); output holds the error text
 */
#ifndef LEADSPOOL_BASE_WORKER_H
#define LEADSPOOL_BASE_WORKER_H

#include <jansson.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum worker_exit {
    WORKER_DONE = 0,
    WORKER_FAULTY = 65,
    WORKER_PERSON = 70,
    WORKER_OUTSIDE = 71,
    WORKER_UNSYNCED = 74,
    WORKER_RETRY = 75
};

/* Shared with the daemon through a memfd, written by the worker alone. */
struct worker_progress {
    _Atomic uint64_t done;
    _Atomic uint64_t total;
};

struct worker_job {
    const char *kind; /* "check-packet", "match-search", ... : the key of the table in spool/workers.c */
    const json_t *parameters; /* an object; borrowed */
    const int *inputs;        /* open descriptors; the process owns them */
    size_t input_count;
    int output; /* memfd, write with worker_answer or worker_answer_json */
    struct worker_progress *progress;
};

/* What every worker function looks like. On WORKER_DONE the answer was written; on any other code `error`
   is set and its text is written to output by the caller. */
typedef enum worker_exit worker_function(const struct worker_job *job, struct error *error);

/* What one job may use up in a process that does many: no limit of the kernel's counts from job to job. The
   alarm is processor time and ends the process (SIGPROF); memory is address space beyond what the process had
   when worker_budget_prepare was called. In a process that never prepared one, all of these do nothing. */
bool worker_budget_prepare(struct error *error); /* before the sandbox */
void worker_budget_begin(unsigned milliseconds, size_t bytes);
void worker_budget_end(void);

/* Instrumented code is slower, and its shadow memory cannot be limited. */
#ifdef __SANITIZE_ADDRESS__
enum { WORKER_SLOWER = 20 };
#else
enum { WORKER_SLOWER = 1 };
#endif

/* A part of the job that needs more, such as decoding a picture of that size: until worker_allow_end the alarm
   is the part's own, and `bytes` more memory may be used. */
struct worker_allowance {
    long seconds, microseconds; /* left of the job's own time */
};
void worker_allow(struct worker_allowance *allowance, unsigned milliseconds, size_t bytes);
void worker_allow_end(const struct worker_allowance *allowance);

/* Run a job's function. What it answered or refused while a library had no memory (base/memory.h) does not count: then
   WORKER_RETRY, whatever the output holds. */
enum worker_exit worker_run(worker_function *function, const struct worker_job *job, struct error *error);

/* Write the one result. */
bool worker_answer(const struct worker_job *job, const void *bytes, size_t length, struct error *error);
bool worker_answer_json(const struct worker_job *job, const json_t *value, struct error *error);

/* The exit code that fits an error: FAULT_INPUT is faulty, FAULT_TEMPORARY retry, FAULT_DURABILITY unsynced, all
   else a person. */
enum worker_exit worker_exit_of(const struct error *error);

/* The exit a process ended with or reported; any code that is none of them is WORKER_RETRY. */
enum worker_exit worker_exit_known(int64_t code);

#endif
