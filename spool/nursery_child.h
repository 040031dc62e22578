/*
 * The nursery's own process: forks one worker a job and reports how it ended.
 */
#ifndef LEADSPOOL_SPOOL_NURSERY_CHILD_H
#define LEADSPOOL_SPOOL_NURSERY_CHILD_H

#include <jansson.h>
#include <stddef.h>

/* Serve until the channel's other end is gone; does not return. */
_Noreturn void nursery_serve(int channel);

/* The whole life of a worker for one job {"kind","parameters"}: its files are the answer, the progress, then the inputs. For a
   freshly forked child; does not return. `channel` is closed in it (-1: none). */
_Noreturn void nursery_child_work(const json_t *message, int *files, size_t count, int channel);

#endif
