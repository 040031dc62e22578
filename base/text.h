/*
 * A growing byte string for building documents and messages.
 *
 * Appends never fail one by one: an allocation failure is remembered in `failed` and later appends do
 * nothing, so that a builder checks once, at its end (text_done).
 */
#ifndef LEADSPOOL_BASE_TEXT_H
#define LEADSPOOL_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct text {
    char *bytes;     /* NUL-terminated when not NULL; owned by the struct */
    size_t length;   /* without the NUL */
    size_t capacity; /* allocated, with the NUL */
    bool failed;     /* an allocation failed: what is here is incomplete */
};

#define TEXT_EMPTY ((struct text){0})

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *bytes, size_t length);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Escaped for an XML attribute or element: & < > " ' and every byte XML 1.0 forbids (as U+FFFD).
   Invalid UTF-8 becomes U+FFFD too, so the result is always well-formed. */
void text_add_xml(struct text *text, const char *string);
/* The same of what the format makes. */
void text_format_xml(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* False with an error when any append failed; the text is then freed. */
bool text_done(struct text *text, struct error *error);

/* Frees the bytes and empties the struct. */
void text_free(struct text *text);

/* The value of `string` as a duplicate; NULL only when memory ran out. Caller frees. */
char *text_formatted(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
