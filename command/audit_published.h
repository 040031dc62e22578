/*
 * leadspool audit verify, its last part: what was published against what lies on the shares.
 */
#ifndef LEADSPOOL_COMMAND_AUDIT_PUBLISHED_H
#define LEADSPOOL_COMMAND_AUDIT_PUBLISHED_H

#include <jansson.h>

#include "spool/site.h"

/* Add to a report of the record (casebook/audit.h) the members "published" (files compared) and "unread" (files there that
   this account may not read), and to its problems: published-changed (other bytes than were published), published-unknown
   (nobody published it) and head-differs (the log is not the one of the newest head in audit/out/heads). Files no longer
   there are no problem. Reads every file of the shares once; one that hangs holds up this command alone. */
bool audit_published(struct site *site, json_t *report, struct error *error);

#endif
