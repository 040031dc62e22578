/*
 * Requests that wait for images too long (spool/lapse.c).
 */
#ifndef LEADSPOOL_SPOOL_LAPSE_H
#define LEADSPOOL_SPOOL_LAPSE_H

#include "spool/state.h"

/* Look at once and then every hour, until the loop ends. Call when the record is recovered. */
bool lapse_open(struct daemon *daemon, struct error *error);

#endif
