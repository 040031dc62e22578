/*
 * Between spool/in_force.c and spool/in_force_watch.c; nobody else includes this.
 */
#ifndef LEADSPOOL_SPOOL_IN_FORCE_FILES_H
#define LEADSPOOL_SPOOL_IN_FORCE_FILES_H

#include <jansson.h>
#include <stdbool.h>

#include "schemas/settings_members.h"
#include "spool/site.h"

/* {path:digest} of ca.pem and of the files in keys/; with site.xml as it lies there when `settings`. New reference. */
bool in_force_files(const struct site *site, bool settings, json_t **files, struct error *error);

/* A private key: no digest of it is said. */
bool in_force_is_key(const char *path);

#endif
