/*
 * Packets that come as one .zip file: which drops those are, and what they may hold.
 */
#ifndef LEADSPOOL_SPOOL_ARCHIVE_H
#define LEADSPOOL_SPOOL_ARCHIVE_H

#include <jansson.h>
#include <stdbool.h>

#include "schemas/settings.h"

/* The .zip file itself among the copies of a claim; the numbers are its members'. */
#define ARCHIVE_COPY "archive"

/* Is a file of that name (escaped or not) on a share of that form a packet in a .zip file? A folder may be called
   so too, and is none. */
bool archive_taken(const char *form, const char *name);

/* The parameters of check-archive. New reference; NULL when memory ran out. */
json_t *archive_parameters(const struct settings *settings);

#endif
