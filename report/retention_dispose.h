/*
 * Disposing of one entry of a list (R38): its uses of the vault, what its records say of people, what was published of
 * it. One transaction, one event.
 */
#ifndef LEADSPOOL_REPORT_RETENTION_DISPOSE_H
#define LEADSPOOL_REPORT_RETENTION_DISPOSE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"

/* `disposal` is the name of the disposal ("D-000001"), `entry` one of its list. *outcome (new reference) is the entry with
   "event" and "objects":n destroyed, or with "kept": why it was not disposed of (a legal hold came meanwhile). Files
   published of it are rows of kind `remove`, each noted as `retention/removal/<disposal>/<row>` until it is delivered
   (retention_removed). */
bool retention_dispose_entry(struct transaction *transaction, const char *disposal, const json_t *entry,
                             instant now, json_t **outcome, struct error *error);

/* Why the entry cannot be disposed of as the record is now; NULL: it can. The sentence needs no freeing. */
bool retention_entry_kept(struct transaction *transaction, const json_t *entry, const char **why,
                          struct error *error);

/* A row of kind `remove` was delivered. */
bool retention_removed(struct transaction *transaction, const json_t *row, struct error *error);
/* Is any removal of this disposal still to be delivered? */
bool retention_removing(struct transaction *transaction, const char *disposal, bool *removing,
                        struct error *error);

#endif
