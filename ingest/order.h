/*
 * Orders of the gallery keeper about photographs in the gallery (R17).
 */
#ifndef LEADSPOOL_INGEST_ORDER_H
#define LEADSPOOL_INGEST_ORDER_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* Is this claim of gallery/in an order? By the files it holds: order.xml and no enrolment.xml. */
bool order_is(const json_t *claim);

/* Is it about a legal hold? Then the legal bureau signs it, and no gallery keeper. */
bool order_is_of_hold(const json_t *check);

/* Carry out a checked order. `keeper` is the signer's id (NULL: nobody on the roster), `refusal` why that person
   may not order, or NULL. Sealing and withdrawing is done for every photograph found; the answer names what was
   not found, and nothing found rejects the order. Unsealing, holding and releasing is done for all or none.
   *result (new reference) {"outcome":"ACCEPT|REJECT|QUARANTINE","kind","effect":"search|show|destroy",
   "photos":[ids changed],"pending":bool (some wait for a template again),"faults":[…]}. A fault of outcome WAIT
   is FAULT_TEMPORARY. The same order again changes nothing. */
bool ingest_order(struct transaction *transaction, const struct settings *settings, const json_t *claim,
                  const json_t *check, const char *keeper, const char *refusal, instant now, json_t **result,
                  struct error *error);

#endif
