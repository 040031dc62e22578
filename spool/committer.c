/*
 * The committer's thread and its hand-over; and a second thread, which puts files into the vault beside a transaction.
 *
 * Where many pieces with files wait, those files are written, synced and named while the batch before is being committed:
 * so a sync of dozens of pictures holds up neither the next transaction nor one that goes first.
 *
 * Guarantees: pieces run in the order they were handed over, but for one without files, which may pass those whose files are on
 * their way, and for those that go first: these neither wait for what was handed over before nor, however many they are, keep
 * it waiting for more than a few batches. A batch in which enough was done is committed when one of them comes, and what is
 * left of it is the beginning of the next. A callback is called exactly once, after its piece is durable or undone. After a
 * failed sync no further piece runs (PostgreSQL learned in 2018 what comes of trying again), and none of the batch is reported
 * as done. While a piece runs that wants to be alone, no file of another is in the vault without its record.
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
#include "spool/committer_pieces.h"

enum {
    BATCH_MOST = 64, /* pieces, */
    BATCH_SHARED =
        16, /* a little while after one went first: the next of these waits for the end of a batch */
    SHARED_MS = 1000,
    FIRST_IN_A_ROW = 6,
    CUT_LEAST = 4,    /* pieces done of a batch that is cut short */
    BESIDE_LEAST = 8, /* pieces with files that wait: fewer are prepared with their batch */
    CHECKPOINT_MS = 60000,
    KEPT_FREE = 16 << 20,
    TAKEN_AT_ONCE = 1 << 20
};

