/*
 * Records requests under the Freedom of Information Law (R40): the record, what is taken in, what follows.
 *
 * The book of foil holds under a request's number (FOIL-2026-000001) the request and under NUMBER/part-0001 each of its
 * parts (spool/INTERNALS.md §4). All functions run in the committer's transaction. States: report/foil_states.h; days:
 * report/foil_clock.h; who may do what: report/foil_rules.h; jobs, facts and boxes: report/foil_pages.h.
 */
#ifndef LEADSPOOL_REPORT_FOIL_H
#define LEADSPOOL_REPORT_FOIL_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "people/roster.h"
#include "schemas/settings.h"

/* A checked foil.xml (ingest/foil_worker.h), `digest` its SHA-256. What forbids it is appended to `faults` and nothing is
   changed; else it is carried out and *words (static) say what follows. `number` (FOIL_NUMBER_SIZE bytes) is the
   request it is of, "" when there is none. */
#define FOIL_NUMBER_SIZE 24
bool foil_take(struct transaction *transaction, const struct settings *settings, const struct roster *roster,
               const struct person *signer, const json_t *step, const char *digest, instant now,
               json_t *faults, const char **words, char *number, struct error *error);

/* A row of kind "foil" was delivered. */
bool foil_delivered(struct transaction *transaction, const struct settings *settings, const json_t *row,
                    instant now, struct error *error);

/* Documents of this docket show a photograph that was sealed or withdrawn: what was not published goes no further, and
   the sheets of their parts are drawn anew (R17). */
bool foil_changed(struct transaction *transaction, const char *docket, instant now, struct error *error);

/* Does a request that is under way ask for documents of this docket? Then they are not destroyed (R38). */
bool foil_asked(struct transaction *transaction, const char *docket, bool *asked, struct error *error);

/* Close what no appeal can come to any more. */
bool foil_expire(struct transaction *transaction, const struct settings *settings, instant now,
                 struct error *error);

/* Append a row for each request under way to `rows`: {"request","state","received","due"?:day,"duty"?,"overdue":bool,
   "parts","drawn","read","waits":words}; `overdue` alone: only those past their day. */
bool foil_list(struct transaction *transaction, instant now, bool overdue, json_t *rows, struct error *error);

/* The request (new reference); FAULT_ABSENT when there is none of that number. */
bool foil_get(struct transaction *transaction, const char *number, json_t **request, struct error *error);
/* Is that the number of a records request? Pure. */
bool foil_number_is(const char *text);

#endif
