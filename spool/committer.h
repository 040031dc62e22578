/*
 * The committer: the one thread that uses the casebook, in explicit batches.
 *
 * Work is handed over from the loop's thread: first every piece's `prepare` (files into the vault, one sync for all), then
 * all pieces in one durable transaction, each in a nested one of its own, then the callbacks on the loop's thread. A piece
 * that fails is undone alone; the others of its batch stand.
 *
 * Pieces are done in the order they were handed over, but for those that go first, and for a piece without files, which
 * may pass those whose files are on their way. Whoever needs another's work done hands over in its callback.
 */
#ifndef LEADSPOOL_SPOOL_COMMITTER_H
#define LEADSPOOL_SPOOL_COMMITTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "casebook/casebook.h"
#include "casebook/vault.h"
#include "spool/loop.h"

struct committer;

struct commit {
    /* One of the committer's two threads, before the transaction and perhaps beside the one before; may be NULL. What it
       adds to the batch is durable when `work` runs. Not for the casebook. */
    bool (*prepare)(void *context, struct vault_batch *batch, struct error *error);
    /* Committer's thread, inside a nested transaction. */
    bool (*work)(struct transaction *transaction, void *context, struct error *error);
    /* Loop's thread, after the batch is durable (error NULL) or the piece was undone. */
    void (*done)(void *context, const struct error *error);
    void *context;
    /* A batch of its own: for an audit, which must not see another piece's files before that piece's records. */
    bool alone;
    /* Goes before what waits and is not: of a sender who has next to nothing under way. */
    bool first;
};

/* Call after the nursery and the porters were forked. */
bool committer_start(struct casebook *casebook, struct vault *vault, struct loop *loop,
                     struct committer **committer, struct error *error);
/* Finish what was handed over, then end the thread. Callbacks that are due are called. */
void committer_stop(struct committer *committer);

/* Hand over a piece. The struct is copied. False when memory ran out or the loop is stopping: a failure that
   comes of the end (a child died, its jobs failed) must not get into the record; start-up's recovery finds
   everything as it was. */
bool committer_hand(struct committer *committer, const struct commit *commit, struct error *error);

/* Pieces handed over whose callback was not called yet. */
size_t committer_pending(const struct committer *committer);

/* Set when a sync or the log failed: nothing more is done, the daemon must stop. NULL otherwise. */
const struct error *committer_failure(struct committer *committer);

#endif
