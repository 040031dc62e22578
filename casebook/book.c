/*
 * Books of JSON records, and the counters.
 *
 * A record is stored as its canonical JSON, a newline and 16 hexadecimal digits: the beginning of the SHA-256
 * of book name, key and JSON. So a byte that flips anywhere in a record, or a record that lands under another
 * key, is noticed when it is read and costs that record alone; Berkeley DB's own page checksums would
 * instead make the whole environment unusable.
 * Does not repair: who reads decides what a missing record means.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "casebook/internal.h"

enum { SUM_DIGITS = 16, TAIL = SUM_DIGITS + 1 };

static bool checksum(enum book book, const char *key, const char *json, size_t length, char *sum,
                     struct error *error)
{
    struct hashing *hashing = NULL;
    if (!digest_begin(&hashing, error))
        return false;
    digest_update(hashing, book_name(book), strlen(book_name(book)) + 1);
    digest_update(hashing, key, strlen(key) + 1);
    digest_update(hashing, json, length);
    struct digest digest = digest_end(hashing);
    char text[DIGEST_TEXT_SIZE];
    digest_text(&digest, text);
    memcpy(sum, text, SUM_DIGITS);
    sum[SUM_DIGITS] = '\0';
    return true;
}

static bool broken(struct error *error, enum book book, const char *key, const char *what)
{
    return error_set(error, FAULT_ENVIRONMENT,
                     "the record %s in the book of %s is damaged (%s): restore it from a backup", key,
                     book_name(book), what);
}

bool record_read(enum book book, const char *key, const char *bytes, size_t length, json_t **value,
                 struct error *error)
{
    char sum[SUM_DIGITS + 1];
    *value = NULL;
    if (length < TAIL || bytes[length - TAIL] != '\n')
        return broken(error, book, key, "its checksum is missing");
    if (!checksum(book, key, bytes, length - TAIL, sum, error))
        return false;
    if (memcmp(sum, bytes + length - SUM_DIGITS, SUM_DIGITS) != 0)
        return broken(error, book, key, "its checksum differs");
    struct error own = ERROR_NONE;
    bool read = json_read(bytes, length - TAIL, value, &own);
    if (!read && own.fault == FAULT_TEMPORARY)
        return error_set(error, own.fault, "%s", own.text);
    if (!read || !json_is_object(*value)) {
        json_decref(*value);
        *value = NULL;
        return broken(error, book, key, "it is no JSON object");
    }
    return true;
}

bool book_get(struct transaction *transaction, enum book book, const char *key, json_t **value,
              struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    *value = NULL;
    if (book == BOOK_COUNTERS) {
        struct error own = ERROR_NONE;
        if (!bytes_usable(transaction, key, error))
            return false;
        if (held_get(transaction, key, value, &own)) {
            if (own.fault != FAULT_NONE && error != NULL)
                *error = own;
            return own.fault == FAULT_NONE;
        }
    }
    if (!bytes_get(transaction, book, key, &bytes, &length, error))
        return false;
    bool done = bytes == NULL || record_read(book, key, bytes, length, value, error);
    free(bytes);
    return done;
}

/* What one record of a book is called, for "there is no docket FR-…". */
static const char *const singular[BOOK_COUNT] = {
    [BOOK_COUNTERS] = "counter",   [BOOK_CLAIMS] = "claim",       [BOOK_REQUESTS] = "request",
    [BOOK_DOCKETS] = "docket",     [BOOK_EVENTS] = "event",       [BOOK_QUEUE] = "queue entry",
    [BOOK_OUTBOX] = "outbox row",  [BOOK_HOLDS] = "hold",         [BOOK_ITEMS] = "item",
    [BOOK_DECISIONS] = "decision", [BOOK_SEARCHES] = "search",    [BOOK_PHOTOS] = "photo",
    [BOOK_SEGMENTS] = "segment",   [BOOK_VAULT] = "vault object", [BOOK_INCIDENTS] = "incident",
    [BOOK_INDEX] = "index entry",  [BOOK_RUNS] = "run",
};

bool book_need(struct transaction *transaction, enum book book, const char *key, json_t **value,
               struct error *error)
{
    if (!book_get(transaction, book, key, value, error))
        return false;
    return *value != NULL || error_set(error, FAULT_ABSENT, "there is no %s %s", singular[book], key);
}

bool record_write(struct transaction *transaction, enum book book, const char *key, const json_t *value,
                  struct error *error)
{
    struct text record = TEXT_EMPTY;
    char sum[SUM_DIGITS + 1];
    char *json = json_canonical(value);
    if (json == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while writing the %s %s", singular[book],
                         key);
    bool done = checksum(book, key, json, strlen(json), sum, error);
    if (done) {
        text_add(&record, json);
        text_add(&record, "\n");
        text_add(&record, sum);
        done = text_done(&record, error) &&
               bytes_put(transaction, book, key, record.bytes, record.length, error);
    }
    text_free(&record);
    free(json);
    return done;
}

bool book_put(struct transaction *transaction, enum book book, const char *key, const json_t *value,
              struct error *error)
{
    if (!json_is_object(value))
        return error_set(error, FAULT_INTERNAL, "the record %s for the book of %s is no JSON object", key,
                         book_name(book));
    if (book == BOOK_COUNTERS)
        return bytes_usable(transaction, key, error) && held_put(transaction, key, value, error);
    return record_write(transaction, book, key, value, error);
}

bool book_remove(struct transaction *transaction, enum book book, const char *key, struct error *error)
{
    if (book == BOOK_COUNTERS)
        return bytes_usable(transaction, key, error) && held_put(transaction, key, NULL, error);
    return bytes_remove(transaction, book, key, error);
}

struct walk {
    enum book book;
    book_visitor *visitor;
    void *context;
    size_t corrupt;
};

static bool visit_record(void *context, const char *key, const char *bytes, size_t length,
                         struct error *error)
{
    struct walk *walk = context;
    struct error own = ERROR_NONE;
    json_t *value = NULL;
    if (!record_read(walk->book, key, bytes, length, &value, &own)) {
        if (own.fault == FAULT_TEMPORARY)
            return error_set(error, own.fault, "%s", own.text);
        walk->corrupt++;
        return true;
    }
    bool more = walk->visitor(walk->context, key, value, error);
    json_decref(value);
    return more;
}

bool book_walk(struct transaction *transaction, enum book book, const char *prefix, const char *after,
               book_visitor *visitor, void *context, size_t *corrupt, struct error *error)
{
    struct walk walk = {.book = book, .visitor = visitor, .context = context};
    bool done = bytes_walk(transaction, book, prefix, after, visit_record, &walk, error);
    if (corrupt != NULL)
        *corrupt = walk.corrupt;
    return done;
}

bool counter_next(struct transaction *transaction, const char *name, int64_t *value, struct error *error)
{
    json_t *record = NULL;
    if (!book_get(transaction, BOOK_COUNTERS, name, &record, error))
        return error_context(error, "counting %s", name);
    int64_t next = json_whole(record, "value", 0) + 1;
    json_decref(record);
    record = json_pack("{s:I}", "value", (json_int_t)next);
    bool done = record == NULL ? error_set(error, FAULT_TEMPORARY, "out of memory while counting %s", name)
                               : book_put(transaction, BOOK_COUNTERS, name, record, error);
    json_decref(record);
    if (done)
        *value = next;
    return done;
}
