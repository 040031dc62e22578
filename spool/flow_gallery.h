/*
 * What drops of the gallery keeper do to the rest: photographs, dockets that show them, documents. In the
 * committer's thread, each in one transaction (spool/flows.h).
 */
#ifndef LEADSPOOL_SPOOL_FLOW_GALLERY_H
#define LEADSPOOL_SPOOL_FLOW_GALLERY_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "spool/site.h"

/* An enrolment packet or an order, checked. *result as of ingest/admit.h and ingest/order.h, of an order also
   "commands": {name: true} of those whose dockets it moved. */
bool flow_gallery_drop(struct transaction *transaction, const struct site *site, const json_t *claim,
                       const json_t *check, instant now, json_t **result, struct error *error);

/* Take out of a search's answer for one probe what was sealed while it ran (an event each). `result` is changed: "candidates" without them, "dropped" their ids. */
bool flow_drop_sealed(struct transaction *transaction, const char *docket, json_t *result, instant now,
                      struct error *error);

/* These photographs ({id: true}) may not be shown any more: work and documents that show them are taken back. */
bool flow_photos_sealed(struct transaction *transaction, const struct site *site, const json_t *photos,
                        instant now, struct error *error);

/* A recall notice was delivered: it goes into the case-management spool as well. `row` is its delivered row. */
bool flow_recall_delivered(struct transaction *transaction, const json_t *row, instant now,
                           struct error *error);

#endif
