/*
 * Writing the canonical form.
 *
 * Guarantees: the bytes json_dumps gives with sorted keys and no spaces; what is not of the project's kind (reals, deep
 * nesting) is left to it. jansson notes every object it is in by its address, as text in a table, so as to find rings:
 * that and its sorting took most of the time. Rings end here by their depth.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_parts.h"
#include "base/text.h"

enum { DEEPEST = 64, FEW = 48 /* members sorted on the stack */ };

struct member {
    const char *key;
    size_t length;
    const json_t *value;
};

static bool write_value(struct text *text, const json_t *value, int depth);

/* The letter after the backslash; 'u': written by its number; 0: as it is. */
static char escape_of(unsigned char byte)
{
    switch (byte) {
    case '"':
    case '\\':
        return (char)byte;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return byte < ' ' ? 'u' : '\0';
    }
}

static void write_text(struct text *text, const char *bytes, size_t length)
{
    const char *run = bytes, *end = bytes + length;
    text_add_bytes(text, "\"", 1);
    for (const char *at = bytes; at < end; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte >= ' ' && byte != '"' && byte != '\\')
            continue;
        char escape[8] = {'\\', escape_of(byte)};
        size_t size = 2;
        if (escape[1] == 'u')
            size = (size_t)snprintf(escape, sizeof escape, "\\u%04X", byte);
        text_add_bytes(text, run, (size_t)(at - run));
        text_add_bytes(text, escape, size);
        run = at + 1;
    }
    text_add_bytes(text, run, (size_t)(end - run));
    text_add_bytes(text, "\"", 1);
}

static void write_whole(struct text *text, json_int_t value)
{
    char digits[24];
    text_add_bytes(text, digits, (size_t)snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, value));
}

static int by_key(const struct member *a, const struct member *b)
{
    size_t least = a->length < b->length ? a->length : b->length;
    int difference = memcmp(a->key, b->key, least);
    return difference != 0 ? difference : (a->length > b->length) - (a->length < b->length);
}

static int compare(const void *a, const void *b)
{
    return by_key(a, b);
}

/* What was read from the canonical form is in order already. */
static void sort(struct member *members, size_t count)
{
    if (count > FEW) {
        qsort(members, count, sizeof *members, compare);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct member moved = members[i];
        size_t to = i;
        for (; to > 0 && by_key(&moved, &members[to - 1]) < 0; to--)
            members[to] = members[to - 1];
        members[to] = moved;
    }
}

static bool write_object(struct text *text, const json_t *value, int depth)
{
    struct member few[FEW], *members = few;
    json_t *object = (json_t *)(uintptr_t)value; /* jansson's iterators take it so, and change nothing */
    size_t size = json_object_size(object), count = 0;
    if (size > FEW && (members = malloc(size * sizeof *members)) == NULL)
        return false;
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at))
        members[count++] = (struct member){.key = json_object_iter_key(at),
                                           .length = json_object_iter_key_len(at),
                                           .value = json_object_iter_value(at)};
    sort(members, count);
    bool done = true;
    text_add_bytes(text, "{", 1);
    for (size_t i = 0; done && i < count; i++) {
        if (i > 0)
            text_add_bytes(text, ",", 1);
        write_text(text, members[i].key, members[i].length);
        text_add_bytes(text, ":", 1);
        done = write_value(text, members[i].value, depth + 1);
    }
    text_add_bytes(text, "}", 1);
    if (members != few)
        free(members);
    return done;
}

static bool write_array(struct text *text, const json_t *array, int depth)
{
    bool done = true;
    text_add_bytes(text, "[", 1);
    for (size_t i = 0; done && i < json_array_size(array); i++) {
        if (i > 0)
            text_add_bytes(text, ",", 1);
        done = write_value(text, json_array_get(array, i), depth + 1);
    }
    text_add_bytes(text, "]", 1);
    return done;
}

static bool write_value(struct text *text, const json_t *value, int depth)
{
    if (value == NULL || depth > DEEPEST)
        return false;
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return write_object(text, value, depth);
    case JSON_ARRAY:
        return write_array(text, value, depth);
    case JSON_STRING:
        write_text(text, json_string_value(value), json_string_length(value));
        return true;
    case JSON_INTEGER:
        write_whole(text, json_integer_value(value));
        return true;
    case JSON_TRUE:
        text_add_bytes(text, "true", 4);
        return true;
    case JSON_FALSE:
        text_add_bytes(text, "false", 5);
        return true;
    case JSON_NULL:
        text_add_bytes(text, "null", 4);
        return true;
    default:
        return false;
    }
}

char *json_write_plain(const json_t *value)
{
    struct text text = TEXT_EMPTY;
    if (write_value(&text, value, 1) && !text.failed)
        return text.bytes;
    text_free(&text);
    return NULL;
}
