/*
 * The canvas as its own files see it: canvas.c, canvas_picture.c, canvas_redact.c. For these alone.
 */
#ifndef LEADSPOOL_PAGE_CANVAS_PARTS_H
#define LEADSPOOL_PAGE_CANVAS_PARTS_H

#include <hpdf.h>

#include "page/canvas.h"
#include "page/canvas_font.h"

#define PRINTABLE_EDGE 30.0 /* points no office printer can reach */
#define FACES 2

struct canvas_sheet {
    HPDF_Page page;
    struct text drawn;
};

struct canvas {
    HPDF_Doc pdf;
    struct canvas_font fonts[FACES];
    struct canvas_sheet *sheets;
    size_t sheet_count, sheet_room;
    size_t section, section_first; /* the one under way, its first sheet */
    HPDF_Image *pictures;          /* NULL where one is not in the PDF yet */
    int picture_count;
    struct ink *ink; /* where marks are noted instead of drawn, or NULL */
    struct ink kept; /* of a redacted drawing: the pictures, which come in only as they are shown */
    bool redacts;
    struct redactions redactions; /* by section */
    struct redactions here;       /* of the section under way */
    struct error first;
    HPDF_STATUS status; /* libharu's first complaint, 0 = none */
};

static inline HPDF_REAL canvas_flip(double y)
{
    return (HPDF_REAL)(SHEET_HEIGHT - y);
}

/* Would the rectangle leave the printable area? Then it is the document's failure. */
bool canvas_inside(struct canvas *canvas, size_t sheet, double left, double top, double right, double bottom,
                   const char *what, const char *text, size_t length);

/* Letters as operators of the page's own stream; false without memory or a glyph. */
bool canvas_write(struct canvas *canvas, size_t sheet, double x, double y, const struct type *type,
                  const char *text, size_t length);

/* The same without the letters under a box (canvas_redact.c). Appends what was written to the sheet's text. */
bool canvas_write_redacted(struct canvas *canvas, size_t sheet, double x, double y, const struct type *type,
                           const char *text, size_t length);
/* Black boxes over the section under way. */
void canvas_draw_boxes(struct canvas *canvas);

/* A box of one colour, wherever on the sheet. */
void canvas_paint(struct canvas *canvas, size_t sheet, const struct rectangle *box, struct colour colour);

#endif
