/*
 * Planning of runs, pure: which queued dockets are searched now, and why a docket is not.
 *
 * The priority lane is searched at once; the routine lane in the site's overnight window. A routine docket that
 * has waited longer than the site's age joins the priority lane at the place its long wait gives it, so that
 * no stream of newer requests, however urgent, keeps it waiting for ever. A docket whose search failed three
 * times waits for a person (`retry`).
 */
#ifndef LEADSPOOL_MATCH_PLAN_H
#define LEADSPOOL_MATCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

#define PLAN_ATTEMPTS_MOST 3
#define PLAN_PROBES_MOST 64 /* searched in one pass over the gallery */

/* The overnight window an instant lies in, or the next one. */
struct plan_window {
    bool open;
    instant opens, closes; /* `opens` belongs to it, `closes` does not */
};

/* `start` and `end` are minutes of the day (0 to 1439) in the process's zone; an end not after the start is the
   next day's, equal ones make a day. A start that a clock change leaves out is the next instant there is; an
   hour that comes twice counts the first time. A window left out altogether runs at the next instant for as
   long as it would have. */
struct plan_window plan_window_at(int start, int end, instant now);

/* What lets a docket be searched, or keeps it. */
enum plan_rule {
    PLAN_AT_ONCE, /* priority */
    PLAN_AGED,    /* routine, and waiting longer than the site's age */
    PLAN_NIGHT,   /* routine: in the window */
    PLAN_STUCK    /* failed too often: waits for a person */
};

struct plan_entry {
    bool priority;
    int attempts;
    instant since; /* when it began to wait */
};

struct plan_terms {
    instant now;
    bool window_open;
    int64_t age_milliseconds; /* a routine docket waits no longer for the window */
};

/* Mark in `chosen` which entries go into the next run; returns how many, at most PLAN_PROBES_MOST. First comes who
   is due first: a priority docket when it began to wait, a routine one its age later; of equal ones the earlier
   entry. Outside the window routine dockets are taken only when aged. */
size_t plan_run(const struct plan_entry *entries, size_t count, const struct plan_terms *terms, bool *chosen);

/* One entry's place: its rule, and how many of the others come before it. */
struct plan_place {
    enum plan_rule rule;
    size_t ahead;
    instant ages; /* when it becomes PLAN_AGED; its own `since` for priority */
};
struct plan_place plan_place_of(const struct plan_entry *entries, size_t count, size_t which,
                                const struct plan_terms *terms);

#endif
