/*
 * The outbox: everything that has to become visible outside, one row each (INTERNALS §4).
 *
 * A row is written in the transaction of its cause and delivered in order of its id. Open rows have the key
 * `0-<id>`, delivered ones `1-<id>`, so that looking for work never walks what is done.
 */
#ifndef LEADSPOOL_CASEBOOK_OUTBOX_H
#define LEADSPOOL_CASEBOOK_OUTBOX_H

#include "base/clock.h"
#include "casebook/casebook.h"

/* Number a new row and store it. `row` (an object with kind, directory, files, …; borrowed) gets the members
   "row" (12 digits), "created", "attempts" 0 and "state": render if it has "render", else sign if any of its
   files has "sign" true and no "signature", else publish. *id may be NULL. */
bool outbox_add(struct transaction *transaction, json_t *row, instant now, int64_t *id, struct error *error);

/* The state a row would begin or go on with by the rule above; a pure function of the row, for the step after
   render (take "render" away first) or sign. */
const char *outbox_state_of(const json_t *row);

/* A row by id, open or delivered (new reference); FAULT_ABSENT when there is none. */
bool outbox_get(struct transaction *transaction, int64_t id, json_t **row, struct error *error);

/* Store a changed row ("row" names it). Its state must not be "delivered": use outbox_deliver. */
bool outbox_put(struct transaction *transaction, const json_t *row, struct error *error);

/* The first open row with an id beyond `after` (0 = from the start), stuck ones included; NULL when there is
   none. */
bool outbox_next(struct transaction *transaction, int64_t after, json_t **row, struct error *error);

/* Visit the open rows beyond `after` in order; as book_walk, but the key given is the 12 digits of the id.
   The visitor may put or deliver the row it was given. */
bool outbox_walk(struct transaction *transaction, int64_t after, book_visitor *visitor, void *context,
                 struct error *error);

/* The same for whoever looks for new work: a row added a little while ago comes without being read. A small one comes
   whole; one that is not, and has not been shown so before, with "row", "kind", "directory", "state" and
   OUTBOX_BRIEF true alone. */
#define OUTBOX_BRIEF "brief"
bool outbox_walk_new(struct transaction *transaction, int64_t after, book_visitor *visitor, void *context,
                     struct error *error);

/* Is all of the row text, of which nothing has to be rendered, fetched or removed? */
bool outbox_row_small(const json_t *row);

/* The same as outbox_walk of those delivered, cancelled and disposed of: everything that ever went out. */
bool outbox_walk_delivered(struct transaction *transaction, book_visitor *visitor, void *context,
                           struct error *error);

/* Mark a row delivered; one delivered before stays as it is. Rendered pictures' parameters ("render") and
   texts stay in the row: it is the record of what was sent. */
bool outbox_deliver(struct transaction *transaction, int64_t id, instant now, struct error *error);

/* The same for one whose content the caller has, as it was stored last: it is not read again. `row` is changed. */
bool outbox_deliver_row(struct transaction *transaction, json_t *row, instant now, struct error *error);

/* Take an open row out of the outbox before it is delivered: it gets "cancelled": ts and "reason", and counts as
   delivered from then on. A row delivered or cancelled before stays as it is. Whoever works on it learns of it from
   outbox_put, which refuses it (FAULT_REFUSED). */
bool outbox_cancel(struct transaction *transaction, int64_t id, const char *reason, instant now,
                   struct error *error);
/* Was the row cancelled? */
bool outbox_cancelled(struct transaction *transaction, int64_t id, bool *cancelled, struct error *error);

/* The numbers of the rows of a docket, or of OUTBOX_EXTRACTS: those of extracts and figures of no docket; of that kind
   alone (NULL: of all), but never of kind `remove`. Appended to `ids` in their order. */
#define OUTBOX_EXTRACTS "-extract"
bool outbox_rows_of(struct transaction *transaction, const char *owner, const char *kind, json_t *ids,
                    struct error *error);

/* The row is that docket's, though it does not name it: the receipt of a drop about it. */
bool outbox_note_owner(struct transaction *transaction, const char *owner, const json_t *row,
                       struct error *error);

/* Put what disposal left of a delivered row in its place (R38). */
bool outbox_reduce(struct transaction *transaction, const json_t *row, struct error *error);

/* The number of a row, from its member "row". */
int64_t outbox_id(const json_t *row);

#endif
