/*
 * The desk: open items as people see them waiting, and who has said that they are at one.
 *
 * A claim of an item keeps two people from doing the same work. It locks nobody out: it lapses after the site's time, and
 * a decision by somebody else who may make it counts all the same (and says whose work it crossed).
 */
#ifndef LEADSPOOL_REVIEW_DESK_H
#define LEADSPOOL_REVIEW_DESK_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "casebook/casebook.h"
#include "people/roster.h"
#include "schemas/settings.h"

struct desk {
    struct transaction *transaction;
    const struct settings *settings;
    const struct roster *roster;
    instant now;
};

/* One open item as a row {"item","docket","stage","round","slot","opened","directory","lane","waited":milliseconds,
   "claim"?:{"by","until"}}, and for a person {"may":bool,"why"?}, for NULL {"eligible":[ids]}. *row is a new
   reference; NULL when the item's stage has nothing to do with any role of the person. */
bool desk_row(const struct desk *desk, const json_t *item, const struct person *person, json_t **row,
              struct error *error);

/* Whose claim of the item runs at that instant; NULL when nobody's does. Pure. */
const char *desk_claimant(const json_t *item, instant now);

/* Say that the person is at this item (record; changed and stored), with an event. FAULT_REFUSED with the reason when
   they may not decide on it, or while somebody else's claim runs. `actor` is who asked. */
bool desk_claim(const struct desk *desk, json_t *item, const struct person *person, const char *actor,
                struct error *error);
/* Take it back. FAULT_REFUSED when the claim that runs is not the person's. */
bool desk_drop(const struct desk *desk, json_t *item, const struct person *person, const char *actor,
               struct error *error);

/* From now on the person takes no part in the docket (record; changed and stored): not undone, and not a judgement. What
   they did before stays. `reason` stays in the docket; the event has none. */
bool desk_recuse(const struct desk *desk, json_t *docket, const struct person *person, const char *reason,
                 const char *actor, struct error *error);

#endif
