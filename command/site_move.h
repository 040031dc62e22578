/*
 * leadspool site move: a whole site to another place, such as a larger disk.
 */
#ifndef LEADSPOOL_COMMAND_SITE_MOVE_H
#define LEADSPOOL_COMMAND_SITE_MOVE_H

#include <stdbool.h>

#include "base/error.h"
#include "spool/site.h"

/* Copy the site to `target`, which is not there or is empty, with owners, modes, ACLs and times; sync it; have its record and
   every byte of its vault verified; then close the old one, so that no daemon ever starts there again. The old one's bytes are
   left for the administrator to remove. No daemon may run: FAULT_TEMPORARY. Dry: says only how much there is to copy. */
bool site_move(struct site *site, const char *target, bool dry, struct error *error);

#endif
