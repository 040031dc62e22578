/*
 * var/keyring: a JSON object that says which key opens it, and the keys, encrypted.
 *
 *   {"keyring":1,"key":16 digits that tell one site's key from another,"derivation":"direct|scrypt","salt":hex,
 *    "nonce":hex,"keys":base64 of the encrypted object {"masters":[{"id","key","made"}],"names","casebook",
 *    "casebookNext"?,"work"?:"encrypt|rotate"}}
 *
 * Guarantees: a wrong key is told from a damaged file. Written whole under a new nonce each time.
 */
#include "base/keyring.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/files.h"
#include "base/json.h"
#include "base/secret.h"

enum { LIMIT = 1 << 16, HEX_SIZE = 2 * CIPHER_KEY_SIZE + 1 };

static const char BOUND[] = "leadspool keyring 1";
static const char *const WORKS[] = {"", "encrypt", "rotate"};

static char *hex_write(const uint8_t *bytes, size_t length, char *text)
{
    for (size_t i = 0; i < length; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return text;
}

static bool hex_read(const char *text, uint8_t *bytes, size_t length)
{
    if (strlen(text) != 2 * length || strspn(text, "0123456789abcdef") != 2 * length)
        return false;
    for (size_t i = 0; i < length; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return true;
}

bool keyring_there(int directory)
{
    return faccessat(directory, KEYRING_FILE, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Tells keys apart and gives nothing away: the key is random, or cost a whole scrypt. */
static void identify(const uint8_t key[CIPHER_KEY_SIZE], char text[KEY_ID_TEXT_SIZE])
{
    uint8_t labelled[sizeof BOUND + CIPHER_KEY_SIZE];
    memcpy(labelled, BOUND, sizeof BOUND);
    memcpy(labelled + sizeof BOUND, key, CIPHER_KEY_SIZE);
    struct digest digest = digest_of(labelled, sizeof labelled);
    secret_wipe(labelled, sizeof labelled);
    key_id_text(digest.bytes, text);
}

/* --- the keys as an object --- */

static bool broken(struct error *error)
{
    return error_set(error, FAULT_ENVIRONMENT, "var/keyring is damaged: restore it from a backup");
}

static bool take_master(struct keyring *keyring, const json_t *one)
{
    struct master_key *master = &keyring->masters[keyring->count];
    if (keyring->count == KEYRING_MASTERS_MOST ||
        !hex_read(json_text(one, "id"), master->id, sizeof master->id) ||
        !hex_read(json_text(one, "key"), master->key, sizeof master->key) ||
        !instant_parse(json_text(one, "made"), &master->made, NULL))
        return false;
    keyring->count++;
    return true;
}

static bool take_keys(struct keyring *keyring, const json_t *keys)
{
    size_t index;
    const json_t *one;
    json_array_foreach(json_object_get(keys, "masters"), index, one)
    {
        if (!take_master(keyring, one))
            return false;
    }
    snprintf(keyring->casebook, sizeof keyring->casebook, "%s", json_text(keys, "casebook"));
    snprintf(keyring->casebook_next, sizeof keyring->casebook_next, "%s", json_text(keys, "casebookNext"));
    for (int work = KEY_WORK_ENCRYPT; work <= KEY_WORK_ROTATE; work++)
        if (strcmp(json_text(keys, "work"), WORKS[work]) == 0)
            keyring->work = (enum key_work)work;
    return keyring->count > 0 && hex_read(json_text(keys, "names"), keyring->names, sizeof keyring->names);
}

static json_t *as_object(const struct keyring *keyring)
{
    char id[KEY_ID_TEXT_SIZE], hex[HEX_SIZE], at[INSTANT_TEXT_SIZE];
    json_t *masters = json_array();
    for (size_t i = 0; i < keyring->count; i++) {
        const struct master_key *master = &keyring->masters[i];
        json_array_append_new(masters, json_pack("{ss,ss,ss}", "id", key_id_text(master->id, id), "key",
                                                 hex_write(master->key, sizeof master->key, hex), "made",
                                                 instant_text(master->made, at)));
    }
    json_t *keys =
        json_pack("{so,ss,ss,ss,ss}", "masters", masters, "names",
                  hex_write(keyring->names, sizeof keyring->names, hex), "casebook", keyring->casebook,
                  "casebookNext", keyring->casebook_next, "work", WORKS[keyring->work]);
    secret_wipe(hex, sizeof hex);
    return keys;
}

/* --- reading --- */

struct file {
    json_t *outer;
    uint8_t key[CIPHER_KEY_SIZE], salt[SITE_KEY_SALT_SIZE], nonce[CIPHER_NONCE_SIZE];
};

static bool read_outer(int directory, struct file *file, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    if (!file_read(directory, KEYRING_FILE, LIMIT, &bytes, &length, error))
        return error_context(error, "the keys of the record");
    bool done = json_read(bytes, length, &file->outer, NULL) && json_is_object(file->outer);
    free(bytes);
    if (done && json_whole(file->outer, "keyring", 0) > 1)
        return error_set(error, FAULT_ENVIRONMENT,
                         "var/keyring was written by a later version of leadspool: use that one");
    return (done && hex_read(json_text(file->outer, "salt"), file->salt, sizeof file->salt) &&
            hex_read(json_text(file->outer, "nonce"), file->nonce, sizeof file->nonce)) ||
           broken(error);
}

static bool right_key(const struct site_key *key, struct file *file, struct error *error)
{
    char id[KEY_ID_TEXT_SIZE];
    bool direct = strcmp(json_text(file->outer, "derivation"), "direct") == 0;
    const char *wanted = json_text(file->outer, "key");
    if (direct != site_key_direct(key))
        return error_set(error, FAULT_ENVIRONMENT, "%s is not this site's key, which is %s (key %s)",
                         key->from, direct ? "64 hexadecimal digits" : "a pass-phrase", wanted);
    if (!site_key_derive(key, file->salt, file->key, error))
        return false;
    identify(file->key, id);
    return strcmp(id, wanted) == 0 ||
           error_set(error, FAULT_ENVIRONMENT,
                     "%s is not this site's key: it is key %s, and var/keyring opens with key %s. Nothing is "
                     "damaged; use "
                     "that key, or the backup of var/keyring that goes with this one",
                     key->from, id, wanted);
}

static bool open_keys(const struct file *file, struct keyring *keyring, struct error *error)
{
    unsigned char *bytes = NULL;
    size_t length = 0;
    json_t *keys = NULL;
    char *clear = NULL;
    bool done = false;
    struct cipher *cipher = cipher_open(file->key, error);
    if (cipher == NULL)
        return false;
    if (base64_read(json_text(file->outer, "keys"), &bytes, &length) && length > CIPHER_TAG_SIZE &&
        (clear = malloc(length)) != NULL &&
        cipher_unseal(cipher, file->nonce, BOUND, sizeof BOUND, bytes, length, clear, NULL) &&
        json_read(clear, length - CIPHER_TAG_SIZE, &keys, NULL))
        done = take_keys(keyring, keys);
    if (clear != NULL)
        secret_wipe(clear, length);
    free(clear);
    free(bytes);
    json_decref(keys);
    cipher_close(cipher);
    return done || broken(error);
}

bool keyring_read(int directory, const struct site_key *key, struct keyring **keyring, struct error *error)
{
    struct file file = {0};
    struct keyring *made = secret_allocate(sizeof *made, error);
    bool done = made != NULL && read_outer(directory, &file, error) && right_key(key, &file, error) &&
                open_keys(&file, made, error);
    json_decref(file.outer);
    secret_wipe(&file, sizeof file);
    if (done)
        *keyring = made;
    else
        keyring_free(made);
    return done;
}

/* --- writing --- */

/* Root makes it for the service account, whose var/ is. */
static bool give(int directory, struct error *error)
{
    struct stat status;
    return geteuid() != 0 ||
           (fstat(directory, &status) == 0 &&
            fchownat(directory, KEYRING_FILE, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) == 0) ||
           error_system(error, "giving var/keyring to the service account");
}

bool keyring_write(int directory, const struct site_key *key, const struct keyring *keyring,
                   struct error *error)
{
    struct file file = {0};
    char id[KEY_ID_TEXT_SIZE], salt[HEX_SIZE], nonce[HEX_SIZE];
    char *clear = NULL, *encrypted = NULL, *text = NULL;
    uint8_t *bytes = NULL;
    struct cipher *cipher = NULL;
    json_t *keys = as_object(keyring), *outer = NULL;
    size_t length = 0;
    bool done = false;
    if (keys == NULL || (clear = json_canonical(keys)) == NULL ||
        (bytes = malloc((length = strlen(clear)) + CIPHER_TAG_SIZE)) == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory while writing var/keyring");
        goto done;
    }
    if (!random_bytes(file.salt, sizeof file.salt, error) ||
        !random_bytes(file.nonce, sizeof file.nonce, error) ||
        !site_key_derive(key, file.salt, file.key, error) ||
        (cipher = cipher_open(file.key, error)) == NULL ||
        !cipher_seal(cipher, file.nonce, BOUND, sizeof BOUND, clear, length, bytes, error))
        goto done;
    identify(file.key, id);
    encrypted = base64_write(bytes, length + CIPHER_TAG_SIZE);
    outer = json_pack("{si,ss,ss,ss,ss,ss}", "keyring", 1, "key", id, "derivation",
                      site_key_direct(key) ? "direct" : "scrypt", "salt",
                      hex_write(file.salt, sizeof file.salt, salt), "nonce",
                      hex_write(file.nonce, sizeof file.nonce, nonce), "keys", encrypted);
    text = outer == NULL ? NULL : json_canonical(outer);
    done = text == NULL ? error_set(error, FAULT_TEMPORARY, "out of memory while writing var/keyring")
                        : file_write_durable(directory, KEYRING_FILE, text, strlen(text), 0600, error) &&
                              give(directory, error);
done:
    if (clear != NULL)
        secret_wipe(clear, length);
    free(clear);
    free(bytes);
    free(encrypted);
    free(text);
    json_decref(keys);
    json_decref(outer);
    cipher_close(cipher);
    secret_wipe(&file, sizeof file);
    return done;
}
