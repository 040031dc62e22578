/*
 * The life of a worker that serves: one job after another behind the same walls.
 *
 *   {"job":n,"kind","parameters"} + inputs  ->  answer in the shared memory file, then
 *   {"job":n,"exit":code,"odd":bool}            odd: it wants to be replaced
 */
#ifndef LEADSPOOL_SPOOL_NURSERY_WORKER_H
#define LEADSPOOL_SPOOL_NURSERY_WORKER_H

#include "base/worker.h"

/* Run the job's function; what it says goes into the answer, an error's text too. */
enum worker_exit nursery_worker_run(worker_function *function, const struct worker_job *job);

/* Serve until the channel's other end is gone. `answer` and `progress` are memory files shared with the daemon. */
_Noreturn void nursery_worker_serve(int channel, int answer, int progress);

#endif
