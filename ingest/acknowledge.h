/*
 * What case management acknowledges (R18, R27): recorded on the docket.
 */
#ifndef LEADSPOOL_INGEST_ACKNOWLEDGE_H
#define LEADSPOOL_INGEST_ACKNOWLEDGE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* `check` is the answer of check-acknowledgement. Sets docket["acknowledged"][subject] =
   {"cmsRef","at","by"}; the first one stays, a second is accepted and changes nothing. Receipt in
   case-management/answers/<drop>-<12 of its digest>/, event acknowledgement-received or
   acknowledgement-refused. *result (new reference)
   {"outcome":"ACCEPT|REJECT|QUARANTINE","docket"?,"subject"?,"faults":[…]}. */
bool ingest_acknowledge(struct transaction *transaction, const struct settings *settings, const json_t *claim,
                        const json_t *check, instant now, json_t **result, struct error *error);

#endif
