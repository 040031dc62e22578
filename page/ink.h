/*
 * A drawing as a list: what stands where, in the order it is drawn, without making a PDF of it.
 *
 * For whoever has to know a document's pages before they leave: which texts and pictures a redaction could take away, and
 * pages for a browser that look like the PDF's.
 */
#ifndef LEADSPOOL_PAGE_INK_H
#define LEADSPOOL_PAGE_INK_H

#include <stdint.h>

#include "page/grid.h"
#include "page/redaction.h"

struct colour {
    double red, green, blue; /* 0 to 1 */
};

enum ink_kind { INK_TEXT, INK_FILL, INK_RULE, INK_PICTURE };

struct ink_mark {
    enum ink_kind kind;
    size_t section, page; /* from 0, as in struct redaction */
    /* Of a text its base line's start, its advance and 0; of a rule the way from its start to its end. */
    struct rectangle place;
    enum type_style style;  /* text */
    char *text;             /* text; owned, UTF-8 */
    struct colour colour;   /* fill */
    double thickness, grey; /* rule */
    int picture;            /* number in `pictures` */
};

struct ink_picture {
    uint8_t *bytes; /* a JPEG; owned */
    size_t length;
    unsigned int width, height; /* pixels */
};

struct ink {
    struct ink_mark *marks;
    size_t count, room;
    struct ink_picture *pictures;
    size_t picture_count;
    size_t *pages; /* of each section */
    size_t section_count;
    bool failed; /* memory ran out: the list is incomplete */
};

#define INK_EMPTY ((struct ink){0})

/* A new mark, zeros but for its kind; NULL when memory ran out. */
struct ink_mark *ink_add(struct ink *ink, enum ink_kind kind, size_t section, size_t page);
void ink_add_pages(struct ink *ink, size_t pages);
void ink_free(struct ink *ink);

#endif
