/*
 * Is an answer of a vendor's engine what was asked for? For whoever relies on it: the engine's process could have
 * written anything.
 */
#ifndef LEADSPOOL_MATCH_ANSWER_CHECK_H
#define LEADSPOOL_MATCH_ANSWER_CHECK_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "casebook/casebook.h"

/* What the process of an engine says of itself, fit for a log and a record: printable ASCII. Returns `text`. */
char *answer_words(char *text);

/* A card as engine.h has it, of the object with this digest. FAULT_INPUT names what is wrong. Pure. */
bool answer_card_check(const json_t *card, const char *digest, struct error *error);

/* An answer of engine-search to these parameters (match_worker.h), by the engine of that card: every probe asked for, in
   order; lists sorted, complete, without a photo or person twice, their scores on the scale. FAULT_INPUT names what is wrong.
   Pure. */
bool answer_search_check(const json_t *parameters, const json_t *card, const json_t *answer,
                         struct error *error);

/* Every photo of the answer's lists is one of the gallery, of the person it says. FAULT_INPUT when it is not; other faults
   are the record's. */
bool answer_photos_check(struct transaction *transaction, const json_t *answer, struct error *error);

#endif
