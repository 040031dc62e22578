/*
 * Ink on sheets: the only place of the project that calls libharu.
 *
 * Takes text, lines, filled boxes and pictures at given points (page/grid.h's axes) and remembers every
 * text drawn, so that a document can be read back before it leaves (canvas_shows). Flow, wrapping and tables
 * are above it (page/document.h); callers outside page/ use those.
 *
 * Drawing calls do not fail one by one: the first failure is kept and canvas_finish reports it. Text or a
 * picture that would leave the printable area is drawn nowhere and counts as such a failure: nothing is ever
 * clipped.
 */
#ifndef LEADSPOOL_PAGE_CANVAS_H
#define LEADSPOOL_PAGE_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "page/grid.h"
#include "page/ink.h"

/* The bytes of a TrueType file; borrowed until canvas_close. */
struct font_bytes {
    const void *bytes;
    size_t length;
};

struct canvas;

/* Faces 0 regular and 1 bold, embedded. NULL on failure: FAULT_ENVIRONMENT when a font is none. */
struct canvas *canvas_open(struct font_bytes regular, struct font_bytes bold, struct error *error);
void canvas_close(struct canvas *canvas);

/* Before the first sheet, at most one of the two: */
/* Note marks and pictures in `ink` (which stays the caller's) instead of drawing. canvas_finish then makes no PDF. */
void canvas_note(struct canvas *canvas, struct ink *ink);
/* Leave out what is under these boxes, and draw them black. No letter under a box gets into the file, nor into the fonts; a
   picture gets in with what is under boxes painted over in its pixels, or not at all. No bookmarks. The list, in the
   order of its sections, stays borrowed until canvas_close. */
void canvas_redact(struct canvas *canvas, const struct redactions *redactions);
/* Sheets from here on belong to the next section, which ends with another call or with canvas_finish. A section has at
   least one sheet. */
void canvas_end_section(struct canvas *canvas);

/* What the PDF says of itself. Characters outside ASCII become "?" (libharu would write others).
   `created` is both creation and modification time: the same facts give the same bytes. */
void canvas_properties(struct canvas *canvas, const char *title, const char *subject, instant created);

/* Start a further sheet; returns its number, from 0. A section may have 400. */
size_t canvas_add_sheet(struct canvas *canvas);
size_t canvas_sheets(const struct canvas *canvas);

/* A line of text whose base line starts at x, y. `text` must come from readable_add. */
void canvas_text(struct canvas *canvas, size_t sheet, double x, double y, enum type_style style,
                 const char *text, size_t length);
void canvas_fill(struct canvas *canvas, size_t sheet, double x, double y, double width, double height,
                 struct colour colour);
void canvas_rule(struct canvas *canvas, size_t sheet, double x0, double y0, double x1, double y1,
                 double thickness, double grey);
/* An entry of the outline ("bookmarks") pointing at a sheet; ASCII. */
void canvas_bookmark(struct canvas *canvas, size_t sheet, const char *title);

/* Take a baseline or progressive JPEG (grey or YCbCr, upright: its EXIF orientation is ignored) or packed
   8-bit RGB rows. Returns the picture's number or -1 with an error; the bytes are copied. */
int canvas_take_jpeg(struct canvas *canvas, const void *bytes, size_t length, struct error *error);
int canvas_take_pixels(struct canvas *canvas, const void *rgb, unsigned int width, unsigned int height,
                       struct error *error);
/* Pixels of a picture; 0 × 0 for an unknown number. */
void canvas_picture_size(const struct canvas *canvas, int picture, unsigned int *width, unsigned int *height);
void canvas_picture(struct canvas *canvas, size_t sheet, int picture, double x, double y, double width,
                    double height);

/* Measures, for wrapping: the face argument of wrap_advance and readable_has_glyph. */
void *canvas_face(struct canvas *canvas, enum type_style style);
int canvas_advance(void *face, uint32_t point);
bool canvas_has_glyph(void *face, uint32_t point);

/* Is the whole of `text` among what was drawn on a sheet, in order, white space aside? */
bool canvas_shows(const struct canvas *canvas, size_t sheet, const char *text);
/* What was drawn on a sheet, one drawn line a line; borrowed, "" when nothing. */
const char *canvas_drawn(const struct canvas *canvas, size_t sheet);

/* Remember a failure of a caller (the first one wins). */
void canvas_fail(struct canvas *canvas, enum fault fault, const char *what);
/* Has anything failed yet? */
bool canvas_failed(const struct canvas *canvas);
/* The same, saying what. */
bool canvas_sound(const struct canvas *canvas, struct error *error);

/* The PDF's bytes, appended to `out`; none when marks were noted. */
bool canvas_finish(struct canvas *canvas, struct text *out, struct error *error);

#endif
