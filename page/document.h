/*
 * A document that flows: blocks one after another down the text area, new pages as needed.
 *
 * Each block call lays its text out, breaks it over pages where it must, and draws it. Calls do not fail one
 * by one: the first failure is kept and document_finish reports it (FAULT_INPUT: what was handed in cannot be
 * set; FAULT_INTERNAL: something would have been clipped or a required text was not drawn).
 *
 * Every page has a running head (reference, subject, kind, "Page n of m") and a running foot. Texts are UTF-8 of any
 * origin: what cannot be drawn is made visible (page/readable.h). NULL texts count as empty.
 */
#ifndef LEADSPOOL_PAGE_DOCUMENT_H
#define LEADSPOOL_PAGE_DOCUMENT_H

#include "page/canvas.h"

struct document;

struct document_setup {
    struct font_bytes regular, bold;
    const char *kind;      /* "Negative report": running head and properties; ASCII */
    const char *reference; /* docket number: running head */
    const char *foot;      /* one to three lines ('\n') at the foot of every page, or NULL */
    instant created;       /* both dates of the PDF */
    /* At most one of the two: note marks instead of drawing; leave out what is under boxes (page/canvas.h). */
    struct ink *ink;
    const struct redactions *redactions;
};

struct document *document_open(const struct document_setup *setup, struct error *error);
void document_close(struct document *document);
/* What the running head says after the reference, as far as there is room: at most 127 bytes. */
void document_subject(struct document *document, const char *subject);
/* Of the prefix of a stamp, with its NUL. */
#define STAMP_PREFIX_SIZE 121
/* Stamp every page at the foot with `prefix` and a number of six digits, from `first` on (Bates numbers). `prefix`: at
   most 40 bytes, ASCII. */
void document_stamp(struct document *document, const char *prefix, long first);
/* Instead: `prefix` and the number of the page in its section. */
void document_stamp_pages(struct document *document, const char *prefix);
/* Begin another document in the same PDF, on a new page: with a head and a foot of its own, its pages numbered from 1,
   no subject and no stamp. */
void document_section(struct document *document, const char *kind, const char *reference, const char *foot);
/* Number the pages and append the PDF to `out`. */
bool document_finish(struct document *document, struct text *out, struct error *error);

/* --- reading back, before document_finish --- */
/* Is `text` on one of the pages, whole, white space aside? */
bool document_shows(const struct document *document, const char *text);
/* Everything drawn so far, a line each, pages separated by form feeds; false only without memory. */
bool document_drawn(const struct document *document, struct text *out);
size_t document_pages(const struct document *document);
/* Has everything so far been drawn, whole? The first failure otherwise. */
bool document_sound(const struct document *document, struct error *error);
/* A caller's failure to bring what the document needs: the first one wins. */
void document_fail(struct document *document, const struct error *error);

/* --- what a text comes to, for whoever looks for it on the pages --- */
/* The text as it would be drawn (page/readable.h), appended to `out`. */
void document_readable(const struct document *document, enum type_style style, const char *text,
                       struct text *out);
/* Points the first `length` bytes of a readable text take on one line. */
double document_text_width(const struct document *document, enum type_style style, const char *text,
                           size_t length);

/* --- texts (page/text_block.c) --- */
void document_title(struct document *document, const char *title, const char *under);
/* Waits for the next block and is drawn on its page; `document_heading` is also a bookmark. */
void document_heading(struct document *document, const char *text);
void document_subheading(struct document *document, const char *text);
void document_paragraph(struct document *document, enum type_style style, const char *text);
void document_bullet(struct document *document, const char *text);
/* An empty box to tick, then the text. */
void document_check(struct document *document, const char *text);
/* A box with a bar at its left, kept whole: for the project's own notices, not for texts of unknown length. */
void document_notice(struct document *document, const char *title, const char *text);
void document_space(struct document *document, double points);
void document_new_page(struct document *document);
/* Start a new page unless so much is left on this one. */
void document_need(struct document *document, double points);

/* --- tables (page/table.c) --- */
#define COLUMNS_LIMIT 24

struct column {
    const char *title; /* NULL in every column: no head */
    double share;      /* of the width */
    enum type_style style;
};

struct table {
    const struct column *columns;
    size_t count;       /* at most COLUMNS_LIMIT */
    bool grid;          /* rules between columns too: a form to fill in */
    double row_minimum; /* height of a row at least, points */
};

/* Rows break over pages; the head is drawn again on each. `table` stays borrowed until document_table_end. */
void document_table_begin(struct document *document, const struct table *table);
void document_table_row(struct document *document, const char *const *texts);
void document_table_end(struct document *document);

/* Keys and values, one a row; a pair with a NULL value is left out. */
struct pair {
    const char *key, *value;
};
void document_pairs(struct document *document, const struct pair *pairs, size_t count);

/* --- pictures (page/figure.c) --- */
/* As canvas_take_*; the number returned goes into a figure. */
int document_take_jpeg(struct document *document, const void *bytes, size_t length, struct error *error);
int document_take_pixels(struct document *document, const void *rgb, unsigned int width, unsigned int height,
                         struct error *error);

struct figure {
    int picture;         /* -1: none; then the cell is a notice with title and caption */
    const char *title;   /* bold, above */
    const char *caption; /* small, below; lines may be broken with '\n' */
};

/* Pictures side by side in equal frames, at most `height` points high, whole and in proportion. Pictures of
   the same pixel size come out at the same size. Kept on one page together with their texts. */
void document_figures(struct document *document, const struct figure *figures, size_t count, double height);
/* The same in `places` equal places, `count` of them used: rows of one size whatever the last one holds. */
void document_figures_in(struct document *document, const struct figure *figures, size_t count, size_t places,
                         double height);

/* --- forms (page/form.c) --- */
/* A label and `lines` rules to write on. */
void document_field(struct document *document, const char *label, size_t lines);
/* One signing line: name and identity, signature, date and time. */
void document_signature(struct document *document, const char *role);

#endif
