/*
 * UTF-8, checked: decoding one code point at a time and telling valid text from bytes.
 * Source: RFC 3629 (no surrogates, no overlong forms, nothing past U+10FFFF).
 */
#ifndef LEADSPOOL_BASE_UNICODE_H
#define LEADSPOOL_BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode one code point from at most `available` bytes. Returns its length in bytes (1 to 4) and sets
   `point`; returns 0 for an invalid or cut sequence. */
size_t unicode_decode(const unsigned char *bytes, size_t available, uint32_t *point);

/* End a text that a buffer of `size` bytes (at least 4) was too small for: "..." and NUL in place of its last
   code points, never of half of one. */
void unicode_end_cut(char *text, size_t size);

/* How many bytes of a text make whole code points within `most` bytes: for "%.*s", whose precision counts bytes, and half
   a character makes no text at all. */
int unicode_fits(const char *text, int most);

/* Are all `length` bytes valid UTF-8? */
bool unicode_valid(const void *bytes, size_t length);

#endif
