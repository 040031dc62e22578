/*
 * Hold records: opened with their reason, closed by one person, never removed.
 *
 * Guarantees: numbers run from 1 within a docket; a closed hold stays closed. Does not check roles.
 */
#include "casebook/hold.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

enum { KEY_SIZE = 80 };

static void key_write(const char *docket, int64_t number, char *key)
{
    snprintf(key, KEY_SIZE, "%s/%" PRId64, docket, number);
}

struct counts {
    int64_t highest;
    size_t open;
};

static bool count_hold(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    struct counts *counts = context;
    int64_t number = json_whole(value, "number", 0);
    if (number > counts->highest)
        counts->highest = number;
    if (json_object_get(value, "closed") == NULL)
        counts->open++;
    return true;
}

bool hold_walk(struct transaction *transaction, const char *docket, book_visitor *visitor, void *context,
               struct error *error)
{
    char prefix[KEY_SIZE];
    snprintf(prefix, sizeof prefix, "%s/", docket);
    return book_walk(transaction, BOOK_HOLDS, prefix, NULL, visitor, context, NULL, error);
}

/* A damaged hold must never count as none: the docket would be released. */
static bool holds_count(struct transaction *transaction, const char *docket, struct counts *counts,
                        struct error *error)
{
    char prefix[KEY_SIZE];
    size_t corrupt = 0;
    snprintf(prefix, sizeof prefix, "%s/", docket);
    if (!book_walk(transaction, BOOK_HOLDS, prefix, NULL, count_hold, counts, &corrupt, error))
        return false;
    return corrupt == 0 ||
           error_set(error, FAULT_ENVIRONMENT,
                     "%zu of the holds of docket %s are damaged: it stays held until they are "
                     "restored from a backup",
                     corrupt, docket);
}

bool hold_open(struct transaction *transaction, const char *docket, const struct hold *hold, instant now,
               int64_t *number, struct error *error)
{
    struct counts counts = {0};
    char when[INSTANT_TEXT_SIZE];
    if (!holds_count(transaction, docket, &counts, error))
        return false;
    json_t *record = json_object();
    bool done = record != NULL && json_put_text(record, "docket", docket) &&
                json_put_whole(record, "number", counts.highest + 1) &&
                json_put_text(record, "code", hold->code) && json_put_text(record, "clause", hold->clause) &&
                json_put_text(record, "role", hold->role) && json_put_text(record, "reason", hold->reason) &&
                json_put_text(record, "item", hold->item) && json_put_text(record, "image", hold->image) &&
                json_put_text(record, "dockets", hold->dockets) &&
                json_put_text(record, "opened", instant_text(now, when));
    if (!done)
        error_set(error, FAULT_TEMPORARY, "out of memory while holding docket %s", docket);
    else
        done = hold_put(transaction, record, error);
    if (done && number != NULL)
        *number = counts.highest + 1;
    json_decref(record);
    return done;
}

bool hold_get(struct transaction *transaction, const char *docket, int64_t number, json_t **record,
              struct error *error)
{
    char key[KEY_SIZE];
    key_write(docket, number, key);
    return book_need(transaction, BOOK_HOLDS, key, record, error);
}

bool hold_put(struct transaction *transaction, const json_t *record, struct error *error)
{
    char key[KEY_SIZE];
    key_write(json_text(record, "docket"), json_whole(record, "number", 0), key);
    return book_put(transaction, BOOK_HOLDS, key, record, error);
}

bool hold_close(struct transaction *transaction, const char *docket, int64_t number, const char *outcome,
                const char *by, instant now, struct error *error)
{
    char when[INSTANT_TEXT_SIZE];
    json_t *record = NULL;
    if (!hold_get(transaction, docket, number, &record, error))
        return false;
    bool done = false;
    if (json_object_get(record, "closed") != NULL)
        error_set(error, FAULT_REFUSED, "hold %" PRId64 " of docket %s was closed already: %s by %s on %s",
                  number, docket, json_text(record, "outcome"), json_text(record, "by"),
                  json_text(record, "closed"));
    else if (!json_put_text(record, "closed", instant_text(now, when)) ||
             !json_put_text(record, "outcome", outcome) || !json_put_text(record, "by", by))
        error_set(error, FAULT_TEMPORARY, "out of memory while closing a hold of docket %s", docket);
    else
        done = hold_put(transaction, record, error);
    json_decref(record);
    return done;
}

bool hold_count_open(struct transaction *transaction, const char *docket, size_t *open, struct error *error)
{
    struct counts counts = {0};
    if (!holds_count(transaction, docket, &counts, error))
        return false;
    *open = counts.open;
    return true;
}
