/*
 * What should lie on the shares by the record, and putting out again what does not: after a volume was lost or emptied.
 *
 * Everything outbound was a row of the outbox, in order; so what should lie there is what rows published and no later one
 * removed. A row that misses a file gets another of kind `again` with the same names and bytes, which the next daemon or
 * drain publishes like any other: what lies there with these bytes is left alone.
 */
#ifndef LEADSPOOL_SPOOL_REBUILD_H
#define LEADSPOOL_SPOOL_REBUILD_H

#include <jansson.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "casebook/vault.h"

#define REBUILD_KIND "again"

/* What rebuild_look found: of each folder {"files","missing"}, and of all. */
struct rebuild {
    json_t *folders; /* "out/precinct-014" → {"files":n,"missing":n}, in their order */
    json_t *rows;    /* to put out again: [{"row","names":[those of its files that are to lie there]}] */
    size_t files, missing;
    size_t taken;   /* reports that case management acknowledged: it has them, and would take them twice */
    size_t waiting; /* rows to put out again that an earlier rebuild ordered */
    size_t gone;    /* files whose bytes are not in the vault any more: `audit verify` says why */
};

/* Compare the site (a descriptor of its directory) with the record; changes nothing. `below` ends with NULL: only these folders
   and what is in them (NULL or none: all). Freed by rebuild_free in any case. */
bool rebuild_look(struct transaction *transaction, const struct vault *vault, int site, char *const *below,
                  struct rebuild *found, struct error *error);

/* Order up to `most` of found->rows, from number `from` on, to be put out again, and put that down as an event. FAULT_REFUSED of a
   restored record that was not told what was destroyed since. */
bool rebuild_order(struct transaction *transaction, const struct rebuild *found, size_t from, size_t most,
                   const char *actor, instant now, struct error *error);

/* A row of kind `again` was delivered: what it holds is in the row it repeats, so it is reduced to its name. */
bool rebuild_delivered(struct transaction *transaction, const json_t *row, instant now, struct error *error);

void rebuild_free(struct rebuild *found);

#endif
