/*
 * The part of leadspool gallery that has it compacted.
 */
#ifndef LEADSPOOL_COMMAND_GALLERY_COMPACT_H
#define LEADSPOOL_COMMAND_GALLERY_COMPACT_H

#include <stdbool.h>

#include "base/error.h"
#include "spool/site.h"

/* Say what is to be done, and unless `dry` have it done. */
bool gallery_compact(struct site *site, bool dry, bool json, struct error *error);

#endif
