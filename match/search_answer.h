/*
 * The answer of a search as JSON; its shape stands in match_worker.h.
 */
#ifndef LEADSPOOL_MATCH_SEARCH_ANSWER_H
#define LEADSPOOL_MATCH_SEARCH_ANSWER_H

#include <jansson.h>

#include "match/search.h"

/* One probe as asked for; `fault` is NULL when it was searched. */
struct search_answer_probe {
    const char *id;
    const char *fault;
};

/* `probes` are all that were asked for, in order; result->lists holds those without a fault, in the same
   order. NULL only when memory ran out. The caller owns the object. */
json_t *search_answer(const struct search_request *request, const struct search_answer_probe *probes,
                      size_t probe_count, const struct search_result *result);

#endif
