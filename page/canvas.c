/*
 * Ink on sheets, over libharu 2.3.0.
 *
 * Guarantees: fonts come from memory, so a worker needs no file system; the same calls give the same bytes;
 * nothing is drawn outside the printable area. libharu's errors are sticky: the first is kept with its
 * number. Does not verify that a JPEG decodes: libharu reads its header only, so callers hand in verified
 * pictures.
 */
#include "page/canvas.h"

#include <hpdf.h>
#include <stdlib.h>
#include <string.h>

#include <hpdf_doc.h>
#include <hpdf_objects.h>
#include <hpdf_pages.h>

#include "base/unicode.h"
#include "page/canvas_parts.h"

#define SHEETS_LIMIT 400 /* a document longer than this is a fault, not a document */

static void on_error(HPDF_STATUS status, HPDF_STATUS detail, void *user)
{
    (void)detail;
    struct canvas *canvas = user;
    if (canvas->status == 0)
        canvas->status = status;
}

void canvas_fail(struct canvas *canvas, enum fault fault, const char *what)
{
    if (canvas->first.fault == FAULT_NONE)
        error_set(&canvas->first, fault, "%s", what);
}

bool canvas_failed(const struct canvas *canvas)
{
    return canvas->first.fault != FAULT_NONE || canvas->status != 0;
}

/* For readers that speak or translate, and a window that shows the title instead of a file's name. */
static void say_language(HPDF_Doc pdf)
{
    HPDF_Dict window = HPDF_Dict_New(pdf->mmgr);
    pdf->pdf_version = HPDF_VER_14; /* the first to know both */
    HPDF_Dict_Add(pdf->catalog, "Lang", HPDF_String_New(pdf->mmgr, "en-US", NULL));
    HPDF_Dict_Add(window, "DisplayDocTitle", HPDF_Boolean_New(pdf->mmgr, HPDF_TRUE));
    HPDF_Dict_Add(pdf->catalog, "ViewerPreferences", window);
}

struct canvas *canvas_open(struct font_bytes regular, struct font_bytes bold, struct error *error)
{
    struct canvas *canvas = calloc(1, sizeof *canvas);
    if (canvas == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory while starting a document");
        return NULL;
    }
    canvas->pdf = HPDF_New(on_error, canvas);
    if (canvas->pdf == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory while starting a document");
        goto failed;
    }
    HPDF_SetCompressionMode(canvas->pdf, HPDF_COMP_TEXT | HPDF_COMP_METADATA);
    say_language(canvas->pdf);
    if (!canvas_font_open(&canvas->fonts[0], regular, error) ||
        !canvas_font_open(&canvas->fonts[1], bold, error))
        goto failed;
    if (strcmp(canvas->fonts[0].name, canvas->fonts[1].name) == 0) {
        error_set(error, FAULT_ENVIRONMENT, "the regular and the bold font are the same file");
        goto failed;
    }
    return canvas;
failed:
    canvas_close(canvas);
    return NULL;
}

void canvas_close(struct canvas *canvas)
{
    if (canvas == NULL)
        return;
    for (size_t i = 0; i < canvas->sheet_count; i++)
        text_free(&canvas->sheets[i].drawn);
    free(canvas->sheets);
    free(canvas->pictures);
    ink_free(&canvas->kept);
    for (int i = 0; i < FACES; i++)
        canvas_font_close(&canvas->fonts[i]);
    if (canvas->pdf != NULL)
        HPDF_Free(canvas->pdf);
    free(canvas);
}

static void set_property(struct canvas *canvas, HPDF_InfoType type, const char *value)
{
    char ascii[256];
    size_t length = 0;
    for (; value[length] != '\0' && length + 1 < sizeof ascii; length++)
        ascii[length] = value[length] >= 0x20 && value[length] < 0x7F ? value[length] : '?';
    ascii[length] = '\0';
    HPDF_SetInfoAttr(canvas->pdf, type, ascii);
}

void canvas_properties(struct canvas *canvas, const char *title, const char *subject, instant created)
{
    set_property(canvas, HPDF_INFO_TITLE, title);
    set_property(canvas, HPDF_INFO_SUBJECT, subject);
    set_property(canvas, HPDF_INFO_CREATOR, "leadspool");
    set_property(canvas, HPDF_INFO_PRODUCER, "leadspool, libharu");
    char text[INSTANT_TEXT_SIZE];
    instant_text(created, text);
    HPDF_Date date = {.year = atoi(text),
                      .month = atoi(text + 5),
                      .day = atoi(text + 8),
                      .hour = atoi(text + 11),
                      .minutes = atoi(text + 14),
                      .seconds = atoi(text + 17),
                      .ind = 'Z',
                      .off_hour = 0,
                      .off_minutes = 0};
    HPDF_SetInfoDateAttr(canvas->pdf, HPDF_INFO_CREATION_DATE, date);
    HPDF_SetInfoDateAttr(canvas->pdf, HPDF_INFO_MOD_DATE, date);
}

