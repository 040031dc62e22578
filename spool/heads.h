/*
 * Heads of the chain, signed and put out for keeping elsewhere: whoever has one can tell later that nothing up to it was
 * changed, by anybody (docs/backup.md, `leadspool audit verify --head`).
 */
#ifndef LEADSPOOL_SPOOL_HEADS_H
#define LEADSPOOL_SPOOL_HEADS_H

#include <jansson.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* A row of the outbox with the head as of now, and the record of it (runs, `head`): {"head":1,"site","at","sequence","hash"},
   in *head (new reference; NULL is allowed). */
bool heads_issue(struct transaction *transaction, const struct settings *settings, instant now, json_t **head,
                 struct error *error);
/* The same, if none was issued on this day of the site and the log is not of this day alone. */
bool heads_daily(struct transaction *transaction, const struct settings *settings, instant now,
                 struct error *error);

#endif
