/*
 * Work items: what one person is asked to decide, with the pictures they may see and nothing else.
 *
 * An item is a directory below review/ (or hold/) with item.xml, whose digest the decision must name, and a
 * worksheet. Labels are S01… for submitted images, P01 for the probe, C01… for the list, A01… for a peer's
 * pictures; the order of the last two is shuffled from a recorded seed (review/shuffle.h).
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

/* Close one item, given its record (changed); one closed already stays as it is. */
bool review_close_item(struct transaction *transaction, json_t *item, const char *by, instant now,
                       struct error *error);

/* In words: what the docket waits for and who could do it; says when nobody can (no-eligible-peer,
   no-supervisor, no-holder-of-role). */
bool review_why(struct transaction *transaction, const struct settings *settings, const struct roster *roster,
                const json_t *docket, instant now, struct text *words, struct error *error);

#endif
