/*
 * Checked UTF-8 decoding.
 *
 * Guarantees: reads no byte past `available`; accepts exactly what RFC 3629 allows.
 * Does not normalise and knows nothing of scripts or glyphs.
 */
#include "base/unicode.h"

#include <string.h>

size_t unicode_decode(const unsigned char *bytes, size_t available, uint32_t *point)
{
    if (available == 0)
        return 0;
    unsigned char first = bytes[0];
    if (first < 0x80) {
        *point = first;
        return 1;
    }
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || available < length)
        return 0;
    uint32_t value = first & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3FU);
    }
    bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *point = value;
    return length;
}

int unicode_fits(const char *text, int most)
{
    int at = (int)strnlen(text, (size_t)most);
    if (at < most)
        return at;
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

bool unicode_valid(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    size_t left = length;
    uint32_t point;
    while (left > 0) {
        size_t used = unicode_decode(at, left, &point);
        if (used == 0)
            return false;
        at += used;
        left -= used;
    }
    return true;
}

void unicode_end_cut(char *text, size_t size)
{
    size_t at = size - 4;
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    memcpy(text + at, "...", 4);
}