void canvas_note(struct canvas *canvas, struct ink *ink)
{
    canvas->ink = ink;
}

/* The boxes of the section that begins: those after the last one's. */
static void take_section(struct canvas *canvas)
{
    struct redactions *here = &canvas->here;
    here->list += here->count;
    here->count = 0;
    size_t left = canvas->redactions.count - (size_t)(here->list - canvas->redactions.list);
    while (here->count < left && here->list[here->count].section == canvas->section)
        here->count++;
}

void canvas_redact(struct canvas *canvas, const struct redactions *redactions)
{
    canvas->redactions = *redactions;
    canvas->redacts = true;
    canvas->here = (struct redactions){redactions->list, 0};
    take_section(canvas);
}

void canvas_end_section(struct canvas *canvas)
{
    if (canvas->redacts)
        canvas_draw_boxes(canvas);
    if (canvas->ink != NULL)
        ink_add_pages(canvas->ink, canvas->sheet_count - canvas->section_first);
    canvas->section++;
    canvas->section_first = canvas->sheet_count;
    if (canvas->redacts)
        take_section(canvas);
}

size_t canvas_add_sheet(struct canvas *canvas)
{
    if (canvas->sheet_count - canvas->section_first == SHEETS_LIMIT) {
        canvas_fail(canvas, FAULT_INPUT, "the document would have more than 400 pages; shorten its texts");
        return canvas->sheet_count - 1;
    }
    if (canvas->sheet_count == canvas->sheet_room) {
        size_t room = canvas->sheet_room == 0 ? 8 : 2 * canvas->sheet_room;
        struct canvas_sheet *sheets = realloc(canvas->sheets, room * sizeof *sheets);
        if (sheets == NULL) {
            canvas_fail(canvas, FAULT_TEMPORARY, "out of memory for a page");
            return canvas->sheet_count == 0 ? 0 : canvas->sheet_count - 1;
        }
        canvas->sheets = sheets;
        canvas->sheet_room = room;
    }
    HPDF_Page page = NULL;
    if (canvas->ink == NULL) {
        page = HPDF_AddPage(canvas->pdf);
        HPDF_Page_SetWidth(page, (HPDF_REAL)SHEET_WIDTH);
        HPDF_Page_SetHeight(page, (HPDF_REAL)SHEET_HEIGHT);
    }
    canvas->sheets[canvas->sheet_count] = (struct canvas_sheet){.page = page};
    return canvas->sheet_count++;
}

size_t canvas_sheets(const struct canvas *canvas)
{
    return canvas->sheet_count;
}

/* The one bounds check. A tenth of a point forgives rounding. */
bool canvas_inside(struct canvas *canvas, size_t sheet, double left, double top, double right, double bottom,
                   const char *what, const char *text, size_t length)
{
    if (sheet < canvas->sheet_count && left >= PRINTABLE_EDGE - 0.1 && top >= PRINTABLE_EDGE - 0.1 &&
        right <= SHEET_WIDTH - PRINTABLE_EDGE + 0.1 && bottom <= SHEET_HEIGHT - PRINTABLE_EDGE + 10.1)
        return true;
    if (canvas->first.fault == FAULT_NONE)
        error_set(&canvas->first, FAULT_INTERNAL,
                  "%s would leave the printable area of page %zu (%.0f, %.0f to %.0f, %.0f): \"%.*s\"", what,
                  sheet + 1, left, top, right, bottom, (int)(length < 80 ? length : 80), text);
    return false;
}

/* A mark to be noted, when marks are. */
static struct ink_mark *note(struct canvas *canvas, enum ink_kind kind, size_t sheet)
{
    struct ink_mark *mark = ink_add(canvas->ink, kind, canvas->section, sheet - canvas->section_first);
    if (mark == NULL)
        canvas_fail(canvas, FAULT_TEMPORARY, "out of memory while noting a page");
    return mark;
}

