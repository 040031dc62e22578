/*
 * Holds: what keeps a docket in HELD, each until the named role releases or refuses it. Time releases none.
 *
 * Key `docket/number`, numbers from 1 within a docket. Opening and closing write no event: the decision or
 * drop that causes them does.
 */
#ifndef LEADSPOOL_CASEBOOK_HOLD_H
#define LEADSPOOL_CASEBOOK_HOLD_H

#include "base/clock.h"
#include "casebook/casebook.h"

struct hold {
    const char *code;   /* the fault's code */
    const char *clause; /* "R8" */
    const char *role;   /* who can release it */
    const char *reason; /* why, in words */
    const char *item;   /* item id that asks for the release; NULL: set later with hold_put */
    /* Of IMAGE_SEARCHED_BEFORE: the picture's digest and the other dockets, "FR-2026-000001, FR-…"; else NULL. */
    const char *image, *dockets;
};

/* The code of a hold about a picture that was searched under other dockets. */
#define IMAGE_SEARCHED_BEFORE "image-searched-before"

/* *number may be NULL. */
bool hold_open(struct transaction *transaction, const char *docket, const struct hold *hold, instant now,
               int64_t *number, struct error *error);

/* The record (new reference); FAULT_ABSENT when there is none. */
bool hold_get(struct transaction *transaction, const char *docket, int64_t number, json_t **record,
              struct error *error);
bool hold_put(struct transaction *transaction, const json_t *record, struct error *error);

/* Outcome "release" or "refuse", by a person id. FAULT_REFUSED when it is closed already. */
bool hold_close(struct transaction *transaction, const char *docket, int64_t number, const char *outcome,
                const char *by, instant now, struct error *error);

/* How many of a docket's holds are not closed. */
bool hold_count_open(struct transaction *transaction, const char *docket, size_t *open, struct error *error);

/* All holds of a docket, closed ones too, as book_walk. */
bool hold_walk(struct transaction *transaction, const char *docket, book_visitor *visitor, void *context,
               struct error *error);

#endif
