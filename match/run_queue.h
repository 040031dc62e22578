/*
 * The queue as planning sees it (match/plan.h): for the next run, and for what `why` says of one docket.
 */
#ifndef LEADSPOOL_MATCH_RUN_QUEUE_H
#define LEADSPOOL_MATCH_RUN_QUEUE_H

#include "casebook/casebook.h"
#include "match/plan.h"
#include "schemas/settings.h"

/* Of each lane at most so many dockets are looked at, the longest waiting; stuck ones do not count. */
#define RUN_QUEUE_LANE_MOST 256

struct run_queue {
    struct plan_entry *entries;
    char **dockets; /* one an entry */
    size_t count;
};

/* Both lanes, without what is stuck. The caller frees it, whatever is returned. */
bool run_queue_read(struct transaction *transaction, struct run_queue *queue, struct error *error);
void run_queue_free(struct run_queue *queue);

/* The terms of this moment; `overnight` counts the window as open. */
struct plan_terms run_terms(const struct settings *settings, instant now, bool overnight);

/* What keeps this queued docket, in a sentence or two, ending with a line feed: when it is searched, by which rule,
   behind how many. Nothing when it is not in the queue. */
struct text;
bool run_queue_why(struct transaction *transaction, const struct settings *settings, const json_t *docket,
                   instant now, struct text *words, struct error *error);

#endif
