/*
 * The site's key: where it comes from, and what it opens.
 *
 * It is 64 hexadecimal digits (`leadspool key new` makes them), or a pass-phrase, from which scrypt (RFC 7914) makes a key. It is
 * looked for, in this order: a systemd credential named leadspool.key ($CREDENTIALS_DIRECTORY), the file that site.xml names, a
 * question on the terminal.
 */
#ifndef LEADSPOOL_BASE_SITE_KEY_H
#define LEADSPOOL_BASE_SITE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cipher.h"
#include "base/error.h"

#define SITE_KEY_CREDENTIAL "leadspool.key"

enum { SITE_KEY_TEXT_SIZE = 1024, SITE_KEY_PHRASE_LEAST = 16, SITE_KEY_SALT_SIZE = 16 };

/* In locked memory. */
struct site_key {
    char text[SITE_KEY_TEXT_SIZE]; /* without the end of its line */
    char from[256];                /* for messages: "the file /etc/leadspool/site.key" */
};

/* `file` may be NULL or "". A file has to be closed to everybody but root and `account`. FAULT_ENVIRONMENT when there is
   none to be had, or others can read it. */
bool site_key_find(const char *file, uid_t account, struct site_key **key, struct error *error);
/* From that file alone. */
bool site_key_read(const char *file, uid_t account, struct site_key **key, struct error *error);
/* A new one of 64 random digits, written to `file` (mode 0400), which must not be there yet. */
bool site_key_make(const char *file, struct site_key **key, struct error *error);
/* NULL is allowed. */
void site_key_free(struct site_key *key);

/* Are these 64 hexadecimal digits? Anything else is a pass-phrase. */
bool site_key_direct(const struct site_key *key);
/* The key it stands for. `salt` is of no account for digits. */
bool site_key_derive(const struct site_key *key, const uint8_t salt[SITE_KEY_SALT_SIZE],
                     uint8_t derived[CIPHER_KEY_SIZE], struct error *error);

#endif
