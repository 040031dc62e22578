/*
 * Orders of retention/in (R38): legal holds of dockets, and disposals.
 *
 * A disposal is `retention/disposal/<D-000001>` {"disposal","order","by","approvedBy","reason","citation","at","asOf",
 * "list","entries":[…],"left":[…] those that nobody reviewed or returned yet}, with `retention/waits/<D-000001>`
 * {"next":n,"erased"?} until its certificate is issued, and `retention/done/<D-000001>/<number>` for each entry done.
 */
#ifndef LEADSPOOL_REPORT_RETENTION_TAKE_H
#define LEADSPOOL_REPORT_RETENTION_TAKE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "people/roster.h"

#define RETENTION_WAITS "retention/waits/"
#define RETENTION_DISPOSALS "retention/disposal/"
#define RETENTION_DONE "retention/done/"

/* Judge a checked order and, when nothing forbids it, carry it out (a disposal: put it down). `signer` and `approver` are
   NULL when nobody of the roster signed so. Appends to `faults` what forbids it; *words says what follows, and needs no
   freeing. */
bool retention_take(struct transaction *transaction, const struct person *signer,
                    const struct person *approver, const json_t *asked, instant now, json_t *faults,
                    const char **words, struct error *error);

#endif
