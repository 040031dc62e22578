/*
 * Text made safe to draw.
 *
 * Guarantees: every code point of the result has a glyph; whatever was replaced stays recognisable.
 * Does not reorder, join or shape scripts: a script that needs that is shown as code points.
 */
#include "page/readable.h"

#include <string.h>

#include "base/unicode.h"

#define REPLACEMENT 0xFFFDU

/* Scripts written from right to left (Unicode bidi classes R and AL, whole blocks). */
static bool right_to_left(uint32_t point)
{
    return (point >= 0x0590 && point <= 0x08FF) || (point >= 0xFB1D && point <= 0xFDFF) ||
           (point >= 0xFE70 && point <= 0xFEFE);
}

/* Characters without ink that change what is read: C0 and C1 controls, soft hyphen, zero-width, bidi
   overrides and isolates, variation selectors, the byte order mark, line and paragraph separators. */
static bool hidden(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0xAD || point == 0x034F ||
           point == 0x115F || point == 0x1160 || point == 0x17B4 || point == 0x17B5 ||
           (point >= 0x180B && point <= 0x180F) || (point >= 0x200B && point <= 0x200F) ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x206F) || point == 0x3164 ||
           (point >= 0xFE00 && point <= 0xFE0F) || point == 0xFEFF || point == 0xFFA0 ||
           (point >= 0xFFF0 && point <= 0xFFFB);
}

void readable_add(struct text *out, const char *string, readable_has_glyph *has_glyph, void *face)
{
    const unsigned char *at = (const unsigned char *)string;
    size_t left = strlen(string);
    while (left > 0) {
        uint32_t point = 0;
        size_t used = unicode_decode(at, left, &point);
        if (used == 0) {
            text_add(out, has_glyph(face, REPLACEMENT) ? "\xEF\xBF\xBD" : "?");
            used = 1;
        } else if (point == '\r') {
            if (left == 1 || at[1] != '\n')
                text_add(out, "\n");
        } else if (point == '\n' || point == ' ') {
            text_add_bytes(out, at, 1);
        } else if (point == '\t') {
            text_add(out, " ");
        } else if (point > 0xFFFF || hidden(point) || right_to_left(point) || !has_glyph(face, point)) {
            text_format(out, "[U+%04X]", point);
        } else {
            text_add_bytes(out, at, used);
        }
        at += used;
        left -= used;
    }
}
