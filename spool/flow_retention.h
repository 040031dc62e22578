/*
 * Drops of retention/in, and what of the record has to be found again when it is due (R38). In the committer's thread,
 * each in one transaction (spool/flows.h).
 */
#ifndef LEADSPOOL_SPOOL_FLOW_RETENTION_H
#define LEADSPOOL_SPOOL_FLOW_RETENTION_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "spool/site.h"

/* A checked drop of retention/in. *result as of ingest/release.h. */
bool flow_retention_drop(struct transaction *transaction, const struct site *site, const json_t *claim,
                         const json_t *check, instant now, json_t **result, struct error *error);

/* Note whose the files of an answered drop are: its docket's, or its own as one of a class of the schedule. `first_row`:
   the first number the outbox gave in this transaction. */
bool flow_retention_note(struct transaction *transaction, const char *form, const json_t *claim,
                         const json_t *result, int64_t first_row, instant now, struct error *error);

/* One step of the first disposal that waits: an entry, or its end. *more: there is another step now. *erase: files of the
   vault are to be erased before the next one. Nothing waits: neither. */
bool flow_retention_step(struct transaction *transaction, const struct site *site, instant now, bool *more,
                         bool *erase, struct error *error);
/* The files of what was disposed of so far are gone. */
bool flow_retention_erased(struct transaction *transaction, struct error *error);

#endif
