/*
 * Changing site.xml and roster.xml by command: read, change, validate, show, write.
 */
#ifndef LEADSPOOL_COMMAND_SITE_FILE_H
#define LEADSPOOL_COMMAND_SITE_FILE_H

#include "base/error.h"
#include "base/text.h"
#include "spool/site.h"

/* The document as it lies there, NUL-terminated; the caller frees. */
bool site_file_read(const struct site *site, const char *name, char **bytes, struct error *error);

/* Validate `changed` as that document (the errors of the loader), print the lines that differ from `before`, and unless
   `dry` put it into place durably, with owner and mode of the file before. Only the service account and root may.
   A roster is not written when it brings more that does not fit together (roster_check) than there was. */
bool site_file_change(const struct site *site, const char *name, const char *before, const char *changed,
                      bool dry, struct error *error);

#endif
