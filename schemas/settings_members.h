/*
 * site.xml as a flat list of its members, and what changed between two of them: for the log. Pure.
 *
 * A member is named by its place: "review@minPeers", "identity"; entries of a list by what tells them apart:
 * "protectedTraits/word[religion]", "retention/row[docket-negative]@period".
 */
#ifndef LEADSPOOL_SCHEMAS_SETTINGS_MEMBERS_H
#define LEADSPOOL_SCHEMAS_SETTINGS_MEMBERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* {member: value} of a site.xml that is valid (else FAULT_INPUT, as settings_read has it). New reference. */
bool settings_members(const char *bytes, size_t length, json_t **members, struct error *error);

/* Call `note` for each member that differs, by name; `was` or `is` is NULL where it was added or taken away. False as soon as
   `note` says false. */
typedef bool settings_note(void *context, const char *member, const char *was, const char *is,
                           struct error *error);
bool settings_changes(const json_t *before, const json_t *after, settings_note *note, void *context,
                      struct error *error);

#endif
