/*
 * Objects announced before they are added.
 *
 * Guarantees: removes no file that a record refers to, and none that was not announced.
 */
#include "casebook/vault_expected.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

static const char PREFIX[] = "expected/";
enum { KEY_SIZE = sizeof PREFIX + DIGEST_TEXT_SIZE };

static void key_write(const struct digest *digest, char key[KEY_SIZE])
{
    char text[DIGEST_TEXT_SIZE];
    snprintf(key, KEY_SIZE, "%s%s", PREFIX, digest_text(digest, text));
}

bool vault_expect(struct transaction *transaction, const struct digest *digest, struct error *error)
{
    char key[KEY_SIZE];
    json_t *entry = json_object();
    key_write(digest, key);
    bool done = entry != NULL ? book_put(transaction, BOOK_INDEX, key, entry, error)
                              : error_set(error, FAULT_TEMPORARY, "out of memory while adding to the vault");
    json_decref(entry);
    return done;
}

bool vault_arrived(struct transaction *transaction, const struct digest *digest, struct error *error)
{
    char key[KEY_SIZE];
    key_write(digest, key);
    return book_remove(transaction, BOOK_INDEX, key, error);
}

struct forgetting {
    struct transaction *transaction;
    struct vault *vault;
};

static bool forget(void *context, const char *key, json_t *value, struct error *error)
{
    const struct forgetting *forgetting = context;
    const char *name = key + strlen(PREFIX);
    struct digest digest;
    json_t *record = NULL;
    (void)value;
    /* A record that cannot be read is there. */
    bool known = !book_get(forgetting->transaction, BOOK_VAULT, name, &record, NULL) || record != NULL;
    json_decref(record);
    return (known || !digest_parse(name, &digest) || vault_erase(forgetting->vault, &digest, error)) &&
           book_remove(forgetting->transaction, BOOK_INDEX, key, error);
}

bool vault_forget_expected(struct transaction *transaction, struct vault *vault, struct error *error)
{
    struct forgetting forgetting = {transaction, vault};
    return book_walk(transaction, BOOK_INDEX, PREFIX, NULL, forget, &forgetting, NULL, error);
}
