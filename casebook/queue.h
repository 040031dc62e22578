/*
 * The queue of dockets that wait for a search: two lanes, priority first, each in order of arrival.
 *
 * The key `lane/received/docket` is built from the docket record: its "received" and its "lane" ("priority"
 * or "routine"; the key writes 0-priority and 1-routine so that it sorts).
 */
#ifndef LEADSPOOL_CASEBOOK_QUEUE_H
#define LEADSPOOL_CASEBOOK_QUEUE_H

#include "base/clock.h"
#include "casebook/casebook.h"

enum queue_lane { QUEUE_PRIORITY, QUEUE_ROUTINE, QUEUE_ANY };

/* "priority" or "routine": the value of a docket's "lane". NULL for QUEUE_ANY. */
const char *queue_lane_name(enum queue_lane lane);

/* Put a docket in its lane with 0 attempts; one that is in the queue already stays where and as it is, unless
   its lane changed: then it moves, keeping its attempts. */
bool queue_add(struct transaction *transaction, const json_t *docket, instant now, struct error *error);

/* Take it out, whichever lane it is in; not being there is no error. */
bool queue_remove(struct transaction *transaction, const json_t *docket, struct error *error);

/* Its entry (new reference), NULL when it is not queued. */
bool queue_get(struct transaction *transaction, const json_t *docket, json_t **entry, struct error *error);

/* Count one more attempt and keep the reason (NULL = none) for `why`. *attempts (may be NULL) is the new
   count. FAULT_ABSENT when it is not queued. */
bool queue_attempt(struct transaction *transaction, const json_t *docket, const char *reason,
                   int64_t *attempts, struct error *error);

/* The entries of a lane, or of both with the priority lane first: as book_walk; the key is the queue's own,
   the entry's "docket" names the docket. The visitor may remove what it was given. */
bool queue_walk(struct transaction *transaction, enum queue_lane lane, book_visitor *visitor, void *context,
                struct error *error);

/* The first entry of queue_walk (new reference), NULL when the lane is empty. */
bool queue_next(struct transaction *transaction, enum queue_lane lane, json_t **entry, struct error *error);

#endif
