/*
 * The people of a site and what they are trusted by, as a report: who may do what, what runs out, what does not fit.
 */
#ifndef LEADSPOOL_SPOOL_ROSTER_REPORT_H
#define LEADSPOOL_SPOOL_ROSTER_REPORT_H

#include <jansson.h>

#include "casebook/casebook.h"
#include "spool/site.h"

/* [{"what":"revocation list","file","until"?,"over":bool,"text","effect","remedy"}] of the files below keys/: `over` when it
   holds no more, not yet, or cannot be read. Sentences without a full stop: `text` says how long it holds or what is wrong,
   `effect` what follows when it does not, `remedy` what to do then. New reference. */
json_t *roster_report_trust(const struct site *site, instant now);

/* {"people":[{"person","roles":[…],"rank","supervisor"?,"acting"?:{"for","from","until","by"},"trainedUntil"?,
   "suspendedSince"?,"certificate"?,"certificateUntil"?,"signs":[stages]}],"trust":the above,
   "vacant":[roles nobody holds],"problems":[sentences],"expiring":[{"what","who","until","over"}] within `days`}.
   `certificateUntil` is known from the last decision that counted. */
bool roster_report(struct transaction *transaction, const struct site *site, int days, instant now,
                   json_t **report, struct error *error);

#endif
