/*
 * The answer of a search, kept in the casebook from the moment it is there until every docket of the run has left
 * MATCHING: a daemon that is killed in between finishes from it and searches nothing again.
 */
#ifndef LEADSPOOL_MATCH_RUN_KEPT_H
#define LEADSPOOL_MATCH_RUN_KEPT_H

#include <jansson.h>
#include <stdbool.h>

#include "casebook/casebook.h"

/* Keep what run_begin gave and match-search's answer (NULL: it gave none; the faults stand in the entries). */
bool run_keep(struct transaction *transaction, const json_t *run, const json_t *answer, struct error *error);

/* What is kept: {"run":…,"answer":…|null} (new reference), its dockets only those that are still in the very
   MATCHING they were searched in; NULL when there is nothing to finish. A record that cannot be read is nothing. */
bool run_kept(struct transaction *transaction, json_t **kept, struct error *error);

/* Does the run hold this docket? */
bool run_holds(const json_t *run, const char *docket);

/* All dockets of the run are done. */
bool run_forget(struct transaction *transaction, struct error *error);

#endif
