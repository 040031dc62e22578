/*
 * The committer's thread and its hand-over.
 *
 * Guarantees: pieces run in the order they were handed over, but for those that go first, which neither wait for what
 * was handed over before nor, however many they are, keep it waiting for more than a few batches: a batch in which enough
 * was done is committed when one of them comes, and what is left of it is the beginning of the next; a callback is called
 * exactly once, after its piece is durable or undone; after a failed sync no further piece runs (PostgreSQL learned in 2018 what
 * comes of trying again), and none of the batch is reported as done.
 */
#include "spool/committer.h"

#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum {
    BATCH_MOST = 64, /* pieces, */
    BATCH_SHARED =
        16, /* a little while after one went first: the next of these waits for the end of a batch */
    SHARED_MS = 1000,
    FIRST_IN_A_ROW = 6,
    CUT_LEAST = 4, /* pieces done of a batch that is cut short */
    CHECKPOINT_MS = 60000,
    KEPT_FREE = 16 << 20,
    TAKEN_AT_ONCE = 1 << 20
};

struct piece {
    struct commit commit;
    bool prepared; /* in a batch that was cut short before its turn */
    bool failed;
    struct error error;
    struct piece *next;
};

struct list {
    struct piece *first, *last;
};

struct committer {
    struct casebook *casebook;
    struct vault *vault;
    struct loop *loop;
    pthread_t thread;
    bool threaded;
    int finished_event;      /* wakes the loop */
    size_t pending;          /* loop's thread only */
    unsigned first_in_a_row; /* its own thread only, as the next */
    int64_t shared_until;    /* milliseconds of clock_monotonic */
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct list waiting, waiting_first, finished; /* under the mutex */
    bool ending;                                  /* under the mutex */
    bool broken;                                  /* under the mutex */
    struct error failure;
};

static void list_add(struct list *list, struct piece *piece)
{
    piece->next = NULL;
    if (list->first == NULL)
        list->first = piece;
    else
        list->last->next = piece;
    list->last = piece;
}

static struct piece *list_take(struct list *list)
{
    struct piece *piece = list->first;
    if (piece != NULL)
        list->first = piece->next;
    return piece;
}

static void piece_fail(struct piece *piece, const struct error *error)
{
    piece->failed = true;
    piece->error = *error;
}

/* Files of all pieces into the vault, one sync. False when the sync failed. */
static bool prepare(struct committer *committer, struct piece **pieces, size_t count, struct error *error)
{
    struct vault_batch *batch = NULL;
    bool done = true, any = false;
    for (size_t i = 0; i < count && done; i++) {
        if (pieces[i]->commit.prepare == NULL || pieces[i]->prepared)
            continue;
        struct error own = ERROR_NONE;
        if (batch == NULL && !vault_batch_begin(committer->vault, &batch, &own))
            piece_fail(pieces[i], &own);
        else if (!pieces[i]->commit.prepare(pieces[i]->commit.context, batch, &own)) {
            piece_fail(pieces[i], &own);
            done = own.fault != FAULT_DURABILITY;
            *error = own;
        }
        any = true;
    }
    if (done && any && batch != NULL && !vault_batch_sync(batch, error)) {
        /* A sync that failed is final; a full disk fails this batch's pieces and nothing else. */
        done = error->fault != FAULT_DURABILITY;
        for (size_t i = 0; i < count; i++)
            if (pieces[i]->commit.prepare != NULL && !pieces[i]->prepared)
                piece_fail(pieces[i], error);
    }
    vault_batch_end(batch);
    for (size_t i = 0; i < count; i++)
        pieces[i]->prepared = true;
    return done;
}

/* Is there one that goes first, and may it? */
static bool cut_short(struct committer *committer, struct piece **pieces, size_t done)
{
    if (done < CUT_LEAST || pieces[0]->commit.first)
        return false;
    pthread_mutex_lock(&committer->mutex);
    bool cut = committer->waiting_first.first != NULL;
    pthread_mutex_unlock(&committer->mutex);
    return cut;
}

