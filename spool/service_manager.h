/*
 * What a service manager is told: that the daemon is ready, that it lives, that it ends (sd_notify(3)). Without one
 * that listens all of this does nothing.
 */
#ifndef LEADSPOOL_SPOOL_SERVICE_MANAGER_H
#define LEADSPOOL_SPOOL_SERVICE_MANAGER_H

#include "base/error.h"
#include "spool/loop.h"

struct service_manager {
    struct loop *loop;
    int64_t interval; /* milliseconds between signs of life, 0: none are wanted */
};

/* Ready, and from now on a sign of life from the loop at least twice in the time the manager allows. */
bool service_manager_ready(struct service_manager *manager, struct loop *loop, const char *site,
                           struct error *error);
/* It ends: `why` NULL for a stop that was asked for. */
void service_manager_stopping(const char *why);

#endif
