/*
 * The one builder of decision.xml: used by `leadspool decide`, `release`, `refuse` and the tests.
 */
#ifndef LEADSPOOL_REVIEW_COMPOSE_H
#define LEADSPOOL_REVIEW_COMPOSE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Write `decision` (shape: spool/INTERNALS.md §4, "decision (parsed)") as XML of schemas/decision.xsd into
   `xml`. Refuses only what it cannot express (an unknown stage); whether it is a valid decision is judged by
   the schema and by review_decide. */
bool decision_compose(const json_t *decision, struct text *xml, struct error *error);

#endif
