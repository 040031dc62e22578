/*
 * The casebook's side of runs: what is searched, and the record of what was found.
 */
#ifndef LEADSPOOL_MATCH_RUN_RECORD_H
#define LEADSPOOL_MATCH_RUN_RECORD_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "match/plan.h"

/* Plan the next run and start it: the chosen dockets go to MATCHING. *run (new reference, NULL when there is
   nothing to do) is
   {"dockets":[{"docket","since","image","searched"?,"edits":[…],"eyes":[4]}],
   "segments":[{"name","count","digest"}],"sealed":[photo id]}; `since` is when the docket came to MATCHING.
   With an empty gallery nothing is started. */
bool run_begin(struct transaction *transaction, const struct plan_terms *terms, json_t **run,
               struct error *error);

/* Write the search record of one docket's probe: `answer` is match-search's whole answer and the run's
   "segments", `result` this probe's entry. The docket's list in force becomes this one; its state is the caller's to change. */
bool run_record(struct transaction *transaction, json_t *docket, const json_t *answer, const json_t *result,
                instant now, struct error *error);

#endif
