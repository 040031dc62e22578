/*
 * leadspool audit figures.
 */
#ifndef LEADSPOOL_COMMAND_AUDIT_FIGURES_H
#define LEADSPOOL_COMMAND_AUDIT_FIGURES_H

#include <stdbool.h>

#include "spool/site.h"

/* Have the figures of the days `from` to `to` (YYYY-MM-DD, both inclusive; NULL: this year up to today) counted and
   issued, and print them. */
bool audit_figures(struct site *site, const char *from, const char *to, bool public_edition, bool json,
                   struct error *error);

#endif
