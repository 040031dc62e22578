/*
 * A search made again from its record (R21): the same probe against the same photos, and what that says.
 *
 * Photos sealed or withdrawn since are not compared again, nor shown, nor are their places filled. Where the search
 * cannot be made again, the reason is one of the words below.
 */
#ifndef LEADSPOOL_MATCH_RERUN_H
#define LEADSPOOL_MATCH_RERUN_H

#include <jansson.h>
#include <stdbool.h>

#include "casebook/casebook.h"

/* `card` is that of the site's engine, NULL when it has none.
   What is needed to search again: {"record":the search record,"sealed":[photo id sealed since, of those searched],
   "removed":[of these the ones compacted away: {"photo","at","event","rank"?: row of the list it was}],
   "outcome"?:word,"text"?:words (both when it cannot be made again: "engine-differs" or "gallery-gone"),
   "parameters":of match-search,"probe":digest,"segments":[names in order]}. New reference. */
bool rerun_prepare(struct transaction *transaction, const json_t *record, const json_t *card, json_t **plan,
                   struct error *error);

/* Pure: hold match-search's answer against the record. Sets "outcome" and "text" of the plan:
   reproduced        the same list, bit for bit, from the same photos
   reproduced-part   the same but for photos sealed since
   reproduced-rows   photos that scores are measured against were sealed: each row left has its very score by the
                     recorded measures
   scores-changed    a photo the scores are measured against was sealed: no score can be computed again
   differs           it should be the same and is not */
bool rerun_compare(json_t *plan, const json_t *answer, struct error *error);

/* Pure: the record's list without photos sealed since, each row as recorded. New reference. */
json_t *rerun_rows(const json_t *plan);

#endif