/* As operators of the page's own stream: libharu's text functions know fonts of its own making alone. */
bool canvas_write(struct canvas *canvas, size_t sheet, double x, double y, const struct type *type,
                  const char *text, size_t length)
{
    HPDF_Page page = canvas->sheets[sheet].page;
    static const char hexadecimal[] = "0123456789ABCDEF";
    struct canvas_font *font = &canvas->fonts[type->bold];
    HPDF_Dict object = canvas_font_object(font, canvas->pdf);
    const char *name = object == NULL ? NULL : HPDF_Page_GetLocalFontName(page, object);
    struct text line = TEXT_EMPTY;
    if (name == NULL)
        return false;
    text_format(&line, "BT /%s %.2f Tf %.2f g %.2f %.2f Td <", name, type->size, type->grey, x,
                SHEET_HEIGHT - y);
    bool done = true;
    for (size_t at = 0; at < length && done;) {
        uint32_t point = 0;
        size_t used = unicode_decode((const unsigned char *)text + at, length - at, &point);
        uint16_t code = used > 0 && canvas_font_advance(font, point) >= 0 ? canvas_font_code(font, point) : 0;
        const char digits[4] = {hexadecimal[code >> 12], hexadecimal[code >> 8 & 15],
                                hexadecimal[code >> 4 & 15], hexadecimal[code & 15]};
        text_add_bytes(&line, digits, sizeof digits);
        done = code != 0;
        at += used;
    }
    text_add(&line, "> Tj ET\n");
    done = done && !line.failed &&
           HPDF_Stream_Write(((HPDF_PageAttr)page->attr)->stream, (const HPDF_BYTE *)line.bytes,
                             (HPDF_UINT)line.length) == HPDF_OK;
    text_free(&line);
    return done;
}

/* What was drawn, for reading back: what is under a box was not. */
static bool set_line(struct canvas *canvas, size_t sheet, double x, double y, const struct type *type,
                     const char *text, size_t length)
{
    if (canvas->redacts)
        return canvas_write_redacted(canvas, sheet, x, y, type, text, length);
    text_add_bytes(&canvas->sheets[sheet].drawn, text, length);
    text_add(&canvas->sheets[sheet].drawn, "\n");
    return canvas->ink != NULL || canvas_write(canvas, sheet, x, y, type, text, length);
}

void canvas_text(struct canvas *canvas, size_t sheet, double x, double y, enum type_style style,
                 const char *text, size_t length)
{
    if (length == 0 || canvas->first.fault != FAULT_NONE)
        return;
    struct type type = type_of(style);
    char *line = strndup(text, length);
    if (line == NULL) {
        canvas_fail(canvas, FAULT_TEMPORARY, "out of memory while drawing text");
        return;
    }
    double width = (double)canvas_font_width(&canvas->fonts[type.bold], line) * type.size / 1000;
    if (canvas_inside(canvas, sheet, x, y - type.size, x + width, y + type.size * 0.25, "text", text,
                      length)) {
        if (!set_line(canvas, sheet, x, y, &type, text, length))
            canvas_fail(canvas, FAULT_INTERNAL, "a text without a glyph was to be drawn");
        struct ink_mark *mark = canvas->ink == NULL ? NULL : note(canvas, INK_TEXT, sheet);
        if (mark != NULL) {
            mark->place = (struct rectangle){x, y, width, 0};
            mark->style = style;
            mark->text = line;
            line = NULL;
        }
    }
    free(line);
}

void canvas_paint(struct canvas *canvas, size_t sheet, const struct rectangle *box, struct colour colour)
{
    HPDF_Page page = canvas->sheets[sheet].page;
    HPDF_Page_SetRGBFill(page, (HPDF_REAL)colour.red, (HPDF_REAL)colour.green, (HPDF_REAL)colour.blue);
    HPDF_Page_Rectangle(page, (HPDF_REAL)box->x, canvas_flip(box->y + box->height), (HPDF_REAL)box->width,
                        (HPDF_REAL)box->height);
    HPDF_Page_Fill(page);
}

void canvas_fill(struct canvas *canvas, size_t sheet, double x, double y, double width, double height,
                 struct colour colour)
{
    const struct rectangle box = {x, y, width, height};
    if (!canvas_inside(canvas, sheet, x, y, x + width, y + height, "a box", "", 0))
        return;
    if (canvas->ink == NULL) {
        canvas_paint(canvas, sheet, &box, colour);
        return;
    }
    struct ink_mark *mark = note(canvas, INK_FILL, sheet);
    if (mark != NULL) {
        mark->place = box;
        mark->colour = colour;
    }
}

