/*
 * Noticing that roster.xml was changed, and that what people are trusted by runs out.
 */
#ifndef LEADSPOOL_SPOOL_ROSTER_WATCH_H
#define LEADSPOOL_SPOOL_ROSTER_WATCH_H

#include "spool/state.h"

/* Note what changed since the record knew it last, and look at the file from then on. */
bool roster_watch_open(struct daemon *daemon, struct error *error);
void roster_watch_close(struct roster_watch *watch);

/* Is roster.xml as it lies there not valid, so that the one before is in force? */
bool roster_watch_refused(const struct roster_watch *watch);

#endif
