/*
 * The environment of the casebook: opening, recovery, transactions, checkpoints, errors in words.
 *
 * Guarantees: after a crash, opening replays the log, so exactly the batches whose commit returned true are
 * there (and perhaps the one that was just committing). Decisions:
 * - No lock subsystem: one thread has one batch open at a time (a second one is refused here), so a lock
 * could only ever run out. There is nothing to deadlock with.
 * - DB_PRIVATE: regions live in our heap. Nothing is shared, and no plaintext region file appears once
 *   the books are encrypted.
 * - No DB_CHKSUM pages: one flipped byte would panic the whole environment. Each record carries its own
 *   checksum instead (record.c), so a damaged record costs itself alone; the log has checksums anyway. Encrypted books have
 *   them, as Berkeley DB will not encrypt without: there a damaged page stops the daemon, and a backup is restored.
 * - A failed commit or log write is FAULT_DURABILITY: whether it reached the disk is unknown, so the process
 *   stops and recovery at its next start decides. From then on this process is told nothing but that:
 *   Berkeley DB itself would go on after a failed fsync as if the kernel had not dropped the page, and a
 *   later checkpoint could then let the log go that still has it.
 * Does not know any record's shape.
 */
#include "casebook/casebook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/secret.h"
#include "casebook/hot_copy.h"
#include "casebook/internal.h"
#include "casebook/log_files.h"

enum {
    CACHE_BYTES = 64 << 20,     /* a night's dockets fit; what does not is paged */
    LOG_BUFFER_BYTES = 4 << 20, /* a batch of 64 packets is written at once */
    LARGE_PAGE_BYTES = 32 << 10,
    MUTEXES = 200000,    /* the default runs out when a 10 MB book is walked */
    TRANSACTIONS = 1000, /* nested ones of one batch, with room */
};

static const char *const names[BOOK_COUNT] = {
    [BOOK_COUNTERS] = "counters",   [BOOK_CLAIMS] = "claims",     [BOOK_REQUESTS] = "requests",
    [BOOK_DOCKETS] = "dockets",     [BOOK_EVENTS] = "events",     [BOOK_QUEUE] = "queue",
    [BOOK_OUTBOX] = "outbox",       [BOOK_HOLDS] = "holds",       [BOOK_ITEMS] = "items",
    [BOOK_DECISIONS] = "decisions", [BOOK_SEARCHES] = "searches", [BOOK_PHOTOS] = "photos",
    [BOOK_SEGMENTS] = "segments",   [BOOK_VAULT] = "vault",       [BOOK_INCIDENTS] = "incidents",
    [BOOK_INDEX] = "index",         [BOOK_RUNS] = "runs",         [BOOK_FOIL] = "foil",
};

const char *book_name(enum book book)
{
    return names[book];
}

static void remember_message(const DB_ENV *environment, const char *prefix, const char *message)
{
    (void)prefix;
    struct casebook *casebook = environment->app_private;
    /* The first says what happened, the last only that the environment is no more: the whole story. */
    size_t used = strlen(casebook->message);
    snprintf(casebook->message + used, sizeof casebook->message - used, "%s%s", used > 0 ? "; " : "",
             message);
}

/* A page or the log could not be read: that is the disk's, and nothing has to be damaged. */
static bool disk_failed(const struct casebook *casebook)
{
    return strstr(casebook->message, strerror(EIO)) != NULL;
}

static enum fault fault_of(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
    case EAGAIN:
    case EMFILE:
        return FAULT_TEMPORARY;
    case EIO:
    case ENOTRECOVERABLE: /* file_sync_once */
    case DB_RUNRECOVERY:
        return FAULT_DURABILITY;
    case ENOENT:
    case ENOTDIR:
    case EACCES:
    case EPERM:
    case EROFS:
    case DB_VERSION_MISMATCH:
    case DB_OLD_VERSION:
    case DB_PAGE_NOTFOUND:
        return FAULT_ENVIRONMENT;
    default:
        return FAULT_INTERNAL;
    }
}

