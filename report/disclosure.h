/*
 * Disclosure (R35, R36, R42 to R46): a release to somebody outside, judged (report/disclosure_rules.h), made, delivered.
 *
 * A docket's member "disclosures" (spool/INTERNALS.md §4) holds every release; the index
 * disclosure/wanted/<docket>/<disclosureId> those whose package is to be made. All functions run in the committer's
 * transaction.
 */
#ifndef LEADSPOOL_REPORT_DISCLOSURE_H
#define LEADSPOOL_REPORT_DISCLOSURE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "people/roster.h"
#include "schemas/settings.h"

/* A checked disclosure.xml (ingest/release_worker.h): what forbids it is appended to `faults` and nothing is changed;
   else its package is wanted, and *words (static) say so. `approver` is the second signature's certificate fingerprint,
   "" for none. */
bool disclosure_take(struct transaction *transaction, const struct settings *settings,
                     const struct roster *roster, const struct person *signer, const char *approver,
                     const json_t *disclosure, instant now, json_t *faults, const char **words,
                     struct error *error);

/* The next package to be made, as discovery_next gives one, with "disclosure": its id; NULL when none is wanted. One whose
   documents were recalled meanwhile is struck off. */
bool disclosure_next(struct transaction *transaction, const struct settings *settings, instant now,
                     json_t **volume, struct error *error);
bool disclosure_made(struct transaction *transaction, const struct settings *settings, const json_t *volume,
                     instant now, struct error *error);
bool disclosure_failed(struct transaction *transaction, const json_t *volume, const char *reason, instant now,
                       struct error *error);
/* Its row was delivered: it left. */
bool disclosure_delivered(struct transaction *transaction, const json_t *row, instant now,
                          struct error *error);

/* A package that was made and not delivered is wanted again; `row` was its outbox row. The docket is stored. */
bool disclosure_again(struct transaction *transaction, json_t *docket, const json_t *row,
                      struct error *error);

#endif
