/*
 * JSON read and written without the library's detours, for base/json.c: records and messages are JSON by the hundred
 * for each packet, and jansson looks at every byte several times.
 *
 * Source of the grammar: RFC 8259. What these two do not take is left to jansson, which then also has the words for it.
 */
#ifndef LEADSPOOL_BASE_JSON_PARTS_H
#define LEADSPOOL_BASE_JSON_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The value of an object or array without white space, real numbers, \u, doubled keys or any fault; NULL for all
   others, and when memory ran out. */
json_t *json_read_plain(const char *bytes, size_t length);

/* What json_canonical promises; NULL for a value with a real number in it, for deep nesting, and when memory ran
   out. */
char *json_write_plain(const json_t *value);

enum { JSON_PLAIN_DEPTH = 32 };

#define JSON_EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Is there among these eight bytes a control character, a quote or a backslash? (The lowest bit that is found is
   right; ones above it may be borrowed, which costs a second look and no more.) */
static inline uint64_t json_eight_special(uint64_t eight)
{
    uint64_t quote = eight ^ JSON_EACH_BYTE('"'), backslash = eight ^ JSON_EACH_BYTE('\\');
    return (((eight - JSON_EACH_BYTE(0x20)) & ~eight) | ((quote - JSON_EACH_BYTE(1)) & ~quote) |
            ((backslash - JSON_EACH_BYTE(1)) & ~backslash)) &
           JSON_EACH_BYTE(0x80);
}

/* How many bytes from the beginning of a text need no escape. `high`, if not NULL: set when one is no ASCII. */
static inline size_t json_plain_run(const char *bytes, size_t length, bool *high)
{
    size_t at = 0;
    uint64_t eight, seen = 0;
    for (; length - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, bytes + at, sizeof eight);
        if (json_eight_special(eight) != 0)
            break;
        seen |= eight;
    }
    for (; at < length; at++) {
        unsigned char one = (unsigned char)bytes[at];
        if (one < 0x20 || one == '"' || one == '\\')
            break;
        seen |= one;
    }
    if (high != NULL && (seen & JSON_EACH_BYTE(0x80)) != 0)
        *high = true;
    return at;
}

#endif
