/*
 * The report of `leadspool audit tours`.
 */
#ifndef LEADSPOOL_COMMAND_AUDIT_TOURS_H
#define LEADSPOOL_COMMAND_AUDIT_TOURS_H

#include <stdbool.h>

#include "base/error.h"
#include "spool/site.h"

/* Of the days from `from` to `to` (NULL: the last 30, today), as XML, as one JSON object, or as a table. */
bool audit_tours(struct site *site, const char *from, const char *to, bool json, bool xml,
                 struct error *error);

#endif
