/*
 * What changed between two rosters, member by member and without a name: for the log. Pure.
 */
#ifndef LEADSPOOL_PEOPLE_ROSTER_CHANGES_H
#define LEADSPOOL_PEOPLE_ROSTER_CHANGES_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "people/roster.h"

/* {"person id":{"roles","rank","supervisor","acting","training","suspension", and digests "account","certificate",
   "name" that tell only whether these changed}}. New reference; NULL when memory ran out. */
json_t *roster_snapshot(const struct roster *roster);

/* Call `note` for each change from one snapshot to another, people in the order of their ids: what is "added", "removed"
   or the name of a member. False as soon as `note` says false. */
typedef bool roster_note(void *context, const char *person, const char *what, struct error *error);
bool roster_changes(const json_t *before, const json_t *after, roster_note *note, void *context,
                    struct error *error);

#endif
