/*
 * Text made safe to draw.
 *
 * Guarantees: every code point of the result has a glyph; whatever was replaced stays recognisable.
 * Does not reorder, join or shape scripts: a script that needs that is shown as code points.
 */
#include "page/readable.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

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

static bool is_mark(uint32_t point)
{
    if (point < 0x300)
        return false;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

static void add_point(struct text *out, const unsigned char *at, size_t used, uint32_t point,
                      readable_has_glyph *has_glyph, void *face)
{
    if (point > 0xFFFF || hidden(point) || right_to_left(point) || is_mark(point) || !has_glyph(face, point))
        text_format(out, "[U+%04X]", point);
    else
        text_add_bytes(out, at, used);
}

/* The length of a letter with the marks that follow it; `used` is the letter's own. */
static size_t cluster(const unsigned char *at, size_t left, size_t used)
{
    uint32_t next = 0;
    size_t more;
    while (used < left && at[used] >= 0xCC && (more = unicode_decode(at + used, left - used, &next)) > 0 &&
           is_mark(next))
        used += more;
    return used;
}

/* A letter and its marks, as the one letter they make where Unicode has it (NFC). */
static void add_composed(struct text *out, const unsigned char *at, size_t length,
                         readable_has_glyph *has_glyph, void *face)
{
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t size =
        utf8proc_map(at, (utf8proc_ssize_t)length, &composed, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    const unsigned char *from = size >= 0 ? composed : at;
    size_t left = size >= 0 ? (size_t)size : length, used;
    for (; left > 0; from += used, left -= used) {
        uint32_t point = 0;
        used = unicode_decode(from, left, &point);
        if (used == 0)
            break;
        add_point(out, from, used, point, has_glyph, face);
    }
    free(composed);
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
        } else {
            size_t whole = cluster(at, left, used);
            if (whole > used)
                add_composed(out, at, whole, has_glyph, face);
            else
                add_point(out, at, used, point, has_glyph, face);
            used = whole;
        }
        at += used;
        left -= used;
    }
}
