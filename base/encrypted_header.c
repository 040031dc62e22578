/*
 * The header of encrypted files.
 *
 *   offset  bytes
 *   0       8    "LSVAULT1"
 *   8       4    how many bytes of a chunk are content, most significant first
 *   12      8    id of the master key
 *   20      12   nonce, random
 *   32      72   encrypted: data key (32), SHA-256 of the content (32), its size (8, most significant first)
 *   104     16   tag; the first 20 bytes are bound
 *   120          zeros, up to 512: the second place begins there
 *
 * Guarantees: a place is one sector, so that a crash while one is written leaves the other. Random nonces are safe for 2^32
 * files under one master key (SP 800-38D, 8.3).
 */
#include "base/encrypted_header.h"

#include <string.h>
#include <unistd.h>

#include "base/secret.h"

enum {
    CHUNK_AT = 8,
    ID_AT = 12,
    NONCE_AT = 20,
    WRAPPED_AT = 32,
    CONTENT_SIZE = CIPHER_KEY_SIZE + DIGEST_SIZE + 8
};

static const char MAGIC[8] = {'L', 'S', 'V', 'A', 'U', 'L', 'T', '1'};

static void put_number(uint8_t *at, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(number >> (8 * (bytes - 1 - i)));
}

static uint64_t number_at(const uint8_t *at, size_t bytes)
{
    uint64_t number = 0;
    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | at[i];
    return number;
}

bool header_wrap(const struct encrypted_content *content, const struct master_key *master,
                 uint8_t place[HEADER_PLACE_SIZE], struct error *error)
{
    uint8_t clear[CONTENT_SIZE];
    struct cipher *cipher = cipher_open(master->key, error);
    memset(place, 0, HEADER_PLACE_SIZE);
    memcpy(place, MAGIC, sizeof MAGIC);
    put_number(place + CHUNK_AT, ENCRYPTED_CHUNK_SIZE, 4);
    memcpy(place + ID_AT, master->id, KEY_ID_SIZE);
    memcpy(clear, content->key, CIPHER_KEY_SIZE);
    memcpy(clear + CIPHER_KEY_SIZE, content->digest.bytes, DIGEST_SIZE);
    put_number(clear + CIPHER_KEY_SIZE + DIGEST_SIZE, content->size, 8);
    bool done = cipher != NULL && random_bytes(place + NONCE_AT, CIPHER_NONCE_SIZE, error) &&
                cipher_seal(cipher, place + NONCE_AT, place, NONCE_AT, clear, sizeof clear,
                            place + WRAPPED_AT, error);
    secret_wipe(clear, sizeof clear);
    cipher_close(cipher);
    return done;
}

static bool unwrap(const uint8_t *place, const struct master_key *master, struct encrypted_content *content)
{
    uint8_t clear[CONTENT_SIZE];
    struct cipher *cipher = cipher_open(master->key, NULL);
    bool done = cipher != NULL && cipher_unseal(cipher, place + NONCE_AT, place, NONCE_AT, place + WRAPPED_AT,
                                                CONTENT_SIZE + CIPHER_TAG_SIZE, clear, NULL);
    if (done) {
        memcpy(content->key, clear, CIPHER_KEY_SIZE);
        memcpy(content->digest.bytes, clear + CIPHER_KEY_SIZE, DIGEST_SIZE);
        content->size = number_at(clear + CIPHER_KEY_SIZE + DIGEST_SIZE, 8);
    }
    secret_wipe(clear, sizeof clear);
    cipher_close(cipher);
    return done;
}

static bool read_all(int file, uint8_t *bytes, size_t length)
{
    size_t read = 0;
    ssize_t got;
    while (read < length && (got = pread(file, bytes + read, length - read, (off_t)read)) > 0)
        read += (size_t)got;
    return read == length;
}

