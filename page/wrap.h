/*
 * Breaking a text into lines of a given width. Pure: widths come through a function.
 *
 * Lines break at spaces (which are dropped there), after hyphens, slashes, commas, semicolons and underscores
 * inside long words, at line feeds always, and as a last resort anywhere in a word that is wider than a line
 * (digests, file names). Nothing of the text is lost: the lines and the spaces dropped are the text.
 */
#ifndef LEADSPOOL_PAGE_WRAP_H
#define LEADSPOOL_PAGE_WRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Advance of a code point in thousandths of the type size. */
typedef int wrap_advance(void *face, uint32_t point);

struct wrapped_line {
    size_t start;  /* byte offset in the text */
    size_t length; /* bytes, without the space or line feed it broke at */
    int width;     /* thousandths of the type size */
};

struct wrapped {
    struct wrapped_line *lines; /* owned */
    size_t count;               /* 0 for an empty text */
    bool failed;                /* memory ran out: the lines are incomplete */
};

/* Lines of `text` (valid UTF-8) no wider than `width` thousandths of the type size; a line holds at
   least one code point, however narrow the measure. Free with wrap_free. */
struct wrapped wrap_text(const char *text, int width, wrap_advance *advance, void *face);
void wrap_free(struct wrapped *wrapped);

/* Width of a whole text on one line, thousandths of the type size. */
int wrap_width(const char *text, wrap_advance *advance, void *face);

#endif
