/*
 * Open work items, by stage and age.
 *
 * Guarantees: written in the transaction that opens or closes the item. Holds no more than the item's id.
 */
#include "casebook/item_index.h"

#include <stdio.h>

#include "base/json.h"

enum { KEY_SIZE = 300 };

static const char *key_of(const json_t *item, char key[KEY_SIZE])
{
    snprintf(key, KEY_SIZE, "open/%s/%s/%s", json_text(item, "stage"), json_text(item, "opened"),
             json_text(item, "item"));
    return key;
}

bool item_index_touch(struct transaction *transaction, struct error *error)
{
    int64_t changes;
    return counter_next(transaction, "desk", &changes, error);
}

bool item_index_changes(struct transaction *transaction, int64_t *changes, struct error *error)
{
    json_t *record = NULL;
    if (!book_get(transaction, BOOK_COUNTERS, "desk", &record, error))
        return false;
    *changes = json_whole(record, "value", 0);
    json_decref(record);
    return true;
}

bool item_index_add(struct transaction *transaction, const json_t *item, struct error *error)
{
    char key[KEY_SIZE];
    json_t *entry = json_pack("{s:s}", "item", json_text(item, "item"));
    bool done = entry != NULL && book_put(transaction, BOOK_INDEX, key_of(item, key), entry, error) &&
                item_index_touch(transaction, error);
    json_decref(entry);
    return done;
}

bool item_index_remove(struct transaction *transaction, const json_t *item, struct error *error)
{
    char key[KEY_SIZE];
    json_t *entry = NULL;
    if (!book_get(transaction, BOOK_INDEX, key_of(item, key), &entry, error))
        return false;
    bool there = entry != NULL;
    json_decref(entry);
    return !there ||
           (book_remove(transaction, BOOK_INDEX, key, error) && item_index_touch(transaction, error));
}

struct walk {
    struct transaction *transaction;
    book_visitor *visitor;
    void *context;
};

static bool visit(void *context, const char *key, json_t *entry, struct error *error)
{
    const struct walk *walk = context;
    struct error own = ERROR_NONE;
    json_t *item = NULL;
    if (!book_get(walk->transaction, BOOK_ITEMS, json_text(entry, "item"), &item, &own)) {
        if (own.fault == FAULT_ENVIRONMENT)
            return true;
        *error = own;
        return false;
    }
    bool on = item == NULL || walk->visitor(walk->context, key, item, error);
    json_decref(item);
    return on;
}

bool item_index_walk(struct transaction *transaction, const char *stage, const char *after,
                     book_visitor *visitor, void *context, struct error *error)
{
    struct walk walk = {transaction, visitor, context};
    char prefix[80] = "open/";
    if (stage != NULL)
        snprintf(prefix, sizeof prefix, "open/%s/", stage);
    return book_walk(transaction, BOOK_INDEX, prefix, after, visit, &walk, NULL, error);
}