/* *count: how many there are, and of how many something is known in the end. */
static bool work(struct committer *committer, struct piece **pieces, size_t *count, struct error *error)
{
    struct transaction *batch = NULL;
    if (!transaction_begin(committer->casebook, NULL, &batch, error))
        return false;
    for (size_t i = 0; i < *count; i++) {
        if (cut_short(committer, pieces, i)) {
            *count = i;
            break;
        }
        if (pieces[i]->failed)
            continue;
        struct error own = ERROR_NONE;
        struct transaction *nested = NULL;
        if (!transaction_begin(committer->casebook, batch, &nested, &own))
            piece_fail(pieces[i], &own);
        else if (!pieces[i]->commit.work(nested, pieces[i]->commit.context, &own)) {
            transaction_abort(nested);
            piece_fail(pieces[i], &own);
        } else if (!transaction_commit(nested, &own))
            piece_fail(pieces[i], &own);
        if (pieces[i]->failed && pieces[i]->error.fault == FAULT_DURABILITY) {
            *error = pieces[i]->error;
            transaction_abort(batch);
            return false;
        }
    }
    return transaction_commit(batch, error);
}

static void give_up(struct committer *committer, const struct error *error)
{
    pthread_mutex_lock(&committer->mutex);
    committer->broken = true;
    committer->failure = *error;
    pthread_mutex_unlock(&committer->mutex);
}

/* How many of them are done, or failed; the others come again. */
static size_t do_batch(struct committer *committer, struct piece **pieces, size_t count)
{
    struct error error = ERROR_NONE;
    if (prepare(committer, pieces, count, &error) && work(committer, pieces, &count, &error))
        return count;
    if (error.fault == FAULT_DURABILITY)
        give_up(committer, &error);
    for (size_t i = 0; i < count; i++)
        piece_fail(pieces[i], &error);
    return count;
}

/* Before all that waits: they are older. The mutex is held. */
static void put_back(struct committer *committer, struct piece **pieces, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        pieces[i]->next = committer->waiting.first;
        if (committer->waiting.first == NULL)
            committer->waiting.last = pieces[i];
        committer->waiting.first = pieces[i];
    }
}

static bool anything_waits(const struct committer *committer)
{
    return committer->waiting.first != NULL || committer->waiting_first.first != NULL;
}

/* The next batch; the mutex is held. */
static size_t take_batch(struct committer *committer, struct piece **pieces)
{
    bool first = committer->waiting_first.first != NULL &&
                 (committer->waiting.first == NULL || committer->first_in_a_row < FIRST_IN_A_ROW);
    struct list *list = first ? &committer->waiting_first : &committer->waiting;
    committer->first_in_a_row = first ? committer->first_in_a_row + 1 : 0;
    bool shared = clock_monotonic() < committer->shared_until;
    size_t count = 0, most = shared ? BATCH_SHARED : BATCH_MOST;
    do {
        pieces[count++] = list_take(list);
        if (pieces[count - 1]->commit.first && committer->waiting.first != NULL)
            committer->shared_until = clock_monotonic() + SHARED_MS;
    } while (count < most && list->first != NULL && !pieces[0]->commit.alone && !list->first->commit.alone);
    return count;
}

static void *run(void *context)
{
    struct committer *committer = context;
    int64_t last_checkpoint = clock_monotonic();
    pthread_mutex_lock(&committer->mutex);
    for (;;) {
        while (!anything_waits(committer) && !committer->ending)
            pthread_cond_wait(&committer->wake, &committer->mutex);
        if (!anything_waits(committer))
            break;
        struct piece *pieces[BATCH_MOST];
        size_t count = take_batch(committer, pieces);
        size_t done = count;
        bool broken = committer->broken;
        pthread_mutex_unlock(&committer->mutex);

        if (broken)
            for (size_t i = 0; i < count; i++)
                piece_fail(pieces[i], &committer->failure);
        else
            done = do_batch(committer, pieces, count);
        if (!broken && clock_monotonic() - last_checkpoint > CHECKPOINT_MS) {
            struct error error = ERROR_NONE;
            if (!casebook_checkpoint(committer->casebook, &error)) {
                log_line(LOG_LEVEL_WARNING, "checkpoint-failed", "%s", error.text);
                if (error.fault == FAULT_DURABILITY)
                    give_up(committer, &error);
            }
            last_checkpoint = clock_monotonic();
        }

        pthread_mutex_lock(&committer->mutex);
        for (size_t i = 0; i < done; i++)
            list_add(&committer->finished, pieces[i]);
        put_back(committer, pieces + done, count - done);
        uint64_t one = 1;
        if (write(committer->finished_event, &one, sizeof one) < 0)
            continue;
    }
    pthread_mutex_unlock(&committer->mutex);
    return NULL;
}

