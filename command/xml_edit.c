/*
 * Changing a document at one place.
 *
 * Guarantees: every byte outside the place stays. Knows tags and comments, no more: what comes out is validated by the
 * schema before anybody uses it, so that a document written in a way not thought of here is refused and not spoilt.
 */
#include "command/xml_edit.h"

#include <stdio.h>
#include <string.h>

size_t xml_find(const char *document, size_t length, size_t from, const char *markup)
{
    size_t wanted = strlen(markup);
    for (size_t at = from; at < length; at++) {
        if (length - at >= 4 && memcmp(document + at, "<!--", 4) == 0) {
            const char *end = strstr(document + at + 4, "-->");
            if (end == NULL)
                return length;
            at = (size_t)(end - document) + 2;
        } else if (length - at >= wanted && memcmp(document + at, markup, wanted) == 0) {
            return at;
        }
    }
    return length;
}

/* The start tag of `name` from `from` on: a name that only begins so is another element. */
static size_t find_start(const char *document, size_t length, size_t from, const char *name)
{
    char markup[64];
    snprintf(markup, sizeof markup, "<%s", name);
    for (size_t at = from; (at = xml_find(document, length, at, markup)) < length; at++)
        if (strchr(" \t\r\n/>", document[at + strlen(markup)]) != NULL)
            return at;
    return length;
}

static bool has_id(const char *tag, size_t length, const char *id)
{
    char wanted[2][200];
    snprintf(wanted[0], sizeof wanted[0], "id=\"%s\"", id);
    snprintf(wanted[1], sizeof wanted[1], "id='%s'", id);
    return xml_find(tag, length, 0, wanted[0]) < length || xml_find(tag, length, 0, wanted[1]) < length;
}

bool xml_element(const char *document, const char *name, const char *id, struct xml_span *span)
{
    char end[64];
    size_t length = strlen(document);
    snprintf(end, sizeof end, "</%s>", name);
    for (size_t at = 0; (at = find_start(document, length, at, name)) < length; at++) {
        const char *close = strchr(document + at, '>');
        if (close == NULL || (id != NULL && !has_id(document + at, (size_t)(close - document) - at, id)))
            continue;
        span->begin = at;
        span->end = close[-1] == '/' ? (size_t)(close - document) + 1
                                     : xml_find(document, length, at, end) + strlen(end);
        return span->end <= length;
    }
    return false;
}

/* Spaces before the markup at `at`, when it begins its line. */
static size_t indentation(const char *document, size_t at)
{
    size_t begin = at;
    while (begin > 0 && (document[begin - 1] == ' ' || document[begin - 1] == '\t'))
        begin--;
    return begin == 0 || document[begin - 1] == '\n' ? at - begin : 0;
}

bool xml_add(const char *document, const struct xml_span *span, const char *addition, struct text *changed,
             struct error *error)
{
    size_t close = span->end;
    while (close > span->begin && document[close - 1] != '<')
        close--;
    close--;
    if (document[span->end - 2] == '/' || close <= span->begin)
        return error_set(error, FAULT_INPUT,
                         "an empty element stands where something was to be added: write it as two tags");
    size_t at = close - indentation(document, close);
    text_add_bytes(changed, document, at);
    text_add(changed, addition);
    text_add(changed, document + at);
    return text_done(changed, error);
}

bool xml_set(const char *document, const struct xml_span *span, const char *name, const char *value,
             struct text *changed, struct error *error)
{
    struct text element = TEXT_EMPTY;
    size_t at = find_start(document, span->end, span->begin, name);
    const char *close = at < span->end ? strchr(document + at, '>') : NULL;
    const char *end = close == NULL || close[-1] == '/' ? NULL : strchr(close, '<');
    if (end != NULL) {
        text_add_bytes(changed, document, (size_t)(close + 1 - document));
        text_add_xml(changed, value);
        text_add(changed, end);
        return text_done(changed, error);
    }
    text_format(&element, "    <%s>", name);
    text_add_xml(&element, value);
    text_format(&element, "</%s>\n", name);
    bool done = text_done(&element, error) && xml_add(document, span, element.bytes, changed, error);
    text_free(&element);
    return done;
}

bool xml_set_attribute(const char *document, const struct xml_span *span, const char *name, const char *value,
                       struct text *changed, struct error *error)
{
    char wanted[64];
    size_t close = span->begin;
    while (close < span->end && document[close] != '>')
        close++;
    snprintf(wanted, sizeof wanted, " %s=", name);
    size_t at = xml_find(document, close, span->begin, wanted);
    size_t from = at + strlen(wanted), end = close;
    if (at < close) {
        const char *quote = strchr(document + from + 1, document[from]);
        end = quote == NULL ? close : (size_t)(quote - document) + 1;
    } else {
        at = end = document[close - 1] == '/' ? close - 1 : close;
    }
    text_add_bytes(changed, document, at);
    text_format(changed, " %s=\"", name);
    text_add_xml(changed, value);
    text_add(changed, "\"");
    text_add(changed, document + end);
    return text_done(changed, error);
}
