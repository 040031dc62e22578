/*
 * inotify, reduced to one question: did anything happen?
 *
 * Guarantees: never reports what happened, so no code can come to rely on it. Does not watch below the
 * directories it is given.
 */
#include "spool/watch.h"

#include <errno.h>
#include <sys/inotify.h>
#include <unistd.h>

int watch_open(struct error *error)
{
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch < 0)
        error_system(error, "opening inotify (fs.inotify.max_user_instances may be too low)");
    return watch;
}

bool watch_add(int watch, const char *path, struct error *error)
{
    unsigned mask = IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_ONLYDIR;
    if (inotify_add_watch(watch, path, mask) >= 0)
        return true;
    if (errno == ENOSPC)
        return error_set(error, FAULT_TEMPORARY,
                         "watching %s: the limit of watches is reached; raise fs.inotify.max_user_watches "
                         "(sysctl). Until then this share is looked at by timer only",
                         path);
    return error_system(error, "watching %s", path);
}

bool watch_drain(int watch)
{
    char events[16384];
    bool any = false;
    while (read(watch, events, sizeof events) > 0)
        any = true;
    return any;
}