bool casebook_failed(struct casebook *casebook, int number, struct error *error, const char *format, ...)
{
    char doing[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(doing, sizeof doing, format, arguments);
    va_end(arguments);
    const char *advice =
        strstr(casebook->message, "checksum error") != NULL ||
                strstr(casebook->message, "pgin failed") != NULL
            ? " (a page of a book is damaged: restore the casebook from a backup; leadspool audit verify "
              "names the "
              "book)"
        : number == DB_RUNRECOVERY
            ? " (the casebook is no longer usable in this process: stop it; the next start recovers)"
            : "";
    if (casebook->message[0] != '\0')
        error_set(error, fault_of(number), "%s: %s (%s)%s", doing, db_strerror(number), casebook->message,
                  advice);
    else
        error_set(error, fault_of(number), "%s: %s%s", doing, db_strerror(number), advice);
    casebook->message[0] = '\0';
    return false;
}

bool casebook_usable(const struct casebook *casebook, struct error *error)
{
    return !casebook->failed || error_set(error, FAULT_DURABILITY,
                                          "an earlier write to the casebook was not durable: stop this "
                                          "process; the next start recovers");
}

static int environment_configure(DB_ENV *environment)
{
    int number = environment->set_cachesize(environment, 0, CACHE_BYTES, 1);
    if (number == 0)
        number = environment->set_lg_bsize(environment, LOG_BUFFER_BYTES);
    if (number == 0)
        number = environment->set_lg_max(environment, LOG_FILE_BYTES);
    if (number == 0)
        number = environment->mutex_set_max(environment, MUTEXES);
    if (number == 0)
        number = environment->set_tx_max(environment, TRANSACTIONS);
    if (number == 0)
        number = environment->log_set_config(environment, DB_LOG_AUTO_REMOVE, 1);
    return number;
}

/* A record beyond a quarter of a page is kept on pages of its own, which are taken and given back, and logged whole,
   whenever it is stored anew: as a docket and a row of the outbox are many times. A book that exists keeps its
   pages. */
static bool large_records(enum book book)
{
    return book == BOOK_DOCKETS || book == BOOK_OUTBOX || book == BOOK_ITEMS;
}

static void say_nothing(const DB_ENV *environment, const char *prefix, const char *message)
{
    (void)environment;
    (void)prefix;
    (void)message;
}

/* Is one of the books what it would be with that password? Recovery with a wrong one would take the log for damaged. A
   casebook that is not there yet fits any. */
static bool password_fits(const char *directory, const char *password, struct error *error)
{
    enum { META_SIZE = 28, ALGORITHM_AT = 24 }; /* of Berkeley DB's first page: how the file is encrypted */
    char path[4096];
    unsigned char meta[META_SIZE];
    DB *handle = NULL;
    snprintf(path, sizeof path, "%s/%s.db", directory, names[BOOK_COUNTERS]);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return true;
    bool there = read(file, meta, sizeof meta) == sizeof meta;
    close(file);
    if (!there)
        return true;
    if (meta[ALGORITHM_AT] == 0)
        return *password == '\0' || error_set(error, FAULT_ENVIRONMENT,
                                              "it is in clear, and the site has keys: restore the two "
                                              "together (casebook and var/keyring), or "
                                              "encrypt it with leadspool key encrypt");
    if (*password == '\0')
        return error_set(error, FAULT_ENVIRONMENT,
                         "it is encrypted, and the site has no keys: restore var/keyring from the backup "
                         "that goes with it");
    int number = db_create(&handle, NULL, 0);
    if (number == 0) {
        handle->set_errcall(handle, say_nothing);
        number = handle->set_encrypt(handle, password, DB_ENCRYPT_AES);
    }
    if (number == 0)
        number = handle->open(handle, NULL, path, NULL, DB_BTREE, DB_RDONLY, 0);
    if (handle != NULL)
        handle->close(handle, DB_NOSYNC);
    return number == 0 || error_set(error, FAULT_ENVIRONMENT,
                                    "it was encrypted with another key than the one in var/keyring, or %s.db "
                                    "is damaged: restore the "
                                    "casebook and var/keyring together from one backup",
                                    names[BOOK_COUNTERS]);
}

static bool book_open(struct casebook *casebook, DB_TXN *transaction, enum book book, struct error *error)
{
    DB *handle = NULL;
    char file[64];
    snprintf(file, sizeof file, "%s.db", names[book]);
    int number = db_create(&handle, casebook->environment, 0);
    if (number == 0 && large_records(book))
        number = handle->set_pagesize(handle, LARGE_PAGE_BYTES);
    if (number == 0 && casebook->encrypted)
        number = handle->set_flags(handle, DB_ENCRYPT);
    if (number == 0)
        number = handle->open(handle, transaction, file, NULL, DB_BTREE, DB_CREATE, 0600);
    if (number != 0) {
        if (handle != NULL)
            handle->close(handle, 0);
        return number == EINVAL || number == DB_PAGE_NOTFOUND
                   ? error_set(error, FAULT_ENVIRONMENT,
                               "%s.db is damaged (%s): restore the casebook from a backup", names[book],
                               casebook->message)
                   : casebook_failed(casebook, number, error, "opening the book of %s", names[book]);
    }
    casebook->books[book] = handle;
    return true;
}

static bool books_open(struct casebook *casebook, struct error *error)
{
    DB_TXN *transaction = NULL;
    int number = casebook->environment->txn_begin(casebook->environment, NULL, &transaction, 0);
    if (number != 0)
        return casebook_failed(casebook, number, error, "opening the books");
    for (int book = 0; book < BOOK_COUNT; book++)
        if (!book_open(casebook, transaction, (enum book)book, error)) {
            transaction->abort(transaction);
            return false;
        }
    number = transaction->commit(transaction, 0);
    return number == 0 || casebook_failed(casebook, number, error, "opening the books");
}

bool casebook_open(const char *directory, struct casebook **casebook, struct error *error)
{
    return casebook_open_encrypted(directory, "", casebook, error);
}

static bool open_casebook(const char *directory, const char *password, u_int32_t recovery,
                          struct casebook **casebook, struct error *error)
{
    /* Berkeley DB crashes, or cannot undo, where small allocations fail. */
    db_env_set_func_malloc(memory_or_reserve);
    db_env_set_func_realloc(memory_or_reserve_resized);
    db_env_set_func_free(memory_or_reserve_free);
    /* A sync that failed is final for whatever reason: also for a full disk, which a write survives. */
    db_env_set_func_fsync(file_sync_once);
    if (!password_fits(directory, password, error))
        return error_context(error, "the casebook %s", directory);
    struct casebook *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the casebook");
    made->reserve.directory = -1;
    if (mkdir(directory, 0700) != 0 && errno != EEXIST) {
        error_system(error, "making the casebook's directory %s", directory);
        goto failed;
    }
    int number = db_env_create(&made->environment, 0);
    if (number != 0) {
        made->environment = NULL;
        casebook_failed(made, number, error, "opening the casebook %s", directory);
        goto failed;
    }
    made->environment->app_private = made;
    reserve_open(&made->reserve, directory);
    reserve_look(&made->reserve); /* recovery writes */
    made->environment->set_errcall(made->environment, remember_message);
    made->encrypted = *password != '\0';
    if (made->encrypted) {
        made->password_size = strlen(password) + 1;
        made->password = secret_allocate(made->password_size, error);
        if (made->password == NULL)
            goto failed;
        memcpy(made->password, password, made->password_size);
    }
    number = environment_configure(made->environment);
    if (number == 0 && made->encrypted)
        number = made->environment->set_encrypt(made->environment, password, DB_ENCRYPT_AES);
    if (number == 0)
        number = made->environment->open(
            made->environment, directory,
            DB_CREATE | recovery | DB_PRIVATE | DB_INIT_TXN | DB_INIT_LOG | DB_INIT_MPOOL, 0600);
    if (number != 0 && disk_failed(made)) {
        error_set(
            error, FAULT_TEMPORARY,
            "opening the casebook %s: the disk cannot read or write a file of it (%s): look at the disk "
            "and its messages (dmesg); what a sound disk still cannot read is restored from a backup",
            directory, made->message);
        goto failed;
    }
    if (number == DB_RUNRECOVERY) {
        /* Recovery is what just failed: there is no sense in trying it again. */
        error_set(error, FAULT_ENVIRONMENT,
                  "opening the casebook %s: a file of it is damaged (%s): restore it from a backup",
                  directory, made->message);
        goto failed;
    }
    if (number != 0) {
        casebook_failed(made, number, error, "opening the casebook %s", directory);
        goto failed;
    }
    if (!books_open(made, error) || !casebook_checkpoint(made, error)) {
        error_context(error, "the casebook %s", directory);
        goto failed;
    }
    *casebook = made;
    return true;
failed:
    casebook_close(made, NULL);
    return false;
}

bool casebook_open_encrypted(const char *directory, const char *password, struct casebook **casebook,
                             struct error *error)
{
    return open_casebook(directory, password, DB_RECOVER, casebook, error);
}

bool casebook_recover(const char *directory, const char *password, struct casebook **casebook,
                      struct error *error)
{
    return open_casebook(directory, password, DB_RECOVER_FATAL, casebook, error);
}

/* Where the log ends: in which file, and after how many bytes. */
static bool log_end(DB_ENV *environment, uint32_t *number, uint32_t *end)
{
    DB_LOG_STAT *found = NULL;
    if (environment->log_stat(environment, &found, 0) != 0)
        return false;
    *number = found->st_cur_file;
    *end = found->st_cur_offset;
    memory_or_reserve_free(found);
    return true;
}

bool casebook_close(struct casebook *casebook, struct error *error)
{
    if (casebook == NULL)
        return true;
    transaction_abort(casebook->outermost);
    bool done = true;
    uint32_t log_number = 0, log_bytes = 0;
    const char *home = NULL;
    char *directory = NULL;
    if (casebook->environment != NULL) {
        /* A checkpoint makes the next start's recovery short; without it nothing is lost. */
        done = casebook_checkpoint(casebook, error);
        for (int book = 0; book < BOOK_COUNT; book++)
            if (casebook->books[book] != NULL)
                casebook->books[book]->close(casebook->books[book], DB_NOSYNC);
        if (done && log_end(casebook->environment, &log_number, &log_bytes) &&
            casebook->environment->get_home(casebook->environment, &home) == 0 && home != NULL)
            directory = strdup(home);
        /* Syncs every file once more. */
        int number = casebook->environment->close(casebook->environment, 0);
        if (done && number != 0)
            done = casebook_failed(casebook, number, error, "closing the casebook");
        if (done && directory != NULL)
            log_files_shorten(directory, log_number, log_bytes);
        free(directory);
    }
    reserve_close(&casebook->reserve);
    secret_free(casebook->password, casebook->password_size);
    new_rows_free(&casebook->rows);
    free(casebook);
    return done;
}

bool casebook_checkpoint(struct casebook *casebook, struct error *error)
{
    if (!casebook_usable(casebook, error))
        return false;
    (void)hot_copy_busy(casebook); /* one that was left ends here, and its log goes */
    int number = casebook->environment->txn_checkpoint(casebook->environment, 0, 0, 0);
    if (number == 0)
        return true;
    /* The cache holds these pages as written: the next checkpoint would succeed without them, and let their log go. */
    casebook->failed = casebook->failed || fault_of(number) == FAULT_DURABILITY;
    return casebook_failed(casebook, number, error, "writing a checkpoint of the casebook");
}

bool transaction_begin(struct casebook *casebook, struct transaction *parent,
                       struct transaction **transaction, struct error *error)
{
    if (!casebook_usable(casebook, error))
        return false;
    if (parent == NULL ? casebook->outermost != NULL : parent->child != NULL)
        return error_set(error, FAULT_INTERNAL,
                         "a transaction was begun while another one is open: end that one first");
    struct transaction *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while beginning a transaction");
    int number = casebook->environment->txn_begin(
        casebook->environment, parent == NULL ? NULL : parent->handle, &made->handle, DB_TXN_SYNC);
    if (number != 0) {
        free(made);
        return casebook_failed(casebook, number, error, "beginning a transaction");
    }
    made->casebook = casebook;
    made->parent = parent;
    if (parent == NULL) {
        casebook->room = reserve_look(&casebook->reserve);
        casebook->written = false;
    }
    if (parent == NULL)
        casebook->outermost = made;
    else
        parent->child = made;
    *transaction = made;
    return true;
}

static void transaction_free(struct transaction *transaction)
{
    if (transaction->parent == NULL)
        transaction->casebook->outermost = NULL;
    else
        transaction->parent->child = NULL;
    held_free(transaction);
    new_rows_free(&transaction->rows);
    free(transaction);
}

bool transaction_commit(struct transaction *transaction, struct error *error)
{
    struct casebook *casebook = transaction->casebook;
    if (transaction->child != NULL) {
        transaction_abort(transaction);
        return error_set(error, FAULT_INTERNAL,
                         "a transaction was committed while one inside it is open: both are undone");
    }
    if (!casebook_usable(casebook, error)) {
        transaction_abort(transaction);
        return false;
    }
    bool outermost = transaction->parent == NULL;
    if (outermost && !held_write(transaction, error)) {
        transaction_abort(transaction);
        return false;
    }
    if (outermost && casebook->written && !casebook->room) {
        /* In time: a commit that the disk has no room for would be neither done nor undone. */
        transaction_abort(transaction);
        return error_set(error, FAULT_TEMPORARY, "the volume of the casebook is full: make room on it");
    }
    int number = transaction->handle->commit(transaction->handle, DB_TXN_SYNC);
    if (!outermost && number == 0)
        held_merge(transaction);
    if (number == 0)
        new_rows_merge(outermost ? &casebook->rows : &transaction->parent->rows, &transaction->rows);
    if (outermost)
        new_rows_shorten(&casebook->rows);
    transaction_free(transaction);
    if (number == 0)
        return true;
    casebook->failed = casebook->failed || outermost;
    casebook_failed(casebook, number, error, "committing to the casebook");
    if (outermost && error != NULL)
        error->fault = FAULT_DURABILITY;
    return false;
}

void transaction_abort(struct transaction *transaction)
{
    if (transaction == NULL)
        return;
    transaction_abort(transaction->child);
    /* If undoing fails Berkeley DB marks the whole environment as needing recovery: the next call says so. */
    transaction->handle->abort(transaction->handle);
    transaction_free(transaction);
}
