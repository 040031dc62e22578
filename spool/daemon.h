/*
 * The daemon: `leadspool run`, and its batch form `leadspool drain`.
 */
#ifndef LEADSPOOL_SPOOL_DAEMON_H
#define LEADSPOOL_SPOOL_DAEMON_H

#include <stdbool.h>

#include "base/error.h"
#include "spool/site.h"

struct daemon_options {
    bool drain;     /* stop when nothing is ready any more */
    bool overnight; /* the run window counts as open */
    bool progress;  /* draw progress on standard error (a terminal) */
    bool verbose;   /* log every step, not only what an administrator needs */
};

/* Take the lock, recover, work until SIGTERM/SIGINT (or, draining, until idle). The site is open and not
   locked yet. FAULT_TEMPORARY when another daemon owns the site; FAULT_DURABILITY when a sync failed. */
bool daemon_run(struct site *site, const struct daemon_options *options, struct error *error);

#endif
