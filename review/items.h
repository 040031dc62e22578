/*
 * Work items: what one person is asked to decide, with the pictures they may see and nothing else.
 *
 * An item is a directory below review/ (or hold/) with item.xml, whose digest the decision must name, and a
 * worksheet. Labels (C01…, A…) are a shuffle from a seed anybody can recompute: the first 8 bytes, big
 * endian, of SHA-256("leadspool-shuffle-1\n" docket "\n" stage "\n" round "\n" slot "\n" digest of the
 * searched probe "\n" key of the search "\n"), run through SplitMix64 and a Fisher-Yates pass from the end
 * with rejection of the biased remainder.
 */
#ifndef LEADSPOOL_REVIEW_ITEMS_H
#define LEADSPOOL_REVIEW_ITEMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "casebook/casebook.h"
#include "people/roster.h"
#include "schemas/settings.h"

/* Open the items the docket's state calls for and does not have yet: one per open hold (HELD), one for
   INTAKE, INVESTIGATION, BACKGROUND, SUPERVISION, min-peers and one per cannot-say for PEER. Writes item
   records, outbox rows and events; `docket` is not changed. Calling it twice opens nothing twice. */
bool review_open(struct transaction *transaction, const struct settings *settings,
                 const struct roster *roster, const json_t *docket, instant now, struct error *error);

/* Close what is open of a docket (all of it: stage NULL; or one stage), by the decision of `by` (may be
   NULL), and have the directories removed. For withdrawals, seals and rounds that end. */
bool review_close(struct transaction *transaction, const char *docket, const char *stage, const char *by,
                  instant now, struct error *error);

/* In words: what the docket waits for and who could do it; says when nobody can (no-eligible-peer,
   no-supervisor, no-holder-of-role). */
bool review_why(struct transaction *transaction, const struct settings *settings, const struct roster *roster,
                const json_t *docket, instant now, struct text *words, struct error *error);

#endif
