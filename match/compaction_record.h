/*
 * Compaction in the casebook: what there is to do, and the one transaction in which it is done.
 *
 * A plan: {"segments":[{"name","count","digest","newest","doomed","reason"}] to become one,"leave_out":[photo ids],
 * "loose":[doomed photo ids that no segment holds],"count":photos that are left,"newest":round,"doomed":of the whole
 * gallery,"name"?:of the segment to be made}.
 */
#ifndef LEADSPOOL_MATCH_COMPACTION_RECORD_H
#define LEADSPOOL_MATCH_COMPACTION_RECORD_H

#include <jansson.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* What would be done now; *plan NULL (no fault) when nothing. Changes nothing. New reference. */
bool compaction_look(struct transaction *transaction, const struct settings *settings, bool ordered,
                     instant now, json_t **plan, struct error *error);

/* The same to be done, with a "name". An order (below) is in force until nothing is left to do. */
bool compaction_begin(struct transaction *transaction, const struct settings *settings, instant now,
                      json_t **plan, struct error *error);

/* Its record among the counters, while an order is in force. */
#define COMPACTION_ORDER "compaction"

/* A person asks: compact all there is, as soon as it can be. */
bool compaction_order(struct transaction *transaction, const char *actor, instant now, struct error *error);

/* The segment of the plan's name is durable in the gallery; `result` is match-compact's answer (NULL when no photo is
   left). Swaps the segments, marks what is gone and disposes of pictures (vault_erase_disposed removes their files).
   FAULT_REFUSED, and nothing done, when the gallery is not as it was planned for: a photo came under a legal hold. */
bool compaction_record(struct transaction *transaction, const json_t *plan, const json_t *result, instant now,
                       struct error *error);

#endif