void canvas_rule(struct canvas *canvas, size_t sheet, double x0, double y0, double x1, double y1,
                 double thickness, double grey)
{
    if (!canvas_inside(canvas, sheet, x0, y0, x1, y1, "a rule", "", 0))
        return;
    struct ink_mark *mark = canvas->ink == NULL ? NULL : note(canvas, INK_RULE, sheet);
    if (mark != NULL) {
        mark->place = (struct rectangle){x0, y0, x1 - x0, y1 - y0};
        mark->thickness = thickness;
        mark->grey = grey;
    }
    HPDF_Page page = canvas->sheets[sheet].page;
    if (page == NULL)
        return;
    HPDF_Page_SetLineWidth(page, (HPDF_REAL)thickness);
    HPDF_Page_SetRGBStroke(page, (HPDF_REAL)grey, (HPDF_REAL)grey, (HPDF_REAL)grey);
    HPDF_Page_MoveTo(page, (HPDF_REAL)x0, canvas_flip(y0));
    HPDF_Page_LineTo(page, (HPDF_REAL)x1, canvas_flip(y1));
    HPDF_Page_Stroke(page);
}

void canvas_bookmark(struct canvas *canvas, size_t sheet, const char *title)
{
    for (const char *at = title; *at != '\0'; at++)
        if (*at < 0x20 || *at >= 0x7F)
            return; /* libharu writes outlines outside ASCII wrongly */
    if (sheet >= canvas->sheet_count || canvas->ink != NULL || canvas->redacts)
        return;
    HPDF_Outline entry = HPDF_CreateOutline(canvas->pdf, NULL, title, NULL);
    HPDF_Destination target = HPDF_Page_CreateDestination(canvas->sheets[sheet].page);
    HPDF_Outline_SetDestination(entry, target);
}

void *canvas_face(struct canvas *canvas, enum type_style style)
{
    return &canvas->fonts[type_of(style).bold];
}

int canvas_advance(void *face, uint32_t point)
{
    int advance = canvas_font_advance(face, point);
    return advance < 0 ? 0 : advance;
}

bool canvas_has_glyph(void *face, uint32_t point)
{
    return canvas_font_advance(face, point) >= 0;
}

const char *canvas_drawn(const struct canvas *canvas, size_t sheet)
{
    return sheet < canvas->sheet_count && canvas->sheets[sheet].drawn.bytes != NULL
               ? canvas->sheets[sheet].drawn.bytes
               : "";
}

bool canvas_shows(const struct canvas *canvas, size_t sheet, const char *text)
{
    /* Long words break anywhere, so white space says nothing: both sides are compared without it. */
    const char *drawn = canvas_drawn(canvas, sheet);
    for (const char *start = drawn; *start != '\0'; start++) {
        const char *have = start;
        const char *want = text;
        while (*want != '\0') {
            if (*want == ' ' || *want == '\n') {
                want++;
            } else if (*have == ' ' || *have == '\n') {
                have++;
            } else if (*have == *want) {
                have++;
                want++;
            } else {
                break;
            }
        }
        if (*want == '\0')
            return true;
    }
    return false;
}

bool canvas_sound(const struct canvas *canvas, struct error *error)
{
    if (canvas->first.fault != FAULT_NONE) {
        if (error != NULL)
            *error = canvas->first;
        return false;
    }
    if (canvas->status != 0)
        return error_set(error, canvas->status == HPDF_FAILD_TO_ALLOC_MEM ? FAULT_TEMPORARY : FAULT_INTERNAL,
                         "the document could not be written (libharu error 0x%04lX)", canvas->status);
    return true;
}

bool canvas_finish(struct canvas *canvas, struct text *out, struct error *error)
{
    canvas_end_section(canvas);
    if (canvas->redacts && canvas->here.list != canvas->redactions.list + canvas->redactions.count)
        canvas_fail(canvas, FAULT_INPUT, "a redaction is of a document that is not there");
    for (size_t i = 0; i < canvas->sheet_count; i++)
        if (canvas->sheets[i].drawn.failed)
            canvas_fail(canvas, FAULT_TEMPORARY, "out of memory while drawing text");
    if (canvas->ink != NULL)
        return canvas_sound(canvas, error);
    if (!canvas_sound(canvas, error) || !canvas_font_embed(&canvas->fonts[0], canvas->pdf, "LEADAA", error) ||
        !canvas_font_embed(&canvas->fonts[1], canvas->pdf, "LEADAB", error))
        return false;
    HPDF_SaveToStream(canvas->pdf);
    if (!canvas_sound(canvas, error))
        return false;
    HPDF_UINT32 left = HPDF_GetStreamSize(canvas->pdf);
    while (left > 0) {
        HPDF_BYTE block[65536];
        HPDF_UINT32 size = left < sizeof block ? left : (HPDF_UINT32)sizeof block;
        HPDF_ReadFromStream(canvas->pdf, block, &size);
        if (size == 0)
            return error_set(error, FAULT_INTERNAL, "the document ended early while it was read out");
        text_add_bytes(out, block, size);
        left -= size;
    }
    if (out->failed)
        return error_set(error, FAULT_TEMPORARY, "out of memory while writing a document");
    return true;
}
