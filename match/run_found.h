/*
 * What the parts of a search found of a group of probes, taken together: whoever adds them, in whatever order.
 *
 * Pure: no I/O. A part is added once; adding none of its own twice is the caller's part.
 */
#ifndef LEADSPOOL_MATCH_RUN_FOUND_H
#define LEADSPOOL_MATCH_RUN_FOUND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct run_found; /* of the probes of one group */

/* Of no part yet, of so many probes; NULL when memory ran out. */
struct run_found *run_found_make(size_t probes);
void run_found_free(struct run_found *found);

/* Add the answer of a task (run_tasks.h). FAULT_ENVIRONMENT when it is not what the task asked for, or not of the gallery and
   engine of the others: nothing was added then. */
bool run_found_add(struct run_found *found, const json_t *task, const json_t *answer, struct error *error);

/* After the parts of "count": the threshold of each probe, for the parameter "cut" of "compare". New reference. They are
   recorded for run_found_all. NULL when memory ran out. */
json_t *run_found_thresholds(struct run_found *found);

/* After the parts of "compare": what "finish" is told (match_worker.h), of these groups in their order; a group that is NULL
   is left out. FAULT_ENVIRONMENT when two searched different things. New reference. */
bool run_found_all(struct run_found *const *groups, size_t count, json_t **all, struct error *error);

#endif
