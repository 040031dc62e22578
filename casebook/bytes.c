/*
 * Books as bytes: get, put, remove and walk, over Berkeley DB's btrees.
 *
 * Guarantees: a transaction with an open nested one is refused, because Berkeley DB would mix the two up.
 * A walk reads a few records, closes its cursor, and only then shows them: so a visitor may put, remove and
 * begin nested transactions freely, and no cursor outlives what it stands on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "casebook/internal.h"

enum {
    WALK_RECORDS = 64,      /* read ahead at most so many */
    WALK_BYTES = 256 << 10, /* or about so much */
    KEY_LIMIT = 1024        /* longer keys are our bug */
};

bool bytes_usable(const struct transaction *transaction, const char *key, struct error *error)
{
    if (!casebook_usable(transaction->casebook, error))
        return false;
    if (transaction->child != NULL)
        return error_set(error, FAULT_INTERNAL, "a transaction was used while one inside it is open");
    if (strlen(key) >= KEY_LIMIT)
        return error_set(error, FAULT_INTERNAL, "a key of %zu bytes is longer than the casebook allows",
                         strlen(key));
    return true;
}

static DBT key_of(const char *key)
{
    DBT dbt;
    memset(&dbt, 0, sizeof dbt);
    dbt.data = (void *)key;
    dbt.size = (u_int32_t)strlen(key);
    return dbt;
}

/* A copy with a NUL behind it; NULL only when memory ran out. */
static char *copy_of(const DBT *dbt)
{
    char *copy = malloc((size_t)dbt->size + 1);
    if (copy != NULL) {
        if (dbt->size > 0)
            memcpy(copy, dbt->data, dbt->size);
        copy[dbt->size] = '\0';
    }
    return copy;
}

bool bytes_get(struct transaction *transaction, enum book book, const char *key, char **bytes, size_t *length,
               struct error *error)
{
    *bytes = NULL;
    if (!bytes_usable(transaction, key, error))
        return false;
    DB *handle = transaction->casebook->books[book];
    DBT name = key_of(key), value;
    memset(&value, 0, sizeof value);
    int number = handle->get(handle, transaction->handle, &name, &value, 0);
    if (number == DB_NOTFOUND)
        return true;
    if (number != 0)
        return casebook_failed(transaction->casebook, number, error, "reading %s from the book of %s", key,
                               book_name(book));
    *bytes = copy_of(&value);
    *length = value.size;
    return *bytes != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while reading %s", key);
}

bool bytes_put(struct transaction *transaction, enum book book, const char *key, const void *bytes,
               size_t length, struct error *error)
{
    if (!bytes_usable(transaction, key, error))
        return false;
    DB *handle = transaction->casebook->books[book];
    DBT name = key_of(key), value;
    memset(&value, 0, sizeof value);
    value.data = (void *)bytes;
    value.size = (u_int32_t)length;
    transaction->casebook->written = true;
    int number = handle->put(handle, transaction->handle, &name, &value, 0);
    return number == 0 || casebook_failed(transaction->casebook, number, error,
                                          "writing %s to the book of %s", key, book_name(book));
}

bool bytes_remove(struct transaction *transaction, enum book book, const char *key, struct error *error)
{
    if (!bytes_usable(transaction, key, error))
        return false;
    DB *handle = transaction->casebook->books[book];
    DBT name = key_of(key);
    transaction->casebook->written = true;
    int number = handle->del(handle, transaction->handle, &name, 0);
    return number == 0 || number == DB_NOTFOUND ||
           casebook_failed(transaction->casebook, number, error, "removing %s from the book of %s", key,
                           book_name(book));
}

struct read_ahead {
    size_t count;
    struct {
        char *key;
        char *bytes;
        size_t length;
    } records[WALK_RECORDS];
};

static void read_ahead_free(struct read_ahead *ahead)
{
    for (size_t i = 0; i < ahead->count; i++) {
        free(ahead->records[i].key);
        free(ahead->records[i].bytes);
    }
    ahead->count = 0;
}

