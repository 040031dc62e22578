/*
 * Which segments the gallery is made of, in the casebook.
 *
 * A segment that was compacted away keeps its record under `retired/<name>`, with the name of the one its photos went
 * "into", so that a search of an earlier day still finds the photos it searched.
 */
#ifndef LEADSPOOL_MATCH_SEGMENT_BOOK_H
#define LEADSPOOL_MATCH_SEGMENT_BOOK_H

#include <jansson.h>

#include "casebook/casebook.h"

/* Append the records of all segments that are searched now, by name. */
bool segment_book_all(struct transaction *transaction, json_t *records, struct error *error);

/* The record of a segment, living or retired (new reference); NULL when there never was one. */
bool segment_book_get(struct transaction *transaction, const char *name, json_t **record,
                      struct error *error);

/* The record of the segment that holds its photos now (new reference); NULL when none of them is left. */
bool segment_book_current(struct transaction *transaction, const char *name, json_t **record,
                          struct error *error);

/* The highest number of an enrolment that brought photos to the segment. */
int64_t segment_book_newest(const json_t *record);

/* Its photos went `into` another one; NULL: none were left. */
bool segment_book_retire(struct transaction *transaction, const char *name, const char *into, const char *at,
                         struct error *error);

#endif
