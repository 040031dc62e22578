/*
 * A document and its signatures as one folder for a spool of the site: foil/in, retention/in.
 */
#ifndef LEADSPOOL_COMMAND_FOLDER_DROP_H
#define LEADSPOOL_COMMAND_FOLDER_DROP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "command/command.h"

/* One file of the folder; the document first. */
struct drop_part {
    const char *name;
    const void *bytes;
    size_t length;
};

/* Hand the parts over to SPOOL/in below the site of the invocation, as the folder STEM-<12 of the document's digest>, which
   appears whole or not at all; say where, and where the receipt comes to. The same document again is the same name and is
   refused while the first lies there. */
bool folder_drop(const struct invocation *invocation, const char *spool, const char *stem,
                 const struct drop_part *parts, size_t count, struct error *error);

#endif
