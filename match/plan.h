/*
 * Planning of runs, pure: which queued dockets are searched now.
 *
 * The priority lane is searched at once; the routine lane in the site's overnight window, whose end may lie
 * on the next day. A docket whose search failed three times waits for a person (`retry`).
 */
#ifndef LEADSPOOL_MATCH_PLAN_H
#define LEADSPOOL_MATCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#define PLAN_ATTEMPTS_MOST 3
#define PLAN_PROBES_MOST 64 /* searched in one pass over the gallery */

/* Is a minute of the day (0 to 1439) inside the window? `start` belongs to it, `end` does not; equal ones
   mean the whole day. */
bool plan_window_open(int start, int end, int minute);

struct plan_entry {
    bool priority;
    int attempts;
};

/* Mark in `chosen` which entries (in queue order: priority first, then by arrival) go into the next run.
   Returns how many. A run with a priority probe takes no routine one along outside the window. */
size_t plan_run(const struct plan_entry *entries, size_t count, bool window_open, bool *chosen);

#endif
