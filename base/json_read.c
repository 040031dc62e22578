/*
 * Reading JSON as the project writes it, in one pass over the bytes.
 *
 * A record is read for every step of a drop, a message by every process it passes through: byte by byte through jansson's
 * streams that took a tenth of what a packet costs.
 *
 * Guarantees: gives the value jansson would give, made of jansson's own objects, or nothing. Nothing comes of anything that
 * is refused, and of reals, escapes by number, deep nesting and scalars alone: jansson reads those again, and judges them
 * (RFC 8259; json.c). Text that is not plain ASCII is checked by jansson too.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_parts.h"

enum { DEEPEST = 64, DIGITS_MOST = 18 /* fit 64 bits whatever they are */ };

struct reader {
    const char *at, *end;
    int depth;
};

static json_t *read_value(struct reader *reader);

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->end &&
           (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\t' || *reader->at == '\r'))
        reader->at++;
}

/* The next byte that is no space, passed by if it is this one. */
static bool take(struct reader *reader, char wanted)
{
    skip_space(reader);
    if (reader->at == reader->end || *reader->at != wanted)
        return false;
    reader->at++;
    return true;
}

/* What lies between two quotes. */
struct span {
    const char *bytes;
    size_t length;
    bool escaped, ascii;
};

static bool read_span(struct reader *reader, struct span *span)
{
    if (!take(reader, '"'))
        return false;
    *span = (struct span){.bytes = reader->at, .ascii = true};
    for (const char *at = reader->at; at < reader->end; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte == '"') {
            span->length = (size_t)(at - span->bytes);
            reader->at = at + 1;
            return true;
        }
        if (byte < ' ')
            return false;
        if (byte >= 0x80)
            span->ascii = false;
        else if (byte == '\\') {
            span->escaped = true;
            at++; /* whatever it is, it ends no string */
        }
    }
    return false;
}

/* Into `plain`, which has room for all of it; SIZE_MAX: an escape that is not known here. */
static size_t unescape(const struct span *span, char *plain)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *at = span->bytes, *end = span->bytes + span->length;
    char *to = plain;
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t run = (size_t)((escape == NULL ? end : escape) - at);
        memcpy(to, at, run);
        to += run;
        at += run;
        if (escape == NULL)
            break;
        const char *letter = memchr(letters, at[1], sizeof letters - 1);
        if (letter == NULL)
            return SIZE_MAX;
        *to++ = meant[letter - letters];
        at += 2;
    }
    return (size_t)(to - plain);
}

static json_t *text_of(const char *bytes, size_t length, bool ascii)
{
    return ascii ? json_stringn_nocheck(bytes, length) : json_stringn(bytes, length);
}

static json_t *read_text(struct reader *reader)
{
    struct span span;
    if (!read_span(reader, &span))
        return NULL;
    if (!span.escaped)
        return text_of(span.bytes, span.length, span.ascii);
    char *plain = malloc(span.length);
    size_t length = plain == NULL ? SIZE_MAX : unescape(&span, plain);
    json_t *value = length == SIZE_MAX ? NULL : text_of(plain, length, span.ascii);
    free(plain);
    return value;
}

static json_t *read_number(struct reader *reader)
{
    const char *at = reader->at;
    bool negative = *at == '-';
    json_int_t value = 0;
    int digits = 0;
    at += negative ? 1 : 0;
    bool zero = at < reader->end && *at == '0';
    for (; at < reader->end && *at >= '0' && *at <= '9' && digits <= DIGITS_MOST; at++, digits++)
        value = 10 * value + (*at - '0');
    if (digits == 0 || digits > DIGITS_MOST || (zero && digits > 1) ||
        (at < reader->end && (*at == '.' || *at == 'e' || *at == 'E')))
        return NULL;
    reader->at = at;
    return json_integer(negative ? -value : value);
}

static json_t *read_word(struct reader *reader)
{
    static const struct {
        const char *word;
        size_t length;
    } words[] = {{"true", 4}, {"false", 5}, {"null", 4}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((size_t)(reader->end - reader->at) >= words[i].length &&
            memcmp(reader->at, words[i].word, words[i].length) == 0) {
            reader->at += words[i].length;
            return i == 0 ? json_true() : i == 1 ? json_false() : json_null();
        }
    return NULL;
}

static bool read_member(struct reader *reader, json_t *object)
{
    struct span key;
    size_t before = json_object_size(object);
    if (!read_span(reader, &key) || key.escaped || !key.ascii || key.length == 0 || !take(reader, ':'))
        return false;
    /* A name for the second time is for jansson to refuse. */
    json_t *value = read_value(reader);
    return value != NULL && json_object_setn_new_nocheck(object, key.bytes, key.length, value) == 0 &&
           json_object_size(object) > before;
}

static bool read_element(struct reader *reader, json_t *array)
{
    json_t *value = read_value(reader);
    return value != NULL && json_array_append_new(array, value) == 0;
}

static json_t *read_several(struct reader *reader, json_t *made, char end,
                            bool (*one)(struct reader *reader, json_t *made))
{
    bool done = made != NULL && ++reader->depth <= DEEPEST;
    reader->at++;
    if (done && !take(reader, end)) {
        do
            done = one(reader, made);
        while (done && take(reader, ','));
        done = done && take(reader, end);
    }
    reader->depth--;
    if (done)
        return made;
    json_decref(made);
    return NULL;
}

static json_t *read_value(struct reader *reader)
{
    skip_space(reader);
    if (reader->at == reader->end)
        return NULL;
    switch (*reader->at) {
    case '{':
        return read_several(reader, json_object(), '}', read_member);
    case '[':
        return read_several(reader, json_array(), ']', read_element);
    case '"':
        return read_text(reader);
    case 't':
    case 'f':
    case 'n':
        return read_word(reader);
    default:
        return read_number(reader);
    }
}

json_t *json_read_plain(const char *bytes, size_t length)
{
    struct reader reader = {.at = bytes, .end = bytes + length};
    skip_space(&reader);
    if (reader.at == reader.end || (*reader.at != '{' && *reader.at != '['))
        return NULL;
    json_t *value = read_value(&reader);
    skip_space(&reader);
    if (reader.at == reader.end)
        return value;
    json_decref(value);
    return NULL;
}
