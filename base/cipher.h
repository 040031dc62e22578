/*
 * AES-256-GCM (NIST SP 800-38D), through OpenSSL: bytes that nobody without the key can read, or change unnoticed.
 *
 * A nonce must never be used twice with one key: who calls says how that is kept.
 */
#ifndef LEADSPOOL_BASE_CIPHER_H
#define LEADSPOOL_BASE_CIPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { CIPHER_KEY_SIZE = 32, CIPHER_NONCE_SIZE = 12, CIPHER_TAG_SIZE = 16 };

/* A key made ready; one thread at a time. NULL when memory ran out. */
struct cipher;
struct cipher *cipher_open(const uint8_t key[CIPHER_KEY_SIZE], struct error *error);
void cipher_close(struct cipher *cipher);

/* `length` bytes become `length` + CIPHER_TAG_SIZE at `to` (which must not overlap `from`). `bound` are bytes that stay
   outside, and without which it does not open again; `bound_length` may be 0. */
bool cipher_seal(struct cipher *cipher, const uint8_t nonce[CIPHER_NONCE_SIZE], const void *bound,
                 size_t bound_length, const void *from, size_t length, uint8_t *to, struct error *error);
/* The reverse: `length` counts the tag. FAULT_REFUSED when key, nonce, bound bytes or the bytes themselves are others;
   `to` is then wiped. */
bool cipher_unseal(struct cipher *cipher, const uint8_t nonce[CIPHER_NONCE_SIZE], const void *bound,
                   size_t bound_length, const uint8_t *from, size_t length, void *to, struct error *error);

/* Random bytes that are fit for keys. */
bool random_bytes(void *bytes, size_t length, struct error *error);

#endif
