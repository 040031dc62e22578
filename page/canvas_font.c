/*
 * An embedded TrueType face loaded from memory.
 *
 * libharu's public call takes a path; a render worker has no file system. The font definition is
 * therefore built from a memory stream by the functions that call uses itself (exported by the library and
 * declared in its installed headers), and added to the document's list.
 * Guarantees: advances are asked from the font itself, so wrapping and drawing agree to a thousandth.
 */
#include "page/canvas_font.h"

#include <stdlib.h>
#include <string.h>

#include <hpdf_fontdef.h>
#include <hpdf_streams.h>

#include "page/wrap.h"

#define POINTS 65536
#define NOT_ASKED (-2)

/* libharu's own ToUnicode map uses an operator that belongs to another kind of map; readers that mind it
   cannot search or copy the text. Character codes are UTF-16 here, so the right map is the identity, written
   in ranges of one high byte as the format demands, at most 100 a block. */
static bool write_unicode_map(HPDF_Font font, struct error *error)
{
    HPDF_Dict map = HPDF_Dict_GetItem(font, "ToUnicode", HPDF_OCLASS_DICT);
    struct text text = TEXT_EMPTY;
    if (map == NULL || map->stream == NULL)
        return true; /* a libharu that writes none, or another way */
    text_add(&text, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
                    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
                    "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
                    "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
    for (unsigned int high = 0; high < 256; high++) {
        if (high % 64 == 0)
            text_add(&text, "64 beginbfrange\n");
        text_format(&text, "<%02X00> <%02XFF> <%02X00>\n", high, high, high);
        if (high % 64 == 63)
            text_add(&text, "endbfrange\n");
    }
    text_add(&text, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    bool written = text_done(&text, error);
    if (written) {
        HPDF_MemStream_FreeData(map->stream);
        map->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
        written = HPDF_Stream_Write(map->stream, (const HPDF_BYTE *)text.bytes, (HPDF_UINT)text.length) ==
                      HPDF_OK ||
                  error_set(error, FAULT_TEMPORARY, "out of memory while loading a font");
    }
    text_free(&text);
    return written;
}

bool canvas_font_open(struct canvas_font *font, HPDF_Doc pdf, const char *tag, struct font_bytes bytes,
                      struct error *error)
{
    if (bytes.length < 12 || bytes.length > (64U << 20))
        return error_set(error, FAULT_ENVIRONMENT, "a font of %zu bytes is no TrueType file", bytes.length);
    font->advances = malloc(POINTS * sizeof *font->advances);
    if (font->advances == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while loading a font");
    for (size_t i = 0; i < POINTS; i++)
        font->advances[i] = NOT_ASKED;
    HPDF_Stream stream = HPDF_MemStream_New(pdf->mmgr, (HPDF_UINT)bytes.length);
    if (stream == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while loading a font");
    if (HPDF_Stream_Write(stream, bytes.bytes, (HPDF_UINT)bytes.length) != HPDF_OK) {
        HPDF_Stream_Free(stream);
        return error_set(error, FAULT_TEMPORARY, "out of memory while loading a font");
    }
    /* The definition owns the stream, also when it cannot be read. */
    font->definition = HPDF_TTFontDef_Load(pdf->mmgr, stream, HPDF_TRUE);
    if (font->definition == NULL)
        return error_set(
            error, FAULT_ENVIRONMENT,
            "the font is no TrueType file libharu can embed (error 0x%04lX); install fonts-dejavu-core",
            HPDF_GetError(pdf));
    if (HPDF_Doc_FindFontDef(pdf, font->definition->base_font) != NULL) {
        HPDF_FontDef_Free(font->definition);
        font->definition = NULL;
        return error_set(error, FAULT_ENVIRONMENT, "the regular and the bold font are the same file");
    }
    if (HPDF_List_Add(pdf->fontdef_list, font->definition) != HPDF_OK) {
        HPDF_FontDef_Free(font->definition);
        font->definition = NULL;
        return error_set(error, FAULT_TEMPORARY, "out of memory while loading a font");
    }
    char letters[7];
    memcpy(letters, tag, sizeof letters);
    HPDF_TTFontDef_SetTagName(font->definition, letters);
    font->font = HPDF_GetFont(pdf, font->definition->base_font, "UTF-8");
    if (font->font == NULL)
        return error_set(error, FAULT_ENVIRONMENT,
                         "the font %s cannot be used for UTF-8 (libharu error 0x%04lX)",
                         font->definition->base_font, HPDF_GetError(pdf));
    return write_unicode_map(font->font, error);
}

void canvas_font_close(struct canvas_font *font)
{
    free(font->advances);
    font->advances = NULL;
}

int canvas_font_advance(struct canvas_font *font, uint32_t point)
{
    if (point >= POINTS)
        return -1;
    if (font->advances[point] == NOT_ASKED) {
        HPDF_UNICODE unicode = (HPDF_UNICODE)point;
        bool known = HPDF_TTFontDef_GetGlyphid(font->definition, unicode) != 0;
        font->advances[point] = known ? HPDF_TTFontDef_GetCharWidth(font->definition, unicode) : -1;
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
