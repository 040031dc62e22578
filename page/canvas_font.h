/*
 * An embedded TrueType face loaded from memory, and its widths. For canvas.c alone (libharu's types).
 */
#ifndef LEADSPOOL_PAGE_CANVAS_FONT_H
#define LEADSPOOL_PAGE_CANVAS_FONT_H

#include <hpdf.h>
#include <stdint.h>

#include "page/canvas.h"

struct canvas_font {
    HPDF_Font font;
    HPDF_FontDef definition; /* the document's */
    int16_t *advances;       /* per code point to U+FFFF: -2 not asked yet, -1 no glyph; owned */
};

/* `tag` is the six letters PDF wants before the name of a subset, different for each face. */
bool canvas_font_open(struct canvas_font *font, HPDF_Doc pdf, const char *tag, struct font_bytes bytes,
                      struct error *error);
void canvas_font_close(struct canvas_font *font);

/* Thousandths of the type size; -1 when the face has no glyph. */
int canvas_font_advance(struct canvas_font *font, uint32_t point);
int canvas_font_width(struct canvas_font *font, const char *text);

#endif
