/*
 * The daemon's side of the workers that serve. Internal to spool/nursery.c.
 *
 * Each worker has a channel of its own to the daemon, a memory file for its answers and a page for its progress;
 * the nursery is asked only to fork it, to end it, and says how it ended.
 */
#ifndef LEADSPOOL_SPOOL_NURSERY_POOL_H
#define LEADSPOOL_SPOOL_NURSERY_POOL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/worker.h"
#include "spool/loop.h"

struct pool;
struct pool_worker;

/* A job given to a worker came to its end. `answer` is the worker's, valid until the callback returned. */
typedef void pool_ended(void *context, void *job, enum worker_exit end, int signal, int answer);

bool pool_open(struct loop *loop, int nursery, size_t most, pool_ended *ended, void *context,
               struct pool **pool, struct error *error);
void pool_close(struct pool *pool);

/* Give a job to an idle worker, starting one if there may be more. False: none is free, try again when a job
   ended. The message and the descriptors stay the caller's. */
bool pool_give(struct pool *pool, void *job, const json_t *message, const int *files, size_t count);

/* What the nursery says of a worker's end. */
void pool_worker_ended(struct pool *pool, json_int_t number, enum worker_exit end, int signal);
/* The nursery is gone: every job under way ends as WORKER_RETRY. */
void pool_lost(struct pool *pool);

/* Progress of a job under way; NULL when no worker has it. */
const struct worker_progress *pool_progress(const struct pool *pool, const void *job);

#endif
