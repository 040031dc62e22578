/*
 * The growing byte string.
 *
 * Guarantees: `bytes` is NUL-terminated after every call that succeeded; a failed allocation leaves what
 * was there intact and sets `failed`. Does not know any format but XML's escapes.
 */
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"

static bool reserve(struct text *text, size_t more)
{
    if (text->failed)
        return false;
    if (more > SIZE_MAX / 2 - text->length - 1) {
        text->failed = true;
        return false;
    }
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity)
        return true;
    size_t capacity = text->capacity == 0 ? 256 : text->capacity;
    while (capacity < needed)
        capacity *= 2;
    char *bytes = realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
    if (!reserve(text, length))
        return;
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        text->failed = true;
        return;
    }
    if (!reserve(text, (size_t)length))
        return;
    va_start(arguments, format);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
}

void text_add_xml(struct text *text, const char *string)
{
    const unsigned char *at = (const unsigned char *)string;
    while (*at != '\0') {
        uint32_t point = 0;
        size_t length = unicode_decode(at, strnlen((const char *)at, 4), &point);
        if (length == 0) {
            text_add(text, "\xEF\xBF\xBD");
            at++;
            continue;
        }
        if (point == '&')
            text_add(text, "&amp;");
        else if (point == '<')
            text_add(text, "&lt;");
        else if (point == '>')
            text_add(text, "&gt;");
        else if (point == '"')
            text_add(text, "&quot;");
        else if (point == '\'')
            text_add(text, "&#39;");
        else if ((point < 0x20 && point != '\t' && point != '\n' && point != '\r') || point == 0xFFFE ||
                 point == 0xFFFF)
            text_add(text, "\xEF\xBF\xBD");
        else
            text_add_bytes(text, at, length);
        at += length;
    }
}

void text_format_xml(struct text *text, const char *format, ...)
{
    char *string = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&string, format, arguments);
    va_end(arguments);
    if (length < 0) {
        text->failed = true;
        return;
    }
    text_add_xml(text, string);
    free(string);
}

bool text_done(struct text *text, struct error *error)
{
    if (!text->failed && reserve(text, 0)) {
        text->bytes[text->length] = '\0';
        return true;
    }
    text_free(text);
    return error_set(error, FAULT_TEMPORARY, "out of memory while building a text");
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = TEXT_EMPTY;
}

char *text_formatted(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *string = NULL;
    int length = vasprintf(&string, format, arguments);
    va_end(arguments);
    return length < 0 ? NULL : string;
}
