/*
 * leadspool audit figures and audit extract.
 */
#ifndef LEADSPOOL_COMMAND_AUDIT_ISSUE_H
#define LEADSPOOL_COMMAND_AUDIT_ISSUE_H

#include <jansson.h>
#include <stdbool.h>

#include "spool/site.h"

/* Have the figures of the days `from` to `to` (YYYY-MM-DD, both inclusive; NULL: this year up to today) counted and
   issued, and print them. */
bool audit_figures(struct site *site, const char *from, const char *to, bool public_edition, bool json,
                   struct error *error);

/* Have a focused audit gathered and issued, and say where. `arguments` (taken over): "docket", "person", "from", "to"
   (days), "reason". */
bool audit_extract(struct site *site, json_t *arguments, bool json, struct error *error);

#endif
