/*
 * Discovery (R41): the duty that the filing of a case opens, the volumes that meet it, and their receipt.
 *
 * A docket's member "discovery" (spool/INTERNALS.md §4) holds the duty. A volume holds what no earlier volume of the
 * docket held; its pages go on counting where the last one ended (Bates numbers). It is wanted when the case was filed
 * and the docket has come to rest, when the clerk asks, and when something new came after a volume; the index
 * discovery/wanted/<docket> finds it. All functions run in the committer's transaction.
 */
#ifndef LEADSPOOL_REPORT_DISCOVERY_H
#define LEADSPOOL_REPORT_DISCOVERY_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "people/roster.h"
#include "schemas/settings.h"

/* A checked discovery.xml (ingest/release_worker.h). What forbids it is appended to `faults` and nothing is changed;
   else it is carried out, and *words (static) say what follows. `signer` NULL: nobody on the roster. */
bool discovery_take(struct transaction *transaction, const struct settings *settings,
                    const struct roster *roster, const struct person *signer, const json_t *discovery,
                    instant now, json_t *faults, const char **words, struct error *error);

/* A volume of what there is now, for `leadspool export discovery`. FAULT_REFUSED with the reason when no office is
   owed one or nothing is new. `by` asked for it. */
bool discovery_want(struct transaction *transaction, const struct settings *settings,
                    const struct roster *roster, json_t *docket, const char *by, instant now,
                    struct error *error);

/* Something of the docket changed: has it come to rest with something no volume holds? Doing it twice adds nothing. */
bool discovery_settle(struct transaction *transaction, const struct settings *settings,
                      const struct roster *roster, const char *number, instant now, struct error *error);

/* The next volume to be made (new reference): {"docket","number","office","at","keys":[…],
   "editions":[{"edition":"core|extended","certificate":file in keys/,"name":"core.tar.cms","prefix","first":n,
   "facts":{…} (report/volume_worker.h),"digests":[of its inputs, in order]}]}; NULL when none is wanted. A volume
   without anything new is struck off. */
bool discovery_next(struct transaction *transaction, const struct settings *settings,
                    const struct roster *roster, instant now, json_t **volume, struct error *error);

/* It was made: each edition has "digest","size" (of the package, in the vault), "last":n and "sums". The volume goes
   into the record and the outbox. False with FAULT_REFUSED when the docket has changed since (it is made anew). */
bool discovery_made(struct transaction *transaction, const struct settings *settings, const json_t *volume,
                    instant now, struct error *error);
/* It could not be made: no further attempt until it is asked for again. */
bool discovery_failed(struct transaction *transaction, const json_t *volume, const char *reason, instant now,
                      struct error *error);

/* Its row was delivered. */
bool discovery_delivered(struct transaction *transaction, const json_t *row, instant now,
                         struct error *error);

/* A document of the docket was delivered: it is material from now on. `row` is its outbox row. */
bool discovery_note_document(struct transaction *transaction, const json_t *row, instant now,
                             struct error *error);
/* A decision was applied. */
bool discovery_note_decision(struct transaction *transaction, const char *docket, const char *received,
                             const char *digest, struct error *error);

/* Each docket with a duty: [{"docket","office","filed"?,"due"?,"overdue":bool,"volumes":n,"delivered":n,
   "acknowledged":n,"waits":words}], `today` as "2026-11-20". New reference. */
bool discovery_duties(struct transaction *transaction, const char *today, json_t **duties,
                      struct error *error);

#endif
