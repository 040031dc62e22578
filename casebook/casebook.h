/*
 * The casebook: the record of everything, in Berkeley DB, opened by one process.
 *
 * Books hold JSON objects under text keys (spool/INTERNALS.md §4 gives every record's shape); the book of
 * events holds raw bytes. All use of a casebook is from one thread, the committer (or the only thread of a
 * command that acts while no daemon runs): there are no readers beside it, so no call here waits for a lock.
 *
 * A batch is one durable transaction; each piece of work inside it is a nested one that is undone alone when
 * it fails. Nothing is true before the outermost commit returned true.
 */
#ifndef LEADSPOOL_CASEBOOK_CASEBOOK_H
#define LEADSPOOL_CASEBOOK_CASEBOOK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct casebook;
struct transaction;

enum book {
    BOOK_COUNTERS,
    BOOK_CLAIMS,
    BOOK_REQUESTS,
    BOOK_DOCKETS,
    BOOK_EVENTS,
    BOOK_QUEUE,
    BOOK_OUTBOX,
    BOOK_HOLDS,
    BOOK_ITEMS,
    BOOK_DECISIONS,
    BOOK_SEARCHES,
    BOOK_PHOTOS,
    BOOK_SEGMENTS,
    BOOK_VAULT,
    BOOK_INCIDENTS,
    BOOK_INDEX, /* of dockets by state and command (casebook/docket.h alone writes it), and of images
                   (image_index.h) */
    BOOK_RUNS,  /* the run under way, once it has its answer (match/run_kept.h) */
    BOOK_FOIL,  /* requests under the Freedom of Information Law, and their parts (report/foil.h) */
    BOOK_COUNT
};

/* Open the environment in `directory` (made when missing), running recovery. The caller holds the site's
   owner lock. FAULT_DURABILITY when the log cannot be written. */
bool casebook_open(const char *directory, struct casebook **casebook, struct error *error);
/* The same, encrypted with AES under this password; "" = in clear. FAULT_ENVIRONMENT when what is there is in clear, or
   encrypted with another one: said before anything is done to it. */
bool casebook_open_encrypted(const char *directory, const char *password, struct casebook **casebook,
                             struct error *error);
/* The same of a copy made while it was in use (casebook/hot_copy.h), the first time: the whole log is read, not only what
   follows its last checkpoint, since books were copied before that. */
bool casebook_recover(const char *directory, const char *password, struct casebook **casebook,
                      struct error *error);
/* Checkpoint and close; NULL is allowed. FAULT_DURABILITY when a sync failed, of which nobody would hear otherwise: what
   was committed is in the log, and the next start recovers. It is closed in any case. */
bool casebook_close(struct casebook *casebook, struct error *error);
/* Write a checkpoint and let logs no longer needed be removed. Called now and then by the committer. */
bool casebook_checkpoint(struct casebook *casebook, struct error *error);

/* `parent` NULL begins a batch; otherwise a nested transaction. Commit and abort free the transaction. The
   outermost commit returns true only when the log is on the disk; its failure is FAULT_DURABILITY, and from
   then on every call says so: the process has to stop, and the next start recovers. */
bool transaction_begin(struct casebook *casebook, struct transaction *parent,
                       struct transaction **transaction, struct error *error);
bool transaction_commit(struct transaction *transaction, struct error *error);
void transaction_abort(struct transaction *transaction);

/* *value is a new reference, or NULL when there is no such key (which is no error). A record that is no JSON
   object any more is FAULT_ENVIRONMENT naming book and key; the caller sets it aside and goes on. */
bool book_get(struct transaction *transaction, enum book book, const char *key, json_t **value,
              struct error *error);
/* The same, but an absent key is FAULT_ABSENT: "there is no docket FR-…". */
bool book_need(struct transaction *transaction, enum book book, const char *key, json_t **value,
               struct error *error);
bool book_put(struct transaction *transaction, enum book book, const char *key, const json_t *value,
              struct error *error);
bool book_remove(struct transaction *transaction, enum book book, const char *key, struct error *error);

/* Visit, in key order, the records whose key begins with `prefix` ("" = all), from `after` on (exclusive;
   NULL = from the start). The visitor returns false to stop; it sets `error` only when it failed. Records may
   be put or removed by the visitor only under the key it was given. A corrupt record is skipped and counted
   in *corrupt (may be NULL). */
typedef bool book_visitor(void *context, const char *key, json_t *value, struct error *error);
bool book_walk(struct transaction *transaction, enum book book, const char *prefix, const char *after,
               book_visitor *visitor, void *context, size_t *corrupt, struct error *error);

/* The English name of a book, for messages: "dockets". */
const char *book_name(enum book book);

/* Next value of a named counter, from 1. */
bool counter_next(struct transaction *transaction, const char *name, int64_t *value, struct error *error);

#endif
