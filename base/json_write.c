/*
 * Writing the canonical form of a value, in one pass.
 *
 * Guarantees: the bytes jansson writes with sorted keys and no white space. Relies on jansson's having checked every
 * text for UTF-8 when it was made.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_parts.h"
#include "base/text.h"

enum { MEMBERS_FEW = 32 };

struct member {
    const char *key;
    size_t length;
    const json_t *value;
};

static bool write_value(struct text *text, const json_t *value, int depth);

static void write_escape(struct text *text, char one)
{
    static const char letters[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    char escape[8] = {'\\', one};
    size_t length = 2;
    if ((unsigned char)one < sizeof letters && letters[(unsigned char)one] != '\0')
        escape[1] = letters[(unsigned char)one];
    else if ((unsigned char)one < 0x20)
        length = (size_t)snprintf(escape, sizeof escape, "\\u%04X", (unsigned)(unsigned char)one);
    text_add_bytes(text, escape, length);
}

static void write_text(struct text *text, const char *bytes, size_t length)
{
    text_add_bytes(text, "\"", 1);
    for (;;) {
        size_t run = json_plain_run(bytes, length, NULL);
        text_add_bytes(text, bytes, run);
        if (run == length)
            break;
        write_escape(text, bytes[run]);
        bytes += run + 1;
        length -= run + 1;
    }
    text_add_bytes(text, "\"", 1);
}

static int by_key(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = memcmp(x->key, y->key, x->length < y->length ? x->length : y->length);
    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* Most objects are small: their members are put in order as they come. */
static void sort(struct member *members, size_t count)
{
    if (count > MEMBERS_FEW) {
        qsort(members, count, sizeof *members, by_key);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct member one = members[i];
        size_t at = i;
        for (; at > 0 && by_key(&members[at - 1], &one) > 0; at--)
            members[at] = members[at - 1];
        members[at] = one;
    }
}

static bool write_object(struct text *text, const json_t *object, int depth)
{
    struct member few[MEMBERS_FEW], *members = few;
    size_t total = json_object_size(object), count = 0;
    if (total > MEMBERS_FEW && (members = calloc(total, sizeof *members)) == NULL)
        return false;
    json_t *changeable =
        (json_t *)(uintptr_t)object; /* jansson's iterators ask for one, and change nothing */
    for (void *at = json_object_iter(changeable); at != NULL && count < total;
         at = json_object_iter_next(changeable, at))
        members[count++] = (struct member){.key = json_object_iter_key(at),
                                           .length = json_object_iter_key_len(at),
                                           .value = json_object_iter_value(at)};
    sort(members, count);
    text_add_bytes(text, "{", 1);
    bool done = true;
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
    text_add_bytes(text, "[", 1);
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i > 0)
            text_add_bytes(text, ",", 1);
        if (!write_value(text, json_array_get(array, i), depth + 1))
            return false;
    }
    text_add_bytes(text, "]", 1);
    return true;
}

static bool write_value(struct text *text, const json_t *value, int depth)
{
    char number[24];
    if (value == NULL || depth > JSON_PLAIN_DEPTH)
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
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        text_add(text, number);
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
    case JSON_REAL:
        break;
    }
    return false;
}

char *json_write_plain(const json_t *value)
{
    struct text text = TEXT_EMPTY;
    if (!write_value(&text, value, 0))
        text.failed = true;
    return text_done(&text, NULL) ? text.bytes : NULL;
}
