/*
 * leadspool audit head, audit verify --head and audit acknowledge.
 */
#ifndef LEADSPOOL_COMMAND_AUDIT_HEAD_H
#define LEADSPOOL_COMMAND_AUDIT_HEAD_H

#include "command/command.h"

/* Have the head of the log signed and put out now. */
bool audit_head(struct site *site, bool json, struct error *error);

/* Does the log still hold the event this file names, with its hash? And is the file the site's (FILE.p7s beside it)? What does not fit
   is FAULT_INPUT, in words. */
bool audit_head_check(struct site *site, const char *path, bool json, struct error *error);

struct audit_acknowledgement {
    const char *person, *key, *certificate, *reason;
};
/* A signed audit.xml that lets documents be published although the log was changed, into audit/in. */
bool audit_acknowledge(const struct site *site, const struct audit_acknowledgement *acknowledgement,
                       struct error *error);

#endif
