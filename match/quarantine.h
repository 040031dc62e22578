/*
 * An answer of an engine that nobody should rely on stops searching and enrolling until a person has looked.
 */
#ifndef LEADSPOOL_MATCH_QUARANTINE_H
#define LEADSPOOL_MATCH_QUARANTINE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"

/* What is kept while it lasts: {"at","code","reason","engine":{"id","version","digest"},"phase":"search|enrolment",
   "dockets":[…]}; NULL when nothing is quarantined. New reference. */
bool quarantine_get(struct transaction *transaction, json_t **record, struct error *error);

/* `code` is one word: "malformed", "crashed" or "late"; `dockets` may be NULL. An event says so. */
bool quarantine_put(struct transaction *transaction, const json_t *card, const char *phase, const char *code,
                    const char *reason, const json_t *dockets, instant now, struct error *error);

/* A person lets it go on; *cleared tells whether there was anything. */
bool quarantine_clear(struct transaction *transaction, const char *actor, const char *role, instant now,
                      bool *cleared, struct error *error);

/* In a sentence or two for `why` and status, ending with a line feed; nothing when nothing is quarantined. */
struct text;
bool quarantine_why(struct transaction *transaction, struct text *words, struct error *error);

#endif
