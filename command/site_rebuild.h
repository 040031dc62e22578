/*
 * leadspool site rebuild: the shares as the record says they should be, after a volume was lost or emptied.
 */
#ifndef LEADSPOOL_COMMAND_SITE_REBUILD_H
#define LEADSPOOL_COMMAND_SITE_REBUILD_H

#include <stdbool.h>

#include "base/error.h"
#include "spool/site.h"

/* Make the folders that are missing and order everything again that should lie on the shares and does not; the next start of
   the daemon, or a drain, puts it out. Prints what it found. `below`: only these folders, ending with NULL. No daemon may run: FAULT_TEMPORARY.
   Dry: only says so. */
bool site_rebuild(struct site *site, char *const *below, bool dry, struct error *error);

#endif
