/*
 * The keyring.
 *
 * Guarantees: what it holds is in locked memory; ids and keys are random and have nothing to do with each other.
 */
#include "base/keyring.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/secret.h"

static bool make_master(struct keyring *keyring, instant now, struct error *error)
{
    struct master_key *master = &keyring->masters[keyring->count];
    if (!random_bytes(master->id, sizeof master->id, error) ||
        !random_bytes(master->key, sizeof master->key, error))
        return false;
    master->made = now;
    keyring->count++;
    return true;
}

/* Digits: Berkeley DB takes its password as text. */
static bool make_password(char password[CASEBOOK_PASSWORD_SIZE], struct error *error)
{
    struct digest random;
    if (!random_bytes(random.bytes, sizeof random.bytes, error))
        return false;
    digest_text(&random, password);
    secret_wipe(&random, sizeof random);
    return true;
}

bool keyring_make(instant now, struct keyring **keyring, struct error *error)
{
    struct keyring *made = secret_allocate(sizeof *made, error);
    bool done = made != NULL && random_bytes(made->names, sizeof made->names, error) &&
                make_master(made, now, error) && make_password(made->casebook_next, error);
    if (done)
        *keyring = made;
    else
        keyring_free(made);
    return done;
}

void keyring_free(struct keyring *keyring)
{
    secret_free(keyring, sizeof *keyring);
}

bool keyring_renew(struct keyring *keyring, instant now, struct error *error)
{
    if (keyring->count == KEYRING_MASTERS_MOST)
        return error_set(error, FAULT_REFUSED,
                         "the keyring is full: finish what was begun (leadspool key rotate)");
    return make_master(keyring, now, error) && make_password(keyring->casebook_next, error);
}

void keyring_forget_old(struct keyring *keyring)
{
    keyring->masters[0] = keyring->masters[keyring->count - 1];
    secret_wipe(&keyring->masters[1], sizeof keyring->masters - sizeof keyring->masters[0]);
    keyring->count = 1;
}

const struct master_key *keyring_newest(const struct keyring *keyring)
{
    return &keyring->masters[keyring->count - 1];
}

const struct master_key *keyring_find(const struct keyring *keyring, const uint8_t id[KEY_ID_SIZE])
{
    for (size_t i = keyring->count; i > 0; i--)
        if (memcmp(keyring->masters[i - 1].id, id, KEY_ID_SIZE) == 0)
            return &keyring->masters[i - 1];
    return NULL;
}

char *key_id_text(const uint8_t id[KEY_ID_SIZE], char text[KEY_ID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < KEY_ID_SIZE; i++) {
        text[2 * i] = digits[id[i] >> 4];
        text[2 * i + 1] = digits[id[i] & 15];
    }
    text[KEY_ID_TEXT_SIZE - 1] = '\0';
    return text;
}

struct digest keyring_name(const struct keyring *keyring, const struct digest *digest)
{
    struct digest name = {{0}};
    unsigned length = sizeof name.bytes;
    HMAC(EVP_sha256(), keyring->names, sizeof keyring->names, digest->bytes, sizeof digest->bytes, name.bytes,
         &length);
    return name;
}
