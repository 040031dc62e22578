/*
 * Issuing documents: from a docket's state to rows of the outbox.
 */
#ifndef LEADSPOOL_REPORT_ISSUE_H
#define LEADSPOOL_REPORT_ISSUE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* Write what a decision or drop calls for: "report" (possible match), "negative-report", "quality-notice",
   "refusal", "continue", "recall", "withdrawn", "lapsed", "confirmation-notice". The docket's counters of documents go
   up: it is changed and stored. */
bool report_issue(struct transaction *transaction, const struct settings *settings, json_t *docket,
                  const char *what, instant now, struct error *error);

/* Has a row that is about to be published stood so long that what it says of a seal is too old? */
bool report_is_stale(const json_t *row, instant now);
/* Ask again and set the row back to be rendered anew, with its twin; `row` is stored. */
bool report_refresh(struct transaction *transaction, json_t *row, instant now, struct error *error);

/* The published possible-match report goes into the case-management spool (R27): `row` is its delivered
   outbox row. Held back until the confirmation of the basis was acknowledged, where the site asks for that
   (R18). Attaches once. */
bool report_attach(struct transaction *transaction, const struct settings *settings, json_t *docket,
                   instant now, struct error *error);

#endif
