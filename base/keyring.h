/*
 * The keys of what a site keeps: one set, itself encrypted under the site's key.
 *
 * The *site's key* is what people have and keep elsewhere (base/site_key.h). It opens var/keyring and nothing else, so
 * that it can be changed in an instant. In the keyring are the *master keys*, the last of which wraps the data key of each new file of
 * the vault; the key of names; and the password of the casebook. docs/formats/vault.md has the forms on disk.
 */
#ifndef LEADSPOOL_BASE_KEYRING_H
#define LEADSPOOL_BASE_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cipher.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/site_key.h"

enum {
    KEY_ID_SIZE = 8,
    KEY_ID_TEXT_SIZE = 2 * KEY_ID_SIZE + 1,
    KEYRING_MASTERS_MOST = 4,
    CASEBOOK_PASSWORD_SIZE = 65 /* 64 hexadecimal digits and NUL */
};

struct master_key {
    uint8_t id[KEY_ID_SIZE]; /* random; stands in clear in each file */
    uint8_t key[CIPHER_KEY_SIZE];
    instant made;
};

/* What `leadspool key` was at when it ended: no daemon starts before it is finished. */
enum key_work { KEY_WORK_NONE, KEY_WORK_ENCRYPT, KEY_WORK_ROTATE };

/* In locked memory; may be read by any thread. */
struct keyring {
    struct master_key masters[KEYRING_MASTERS_MOST]; /* oldest first */
    size_t count;
    uint8_t names[CIPHER_KEY_SIZE];
    char casebook[CASEBOOK_PASSWORD_SIZE];      /* "" = it is in clear */
    char casebook_next[CASEBOOK_PASSWORD_SIZE]; /* what it is being written anew with; "" = it is not */
    enum key_work work;
};

/* A new one with one master key; the casebook's password is in `casebook_next`, as of a site in clear. */
bool keyring_make(instant now, struct keyring **keyring, struct error *error);
/* NULL is allowed. */
void keyring_free(struct keyring *keyring);

/* A new master key behind the others, and a new password in `casebook_next`. FAULT_REFUSED when there are too many. */
bool keyring_renew(struct keyring *keyring, instant now, struct error *error);
/* Forget all master keys but the last. */
void keyring_forget_old(struct keyring *keyring);

const struct master_key *keyring_newest(const struct keyring *keyring);
/* NULL when it has none of that id. */
const struct master_key *keyring_find(const struct keyring *keyring, const uint8_t id[KEY_ID_SIZE]);
char *key_id_text(const uint8_t id[KEY_ID_SIZE], char text[KEY_ID_TEXT_SIZE]);

/* The name of a file of the vault: HMAC-SHA-256 (RFC 2104) of the digest of what is in it. A plain digest would tell
   whoever has the disk, and a picture, that the site has that picture too. */
struct digest keyring_name(const struct keyring *keyring, const struct digest *digest);

/* The file, `directory` being var/. */
#define KEYRING_FILE "keyring"
bool keyring_there(int directory);
/* FAULT_ENVIRONMENT naming both keys when this is not the one it was written with. */
bool keyring_read(int directory, const struct site_key *key, struct keyring **keyring, struct error *error);
/* Durably, replacing the one before. */
bool keyring_write(int directory, const struct site_key *key, const struct keyring *keyring,
                   struct error *error);

#endif
