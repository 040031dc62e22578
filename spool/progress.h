/*
 * Progress of long jobs, drawn on standard error when that is a terminal.
 */
#ifndef LEADSPOOL_SPOOL_PROGRESS_H
#define LEADSPOOL_SPOOL_PROGRESS_H

#include "spool/state.h"

/* One line for the running job of this context: what, a bar, share, rate, time left. Nothing without
   --progress. */
void progress_draw(const struct daemon *daemon, const void *context, const char *what);
/* Take the line away. */
void progress_clear(const struct daemon *daemon);

#endif