struct committer {
    struct casebook *casebook;
    struct vault *vault;
    struct loop *loop;
    pthread_t thread, preparer;
    bool threaded, preparer_threaded;
    int finished_event;      /* wakes the loop */
    size_t pending;          /* loop's thread only */
    unsigned first_in_a_row; /* its own thread only, as the next */
    int64_t shared_until;    /* milliseconds of clock_monotonic; under the mutex */
    pthread_mutex_t mutex;
    pthread_cond_t wake, wake_preparer;
    bool working, alone; /* a batch runs; of one piece that wants to be alone. Under the mutex */
    bool preparing;      /* the second thread is at it; under the mutex */
    struct list waiting, waiting_first, finished; /* under the mutex */
    bool ending;                                  /* under the mutex */
    bool broken;                                  /* under the mutex */
    struct error failure;
};

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
    /* A sync that failed beside this batch: after it nothing may be reported as done. */
    const struct error *failure = committer_failure(committer);
    if (failure != NULL) {
        transaction_abort(batch);
        *error = *failure;
        return false;
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

/* The mutex is held. */
static size_t batch_most(const struct committer *committer)
{
    return clock_monotonic() < committer->shared_until ? BATCH_SHARED : BATCH_MOST;
}

/* How many pieces wait whose files nobody has begun with, up to `most`, in `pieces` unless that is NULL. Not those behind
   one that wants to be alone. The mutex is held. */
static size_t find_unprepared(const struct committer *committer, struct piece **pieces, size_t most)
{
    size_t count = 0;
    for (struct piece *piece = committer->waiting.first;
         piece != NULL && !piece->commit.alone && count < most; piece = piece->next) {
        if (piece->commit.prepare == NULL || piece->prepared || piece->preparing)
            continue;
        if (pieces != NULL)
            pieces[count] = piece;
        count++;
    }
    return count;
}

/* Is there enough for the second thread, and may it? The mutex is held. */
static bool beside(const struct committer *committer)
{
    return committer->working && !committer->alone && !committer->broken &&
           find_unprepared(committer, NULL, BESIDE_LEAST) == BESIDE_LEAST;
}

static void begin_work(struct committer *committer, bool alone)
{
    pthread_mutex_lock(&committer->mutex);
    committer->working = true;
    committer->alone = alone;
    if (beside(committer))
        pthread_cond_signal(&committer->wake_preparer);
    pthread_mutex_unlock(&committer->mutex);
}

static void *run_preparer(void *context)
{
    struct committer *committer = context;
    pthread_mutex_lock(&committer->mutex);
    for (;;) {
        while (!beside(committer) && !committer->ending)
            pthread_cond_wait(&committer->wake_preparer, &committer->mutex);
        if (committer->ending)
            break;
        struct piece *pieces[BATCH_MOST];
        struct error error = ERROR_NONE;
        size_t count = find_unprepared(committer, pieces, batch_most(committer));
        for (size_t i = 0; i < count; i++)
            pieces[i]->preparing = true;
        committer->preparing = true;
        pthread_mutex_unlock(&committer->mutex);
        if (!pieces_prepare(committer->vault, pieces, count, &error))
            give_up(committer, &error);
        pthread_mutex_lock(&committer->mutex);
        for (size_t i = 0; i < count; i++)
            pieces[i]->preparing = false;
        committer->preparing = false;
        pthread_cond_signal(&committer->wake);
    }
    pthread_mutex_unlock(&committer->mutex);
    return NULL;
}

/* How many of them are done, or failed; the others come again. */
static size_t do_batch(struct committer *committer, struct piece **pieces, size_t count)
{
    struct error error = ERROR_NONE;
    bool prepared = pieces_prepare(committer->vault, pieces, count, &error);
    begin_work(committer, pieces[0]->commit.alone);
    if (prepared && work(committer, pieces, &count, &error))
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

/* May it be taken into a batch now? Those whose files nobody has begun with are left to the second thread while that is at
   work: a batch must not wait for a sync of its own beside the other's. The mutex is held. */
static bool ready(const struct committer *committer, const struct piece *piece)
{
    return !piece->preparing && (piece->commit.prepare == NULL || piece->prepared || !committer->preparing);
}

/* The next of the list that is, NULL: none. One that wants to be alone waits until it is the first. */
static struct piece *next_ready(const struct committer *committer, const struct list *list)
{
    for (struct piece *piece = list->first; piece != NULL; piece = piece->next) {
        if (piece->commit.alone)
            return piece == list->first ? piece : NULL;
        if (list == &committer->waiting_first || ready(committer, piece))
            return piece;
    }
    return NULL;
}

static bool anything_waits(const struct committer *committer)
{
    return committer->waiting.first != NULL || committer->waiting_first.first != NULL;
}

static bool anything_ready(const struct committer *committer)
{
    return committer->waiting_first.first != NULL || next_ready(committer, &committer->waiting) != NULL;
}

/* The next batch, of which at least one is ready; the mutex is held. */
static size_t take_batch(struct committer *committer, struct piece **pieces)
{
    bool first =
        committer->waiting_first.first != NULL &&
        (next_ready(committer, &committer->waiting) == NULL || committer->first_in_a_row < FIRST_IN_A_ROW);
    struct list *list = first ? &committer->waiting_first : &committer->waiting;
    committer->first_in_a_row = first ? committer->first_in_a_row + 1 : 0;
    size_t count = 0, most = batch_most(committer);
    for (struct piece *piece; count < most && (piece = next_ready(committer, list)) != NULL;) {
        if (count > 0 && (pieces[0]->commit.alone || piece->commit.alone))
            break;
        list_remove(list, piece);
        pieces[count++] = piece;
        if (piece->commit.first && committer->waiting.first != NULL)
            committer->shared_until = clock_monotonic() + SHARED_MS;
    }
    return count;
}

static void *run(void *context)
{
    struct committer *committer = context;
    int64_t last_checkpoint = clock_monotonic();
    pthread_mutex_lock(&committer->mutex);
    for (;;) {
        while (!anything_ready(committer) && (anything_waits(committer) || !committer->ending))
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
        committer->working = committer->alone = false;
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
    pthread_cond_init(&made->wake_preparer, NULL);
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
    number = pthread_create(&made->preparer, NULL, run_preparer, made);
    if (number != 0) {
        error_set(error, FAULT_TEMPORARY, "starting the committer's second thread: %s", strerror(number));
        goto failed;
    }
    made->preparer_threaded = true;
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
        pthread_cond_signal(&committer->wake_preparer);
        pthread_mutex_unlock(&committer->mutex);
        if (committer->preparer_threaded)
            pthread_join(committer->preparer, NULL);
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
    pthread_cond_destroy(&committer->wake_preparer);
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
    if (beside(committer))
        pthread_cond_signal(&committer->wake_preparer);
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
