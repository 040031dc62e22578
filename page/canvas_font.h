/*
 * A TrueType face in memory: which code points it draws, how wide, and the part of it that goes into a PDF.
 *
 * Text is drawn by codes: the first code point drawn is 1, the next new one 2, and so on. A document carries the
 * outlines of its own letters alone (HarfBuzz makes that subset) and a map back to Unicode, so that its text can
 * be searched, copied and read back. For canvas.c and canvas_embed.c (libharu's types).
 */
#ifndef LEADSPOOL_PAGE_CANVAS_FONT_H
#define LEADSPOOL_PAGE_CANVAS_FONT_H

#include <harfbuzz/hb.h>
#include <hpdf.h>
#include <stdint.h>

#include "page/canvas.h"

struct canvas_font {
    hb_face_t *face;
    hb_font_t *measures;
    unsigned int units; /* to the em */
    char name[64];      /* PostScript's */
    int16_t *advances;  /* per code point to U+FFFF: -2 not asked yet, -1 no glyph; owned */
    uint16_t *codes;    /* per code point; 0 not drawn yet; owned */
    uint32_t *drawn;    /* code points in the order of their codes, from 1; owned */
    size_t count;       /* of codes in use */
    HPDF_Dict object;   /* NULL until a text is drawn */
};

/* The bytes stay borrowed until canvas_font_close. */
bool canvas_font_open(struct canvas_font *font, struct font_bytes bytes, struct error *error);
void canvas_font_close(struct canvas_font *font);

/* Thousandths of the type size; -1 when the face has no glyph. */
int canvas_font_advance(struct canvas_font *font, uint32_t point);
int canvas_font_width(struct canvas_font *font, const char *text);
uint32_t canvas_font_glyph(const struct canvas_font *font, uint32_t point);

/* The code of a code point that has a glyph; 0 without memory. */
uint16_t canvas_font_code(struct canvas_font *font, uint32_t point);

/* The font's object, made when first asked for: codes of two bytes. NULL without memory. */
HPDF_Dict canvas_font_object(struct canvas_font *font, HPDF_Doc pdf);
/* Complete it, when every text is drawn. `tag` is the six letters PDF wants before the name of a subset, different
   for each face. Nothing when no text was drawn. */
bool canvas_font_embed(struct canvas_font *font, HPDF_Doc pdf, const char *tag, struct error *error);

#endif
