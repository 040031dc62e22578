/*
 * Rows of the outbox: numbering, the state a row begins in, and moving it from open to delivered.
 *
 * Guarantees: a row is under exactly one of its two keys. Does not render, sign or publish anything.
 */
#include "casebook/outbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/internal.h"

enum { KEY_SIZE = 24 };

static const char open_prefix[] = "0-", delivered_prefix[] = "1-";

static void key_write(const char *prefix, int64_t id, char *key)
{
    snprintf(key, KEY_SIZE, "%s%012" PRId64, prefix, id);
}

int64_t outbox_id(const json_t *row)
{
    return strtoll(json_text(row, "row"), NULL, 10);
}

/* It is about to be another one. */
static void forget(struct transaction *transaction, const json_t *row)
{
    json_decref(new_rows_take(transaction, outbox_id(row)));
}

bool outbox_row_small(const json_t *row)
{
    size_t index;
    const json_t *file;
    if (json_object_get(row, "render") != NULL || json_object_get(row, "remove") != NULL)
        return false;
    json_array_foreach(json_object_get(row, "files"), index, file)
    {
        if (json_text_or_null(file, "text") == NULL)
            return false;
    }
    return true;
}

const char *outbox_state_of(const json_t *row)
{
    size_t index;
    json_t *file;
    if (json_object_get(row, "render") != NULL)
        return "render";
    json_array_foreach(json_object_get(row, "files"), index, file)
    {
        if (json_flag(file, "sign") && json_object_get(file, "signature") == NULL)
            return "sign";
    }
    return "publish";
}

/* Whose row it is: a docket's, or an extract's of no docket. Others are found by the drop they answer. */
static const char *owner_of(const json_t *row)
{
    const char *docket = json_text_or_null(row, "docket");
    return docket != NULL ? docket : strcmp(json_text(row, "kind"), "extract") == 0 ? OUTBOX_EXTRACTS : NULL;
}

bool outbox_note_owner(struct transaction *transaction, const char *owner, const json_t *row,
                       struct error *error)
{
    char key[160];
    snprintf(key, sizeof key, "row/%s/%s", owner, json_text(row, "row"));
    json_t *entry = json_pack("{ss}", "kind", json_text(row, "kind"));
    bool done = entry != NULL ? book_put(transaction, BOOK_INDEX, key, entry, error)
                              : error_set(error, FAULT_TEMPORARY, "out of memory while adding to the outbox");
    json_decref(entry);
    return done;
}

static bool note_row(struct transaction *transaction, const json_t *row, struct error *error)
{
    const char *owner = owner_of(row);
    return owner == NULL || strcmp(json_text(row, "kind"), "remove") == 0 ||
           outbox_note_owner(transaction, owner, row, error);
}

struct collecting {
    json_t *ids;
    const char *kind;
};

static bool collect_row(void *context, const char *key, json_t *value, struct error *error)
{
    const struct collecting *collecting = context;
    if (collecting->kind != NULL && strcmp(collecting->kind, json_text(value, "kind")) != 0)
        return true;
    return json_array_append_new(collecting->ids, json_integer(strtoll(strrchr(key, '/') + 1, NULL, 10))) ==
               0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while looking for outbox rows");
}

bool outbox_rows_of(struct transaction *transaction, const char *owner, const char *kind, json_t *ids,
                    struct error *error)
{
    char prefix[160];
    struct collecting collecting = {.ids = ids, .kind = kind};
    snprintf(prefix, sizeof prefix, "row/%s/", owner);
    return book_walk(transaction, BOOK_INDEX, prefix, NULL, collect_row, &collecting, NULL, error);
}

bool outbox_reduce(struct transaction *transaction, const json_t *row, struct error *error)
{
    char key[KEY_SIZE];
    if (strcmp(json_text(row, "state"), "delivered") != 0)
        return error_set(error, FAULT_INTERNAL, "outbox row %s is still open: it is not reduced",
                         json_text(row, "row"));
    key_write(delivered_prefix, outbox_id(row), key);
    return book_put(transaction, BOOK_OUTBOX, key, row, error);
}

bool outbox_add(struct transaction *transaction, json_t *row, instant now, int64_t *id, struct error *error)
{
    int64_t number = 0;
    char name[KEY_SIZE], when[INSTANT_TEXT_SIZE];
    if (!counter_next(transaction, "outbox", &number, error))
        return false;
    key_write("", number, name);
    if (!json_put_text(row, "row", name) || !json_put_text(row, "created", instant_text(now, when)) ||
        !json_put_text(row, "state", outbox_state_of(row)) || !json_put_whole(row, "attempts", 0))
        return error_set(error, FAULT_TEMPORARY, "out of memory while adding to the outbox");
    if (!outbox_put(transaction, row, error) || !note_row(transaction, row, error))
        return false;
    new_rows_add(transaction, row);
    if (id != NULL)
        *id = number;
    return true;
}

bool outbox_put(struct transaction *transaction, const json_t *row, struct error *error)
{
    char key[KEY_SIZE];
    if (outbox_id(row) <= 0 || strcmp(json_text(row, "state"), "delivered") == 0)
        return error_set(error, FAULT_INTERNAL, "outbox row \"%s\" in state \"%s\" cannot be stored as open",
                         json_text(row, "row"), json_text(row, "state"));
    bool cancelled = false;
    if (!outbox_cancelled(transaction, outbox_id(row), &cancelled, error))
        return false;
    if (cancelled)
        return error_set(error, FAULT_REFUSED, "outbox row %s was cancelled meanwhile",
                         json_text(row, "row"));
    forget(transaction, row);
    key_write(open_prefix, outbox_id(row), key);
    return book_put(transaction, BOOK_OUTBOX, key, row, error);
}

