/*
 * The casebook's side of the vault: how many records use an object, and what disposed of it.
 *
 * Guarantees: an object somebody uses cannot be disposed of; the record of a disposed one stays for good, so
 * that verification answers "disposed by event n". Does not touch files.
 */
#include <inttypes.h>

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
    if (record == NULL || !json_put_whole(record, "references", json_whole(record, "references", 0) + 1)) {
        out_of_memory(error);
        goto done;
    }
    json_object_del(record, "disposed");
    done = book_put(transaction, BOOK_VAULT, key, record, error);
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
    else
        done = book_put(transaction, BOOK_VAULT, key, record, error);
    json_decref(record);
    return done;
}
