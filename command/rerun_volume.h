/*
 * `leadspool rerun --volume FOLDER`: the scores of a volume of discovery, computed again from what is in it.
 */
#ifndef LEADSPOOL_COMMAND_RERUN_VOLUME_H
#define LEADSPOOL_COMMAND_RERUN_VOLUME_H

#include <stdbool.h>

#include "base/error.h"

/* `folder`: an opened volume, with its files/. Prints each search; FAULT_INPUT when a score differs or nothing could be
   computed. Needs no site. */
bool rerun_volume(const char *folder, bool json, struct error *error);

#endif
