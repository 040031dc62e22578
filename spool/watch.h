/*
 * Watching directories: inotify as a hint, never as the truth.
 *
 * A watch says "look again"; what is there is found by listing. An overflow (16,384 events lost at once), a
 * share on a network file system (whose remote writers cause no events) and an exhausted watch limit all end
 * the same way: the rescan by timer finds it.
 */
#ifndef LEADSPOOL_SPOOL_WATCH_H
#define LEADSPOOL_SPOOL_WATCH_H

#include <stdbool.h>

#include "base/error.h"

/* A non-blocking inotify descriptor, -1 on failure. */
int watch_open(struct error *error);

/* Hint when anything in the directory appears, goes, or is finished being written. FAULT_TEMPORARY naming
   fs.inotify.max_user_watches when the limit is reached. */
bool watch_add(int watch, const char *path, struct error *error);

/* Throw away what waits; true when there was any hint (an overflow included). */
bool watch_drain(int watch);

#endif
