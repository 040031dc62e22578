/*
 * Who may take an item now, and in words why somebody may not. Pure.
 *
 * For lists and answers: what counts is judged anew with every decision (review/entitle.c), for the moment of
 * signing and for receipt.
 */
#ifndef LEADSPOOL_REVIEW_ELIGIBLE_H
#define LEADSPOOL_REVIEW_ELIGIBLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "people/roster.h"
#include "schemas/settings.h"

struct item_question {
    const struct settings *settings;
    const struct roster *roster;
    const json_t *docket;
    const char *stage;
    const char *hold_role; /* of stage hold: the roles its record names */
    instant now;
};

/* How a stage is signed: false for stage hold, whose record names the role, and for what is no stage. */
bool stage_signing(const char *stage, enum signing *signing);

/* Does one of the person's roles have to do with this stage at all? */
bool item_concerns(const struct item_question *question, const struct person *person);

/* May the person decide at that stage of the docket? When not, `why` (may be NULL) says so, as in "made the request".
   The rule that one peer of each round is new to the docket is left out here, */
bool stage_eligible(const struct item_question *question, const struct person *person, char *why,
                    size_t size);
/* and counts here. */
bool item_eligible(const struct item_question *question, const struct person *person, char *why, size_t size);

#endif
