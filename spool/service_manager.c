/*
 * The daemon and its service manager.
 *
 * Guarantees: "ready" is said when recovery is done and drops are taken, so that what is ordered after the service
 * finds it working; a loop that hangs gives no sign of life and is restarted by the manager, which start-up recovery
 * makes harmless. Says nothing of casework: the manager's status line is readable to every account.
 */
#include "spool/service_manager.h"

#include <stddef.h>
#include <systemd/sd-daemon.h>

static void alive(void *context)
{
    struct service_manager *manager = context;
    sd_notify(0, "WATCHDOG=1");
    loop_after(manager->loop, manager->interval, alive, manager, NULL);
}

bool service_manager_ready(struct service_manager *manager, struct loop *loop, const char *site,
                           struct error *error)
{
    uint64_t microseconds = 0;
    *manager = (struct service_manager){.loop = loop};
    sd_notifyf(0, "READY=1\nSTATUS=working on %s", site);
    if (sd_watchdog_enabled(0, &microseconds) <= 0)
        return true;
    manager->interval = (int64_t)(microseconds / 3000);
    sd_notify(0, "WATCHDOG=1");
    return loop_after(loop, manager->interval, alive, manager, error);
}

void service_manager_stopping(const char *why)
{
    sd_notifyf(0, "STOPPING=1\nSTATUS=%s", why == NULL ? "stopping" : why);
}
