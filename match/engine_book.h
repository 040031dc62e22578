/*
 * Which engine the site compares with, in the casebook: what the last daemon found when it started.
 */
#ifndef LEADSPOOL_MATCH_ENGINE_BOOK_H
#define LEADSPOOL_MATCH_ENGINE_BOOK_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* Record what became of a vendor's engine: its card, or why it was refused (one of both); an event when that is not what was
   recorded before. `digest` may be "". Both NULL: the engine built in is used. */
bool engine_book_note(struct transaction *transaction, const char *digest, const json_t *card,
                      const char *reason, instant now, struct error *error);

/* {"card"?,"reason"?} of the engine that the settings name (new reference); without a card searches wait for the
   reason. */
bool engine_book_get(struct transaction *transaction, const struct settings *settings, json_t **engine,
                     struct error *error);

#endif
