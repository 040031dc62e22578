/*
 * A TrueType face in memory, over HarfBuzz.
 *
 * Guarantees: advances are those written into the PDF, so wrapping, drawing and every reader agree to a
 * thousandth; codes follow the order of drawing, so the same calls give the same bytes. Does not shape: one code
 * point is one glyph (page/readable.h makes what needs more visible as code points).
 */
#include "page/canvas_font.h"

#include <harfbuzz/hb-ot.h>
#include <stdlib.h>
#include <string.h>

#include "page/wrap.h"

#define POINTS 65536
#define NOT_ASKED (-2)

static bool has_outlines(hb_face_t *face)
{
    hb_blob_t *outlines = hb_face_reference_table(face, HB_TAG('g', 'l', 'y', 'f'));
    bool some = hb_blob_get_length(outlines) > 0;
    hb_blob_destroy(outlines);
    return some && hb_face_get_glyph_count(face) > 0;
}

static void take_name(struct canvas_font *font)
{
    unsigned int size = sizeof font->name;
    hb_ot_name_get_utf8(font->face, HB_OT_NAME_ID_POSTSCRIPT_NAME, HB_LANGUAGE_INVALID, &size, font->name);
    for (char *at = font->name; *at != '\0'; at++)
        if (*at <= ' ' || *at > '~' || strchr("()<>[]{}/%#", *at) != NULL)
            *at = '-';
    if (font->name[0] == '\0')
        memcpy(font->name, "Unnamed", sizeof "Unnamed");
}

bool canvas_font_open(struct canvas_font *font, struct font_bytes bytes, struct error *error)
{
    if (bytes.length < 12 || bytes.length > (64U << 20))
        return error_set(error, FAULT_ENVIRONMENT, "a font of %zu bytes is no TrueType file", bytes.length);
    hb_blob_t *blob =
        hb_blob_create(bytes.bytes, (unsigned int)bytes.length, HB_MEMORY_MODE_READONLY, NULL, NULL);
    font->face = hb_face_create(blob, 0);
    hb_blob_destroy(blob);
    if (!has_outlines(font->face))
        return error_set(error, FAULT_ENVIRONMENT,
                         "the font is no TrueType file with outlines; install fonts-dejavu-core");
    font->measures = hb_font_create(font->face); /* its scale is the em */
    font->units = hb_face_get_upem(font->face);
    take_name(font);
    font->advances = malloc(POINTS * sizeof *font->advances);
    font->codes = calloc(POINTS, sizeof *font->codes);
    if (font->advances == NULL || font->codes == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while loading a font");
    for (size_t i = 0; i < POINTS; i++)
        font->advances[i] = NOT_ASKED;
    return true;
}

void canvas_font_close(struct canvas_font *font)
{
    hb_font_destroy(font->measures);
    hb_face_destroy(font->face);
    free(font->advances);
    free(font->codes);
    free(font->drawn);
    *font = (struct canvas_font){0};
}

uint32_t canvas_font_glyph(const struct canvas_font *font, uint32_t point)
{
    hb_codepoint_t glyph = 0;
    return hb_font_get_nominal_glyph(font->measures, point, &glyph) ? glyph : 0;
}

int canvas_font_advance(struct canvas_font *font, uint32_t point)
{
    if (point >= POINTS)
        return -1;
    if (font->advances[point] == NOT_ASKED) {
        uint32_t glyph = canvas_font_glyph(font, point);
        int64_t units = hb_font_get_glyph_h_advance(font->measures, glyph);
        font->advances[point] =
            glyph == 0 ? -1 : (int16_t)((units * 1000 + font->units / 2) / (int64_t)font->units);
    }
    return font->advances[point];
}

static int advance_or_nothing(void *face, uint32_t point)
{
    int advance = canvas_font_advance(face, point);
    return advance < 0 ? 0 : advance;
}

int canvas_font_width(struct canvas_font *font, const char *text)
{
    return wrap_width(text, advance_or_nothing, font);
}

uint16_t canvas_font_code(struct canvas_font *font, uint32_t point)
{
    if (point >= POINTS)
        return 0;
    if (font->codes[point] == 0) {
        if ((font->count & (font->count + 1)) == 0) { /* room for 0, 1, 3, 7, … codes is used up */
            uint32_t *drawn = realloc(font->drawn, (2 * font->count + 2) * sizeof *drawn);
            if (drawn == NULL)
                return 0;
            font->drawn = drawn;
        }
        font->drawn[++font->count] = point;
        font->codes[point] = (uint16_t)font->count;
    }
    return font->codes[point];
}
