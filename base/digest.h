/*
 * SHA-256 (FIPS 180-4, through OpenSSL): the digest of every file, event and exhibit.
 */
#ifndef LEADSPOOL_BASE_DIGEST_H
#define LEADSPOOL_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define DIGEST_SIZE 32
#define DIGEST_TEXT_SIZE 65 /* 64 lower-case hexadecimal digits and NUL */

struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

/* Incremental hashing. digest_begin allocates (false only when memory ran out); digest_end gives the
   result and frees; digest_abandon frees only. */
struct hashing;
bool digest_begin(struct hashing **hashing, struct error *error);
void digest_update(struct hashing *hashing, const void *bytes, size_t length);
struct digest digest_end(struct hashing *hashing);
void digest_abandon(struct hashing *hashing);

struct digest digest_of(const void *bytes, size_t length);

/* Of a whole open file from offset 0, read with pread; `size` (may be NULL) is the bytes hashed. */
bool digest_of_file(int file, struct digest *digest, uint64_t *size, struct error *error);

/* 64 lower-case hexadecimal digits into `text` (DIGEST_TEXT_SIZE bytes). Returns `text`. */
char *digest_text(const struct digest *digest, char *text);
/* The same read back; false unless the text is exactly that. */
bool digest_parse(const char *text, struct digest *digest);
bool digest_equal(const struct digest *a, const struct digest *b);

#endif
