/*
 * The records of segments.
 *
 * Guarantees: a name is never used twice, so what a retired record says of a file stays true. Knows no files.
 */
#include "match/segment_book.h"

#include <stdio.h>

#include "base/json.h"
#include "casebook/photo.h"

enum { NAME_SIZE = 128 };

static bool collect(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    return json_array_append(context, value) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while listing segments");
}

bool segment_book_all(struct transaction *transaction, json_t *records, struct error *error)
{
    return book_walk(transaction, BOOK_SEGMENTS, "segment-", NULL, collect, records, NULL, error);
}

bool segment_book_get(struct transaction *transaction, const char *name, json_t **record, struct error *error)
{
    char key[NAME_SIZE];
    if (!book_get(transaction, BOOK_SEGMENTS, name, record, error) || *record != NULL)
        return error->fault == FAULT_NONE;
    snprintf(key, sizeof key, "retired/%s", name);
    return book_get(transaction, BOOK_SEGMENTS, key, record, error);
}

bool segment_book_current(struct transaction *transaction, const char *name, json_t **record,
                          struct error *error)
{
    bool done = segment_book_get(transaction, name, record, error);
    while (done && *record != NULL && json_object_get(*record, "retired") != NULL) {
        json_t *retired = *record;
        const char *into = json_text_or_null(json_object_get(retired, "retired"), "into");
        *record = NULL;
        done = into == NULL || segment_book_get(transaction, into, record, error);
        json_decref(retired);
    }
    return done;
}

int64_t segment_book_newest(const json_t *record)
{
    return json_whole(record, "newest", photo_segment_number(json_text(record, "segment")));
}

bool segment_book_retire(struct transaction *transaction, const char *name, const char *into, const char *at,
                         struct error *error)
{
    char key[NAME_SIZE];
    json_t *record = NULL;
    if (!book_need(transaction, BOOK_SEGMENTS, name, &record, error))
        return false;
    snprintf(key, sizeof key, "retired/%s", name);
    json_t *retired = json_pack("{ss,ss*}", "at", at, "into", into);
    bool done = json_put(record, "retired", retired)
                    ? book_put(transaction, BOOK_SEGMENTS, key, record, error) &&
                          book_remove(transaction, BOOK_SEGMENTS, name, error)
                    : error_set(error, FAULT_TEMPORARY, "out of memory while retiring a segment");
    json_decref(record);
    return done;
}
