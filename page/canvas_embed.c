/*
 * A face's objects in the PDF: a composite font of two-byte codes over a subset of its outlines (ISO 32000-1,
 * 9.7).
 *
 * libharu would embed whole tables for every code point there is: most of a small document's time and size.
 * HarfBuzz makes the subset; here are the few objects around it, by libharu's functions for objects (exported
 * by the library and declared in its installed headers).
 * Guarantees: every code drawn has its width, its outline and its code point. Hints for coarse screens are left
 * out.
 */
#include "page/canvas_font.h"

#include <stdio.h>

#include <harfbuzz/hb-subset.h>

#include <hpdf_doc.h>
#include <hpdf_objects.h>

#define BLOCK 100 /* most ranges in one block of a ToUnicode map */

/* What layout and other systems need, no reader of a PDF. */
static const hb_tag_t left_out[] = {
    HB_TAG('G', 'S', 'U', 'B'), HB_TAG('G', 'P', 'O', 'S'), HB_TAG('G', 'D', 'E', 'F'),
    HB_TAG('k', 'e', 'r', 'n'), HB_TAG('n', 'a', 'm', 'e'), HB_TAG('c', 'm', 'a', 'p'),
    HB_TAG('O', 'S', '/', '2'), HB_TAG('p', 'o', 's', 't'), HB_TAG('M', 'A', 'T', 'H'),
    HB_TAG('g', 'a', 's', 'p'), HB_TAG('F', 'F', 'T', 'M')};

HPDF_Dict canvas_font_object(struct canvas_font *font, HPDF_Doc pdf)
{
    if (font->object == NULL) {
        HPDF_Dict object = HPDF_Dict_New(pdf->mmgr);
        if (object != NULL && HPDF_Xref_Add(pdf->xref, object) == HPDF_OK)
            font->object = object; /* the document's from here on */
    }
    return font->object;
}

/* The subset file, and in `map` the new glyph of each code, two bytes each. */
static hb_blob_t *subset(const struct canvas_font *font, struct text *map)
{
    hb_blob_t *blob = NULL;
    hb_face_t *face = NULL;
    hb_subset_plan_t *plan = NULL;
    hb_subset_input_t *input = hb_subset_input_create_or_fail();
    if (input == NULL)
        return NULL;
    hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
    hb_set_t *glyphs = hb_subset_input_glyph_set(input);
    for (size_t code = 1; code <= font->count; code++)
        hb_set_add(glyphs, canvas_font_glyph(font, font->drawn[code]));
    hb_set_t *dropped = hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG);
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
        hb_set_add(dropped, left_out[i]);
    plan = hb_subset_plan_create_or_fail(font->face, input);
    if (plan != NULL)
        face = hb_subset_plan_execute_or_fail(plan);
    if (face != NULL) {
        const hb_map_t *glyph_of = hb_subset_plan_old_to_new_glyph_mapping(plan);
        text_add_bytes(map, "\0", 2);
        for (size_t code = 1; code <= font->count; code++) {
            hb_codepoint_t glyph = hb_map_get(glyph_of, canvas_font_glyph(font, font->drawn[code]));
            const unsigned char two[2] = {(unsigned char)(glyph >> 8), (unsigned char)glyph};
            text_add_bytes(map, two, 2);
        }
        blob = hb_face_reference_blob(face);
        hb_face_destroy(face);
    }
    hb_subset_plan_destroy(plan);
    hb_subset_input_destroy(input);
    return blob;
}

static HPDF_Dict stream(HPDF_Doc pdf, const void *bytes, size_t length)
{
    HPDF_Dict object = HPDF_DictStream_New(pdf->mmgr, pdf->xref);
    if (object == NULL || HPDF_Stream_Write(object->stream, bytes, (HPDF_UINT)length) != HPDF_OK)
        return NULL;
    object->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
    return object;
}

