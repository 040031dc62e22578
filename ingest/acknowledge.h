/*
 * Acknowledgements of case management: that a confirmation was documented (R18), that a report was attached
 * (R27).
 */
#ifndef LEADSPOOL_INGEST_ACKNOWLEDGE_H
#define LEADSPOOL_INGEST_ACKNOWLEDGE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"

/* `check` is check-acknowledgement's answer. Sets docket.acknowledged.<subject> = {"cmsRef","at","by"} once
   (the first one stays). *result (new reference):
   {"outcome":"ACCEPT|REJECT|REPEAT","docket"?,"subject"?,"text"}. */
bool ingest_acknowledge(struct transaction *transaction, const json_t *check, instant now, json_t **result,
                        struct error *error);

#endif
