/*
 * Drops that ask for something to leave, and what follows when it left. In the committer's thread, each in one
 * transaction (spool/flows.h).
 */
#ifndef LEADSPOOL_SPOOL_FLOW_RELEASE_H
#define LEADSPOOL_SPOOL_FLOW_RELEASE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "spool/site.h"

/* A checked drop of `form` "discovery" or "disclosure". *result as of ingest/release.h. */
bool flow_release_drop(struct transaction *transaction, const struct site *site, const char *form,
                       const json_t *claim, const json_t *check, instant now, json_t **result,
                       struct error *error);

/* A checked step of a records request. *result as above, without "docket". */
bool flow_foil_drop(struct transaction *transaction, const struct site *site, const json_t *claim,
                    const json_t *check, instant now, json_t **result, struct error *error);

/* A package was delivered; `row` is its outbox row, of kind "volume". */
bool flow_release_delivered(struct transaction *transaction, const json_t *row, instant now,
                            struct error *error);

#endif
