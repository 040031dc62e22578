/*
 * Reading JSON as this program writes it, in one pass.
 *
 * Guarantees: a value is given only where jansson would give the same one; whatever is unusual, doubtful or wrong
 * gives none. Reads no byte past the text, and nests no deeper than JSON_PLAIN_DEPTH.
 * Has no words for a fault: who gets no value asks jansson.
 */
#include <stdlib.h>

#include "base/json_parts.h"
#include "base/unicode.h"

enum { DIGITS_MOST = 18 }; /* always fit in 64 bits */

struct reader {
    const char *at, *end;
    char *unescaped; /* room for the longest text, made when one is escaped */
    size_t room;
};

static json_t *read_value(struct reader *reader, int depth);

static bool next_is(struct reader *reader, char wanted)
{
    if (reader->at == reader->end || *reader->at != wanted)
        return false;
    reader->at++;
    return true;
}

static char unescape(char letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case '/':
        return letter;
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    default:
        return '\0';
    }
}

/* From the first backslash on, after `plain` bytes without one. */
static bool read_escaped(struct reader *reader, size_t plain, bool *high, const char **text, size_t *length)
{
    if (reader->unescaped == NULL) {
        /* No later text is longer than what is left now, this one with its beginning included. */
        reader->room = plain + (size_t)(reader->end - reader->at);
        reader->unescaped = malloc(reader->room);
    }
    char *to = reader->unescaped;
    if (to == NULL || plain + (size_t)(reader->end - reader->at) > reader->room)
        return false;
    memcpy(to, reader->at - plain, plain);
    to += plain;
    while (next_is(reader, '\\')) {
        char letter = reader->at == reader->end ? '\0' : unescape(*reader->at++);
        if (letter == '\0')
            return false;
        *to++ = letter;
        size_t run = json_plain_run(reader->at, (size_t)(reader->end - reader->at), high);
        memcpy(to, reader->at, run);
        to += run;
        reader->at += run;
    }
    *text = reader->unescaped;
    *length = (size_t)(to - reader->unescaped);
    return true;
}

/* After the opening quote. The text is valid until the next one is read. */
static bool read_text(struct reader *reader, const char **text, size_t *length)
{
    bool high = false;
    *text = reader->at;
    *length = json_plain_run(reader->at, (size_t)(reader->end - reader->at), &high);
    reader->at += *length;
    if (reader->at < reader->end && *reader->at == '\\' &&
        !read_escaped(reader, *length, &high, text, length))
        return false;
    return next_is(reader, '"') && (!high || unicode_valid(*text, *length));
}

static json_t *read_number(struct reader *reader)
{
    bool negative = next_is(reader, '-');
    const char *first = reader->at;
    json_int_t value = 0;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9' &&
           reader->at - first < DIGITS_MOST)
        value = 10 * value + (*reader->at++ - '0');
    bool ended = reader->at < reader->end && (*reader->at == ',' || *reader->at == '}' || *reader->at == ']');
    if (reader->at == first || !ended || (*first == '0' && (reader->at - first > 1 || negative)))
        return NULL;
    return json_integer(negative ? -value : value);
}

static json_t *read_word(struct reader *reader, const char *word, size_t length, json_t *value)
{
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
        return NULL;
    reader->at += length;
    return value;
}

static bool read_members(struct reader *reader, json_t *object, int depth)
{
    size_t count = 0;
    if (next_is(reader, '}'))
        return true;
    do {
        const char *key;
        size_t length;
        char kept[64], *copy = NULL;
        if (!next_is(reader, '"') || !read_text(reader, &key, &length) || !next_is(reader, ':'))
            return false;
        /* An escaped key's bytes are overwritten by the next escaped text. */
        if (key == reader->unescaped && length <= sizeof kept)
            key = memcpy(kept, key, length);
        else if (key == reader->unescaped && (copy = malloc(length + 1)) != NULL)
            key = memcpy(copy, key, length);
        else if (key == reader->unescaped)
            return false;
        json_t *value = read_value(reader, depth + 1);
        bool set = value != NULL && json_object_setn_new_nocheck(object, key, length, value) == 0;
        free(copy);
        if (!set)
            return false;
        count++;
    } while (next_is(reader, ','));
    /* Fewer members than were read: a key came twice. */
    return next_is(reader, '}') && json_object_size(object) == count;
}

static bool read_elements(struct reader *reader, json_t *array, int depth)
{
    if (next_is(reader, ']'))
        return true;
    do {
        json_t *value = read_value(reader, depth + 1);
        if (value == NULL || json_array_append_new(array, value) != 0)
            return false;
    } while (next_is(reader, ','));
    return next_is(reader, ']');
}

static json_t *read_container(struct reader *reader, int depth)
{
    bool object = *reader->at++ == '{';
    json_t *value = depth >= JSON_PLAIN_DEPTH ? NULL : object ? json_object() : json_array();
    if (value != NULL &&
        !(object ? read_members(reader, value, depth) : read_elements(reader, value, depth))) {
        json_decref(value);
        return NULL;
    }
    return value;
}

static json_t *read_value(struct reader *reader, int depth)
{
    const char *text;
    size_t length;
    if (reader->at == reader->end)
        return NULL;
    switch (*reader->at) {
    case '{':
    case '[':
        return read_container(reader, depth);
    case '"':
        reader->at++;
        return read_text(reader, &text, &length) ? json_stringn_nocheck(text, length) : NULL;
    case 't':
        return read_word(reader, "true", 4, json_true());
    case 'f':
        return read_word(reader, "false", 5, json_false());
    case 'n':
        return read_word(reader, "null", 4, json_null());
    default:
        return read_number(reader);
    }
}

json_t *json_read_plain(const char *bytes, size_t length)
{
    struct reader reader = {.at = bytes, .end = bytes + length};
    bool container = length > 0 && (*bytes == '{' || *bytes == '[');
    json_t *value = container ? read_container(&reader, 0) : NULL;
    free(reader.unescaped);
    if (reader.at == reader.end)
        return value;
    json_decref(value);
    return NULL;
}
