/*
 * What stages do to one another, in the committer's thread.
 *
 * Each function runs in one transaction: what a stage decided, and all that follows from it elsewhere (items
 * to open, a place in the queue, documents to send). Stages never include each other; this is the one place
 * that knows them all.
 */
#ifndef LEADSPOOL_SPOOL_FLOWS_H
#define LEADSPOOL_SPOOL_FLOWS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "spool/site.h"

/* A checked drop, by the form of its share (requests, decisions, gallery, acks). The claim gets "outcome",
   "docket" and state `committed`, and is stored. */
bool flow_drop(struct transaction *transaction, const struct site *site, const char *form, json_t *claim,
               const json_t *check, instant now, struct error *error);

/* All that follows from the state a docket is in now: items, queue, documents. Doing it twice adds nothing. */
bool flow_settle_docket(struct transaction *transaction, const struct site *site, const char *number,
                        instant now, struct error *error);

/* A search ended: its record, the docket's next state, the item. `result` is the entry of match-search's
   answer for this docket's probe; photographs sealed while it ran are taken out of it. */
bool flow_search_done(struct transaction *transaction, const struct site *site, const char *number,
                      const json_t *answer, json_t *result, instant now, struct error *error);
/* A search could not be done now: back to the queue. When it `counts` as an attempt, *stuck tells that it was the third. */
bool flow_search_failed(struct transaction *transaction, const char *number, const char *reason, bool counts,
                        instant now, bool *stuck, struct error *error);

/* An outbox row is delivered: the event, and what follows (a published outcome closes its docket). */
bool flow_delivered(struct transaction *transaction, const struct site *site, const json_t *row, instant now,
                    struct error *error);

#endif
