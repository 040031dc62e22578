/*
 * Watching the clock for steps (spool/clock_watch.c).
 */
#ifndef LEADSPOOL_SPOOL_CLOCK_WATCH_H
#define LEADSPOOL_SPOOL_CLOCK_WATCH_H

#include "spool/state.h"

struct clock_watch;

/* Look every ten seconds until closed; the committer must be running. */
bool clock_watch_open(struct daemon *daemon, struct clock_watch **watch, struct error *error);
/* NULL is allowed. */
void clock_watch_close(struct clock_watch *watch);

/* Pure: did the wall clock jump by more than a minute between two looks? Offsets are wall clock minus
   monotonic clock, in milliseconds; *step is the difference. */
bool clock_stepped(int64_t offset_before, int64_t offset_now, int64_t *step);

#endif
