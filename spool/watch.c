/*
 * inotify, reduced to one question: in which folder did anything happen?
 *
 * Guarantees: never reports what happened, so no code can come to rely on it. Does not watch below the
 * directories it is given.
 */
#include "spool/watch.h"

#include <errno.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

int watch_open(struct error *error)
{
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch < 0 && errno == EMFILE)
        error_set(error, FAULT_TEMPORARY,
                  "the limit of inotify instances is reached; raise fs.inotify.max_user_instances (sysctl)");
    else if (watch < 0)
        error_system(error, "opening inotify");
    return watch;
}

int watch_add(int watch, int directory, struct error *error)
{
    char path[64];
    unsigned mask = IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_ONLYDIR;
    snprintf(path, sizeof path, "/proc/self/fd/%d", directory);
    int number = inotify_add_watch(watch, path, mask);
    if (number < 0 && errno == ENOSPC)
        error_set(error, FAULT_TEMPORARY,
                  "the limit of inotify watches is reached; raise fs.inotify.max_user_watches (sysctl)");
    else if (number < 0)
        error_system(error, "watching the folder");
    return number;
}

void watch_remove(int watch, int number)
{
    inotify_rm_watch(watch, number);
}

void watch_drain(int watch, watch_hint *hint, void *context)
{
    union {
        struct inotify_event align;
        char bytes[16384];
    } events;
    ssize_t got;
    while ((got = read(watch, events.bytes, sizeof events.bytes)) > 0)
        for (ssize_t at = 0; at < got;) {
            const struct inotify_event *event =
                (const struct inotify_event *)(const void *)(events.bytes + at);
            /* A hidden name is no drop: claims would be hints to ourselves. */
            if (event->len == 0 || event->name[0] != '.')
                hint(context, (event->mask & IN_Q_OVERFLOW) != 0 ? -1 : event->wd);
            at += (ssize_t)(sizeof *event + event->len);
        }
}
