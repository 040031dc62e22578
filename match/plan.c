/*
 * The plan of the next run.
 *
 * Guarantees: no clock, no I/O; an order in gives one answer out. Does not weigh cases against each other:
 * within a lane the one that came first goes first.
 */
#include "match/plan.h"

bool plan_window_open(int start, int end, int minute)
{
    if (start == end)
        return true;
    if (start < end)
        return minute >= start && minute < end;
    return minute >= start || minute < end;
}

size_t plan_run(const struct plan_entry *entries, size_t count, bool window_open, bool *chosen)
{
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        chosen[i] = taken < PLAN_PROBES_MOST && entries[i].attempts < PLAN_ATTEMPTS_MOST &&
                    (entries[i].priority || window_open);
        if (chosen[i])
            taken++;
    }
    return taken;
}
