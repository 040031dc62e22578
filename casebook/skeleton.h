/*
 * What is left of a record when its docket is disposed of (R38): numbers, states, times, digests, ids of records and of
 * those who worked here; nothing about the people a case was about, and nothing a person wrote.
 *
 * Pure. What stays is listed member by member in skeleton.c; a member nobody thought of goes.
 */
#ifndef LEADSPOOL_CASEBOOK_SKELETON_H
#define LEADSPOOL_CASEBOOK_SKELETON_H

#include <jansson.h>

#include "casebook/casebook.h"

/* New reference; NULL without memory, or for a book whose records are not of one docket. */
json_t *skeleton_of(enum book book, const json_t *record);

#endif
