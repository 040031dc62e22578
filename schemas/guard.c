/*
 * The guard in front of the parser: size, encoding, document type declarations, attributes and depth.
 *
 * Guarantees: one pass, linear in the length, no allocation. Whatever it lets through has no document type
 * declaration (entities cannot be declared: no expansion attack of any kind), is valid UTF-8 (no other
 * encoding can hide a declaration from this look), and has few attributes on each element (libxml2 compares
 * every attribute of an element with every other) and little depth.
 * Does not check that the document is well-formed: the parser does.
 */
#include "schemas/guard.h"

#include <stdbool.h>
#include <string.h>

#include "base/language.h"
#include "base/unicode.h"
#include "schemas/xml.h"

enum { ATTRIBUTES = 32, DEPTH = 32, ELEMENTS = 8000, ELEMENTS_LARGE = 250000 };

struct look {
    const char *at, *end;
    size_t line;
};

static bool begins(const struct look *look, const char *with)
{
    size_t length = strlen(with);
    return (size_t)(look->end - look->at) >= length && memcmp(look->at, with, length) == 0;
}

static void step(struct look *look)
{
    if (*look->at++ == '\n')
        look->line++;
}

/* Past the next `mark`, or to the end: an unclosed comment is the parser's to report. */
static void skip_past(struct look *look, const char *mark)
{
    while (look->at < look->end && !begins(look, mark))
        step(look);
    for (size_t i = 0; mark[i] != '\0' && look->at < look->end; i++)
        step(look);
}

/* Past one start tag; counts '=' outside quotes. *closed says whether it was <empty/>. */
static size_t skip_tag(struct look *look, bool *closed)
{
    size_t attributes = 0;
    char quote = '\0', last = '\0';
    while (look->at < look->end) {
        char c = *look->at;
        step(look);
        if (quote != '\0') {
            if (c == quote)
                quote = '\0';
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '=') {
            attributes++;
        } else if (c == '>') {
            break;
        }
        last = c;
    }
    *closed = last == '/';
    return attributes;
}

static enum guard_verdict refuse(const struct look *look, size_t *line, const char **reason, const char *why)
{
    *line = look->line;
    *reason = why;
    return GUARD_HOSTILE;
}

enum guard_verdict guard_look(const char *bytes, size_t length, bool large, size_t *line, const char **reason)
{
    *line = 0;
    if (length > (large ? XML_LARGE_LIMIT : XML_SIZE_LIMIT)) {
        *reason = large ? _("the document is larger than 8 MB") : _("the document is larger than 256 KB");
        return GUARD_HOSTILE;
    }
    if (length == 0) {
        *reason = _("the file is empty");
        return GUARD_MALFORMED;
    }
    if (memchr(bytes, '\0', length) != NULL || !unicode_valid(bytes, length)) {
        *reason = _("the document is not UTF-8 text");
        return GUARD_MALFORMED;
    }
    struct look look = {.at = bytes, .end = bytes + length, .line = 1};
    size_t depth = 0, elements = 0;
    while (look.at < look.end) {
        if (begins(&look, "<!--")) {
            skip_past(&look, "-->");
        } else if (begins(&look, "<?")) {
            skip_past(&look, "?>");
        } else if (begins(&look, "<![CDATA[")) {
            skip_past(&look, "]]>");
        } else if (begins(&look, "<!")) {
            return refuse(&look, line, reason, "the document holds a document type declaration (<!DOCTYPE)");
        } else if (begins(&look, "</")) {
            skip_past(&look, ">");
            depth -= depth > 0;
        } else if (*look.at == '<') {
            bool closed;
            if (skip_tag(&look, &closed) > ATTRIBUTES)
                return refuse(&look, line, reason, _("an element has more than 32 attributes"));
            if (++elements > (large ? ELEMENTS_LARGE : ELEMENTS))
                return refuse(&look, line, reason,
                              large ? _("the document has more than 250,000 elements")
                                    : _("the document has more than 8,000 elements"));
            if (!closed && ++depth > DEPTH)
                return refuse(&look, line, reason, _("elements are nested more than 32 deep"));
        } else {
            step(&look);
        }
    }
    return GUARD_FINE;
}
