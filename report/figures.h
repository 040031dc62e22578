/*
 * Figures of oversight: what was asked, for what use, by whom, with what outcome, how long each stage took, and
 * every change made to a probe, over the requests received in a period (R52 R53, L1).
 *
 * Pure: records go in one by one in any order, facts for report/figures_worker.h come out; the same records give
 * the same facts. Times are instants, durations minutes. No score, name or photograph is looked at.
 */
#ifndef LEADSPOOL_REPORT_FIGURES_H
#define LEADSPOOL_REPORT_FIGURES_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

/* The public edition leaves out whatever is of one docket, and tells no count below this (L1). */
enum { FIGURES_FEWEST = 5 };

struct figures;

/* `from` inclusive, `until` exclusive; NULL only without memory. */
struct figures *figures_begin(instant from, instant until, struct error *error);
void figures_end(struct figures *figures);

/* A docket, with the records of its holds (an array, may be NULL). One received outside the period counts only for
   its changes to probes, by their own time. */
bool figures_add_docket(struct figures *figures, const json_t *docket, const json_t *holds,
                        struct error *error);
bool figures_add_incident(struct figures *figures, const json_t *incident, struct error *error);

/* What stands open of a docket `now`: acknowledgements and corroborations that have not come (report/overdue.h), a legal
   hold; and, in the period, an unforeseen use allowed (R2) and its disposal (R38). In whatever period it was received. */
bool figures_add_standing(struct figures *figures, const json_t *docket, const json_t *holds, instant now,
                          struct error *error);
/* The tours of the period (review/tours.h), the duties of discovery (report/discovery.h) and the records requests under
   way (report/foil.h), each as its own report's rows. */
bool figures_add_rows(struct figures *figures, const json_t *tours, const json_t *duties,
                      const json_t *requests, struct error *error);

/* *facts (new reference):
     "from","until": ts; "edition": "full"|"public"
     "counts": [{"name": "requests|searches|recalled|editedDockets|edits","count"|"fewer":true}]
     "tables": [{"key","title","head","rows":[{"name","count"|"fewer":true}]}]
     "stages": [{"stage","visits","median","ninetieth","longest"?}]: minutes of finished visits
   and in the full edition
     "outcomes": [{"use","total","counts":[one for each of "outcomeNames"]}], "outcomeNames"
     "edits": [{"docket","operation","by","at","before","after"}]
     "standing": [{"what","of": docket, records request or tour,"since": ts or day}]
   In the public edition a count from 1 to FIGURES_FEWEST - 1 is "fewer"; when a table would then hold one such row
   alone, the smallest other row is "fewer" too, lest subtraction tell the count. */
bool figures_facts(const struct figures *figures, bool public_edition, json_t **facts, struct error *error);

/* Pure: the rule of the public edition for one table's rows ([{"name","count"}], changed in place). */
void figures_suppress(json_t *rows);

/* How a docket ended: "possible-match" "negative" "refused" "lapsed" "withdrawn"; "open" while it has not. */
const char *figures_outcome(const json_t *docket);

#endif