/* Up to `most` records with the prefix, beyond `after` (NULL = from the prefix on), into `ahead`. */
static bool read_some(struct transaction *transaction, enum book book, const char *prefix, const char *after,
                      size_t most, struct read_ahead *ahead, struct error *error)
{
    if (!bytes_usable(transaction, after == NULL ? prefix : after, error))
        return false;
    DB *handle = transaction->casebook->books[book];
    DBC *cursor = NULL;
    size_t prefix_length = strlen(prefix), read = 0;
    bool done = true;
    int number = handle->cursor(handle, transaction->handle, &cursor, 0);
    DBT key = key_of(after != NULL && strcmp(after, prefix) > 0 ? after : prefix), value;
    memset(&value, 0, sizeof value);
    ahead->count = 0;
    for (u_int32_t step = DB_SET_RANGE; number == 0 && ahead->count < most && read < WALK_BYTES;
         step = DB_NEXT) {
        number = cursor->get(cursor, &key, &value, step);
        if (number != 0 || key.size < prefix_length || memcmp(key.data, prefix, prefix_length) != 0)
            break;
        if (after != NULL && key.size == strlen(after) && memcmp(key.data, after, key.size) == 0)
            continue;
        char *key_copy = copy_of(&key), *bytes = copy_of(&value);
        if (key_copy == NULL || bytes == NULL) {
            free(key_copy);
            free(bytes);
            done = error_set(error, FAULT_TEMPORARY, "out of memory while walking the book of %s",
                             book_name(book));
            break;
        }
        ahead->records[ahead->count].key = key_copy;
        ahead->records[ahead->count].bytes = bytes;
        ahead->records[ahead->count++].length = value.size;
        read += value.size;
    }
    if (done && number != 0 && number != DB_NOTFOUND)
        done =
            casebook_failed(transaction->casebook, number, error, "walking the book of %s", book_name(book));
    if (cursor != NULL)
        cursor->close(cursor);
    if (!done)
        read_ahead_free(ahead);
    return done;
}

/* The greatest key that was read, where the walk goes on; false when that is none beyond `after` (may be `at` itself): a changed
   byte can have keys out of order, and a walk from the last of them could go in circles. */
static bool go_on_after(const struct read_ahead *ahead, const char *after, char at[KEY_LIMIT])
{
    const char *greatest = after;
    for (size_t i = 0; i < ahead->count; i++)
        if (greatest == NULL || strcmp(ahead->records[i].key, greatest) > 0)
            greatest = ahead->records[i].key;
    if (greatest == after)
        return false;
    /* Keys are kept below KEY_LIMIT by bytes_usable, so this does not cut. */
    snprintf(at, KEY_LIMIT, "%s", greatest);
    return true;
}

bool bytes_walk(struct transaction *transaction, enum book book, const char *prefix, const char *after,
                bytes_visitor *visitor, void *context, struct error *error)
{
    struct read_ahead ahead = {0};
    char at[KEY_LIMIT];
    /* One record first, then more and more: looking for "the next one" must not read 64. */
    size_t most = 1;
    struct error failure = ERROR_NONE;
    if (book == BOOK_COUNTERS &&
        (!bytes_usable(transaction, prefix, error) || !held_write(transaction, error)))
        return false;
    for (;;) {
        if (!read_some(transaction, book, prefix, after, most, &ahead, error))
            return false;
        if (ahead.count == 0)
            return true;
        bool on = go_on_after(&ahead, after, at),
             more = true; /* the visitor may change what `after` points to */
        for (size_t i = 0; more && i < ahead.count; i++)
            more = visitor(context, ahead.records[i].key, ahead.records[i].bytes, ahead.records[i].length,
                           &failure);
        after = at;
        read_ahead_free(&ahead);
        if (!more) {
            if (failure.fault != FAULT_NONE && error != NULL)
                *error = failure;
            return failure.fault == FAULT_NONE;
        }
        if (!on)
            return error_set(
                error, FAULT_ENVIRONMENT,
                "walking the book of %s comes back to where it was: a page of it is damaged; restore "
                "the casebook from a backup",
                book_name(book));
        most = most >= WALK_RECORDS / 4 ? WALK_RECORDS : most * 4;
    }
}
