/*
 * A chain of events found broken: noted in the record, until it is found whole again.
 *
 * Record (runs) `broken` {"at","problems":n,"first":{"kind","subject","text"},"found":digest of all of them,
 * "acknowledged"?:{"at","by","drop"}}. While it is there and nobody acknowledged it documents are not published; drops are
 * taken in and answered.
 */
#ifndef LEADSPOOL_CASEBOOK_CHAIN_BREAK_H
#define LEADSPOOL_CASEBOOK_CHAIN_BREAK_H

#include <jansson.h>

#include "base/clock.h"
#include "casebook/casebook.h"

struct text;

/* Is that problem of an audit one of the chain? */
bool chain_break_is(const json_t *problem);

/* What a finished check of the whole record found (audit_report). The same as before keeps its acknowledgement; something
   else needs another. *changed: documents stop, or go on. */
bool chain_break_note(struct transaction *transaction, const json_t *report, instant now, bool *changed,
                      struct error *error);

/* A person answers for going on; *acknowledged is false when there was nothing to acknowledge. `drop` is the digest of what was
   signed. */
bool chain_break_acknowledge(struct transaction *transaction, const char *person, const char *role,
                             const char *drop, instant now, bool *acknowledged, struct error *error);

/* The record, or NULL (new reference); *halts: documents wait. */
bool chain_break_get(struct transaction *transaction, json_t **record, bool *halts, struct error *error);
/* In a sentence for `why`, ending with a line feed; nothing while documents are published. */
bool chain_break_why(struct transaction *transaction, struct text *words, struct error *error);

#endif
