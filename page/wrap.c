/*
 * Greedy line breaking.
 *
 * Guarantees: every line is at most `width` wide unless one code point alone is wider; the bytes outside
 * the lines are spaces and line feeds only. Knows no hyphenation and no justification.
 */
#include "page/wrap.h"

#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"

static void add_line(struct wrapped *wrapped, size_t start, size_t end, int width)
{
    if (wrapped->failed)
        return;
    if ((wrapped->count & (wrapped->count - 1)) == 0) {
        size_t capacity = wrapped->count == 0 ? 1 : wrapped->count * 2;
        struct wrapped_line *lines = realloc(wrapped->lines, capacity * sizeof *lines);
        if (lines == NULL) {
            wrapped->failed = true;
            return;
        }
        wrapped->lines = lines;
    }
    wrapped->lines[wrapped->count++] =
        (struct wrapped_line){.start = start, .length = end - start, .width = width};
}

/* One code point at `at`; a byte that is none counts as U+FFFD of one byte. */
static size_t next_point(const char *text, size_t at, size_t length, uint32_t *point)
{
    size_t used = unicode_decode((const unsigned char *)text + at, length - at, point);
    if (used == 0) {
        *point = 0xFFFD;
        used = 1;
    }
    return used;
}

/* May a line end just after this code point, keeping it? */
static bool breaks_after(uint32_t point)
{
    return point == '-' || point == '/' || point == ',' || point == ';' || point == '_' || point == 0x2013 ||
           point == 0x2014;
}

/* Add the line start..end without the spaces at its end. */
static void add_trimmed(struct wrapped *wrapped, const char *text, size_t start, size_t end, int width,
                        int space)
{
    while (end > start && text[end - 1] == ' ') {
        end--;
        width -= space;
    }
    add_line(wrapped, start, end, width);
}

struct wrapped wrap_text(const char *text, int width, wrap_advance *advance, void *face)
{
    struct wrapped wrapped = {0};
    int space = advance(face, ' ');
    size_t length = strlen(text);
    size_t start = 0;         /* of the line */
    size_t at = 0;            /* what is looked at */
    int reach = 0;            /* width of start..at */
    size_t chance = 0;        /* the next line may start here; 0 = no chance yet */
    int chance_reach = 0;     /* width of start..chance */
    bool after_break = false; /* a break within a text began this line: no space opens it */
    while (at < length) {
        uint32_t point = 0;
        size_t used = next_point(text, at, length, &point);
        if (point == '\n') {
            add_trimmed(&wrapped, text, start, at, reach, space);
            start = at = at + used;
            reach = 0;
            chance = 0;
            after_break = false;
            continue;
        }
        if (point == ' ' && at == start && after_break) {
            start = at = at + used;
            continue;
        }
        int step = point == ' ' ? space : advance(face, point);
        if (point != ' ' && reach + step > width && at > start) {
            if (chance == 0) {
                chance = at;
                chance_reach = reach;
            }
            add_trimmed(&wrapped, text, start, chance, chance_reach, space);
            start = at = chance;
            reach = 0;
            chance = 0;
            after_break = true;
            continue;
        }
        reach += step;
        at += used;
        if (point == ' ' || (breaks_after(point) && reach <= width)) {
            chance = at;
            chance_reach = reach;
        }
    }
    if (at > start)
        add_trimmed(&wrapped, text, start, at, reach, space);
    return wrapped;
}

void wrap_free(struct wrapped *wrapped)
{
    free(wrapped->lines);
    *wrapped = (struct wrapped){0};
}

int wrap_width(const char *text, wrap_advance *advance, void *face)
{
    int width = 0;
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        at += next_point(text, at, length, &point);
        width += advance(face, point);
    }
    return width;
}
