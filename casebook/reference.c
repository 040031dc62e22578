/*
 * The casebook's side of the vault: how many records use an object, and what disposed of it.
 *
 * Guarantees: an object somebody uses cannot be disposed of; the record of a disposed one stays for good, so
 * that verification answers "disposed by event n"; its file is noted for removal in the same transaction, so that
 * no crash leaves it lying.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "casebook/vault.h"

static bool record_get(struct transaction *transaction, const struct digest *digest, char *key,
                       json_t **record, struct error *error)
{
    return book_get(transaction, BOOK_VAULT, digest_text(digest, key), record, error);
}

static bool out_of_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while referring to the vault");
}

/* What is disposed of and whose file is still to be removed. */
#define ERASURES "erase/"

static const char *erasure_key(const char *digest, char key[DIGEST_TEXT_SIZE + 16])
{
    snprintf(key, DIGEST_TEXT_SIZE + 16, ERASURES "%s", digest);
    return key;
}

/* The number of uses of that kind, changed by `more`. */
static bool count_use(json_t *record, const char *kind, int64_t more)
{
    json_t *uses = json_object_at(record, "uses");
    return uses != NULL && json_put_whole(uses, kind, json_whole(uses, kind, 0) + more);
}

bool vault_reference(struct transaction *transaction, const struct digest *digest, uint64_t size,
                     const char *kind, struct error *error)
{
    char key[DIGEST_TEXT_SIZE];
    json_t *record = NULL;
    if (!record_get(transaction, digest, key, &record, error))
        return false;
    if (record == NULL)
        record = json_pack("{s:I,s:s}", "size", (json_int_t)size, "kind", kind);
    bool done = false;
    if (record == NULL || !json_put_whole(record, "references", json_whole(record, "references", 0) + 1) ||
        !count_use(record, kind, 1)) {
        out_of_memory(error);
        goto done;
    }
    char erasure[DIGEST_TEXT_SIZE + 16];
    bool again = json_object_get(record, "disposed") != NULL;
    json_object_del(record, "disposed");
    done = book_put(transaction, BOOK_VAULT, key, record, error) &&
           (!again || book_remove(transaction, BOOK_INDEX, erasure_key(key, erasure), error));
done:
    json_decref(record);
    return done;
}

bool vault_unreference(struct transaction *transaction, const struct digest *digest, int64_t *left,
                       struct error *error)
{
    char key[DIGEST_TEXT_SIZE];
    json_t *record = NULL;
    if (!book_need(transaction, BOOK_VAULT, digest_text(digest, key), &record, error))
        return false;
    int64_t references = json_whole(record, "references", 0) - 1;
    bool done;
    if (references < 0)
        done = error_set(error, FAULT_INTERNAL,
                         "the vault's object %s is given up more often than it is used", key);
    else if (!json_put_whole(record, "references", references))
        done = out_of_memory(error);
    else
        done = book_put(transaction, BOOK_VAULT, key, record, error);
    if (done && left != NULL)
        *left = references;
    json_decref(record);
    return done;
}

bool vault_give_up(struct transaction *transaction, const struct digest *digest, const char *kind,
                   int64_t *left, struct error *error)
{
    char key[DIGEST_TEXT_SIZE];
    json_t *record = NULL;
    if (!book_need(transaction, BOOK_VAULT, digest_text(digest, key), &record, error))
        return false;
    int64_t uses = json_whole(json_object_get(record, "uses"), kind, 0);
    *left = json_whole(record, "references", 0) - uses;
    bool done = count_use(record, kind, -uses) && json_put_whole(record, "references", *left)
                    ? book_put(transaction, BOOK_VAULT, key, record, error)
                    : out_of_memory(error);
    json_decref(record);
    return done;
}

bool vault_give_up_some(struct transaction *transaction, const struct digest *digest, const char *kind,
                        int64_t count, int64_t *left, struct error *error)
{
    char key[DIGEST_TEXT_SIZE];
    json_t *record = NULL;
    if (!book_need(transaction, BOOK_VAULT, digest_text(digest, key), &record, error))
        return false;
    int64_t uses = json_whole(json_object_get(record, "uses"), kind, 0);
    *left = json_whole(record, "references", 0) - count;
    bool done;
    if (uses < count || *left < 0)
        done = error_set(error, FAULT_INTERNAL,
                         "the vault's object %s is given up more often than it is used", key);
    else
        done = count_use(record, kind, -count) && json_put_whole(record, "references", *left)
                   ? book_put(transaction, BOOK_VAULT, key, record, error)
                   : out_of_memory(error);
    json_decref(record);
    return done;
}

bool vault_dispose(struct transaction *transaction, const struct digest *digest, int64_t event,
                   struct error *error)
{
    char key[DIGEST_TEXT_SIZE];
    json_t *record = NULL;
    if (!book_need(transaction, BOOK_VAULT, digest_text(digest, key), &record, error))
        return false;
    int64_t references = json_whole(record, "references", 0);
    bool done;
    if (references > 0)
        done = error_set(error, FAULT_REFUSED,
                         "the vault's object %s is still used by %" PRId64 " records: dispose of those first",
                         key, references);
    else if (!json_put_whole(record, "disposed", event))
        done = out_of_memory(error);
    else {
        char erasure[DIGEST_TEXT_SIZE + 16];
        json_t *entry = json_pack("{sI}", "event", (json_int_t)event);
        done = entry != NULL ? book_put(transaction, BOOK_VAULT, key, record, error) &&
                                   book_put(transaction, BOOK_INDEX, erasure_key(key, erasure), entry, error)
                             : out_of_memory(error);
        json_decref(entry);
    }
    json_decref(record);
    return done;
}

struct erasing {
    struct digest digests[256];
    size_t count;
};

static bool collect_erasure(void *context, const char *key, json_t *value, struct error *error)
{
    (void)value;
    (void)error;
    struct erasing *erasing = context;
    if (digest_parse(key + strlen(ERASURES), &erasing->digests[erasing->count]))
        erasing->count++;
    return erasing->count < sizeof erasing->digests / sizeof erasing->digests[0];
}

bool vault_erase_disposed(struct transaction *transaction, struct vault *vault, size_t *erased,
                          struct error *error)
{
    struct erasing erasing = {.count = 0};
    char digest[DIGEST_TEXT_SIZE], key[DIGEST_TEXT_SIZE + 16];
    if (!book_walk(transaction, BOOK_INDEX, ERASURES, NULL, collect_erasure, &erasing, NULL, error))
        return false;
    for (size_t i = 0; i < erasing.count; i++)
        if (!vault_erase(vault, &erasing.digests[i], error) ||
            !book_remove(transaction, BOOK_INDEX, erasure_key(digest_text(&erasing.digests[i], digest), key),
                         error))
            return false;
    *erased = erasing.count;
    return true;
}
