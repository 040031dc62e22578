/*
 * Searching again for `leadspool rerun`: the search itself, between the question and its answer.
 *
 * control_rerun() leaves the plan (match/rerun.h) in its answer as "rerun", for the process that answers: the daemon,
 * or, without one, the command. It never goes over the socket.
 */
#ifndef LEADSPOOL_SPOOL_RERUNS_H
#define LEADSPOOL_SPOOL_RERUNS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "casebook/vault.h"
#include "spool/engines.h"
#include "spool/nursery.h"

/* Is there a search to be made before this answer can be given? */
bool rerun_wanted(const json_t *answer);

/* Start it; `gallery` is the descriptor of var/gallery. `done` is called exactly once if true is returned. */
bool rerun_start(struct nursery *nursery, const struct engine_source *engine, struct vault *vault,
                 int gallery, const json_t *answer, job_done *done, void *context, struct error *error);

/* Hold what came out against the record (in memory). */
bool rerun_ended(json_t *answer, const struct job_outcome *outcome, struct error *error);

/* Write the event `search-repeated` with its outcome, and make the answer one that may be given. */
bool rerun_finish(struct transaction *transaction, json_t *answer, instant now, struct error *error);

#endif