static bool looks_right(const uint8_t *place)
{
    return memcmp(place, MAGIC, sizeof MAGIC) == 0 && number_at(place + CHUNK_AT, 4) == ENCRYPTED_CHUNK_SIZE;
}

bool encrypted_is(int file)
{
    uint8_t places[ENCRYPTED_HEADER_SIZE];
    return read_all(file, places, sizeof places) &&
           (looks_right(places) || looks_right(places + HEADER_PLACE_SIZE));
}

bool header_read(int file, const struct keyring *keyring, struct encrypted_content *content,
                 struct header_place *at, struct error *error)
{
    uint8_t places[ENCRYPTED_HEADER_SIZE];
    char id[KEY_ID_TEXT_SIZE];
    bool right = false;
    if (!read_all(file, places, sizeof places))
        return error_set(error, FAULT_ENVIRONMENT, "its header is not all there");
    /* The newest key first: where both places are filled, only that one is here to stay. */
    for (size_t i = keyring->count; i > 0; i--)
        for (unsigned number = 0; number < HEADER_PLACES; number++) {
            const uint8_t *place = places + (size_t)number * HEADER_PLACE_SIZE;
            const struct master_key *master = &keyring->masters[i - 1];
            if (!looks_right(place) || memcmp(place + ID_AT, master->id, KEY_ID_SIZE) != 0)
                continue;
            right = true;
            if (!unwrap(place, master, content))
                continue;
            if (at != NULL)
                *at = (struct header_place){number, i == keyring->count};
            return true;
        }
    if (right)
        return error_set(error, FAULT_ENVIRONMENT, "its header was changed");
    const uint8_t *first = looks_right(places) ? places : places + HEADER_PLACE_SIZE;
    if (!looks_right(first))
        return error_set(error, FAULT_ENVIRONMENT, "it is not encrypted, or its header was overwritten");
    return error_set(error, FAULT_ENVIRONMENT,
                     "its key was wrapped by master key %s, which is not in var/keyring",
                     key_id_text(first + ID_AT, id));
}

bool encrypted_look(int file, const struct keyring *keyring, struct digest *digest, uint64_t *size,
                    struct error *error)
{
    struct encrypted_content content;
    if (!header_read(file, keyring, &content, NULL, error))
        return false;
    *digest = content.digest;
    *size = content.size;
    secret_wipe(&content, sizeof content);
    return true;
}

bool header_write(int file, unsigned number, const uint8_t place[HEADER_PLACE_SIZE], struct error *error)
{
    return pwrite(file, place, HEADER_PLACE_SIZE, (off_t)number * HEADER_PLACE_SIZE) == HEADER_PLACE_SIZE ||
           error_system(error, "writing the header of an encrypted file");
}

bool encrypted_rewrap(int file, const struct keyring *keyring, bool *changed, struct error *error)
{
    struct encrypted_content content;
    struct header_place at;
    uint8_t place[HEADER_PLACE_SIZE];
    *changed = false;
    if (!header_read(file, keyring, &content, &at, error))
        return false;
    bool done = at.newest || (header_wrap(&content, keyring_newest(keyring), place, error) &&
                              header_write(file, 1 - at.number, place, error));
    *changed = !at.newest;
    secret_wipe(&content, sizeof content);
    return done;
}

bool encrypted_forget(int file, const struct keyring *keyring, struct error *error)
{
    static const uint8_t zeros[HEADER_PLACE_SIZE];
    struct encrypted_content content;
    struct header_place at;
    if (!header_read(file, keyring, &content, &at, error))
        return false;
    secret_wipe(&content, sizeof content);
    if (!at.newest)
        return error_set(error, FAULT_INTERNAL,
                         "the key of a file is not wrapped by the newest master key yet");
    return header_write(file, 1 - at.number, zeros, error);
}

bool encrypted_destroy(int file, struct error *error)
{
    static const uint8_t zeros[HEADER_PLACE_SIZE];
    return header_write(file, 0, zeros, error) && header_write(file, 1, zeros, error);
}
