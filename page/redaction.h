/*
 * Boxes under which nothing may be left: their arithmetic. Pure.
 *
 * Points, from the top left corner, as page/grid.h has them. What touches a box goes: a letter by its cell (its advance
 * wide, from the font's top to its bottom), a picture by its pixels. REDACTION_TOUCH forgives rounding.
 */
#ifndef LEADSPOOL_PAGE_REDACTION_H
#define LEADSPOOL_PAGE_REDACTION_H

#include <stdbool.h>
#include <stddef.h>

#define REDACTION_TOUCH 0.25  /* points a letter may reach under a box and stay */
#define REDACTION_LABEL 28    /* bytes */
#define REDACTION_BLOCK 16    /* pixels: what a JPEG codes together */
#define LETTER_TOP 0.93       /* of the type size above the base line, accents included */
#define LETTER_BOTTOM 0.24    /* and below it */
#define REDACTIONS_MOST 20000 /* of one PDF */

struct rectangle {
    double x, y, width, height;
};

struct redaction {
    size_t section; /* of the document, from 0 (document_section) */
    size_t page;    /* of the section, from 0 */
    struct rectangle box;
    long number;                 /* in the log */
    char label[REDACTION_LABEL]; /* drawn on the box, as far as there is room: ASCII, or "" */
};

struct redactions {
    const struct redaction *list; /* borrowed */
    size_t count;
};

/* Does the rectangle reach more than REDACTION_TOUCH under one of the boxes of that page? */
bool redactions_touch(const struct redactions *redactions, size_t section, size_t page,
                      const struct rectangle *rectangle);
/* Does it share any area with one, edges aside? */
bool redactions_meet(const struct redactions *redactions, size_t section, size_t page,
                     const struct rectangle *rectangle);
/* Is it wholly covered by one of them? Edges may meet. */
bool redactions_cover(const struct redactions *redactions, size_t section, size_t page,
                      const struct rectangle *rectangle);

/* The cell of a letter, or of a line of them, whose base line starts at x, y. */
struct rectangle letter_cell(double x, double y, double width, double size);

/* The pixels of a picture of wide by high pixels, drawn in `place`, that are to be black for one box: whole blocks, as what
   is coded together shows traces of all of it. False when there are none. */
struct pixels {
    int left, top, right, bottom; /* the last two just beyond */
};
bool redaction_pixels(const struct rectangle *box, const struct rectangle *place, int wide, int high,
                      struct pixels *pixels);

#endif
