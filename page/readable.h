/*
 * Text made safe to draw: nothing a sender wrote may vanish or change its meaning silently.
 *
 * libharu draws wrong characters for invalid UTF-8, drops what lies beyond U+FFFF, draws an empty box
 * or nothing for a missing glyph, and knows no right-to-left order. Here each of these becomes visible:
 *   invalid bytes             U+FFFD, the replacement character
 *   no glyph, past U+FFFF     the text [U+1F600]
 *   right-to-left script      a run of [U+05D0], in the order stored, for it would otherwise read backwards
 *   control, bidi, zero-width [U+202E]: characters that hide in a name
 *   combining mark            with its letter the one letter they make (NFC); where there is none [U+0331], for
 *                             nothing here places a mark
 *   tab                       a space; line feeds stay (CR LF and CR are one)
 */
#ifndef LEADSPOOL_PAGE_READABLE_H
#define LEADSPOOL_PAGE_READABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* Does the face have a drawable glyph for this code point (never asked past U+FFFF)? */
typedef bool readable_has_glyph(void *face, uint32_t point);

/* Append the drawable form of `string` (any bytes up to the NUL) to `out`: valid UTF-8 of at most three bytes
   a code point, every one with a glyph, but for line feeds. */
void readable_add(struct text *out, const char *string, readable_has_glyph *has_glyph, void *face);

#endif
