/*
 * Dockets: one accepted request each, its state, and the indexes by state and by command.
 *
 * Guarantees: the indexes always agree with the records, because only docket_put writes either; a change of
 * state is one event. Does not know which change is allowed: review/ has that table.
 */
#ifndef LEADSPOOL_CASEBOOK_DOCKET_H
#define LEADSPOOL_CASEBOOK_DOCKET_H

#include "base/clock.h"
#include "casebook/casebook.h"

enum docket_state {
    DOCKET_HELD,
    DOCKET_INTAKE,
    DOCKET_AWAITING_IMAGES,
    DOCKET_QUEUED,
    DOCKET_MATCHING,
    DOCKET_INVESTIGATION,
    DOCKET_BACKGROUND,
    DOCKET_PEER,
    DOCKET_SUPERVISION,
    DOCKET_APPROVED,
    DOCKET_NEGATIVE,
    DOCKET_REFUSED,
    DOCKET_LAPSED,
    DOCKET_WITHDRAWN,
    DOCKET_CLOSED,
    DOCKET_STATE_COUNT
};

/* "AWAITING_IMAGES" */
const char *docket_state_name(enum docket_state state);
bool docket_state_parse(const char *name, enum docket_state *state);
/* The state of a docket record; FAULT_ENVIRONMENT when it names none. */
bool docket_state_of(const json_t *docket, enum docket_state *state, struct error *error);

#define DOCKET_NUMBER_SIZE 40 /* "FR-2026-000001" and NUL, prefixes of up to 20 bytes */

/* The next number of a year: "FR-2026-000001". */
bool docket_number_next(struct transaction *transaction, const char *prefix, int year, char *number,
                        struct error *error);

/* New reference; FAULT_ABSENT "there is no docket FR-…". */
bool docket_get(struct transaction *transaction, const char *number, json_t **docket, struct error *error);

/* Store the record (its "docket", "command" and "state" must be there) and bring the indexes up to date. */
bool docket_put(struct transaction *transaction, const json_t *docket, struct error *error);

/* Set "state" and "since", append {"at","from","to","actor","role","clause"?,"event"} to "history", write the
   event `state-changed` (outcome = the new state) and store the docket. A new docket, with no "state" yet,
   has no "from". `actor` and `role` NULL mean leadspool itself; `clause` may be NULL. */
bool docket_change_state(struct transaction *transaction, json_t *docket, enum docket_state to, instant now,
                         const char *actor, const char *role, const char *clause, struct error *error);

/* When a docket that waits for images lapses (R20): so many days after it began to wait. Pure; false when the
   record does not say since when. */
bool docket_lapses_at(const json_t *docket, int days, instant *at);

/* The edits that made the searched picture, each with who ordered it and when; the first with the digest of the
   submitted image, the last with that of the searched one (R19, L1). New reference, empty when there are none. */
json_t *docket_probe_edits(const json_t *docket);

/* Note in the record that a person acted in a role (once). False only when memory ran out. */
bool docket_person_add(json_t *docket, const char *person, const char *role);
/* Did the person act in the role (NULL = in any)? */
bool docket_person_has(const json_t *docket, const char *person, const char *role);

/* Visit the dockets in a state, in order of number, as book_walk; the key is the number, the value the
   record. CLOSED ones are not indexed by state (FAULT_INTERNAL). The visitor may change the docket it was
   given. */
bool docket_walk_state(struct transaction *transaction, enum docket_state state, book_visitor *visitor,
                       void *context, struct error *error);
/* Numbers of a command's dockets, the CLOSED ones or the others: the last `most` of them in order (new reference) and
   how many there are in all. No docket is read. */
bool docket_list_command(struct transaction *transaction, const char *command, bool closed, size_t most,
                         json_t **numbers, size_t *total, struct error *error);
/* All dockets that are not CLOSED, grouped by state. */
bool docket_walk_open(struct transaction *transaction, book_visitor *visitor, void *context,
                      struct error *error);
/* How many dockets are in a state (not CLOSED), without reading them. */
bool docket_count_state(struct transaction *transaction, enum docket_state state, size_t *count,
                        struct error *error);

#endif
