/*
 * The answer to a drop that asks for something to leave (discovery, disclosure): receipt, event.
 */
#ifndef LEADSPOOL_INGEST_RELEASE_H
#define LEADSPOOL_INGEST_RELEASE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* A fault of outcome WAIT among the check's (a stale revocation list): FAULT_TEMPORARY. */
bool ingest_release_ready(const json_t *check, struct error *error);

/* `kind` is "discovery" or "disclosure": the receipt goes to <kind>/out/<drop>-<12 of its digest>/, the event is
   <kind>-received or <kind>-refused. `faults` are all that were found, `next` the receipt's words when there is none.
   *result (new reference) {"outcome":"ACCEPT|REJECT|QUARANTINE","docket"?,"faults"}. */
bool ingest_release(struct transaction *transaction, const struct settings *settings, const json_t *claim,
                    const char *kind, const char *id, const char *docket, json_t *faults, const char *next,
                    instant now, json_t **result, struct error *error);

#endif
