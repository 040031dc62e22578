/*
 * The nursery: a small process, forked before anything large is mapped, that forks the workers.
 *
 * Forking a large process is slow (37 ms with 1 GiB resident); forking the nursery is not. It owns no secrets
 * and ends with the daemon, its workers with it.
 *
 * Daemon's side: nursery_run() starts a job; its callback gets the exit and a descriptor of the answer.
 */
#ifndef LEADSPOOL_SPOOL_NURSERY_H
#define LEADSPOOL_SPOOL_NURSERY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/worker.h"
#include "spool/loop.h"
#include "spool/site.h"

struct nursery;

/* The outcome of a job. `answer` is readable from offset 0 (a result or an error text) and closed after the
   callback. A worker killed by a signal is WORKER_RETRY with `signal` set. */
struct job_outcome {
    enum worker_exit exit;
    int signal;
    int answer;
};
typedef void job_done(void *context, const struct job_outcome *outcome);

/* Fork the nursery; it and its workers run as the site's service account. Call before threads exist. */
bool nursery_start(struct loop *loop, const struct site *site, struct nursery **nursery, struct error *error);
/* Ends it and its workers, and reaps. */
void nursery_stop(struct nursery *nursery);

/* Start a job. Takes over the input descriptors (closed also on failure). `done` is called exactly once if
   true is returned. Jobs beyond the number of workers (the CPUs) wait inside. */
bool nursery_run(struct nursery *nursery, const char *kind, const json_t *parameters, const int *inputs,
                 size_t input_count, job_done *done, void *context, struct error *error);
/* The job of that context goes before all others that wait. */
void nursery_hurry(struct nursery *nursery, const void *context);

/* Ask before a job that can wait is started whether drops are being answered: then it is not, for a while. */
typedef bool nursery_urgent(void *context);
void nursery_yield(struct nursery *nursery, nursery_urgent *ask, void *context);

/* How many jobs run or wait. */
size_t nursery_busy(const struct nursery *nursery);

/* The progress of the running job for this context; false when there is none. */
bool nursery_progress(const struct nursery *nursery, const void *context, uint64_t *done, uint64_t *total);

/* The answer as JSON, or as the error text of a job that failed (always returns false then). */
bool job_answer_json(const struct job_outcome *outcome, json_t **answer, struct error *error);

#endif
