/*
 * What the blocks of a document share: where the next one starts, and laid-out text. For page/ alone.
 */
#ifndef LEADSPOOL_PAGE_FLOW_H
#define LEADSPOOL_PAGE_FLOW_H

#include "page/document.h"
#include "page/wrap.h"

#define HEADINGS_LIMIT 4

struct document {
    struct canvas *canvas;
    char *kind, *reference, *foot;
    char subject[128];
    char stamp[STAMP_PREFIX_SIZE]; /* "": pages are not stamped */
    long stamp_first;              /* 0: the page's own number, without leading zeros */
    size_t sheet;
    size_t section_first; /* sheet the section under way began on */
    double y;             /* where the next block starts */
    bool fresh;           /* nothing drawn on this sheet yet */
    struct {
        enum type_style style;
        char *text;             /* owned */
    } headings[HEADINGS_LIMIT]; /* wait for the block they stand over */
    size_t heading_count;
    const struct table *table; /* open table, or NULL */
    bool table_started;        /* its head or first rule is drawn */
    double widths[COLUMNS_LIMIT];
};

/* A text set for a width; free with flow_unset. */
struct setting {
    struct text readable;
    struct wrapped wrapped;
    struct type type;
    enum type_style style;
};

struct setting flow_set(struct document *document, enum type_style style, const char *text, double width);
void flow_unset(struct setting *setting);
double flow_height(const struct setting *setting);
/* Draw lines [from, from + count) of a setting with their top at y. */
void flow_draw(struct document *document, const struct setting *setting, size_t from, size_t count, double x,
               double y);
/* Set and draw a text of any length at the cursor, breaking over pages; moves the cursor below it. */
void flow_text(struct document *document, enum type_style style, const char *text, double x, double width);

/* Every block begins here: `height` of it must go on one sheet together with the headings that wait. Starts a
   new sheet when they do not fit and draws the headings. */
void flow_claim(struct document *document, double height);
/* Set a heading aside for the next block, so that none ever ends a page. */
void flow_heading(struct document *document, enum type_style style, const char *text);

/* Room left on the sheet. */
double flow_left(const struct document *document);
void flow_new_sheet(struct document *document);

#endif
