/*
 * The nursery's own process: forks one worker a job and reports how it ended.
 */
#ifndef LEADSPOOL_SPOOL_NURSERY_CHILD_H
#define LEADSPOOL_SPOOL_NURSERY_CHILD_H

/* Serve until the channel's other end is gone; does not return. */
_Noreturn void nursery_serve(int channel);

#endif
