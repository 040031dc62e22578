/*
 * decision.xml (validated) to the JSON decision of spool/INTERNALS.md §4. The inverse of decision_compose.
 */
#ifndef LEADSPOOL_REVIEW_PARSE_H
#define LEADSPOOL_REVIEW_PARSE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "schemas/xml.h"

/* *decision is a new reference. Edits come out in the form photo/edit.h applies; eye points in hundredths of
   a pixel. */
bool decision_parse(const struct xml_document *document, json_t **decision, struct error *error);
/* The same of inspection.xml: {"stage":"tour","date","tour","signer","at","outcome":finding,"reasons"?:remarks}. */
bool inspection_parse(const struct xml_document *document, json_t **inspection, struct error *error);

#endif
