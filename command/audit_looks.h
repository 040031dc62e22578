/*
 * The part of leadspool audit that takes over what a file server logged.
 */
#ifndef LEADSPOOL_COMMAND_AUDIT_LOOKS_H
#define LEADSPOOL_COMMAND_AUDIT_LOOKS_H

#include <stdbool.h>

#include "base/error.h"

struct site;

/* Read lines of Samba's full_audit from that file ("-" = standard input), hand what they tell to the record, say how many. */
bool audit_import_looks(struct site *site, const char *path, bool json, struct error *error);

#endif
