/*
 * What the files about discovery share. Nothing outside report/discovery*.c includes it.
 */
#ifndef LEADSPOOL_REPORT_DISCOVERY_PARTS_H
#define LEADSPOOL_REPORT_DISCOVERY_PARTS_H

#include "report/discovery.h"

/* Keys of the index: dockets with a duty, and those of which a volume is wanted. */
extern const char discovery_wanted_prefix[], discovery_duty_prefix[];
bool discovery_index_put(struct transaction *transaction, const char *prefix, const char *number,
                         struct error *error);
bool discovery_index_remove(struct transaction *transaction, const char *prefix, const char *number,
                            struct error *error);

/* All material of the docket, and what the next volume holds of it (new references). */
bool discovery_chosen(struct transaction *transaction, const json_t *docket, json_t **material,
                      json_t **chosen, struct error *error);
bool discovery_anything_new(struct transaction *transaction, const json_t *docket, bool *new,
                            struct error *error);
/* A docket at rest has nothing under way that would change what it says. */
bool discovery_at_rest(const json_t *docket);
/* Note that a volume is wanted, and why; the docket is stored. */
bool discovery_wish(struct transaction *transaction, json_t *docket, const char *reason, const char *by,
                    instant now, struct error *error);
/* As discovery_settle, of a docket in memory. */
bool discovery_rest(struct transaction *transaction, json_t *docket, const char *by, instant now,
                    struct error *error);
/* Volume n of those handed over, or NULL; borrowed. */
json_t *discovery_volume_at(const json_t *docket, json_int_t number);

/* Always false. */
bool discovery_memory(struct error *error);

#endif