static HPDF_Dict unicode_map(const struct canvas_font *font, HPDF_Doc pdf)
{
    struct text text = TEXT_EMPTY;
    text_add(&text, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
                    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
                    "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
                    "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
    for (size_t code = 1; code <= font->count; code++) {
        if ((code - 1) % BLOCK == 0) {
            size_t left = font->count - code + 1;
            text_format(&text, "%zu beginbfchar\n", left < BLOCK ? left : (size_t)BLOCK);
        }
        text_format(&text, "<%04zX> <%04X>\n", code, font->drawn[code]);
        if (code % BLOCK == 0 || code == font->count)
            text_add(&text, "endbfchar\n");
    }
    text_add(&text, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    HPDF_Dict object = text.failed ? NULL : stream(pdf, text.bytes, text.length);
    text_free(&text);
    return object;
}

static int thousandths(const struct canvas_font *font, int units)
{
    return (int)((int64_t)units * 1000 / (int64_t)font->units);
}

static void add_box(const struct canvas_font *font, HPDF_Dict descriptor)
{
    hb_blob_t *head = hb_face_reference_table(font->face, HB_TAG('h', 'e', 'a', 'd'));
    unsigned int length = 0;
    const char *bytes = hb_blob_get_data(head, &length);
    HPDF_Array box = HPDF_Array_New(descriptor->mmgr);
    for (unsigned int i = 0; i < 4 && length >= 44; i++) { /* xMin, yMin, xMax, yMax */
        const unsigned char *at = (const unsigned char *)bytes + 36 + 2 * (size_t)i;
        HPDF_Array_AddNumber(box, thousandths(font, (int16_t)(at[0] << 8 | at[1])));
    }
    HPDF_Dict_Add(descriptor, "FontBBox", box);
    hb_blob_destroy(head);
}

static HPDF_Dict descriptor_of(const struct canvas_font *font, HPDF_Doc pdf, const char *name, HPDF_Dict file)
{
    HPDF_Dict descriptor = HPDF_Dict_New(pdf->mmgr);
    hb_font_extents_t extents = {0};
    if (descriptor == NULL || HPDF_Xref_Add(pdf->xref, descriptor) != HPDF_OK)
        return NULL;
    hb_font_get_h_extents(font->measures, &extents);
    HPDF_Dict_AddName(descriptor, "Type", "FontDescriptor");
    HPDF_Dict_AddName(descriptor, "FontName", name);
    HPDF_Dict_AddNumber(descriptor, "Flags", 4); /* its codes are no standard's */
    HPDF_Dict_AddNumber(descriptor, "ItalicAngle", 0);
    HPDF_Dict_AddNumber(descriptor, "Ascent", thousandths(font, extents.ascender));
    HPDF_Dict_AddNumber(descriptor, "Descent", thousandths(font, extents.descender));
    HPDF_Dict_AddNumber(descriptor, "CapHeight", thousandths(font, extents.ascender));
    HPDF_Dict_AddNumber(descriptor, "StemV", 80);
    HPDF_Dict_Add(descriptor, "FontFile2", file);
    add_box(font, descriptor);
    return descriptor;
}

/* The font the codes select from: its codes' widths, outlines and places in the file. */
static HPDF_Dict selected(struct canvas_font *font, HPDF_Doc pdf, const char *name, HPDF_Dict file,
                          HPDF_Dict map)
{
    HPDF_Dict object = HPDF_Dict_New(pdf->mmgr);
    if (object == NULL || HPDF_Xref_Add(pdf->xref, object) != HPDF_OK)
        return NULL;
    HPDF_Dict system = HPDF_Dict_New(pdf->mmgr);
    HPDF_Dict_Add(system, "Registry", HPDF_String_New(pdf->mmgr, "Adobe", NULL));
    HPDF_Dict_Add(system, "Ordering", HPDF_String_New(pdf->mmgr, "Identity", NULL));
    HPDF_Dict_AddNumber(system, "Supplement", 0);
    HPDF_Array widths = HPDF_Array_New(pdf->mmgr), from_one = HPDF_Array_New(pdf->mmgr);
    for (size_t code = 1; code <= font->count; code++)
        HPDF_Array_AddNumber(from_one, canvas_font_advance(font, font->drawn[code]));
    HPDF_Array_AddNumber(widths, 1);
    HPDF_Array_Add(widths, from_one);
    HPDF_Dict_AddName(object, "Type", "Font");
    HPDF_Dict_AddName(object, "Subtype", "CIDFontType2");
    HPDF_Dict_AddName(object, "BaseFont", name);
    HPDF_Dict_Add(object, "CIDSystemInfo", system);
    HPDF_Dict_Add(object, "FontDescriptor", descriptor_of(font, pdf, name, file));
    HPDF_Dict_AddNumber(object, "DW", 0);
    HPDF_Dict_Add(object, "W", widths);
    HPDF_Dict_Add(object, "CIDToGIDMap", map);
    return object;
}

bool canvas_font_embed(struct canvas_font *font, HPDF_Doc pdf, const char *tag, struct error *error)
{
    if (font->object == NULL)
        return true;
    char name[sizeof font->name + 8];
    struct text map = TEXT_EMPTY;
    bool done = false;
    snprintf(name, sizeof name, "%s+%s", tag, font->name);
    hb_blob_t *blob = subset(font, &map);
    unsigned int length = 0;
    const char *bytes = hb_blob_get_data(blob, &length);
    if (length > 0 && !map.failed) {
        HPDF_Dict file = stream(pdf, bytes, length), codes = stream(pdf, map.bytes, map.length);
        HPDF_Dict unicode = unicode_map(font, pdf);
        if (file != NULL && codes != NULL && unicode != NULL) {
            HPDF_Array descendants = HPDF_Array_New(pdf->mmgr);
            HPDF_Dict_AddNumber(file, "Length1", (HPDF_INT32)length);
            HPDF_Array_Add(descendants, selected(font, pdf, name, file, codes));
            HPDF_Dict_AddName(font->object, "Type", "Font");
            HPDF_Dict_AddName(font->object, "Subtype", "Type0");
            HPDF_Dict_AddName(font->object, "BaseFont", name);
            HPDF_Dict_AddName(font->object, "Encoding", "Identity-H");
            HPDF_Dict_Add(font->object, "DescendantFonts", descendants);
            done = HPDF_Dict_Add(font->object, "ToUnicode", unicode) == HPDF_OK;
        }
    }
    hb_blob_destroy(blob);
    text_free(&map);
    return done || error_set(error, FAULT_TEMPORARY, "the letters of %s could not be put into the document",
                             font->name);
}
