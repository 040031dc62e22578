/*
 * Drops of auditors (R52 R53): what they ask for waits in the record until spool/audits.c has issued it.
 */
#ifndef LEADSPOOL_SPOOL_FLOW_AUDIT_H
#define LEADSPOOL_SPOOL_FLOW_AUDIT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "spool/site.h"

/* The index of what waits: "audit/<claim>" -> {"person","command","arguments"}, as commands would ask it. */
#define AUDIT_WAITS "audit/"

/* Judge a drop of audit/in: receipt, event, and the wish put down. *result: as flow_release_drop. */
bool flow_audit_drop(struct transaction *transaction, const struct site *site, const json_t *claim,
                     const json_t *check, instant now, json_t **result, struct error *error);

#endif
