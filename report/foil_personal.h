/*
 * Which texts of a document's facts tell of a person. Pure.
 *
 * By the members' names: the record says what a text is, so that nobody has to guess it from its words. What a clerk has
 * to look at beyond that (a name within a report's own words) no list can know.
 */
#ifndef LEADSPOOL_REPORT_FOIL_PERSONAL_H
#define LEADSPOOL_REPORT_FOIL_PERSONAL_H

#include <jansson.h>

/* [{"what": "name" | "number" | "text", "value"}], the longest first, each value once; new. NULL without memory. */
json_t *foil_personal(const json_t *facts);

/* The code of the site's list that is proposed for "face", "name", "number", "text": privacy for what identifies, the
   conduct of investigations for texts, the first of the list when it has neither; "" when the list is empty. */
const char *foil_suggested(const json_t *exemptions, const char *what);
/* Why, in general: the clerk makes it particular. */
const char *foil_usual_reason(const char *what);

#endif