static void deliver(void *context)
{
    struct committer *committer = context;
    uint64_t count;
    if (read(committer->finished_event, &count, sizeof count) < 0)
        count = 0;
    for (;;) {
        pthread_mutex_lock(&committer->mutex);
        struct piece *piece = list_take(&committer->finished);
        pthread_mutex_unlock(&committer->mutex);
        if (piece == NULL)
            break;
        committer->pending--;
        piece->commit.done(piece->commit.context, piece->failed ? &piece->error : NULL);
        free(piece);
    }
    if (committer_failure(committer) != NULL)
        loop_stop(committer->loop);
}

bool committer_start(struct casebook *casebook, struct vault *vault, struct loop *loop,
                     struct committer **committer, struct error *error)
{
    struct committer *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting the committer");
    /* Each batch makes records by the thousand and frees them: without this it gives the pages back to the kernel,
       and the next one asks for them anew. */
    mallopt(M_TRIM_THRESHOLD, KEPT_FREE);
    mallopt(M_TOP_PAD, TAKEN_AT_ONCE);
    made->casebook = casebook;
    made->vault = vault;
    made->loop = loop;
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->wake, NULL);
    made->finished_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (made->finished_event < 0) {
        error_system(error, "starting the committer");
        goto failed;
    }
    if (!loop_watch(loop, made->finished_event, deliver, made, error))
        goto failed;
    int number = pthread_create(&made->thread, NULL, run, made);
    if (number != 0) {
        error_set(error, FAULT_TEMPORARY, "starting the committer's thread: %s", strerror(number));
        goto failed;
    }
    made->threaded = true;
    *committer = made;
    return true;
failed:
    committer_stop(made);
    return false;
}

void committer_stop(struct committer *committer)
{
    if (committer == NULL)
        return;
    if (committer->threaded) {
        pthread_mutex_lock(&committer->mutex);
        committer->ending = true;
        pthread_cond_signal(&committer->wake);
        pthread_mutex_unlock(&committer->mutex);
        pthread_join(committer->thread, NULL);
        deliver(committer);
    }
    if (committer->finished_event >= 0) {
        loop_unwatch(committer->loop, committer->finished_event);
        close(committer->finished_event);
    }
    /* Handed over by callbacks after the thread ended, when the loop never ran: never promised. */
    for (struct piece *piece; (piece = list_take(&committer->waiting)) != NULL ||
                              (piece = list_take(&committer->waiting_first)) != NULL;)
        free(piece);
    pthread_mutex_destroy(&committer->mutex);
    pthread_cond_destroy(&committer->wake);
    free(committer);
}

bool committer_hand(struct committer *committer, const struct commit *commit, struct error *error)
{
    if (loop_stopping(committer->loop))
        return error_set(error, FAULT_TEMPORARY, "the daemon is stopping");
    struct piece *piece = calloc(1, sizeof *piece);
    if (piece == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while handing work to the committer");
    piece->commit = *commit;
    committer->pending++;
    pthread_mutex_lock(&committer->mutex);
    list_add(commit->first ? &committer->waiting_first : &committer->waiting, piece);
    pthread_cond_signal(&committer->wake);
    pthread_mutex_unlock(&committer->mutex);
    return true;
}

size_t committer_pending(const struct committer *committer)
{
    return committer->pending;
}

const struct error *committer_failure(struct committer *committer)
{
    pthread_mutex_lock(&committer->mutex);
    bool broken = committer->broken;
    pthread_mutex_unlock(&committer->mutex);
    return broken ? &committer->failure : NULL;
}
