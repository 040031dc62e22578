/*
 * Noticing that roster.xml was changed, and that what people are trusted by runs out.
 */
#ifndef LEADSPOOL_SPOOL_ROSTER_WATCH_H
#define LEADSPOOL_SPOOL_ROSTER_WATCH_H

#include "spool/state.h"

/* Note what changed since the record knew it last, and look at the file from then on. */
bool roster_watch_open(struct daemon *daemon, struct error *error);
void roster_watch_close(struct roster_watch *watch);

/* Put the roster in force as the directory's answer (roster_follow of people/roster.h) makes it; account_directory_in_force is called
   then, perhaps at once. False, FAULT_TEMPORARY, while another exchange is under way. */
bool roster_watch_follow(struct roster_watch *watch, const json_t *view, struct error *error);

/* Is roster.xml as it lies there not valid, so that the one before is in force? */
bool roster_watch_refused(const struct roster_watch *watch);

#endif
