/*
 * Watching directories: inotify as a hint, never as the truth.
 *
 * A watch says "look again"; what is there is found by listing. An overflow (16,384 events lost at once), a
 * share on a network file system (whose remote writers cause no events) and an exhausted limit all end the
 * same way: the rescan by timer finds it.
 */
#ifndef LEADSPOOL_SPOOL_WATCH_H
#define LEADSPOOL_SPOOL_WATCH_H

#include <stdbool.h>

#include "base/error.h"

/* Something happened in the folder of that watch; -1: hints were lost, it may have been in any. */
typedef void watch_hint(void *context, int number);

/* A non-blocking inotify descriptor, -1 on failure: FAULT_TEMPORARY naming fs.inotify.max_user_instances when
   that limit is reached. */
int watch_open(struct error *error);

/* Hint when anything in the open directory appears, goes, or is finished being written. The number of the
   watch; -1 on failure: FAULT_TEMPORARY naming fs.inotify.max_user_watches when that limit is reached. */
int watch_add(int watch, int directory, struct error *error);
void watch_remove(int watch, int number);

/* Take all hints that wait. */
void watch_drain(int watch, watch_hint *hint, void *context);

#endif
