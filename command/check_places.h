/*
 * Are the folders of a site owned and protected as the table of base/places.h says?
 */
#ifndef LEADSPOOL_COMMAND_CHECK_PLACES_H
#define LEADSPOOL_COMMAND_CHECK_PLACES_H

#include <jansson.h>

#include "base/error.h"
#include "spool/site.h"

/* Calls `found` with one line for each folder, and each key in keys/, that others may use in a way the table does not
   give them: what is wrong, then the command that mends it. Groups and ACLs are the administrator's and are not judged,
   except where the table closes a folder to everybody. Before each folder it is called with `text` NULL. Folders that are
   members of `down` are not touched. False only when `found` says so. */
typedef bool check_place_found(void *context, const char *path, const char *text, struct error *error);
bool check_places(const struct site *site, const json_t *down, check_place_found *found, void *context,
                  struct error *error);

#endif