bool outbox_cancelled(struct transaction *transaction, int64_t id, bool *cancelled, struct error *error)
{
    char key[KEY_SIZE];
    json_t *row = NULL;
    key_write(delivered_prefix, id, key);
    if (!book_get(transaction, BOOK_OUTBOX, key, &row, error))
        return false;
    *cancelled = json_object_get(row, "cancelled") != NULL;
    json_decref(row);
    return true;
}

bool outbox_cancel(struct transaction *transaction, int64_t id, const char *reason, instant now,
                   struct error *error)
{
    char when[INSTANT_TEXT_SIZE];
    json_t *row = NULL;
    if (!outbox_get(transaction, id, &row, error))
        return false;
    bool done = strcmp(json_text(row, "state"), "delivered") == 0;
    if (!done)
        done =
            json_put_text(row, "cancelled", instant_text(now, when)) && json_put_text(row, "reason", reason)
                ? outbox_deliver_row(transaction, row, now, error)
                : error_set(error, FAULT_TEMPORARY, "out of memory while cancelling an outbox row");
    json_decref(row);
    return done;
}

bool outbox_get(struct transaction *transaction, int64_t id, json_t **row, struct error *error)
{
    char key[KEY_SIZE];
    key_write(open_prefix, id, key);
    if (!book_get(transaction, BOOK_OUTBOX, key, row, error))
        return false;
    if (*row != NULL)
        return true;
    key_write(delivered_prefix, id, key);
    return book_need(transaction, BOOK_OUTBOX, key, row, error);
}

struct outbox_walk {
    book_visitor *visitor;
    void *context;
};

static bool visit_row(void *context, const char *key, json_t *value, struct error *error)
{
    struct outbox_walk *walk = context;
    return walk->visitor(walk->context, key + strlen(open_prefix), value, error);
}

bool outbox_walk(struct transaction *transaction, int64_t after, book_visitor *visitor, void *context,
                 struct error *error)
{
    struct outbox_walk walk = {visitor, context};
    char key[KEY_SIZE];
    key_write(open_prefix, after, key);
    return book_walk(transaction, BOOK_OUTBOX, open_prefix, key, visit_row, &walk, NULL, error);
}

bool outbox_walk_delivered(struct transaction *transaction, book_visitor *visitor, void *context,
                           struct error *error)
{
    struct outbox_walk walk = {visitor, context};
    return book_walk(transaction, BOOK_OUTBOX, delivered_prefix, NULL, visit_row, &walk, NULL, error);
}

struct walk_new {
    struct transaction *transaction;
    book_visitor *visitor;
    void *context;
};

static bool visit_new(void *context, const char *key, const char *bytes, size_t length, struct error *error)
{
    const struct walk_new *walk = context;
    const char *number = key + strlen(open_prefix);
    json_t *row = new_rows_take(walk->transaction, strtoll(number, NULL, 10));
    struct error own = ERROR_NONE;
    if (row == NULL && !record_read(BOOK_OUTBOX, key, bytes, length, &row, &own))
        return own.fault != FAULT_TEMPORARY || error_set(error, own.fault, "%s", own.text);
    bool more = walk->visitor(walk->context, number, row, error);
    json_decref(row);
    return more;
}

bool outbox_walk_new(struct transaction *transaction, int64_t after, book_visitor *visitor, void *context,
                     struct error *error)
{
    struct walk_new walk = {transaction, visitor, context};
    char key[KEY_SIZE];
    key_write(open_prefix, after, key);
    return bytes_walk(transaction, BOOK_OUTBOX, open_prefix, key, visit_new, &walk, error);
}

static bool take_first(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    *(json_t **)context = json_incref(value);
    return false;
}

bool outbox_next(struct transaction *transaction, int64_t after, json_t **row, struct error *error)
{
    *row = NULL;
    return outbox_walk(transaction, after, take_first, row, error);
}

bool outbox_deliver_row(struct transaction *transaction, json_t *row, instant now, struct error *error)
{
    char key[KEY_SIZE], when[INSTANT_TEXT_SIZE];
    if (!json_put_text(row, "state", "delivered") ||
        !json_put_text(row, "delivered", instant_text(now, when)))
        return error_set(error, FAULT_TEMPORARY, "out of memory while delivering outbox row %" PRId64,
                         outbox_id(row));
    forget(transaction, row);
    key_write(open_prefix, outbox_id(row), key);
    if (!book_remove(transaction, BOOK_OUTBOX, key, error))
        return false;
    key_write(delivered_prefix, outbox_id(row), key);
    return book_put(transaction, BOOK_OUTBOX, key, row, error);
}

bool outbox_deliver(struct transaction *transaction, int64_t id, instant now, struct error *error)
{
    json_t *row = NULL;
    if (!outbox_get(transaction, id, &row, error))
        return false;
    bool done =
        strcmp(json_text(row, "state"), "delivered") == 0 || outbox_deliver_row(transaction, row, now, error);
    json_decref(row);
    return done;
}
