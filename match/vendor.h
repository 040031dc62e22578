/*
 * A vendor's engine behind the interface of all engines (engine.h): its table checked, its answers checked.
 *
 * Its code is in this process from vendor_load on; that is why only processes behind walls that hold nothing but one job
 * call it (vendor_worker.h). The process that asked checks the whole answer again (answer_check.h).
 */
#ifndef LEADSPOOL_MATCH_VENDOR_H
#define LEADSPOOL_MATCH_VENDOR_H

#include <stdbool.h>
#include <stddef.h>

#include "match/engine.h"
#include "match/vendor_engine.h"

/* A score beyond is no score: of either sign. */
#define VENDOR_SCORE_MOST 1000000000

/* Is the table what vendor_engine.h asks for? FAULT_INPUT names the member and the rule. Pure. */
bool vendor_table_check(const struct leadspool_engine *table, struct error *error);

/* What an engine gives as its reason, fit to be shown and stored: printable ASCII, never empty. Returns `reason`, or a text of
   its own. */
const char *vendor_reason(char reason[LEADSPOOL_ENGINE_REASON]);

/* A score in millionths. FAULT_INTERNAL when it is no number or beyond the table's scale. Pure. */
bool vendor_score(const struct leadspool_engine *table, double score, int64_t *millionths,
                  struct error *error);

/* Is `found` the list that was asked for (vendor_engine.h, search)? Its scores in millionths and its places. `seen` has
   `count` elements, all false, and is left so. FAULT_INTERNAL names the first breach. Pure. */
bool vendor_list_check(const struct leadspool_engine *table, const struct leadspool_engine_found *found,
                       uint64_t found_count, size_t wanted, size_t count, bool *seen, size_t *places,
                       int64_t *scores, struct error *error);

/* Load the shared object in this open file (digest: its SHA-256 in hexadecimal), once in a process. FAULT_INPUT when it is
   no engine. The version is the vendor's with "+" and the first twelve digits of the digest: another build is another
   engine. */
bool vendor_load(int file, const char *digest, struct error *error);

/* What was loaded; NULL before. */
const struct match_engine *vendor_engine(void);
const struct leadspool_engine *vendor_table(void);

/* Its `start`, behind all walls. */
bool vendor_start(struct error *error);

#endif
