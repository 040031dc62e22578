/*
 * Parts of a search as JSON: how match-search is asked for one, and what it answers. The shapes stand in match_worker.h.
 */
#ifndef LEADSPOOL_MATCH_SEARCH_CUT_ANSWER_H
#define LEADSPOOL_MATCH_SEARCH_CUT_ANSWER_H

#include <jansson.h>

#include "match/search.h"
#include "match/search_answer.h"

/* The parameter "cut" for these probes; `found` is what all parts found, of the step "finish" alone, else NULL. Free it in
   either case. FAULT_INPUT when it is none. */
bool search_cut_read(const json_t *cut, const json_t *found, const struct search_answer_probe *probes,
                     size_t probe_count, struct search_cut *made, struct error *error);
void search_cut_free(struct search_cut *cut);

/* The answer of a part. New reference; NULL only when memory ran out. */
json_t *search_cut_answer(const struct search_request *request, const struct search_answer_probe *probes,
                          size_t probe_count, const struct search_result *result);

/* Places as they stand in JSON: base64 of 16 bytes each, photo and fused value, the least significant byte first. NULL only
   when memory ran out. */
json_t *search_places_json(const struct search_place *places, size_t count);
/* FAULT_INPUT when they are none. The caller frees them. */
bool search_places_read(const json_t *text, struct search_place **places, size_t *count, struct error *error);

#endif
