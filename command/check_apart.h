/*
 * Looking at folders that may hang, from a process that can be left behind.
 */
#ifndef LEADSPOOL_COMMAND_CHECK_APART_H
#define LEADSPOOL_COMMAND_CHECK_APART_H

#include "command/check_found.h"

/* Says which folder is looked at next; of no effect outside check_apart. */
void check_apart_at(const struct finding *finding, const char *path);

/* Has `look` called in a child, whose findings come back here. One that has not ended after `milliseconds` is killed and left
   behind, and the folder it was at is a finding (share-down): a process that waits for a file system cannot be ended. */
typedef bool check_apart_look(void *context, struct finding *finding, struct error *error);
bool check_apart(check_apart_look *look, void *context, int milliseconds, struct finding *finding,
                 struct error *error);

#endif
