/*
 * Counters held back until the outermost transaction commits.
 *
 * Every event writes the head of the chain and every docket, row and claim its number: with dozens of drops in a
 * batch the same few records would be read and written hundreds of times, of which only the last counts.
 *
 * Guarantees: within the transactions a counter reads as it was put last; a nested one that is undone takes what it
 * put with it; what is committed is written before, in the same transaction of the store. Knows no other book.
 */
#include <stdlib.h>
#include <string.h>

#include "casebook/internal.h"

struct held {
    char *key;
    json_t *value; /* NULL: removed */
    struct held *next;
};

static struct held *find(const struct transaction *transaction, const char *key)
{
    for (struct held *held = transaction->held; held != NULL; held = held->next)
        if (strcmp(held->key, key) == 0)
            return held;
    return NULL;
}

static const struct held *find_around(const struct transaction *transaction, const char *key)
{
    const struct held *held = NULL;
    for (; transaction != NULL && held == NULL; transaction = transaction->parent)
        held = find(transaction, key);
    return held;
}

static void free_one(struct held *held)
{
    if (held == NULL)
        return;
    json_decref(held->value);
    free(held->key);
    free(held);
}

bool held_get(const struct transaction *transaction, const char *key, json_t **value, struct error *error)
{
    const struct held *held = find_around(transaction, key);
    *value = NULL;
    if (held == NULL)
        return false;
    if (held->value != NULL && (*value = json_deep_copy(held->value)) == NULL)
        error_set(error, FAULT_TEMPORARY, "out of memory while reading the counter %s", key);
    return true;
}

bool held_put(struct transaction *transaction, const char *key, const json_t *value, struct error *error)
{
    struct held *held = find(transaction, key);
    json_t *copy = value == NULL ? NULL : json_deep_copy(value);
    if (value != NULL && copy == NULL)
        goto memory;
    if (held == NULL) {
        held = calloc(1, sizeof *held);
        if (held == NULL || (held->key = strdup(key)) == NULL) {
            free(held);
            json_decref(copy);
            goto memory;
        }
        held->next = transaction->held;
        transaction->held = held;
    }
    json_decref(held->value);
    held->value = copy;
    return true;
memory:
    return error_set(error, FAULT_TEMPORARY, "out of memory while writing the counter %s", key);
}

bool held_write(struct transaction *transaction, struct error *error)
{
    bool done = true;
    for (const struct transaction *at = transaction; at != NULL; at = at->parent)
        for (const struct held *held = at->held; done && held != NULL; held = held->next) {
            if (find_around(transaction, held->key) != held)
                continue; /* put again by one inside */
            done = held->value != NULL
                       ? record_write(transaction, BOOK_COUNTERS, held->key, held->value, error)
                       : bytes_remove(transaction, BOOK_COUNTERS, held->key, error);
        }
    return done;
}

void held_merge(struct transaction *transaction)
{
    struct transaction *parent = transaction->parent;
    for (struct held *held = transaction->held, *next; held != NULL; held = next) {
        next = held->next;
        struct held **at = &parent->held;
        while (*at != NULL && strcmp((*at)->key, held->key) != 0)
            at = &(*at)->next;
        struct held *before = *at;
        held->next = before == NULL ? NULL : before->next;
        *at = held;
        free_one(before);
    }
    transaction->held = NULL;
}

void held_free(struct transaction *transaction)
{
    while (transaction->held != NULL) {
        struct held *held = transaction->held;
        transaction->held = held->next;
        free_one(held);
    }
}
