/*
 * Scores computed again by what a search recorded, whatever became of the photos they were measured against.
 */
#ifndef LEADSPOOL_MATCH_SEARCH_AGAIN_H
#define LEADSPOOL_MATCH_SEARCH_AGAIN_H

#include <jansson.h>

#include "match/search.h"

/* `measures` as of match_worker.h, of the request's only probe. *scores (new reference): {photo id: score} of those photos
   that are in the request's segments and neither sealed nor of a later enrolment. FAULT_ENVIRONMENT for measures of
   another engine and for damaged photos. */
bool search_again(const struct search_request *request, const json_t *measures, json_t **scores,
                  struct error *error);

#endif
