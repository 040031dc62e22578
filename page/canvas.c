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
#include "page/canvas_font.h"

#define SHEETS_LIMIT 400    /* a document longer than this is a fault, not a document */
#define PICTURES_LIMIT 256  /* the same */
#define PRINTABLE_EDGE 30.0 /* points no office printer can reach */
#define FACES 2

struct canvas {
    HPDF_Doc pdf;
    struct canvas_font fonts[FACES];
    HPDF_Page pages[SHEETS_LIMIT];
    struct text drawn[SHEETS_LIMIT];
    size_t page_count;
    HPDF_Image pictures[PICTURES_LIMIT];
    int picture_count;
    struct error first;
    HPDF_STATUS status; /* libharu's first complaint, 0 = none */
};

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
    for (size_t i = 0; i < canvas->page_count; i++)
        text_free(&canvas->drawn[i]);
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

size_t canvas_add_sheet(struct canvas *canvas)
{
    if (canvas->page_count == SHEETS_LIMIT) {
        canvas_fail(canvas, FAULT_INPUT, "the document would have more than 400 pages; shorten its texts");
        return SHEETS_LIMIT - 1;
    }
    HPDF_Page page = HPDF_AddPage(canvas->pdf);
    HPDF_Page_SetWidth(page, (HPDF_REAL)SHEET_WIDTH);
    HPDF_Page_SetHeight(page, (HPDF_REAL)SHEET_HEIGHT);
    canvas->pages[canvas->page_count] = page;
    return canvas->page_count++;
}

size_t canvas_sheets(const struct canvas *canvas)
{
    return canvas->page_count;
}

/* The one bounds check. A tenth of a point forgives rounding. */
static bool inside(struct canvas *canvas, size_t sheet, double left, double top, double right, double bottom,
                   const char *what, const char *text, size_t length)
{
    if (sheet < canvas->page_count && left >= PRINTABLE_EDGE - 0.1 && top >= PRINTABLE_EDGE - 0.1 &&
        right <= SHEET_WIDTH - PRINTABLE_EDGE + 0.1 && bottom <= SHEET_HEIGHT - PRINTABLE_EDGE + 10.1)
        return true;
    if (canvas->first.fault == FAULT_NONE)
        error_set(&canvas->first, FAULT_INTERNAL,
                  "%s would leave the printable area of page %zu (%.0f, %.0f to %.0f, %.0f): \"%.*s\"", what,
                  sheet + 1, left, top, right, bottom, (int)(length < 80 ? length : 80), text);
    return false;
}

static HPDF_REAL flip(double y)
{
    return (HPDF_REAL)(SHEET_HEIGHT - y);
}

/* As operators of the page's own stream: libharu's text functions know fonts of its own making alone. */
static bool write_line(struct canvas *canvas, HPDF_Page page, double x, double y, const struct type *type,
                       const char *text, size_t length)
{
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
    if (inside(canvas, sheet, x, y - type.size, x + width, y + type.size * 0.25, "text", text, length)) {
        if (!write_line(canvas, canvas->pages[sheet], x, y, &type, text, length))
            canvas_fail(canvas, FAULT_INTERNAL, "a text without a glyph was to be drawn");
        text_add_bytes(&canvas->drawn[sheet], text, length);
        text_add(&canvas->drawn[sheet], "\n");
    }
    free(line);
}

void canvas_fill(struct canvas *canvas, size_t sheet, double x, double y, double width, double height,
                 struct colour colour)
{
    if (!inside(canvas, sheet, x, y, x + width, y + height, "a box", "", 0))
        return;
    HPDF_Page page = canvas->pages[sheet];
    HPDF_Page_SetRGBFill(page, (HPDF_REAL)colour.red, (HPDF_REAL)colour.green, (HPDF_REAL)colour.blue);
    HPDF_Page_Rectangle(page, (HPDF_REAL)x, flip(y + height), (HPDF_REAL)width, (HPDF_REAL)height);
    HPDF_Page_Fill(page);
}

void canvas_rule(struct canvas *canvas, size_t sheet, double x0, double y0, double x1, double y1,
                 double thickness, double grey)
{
    if (!inside(canvas, sheet, x0, y0, x1, y1, "a rule", "", 0))
        return;
    HPDF_Page page = canvas->pages[sheet];
    HPDF_Page_SetLineWidth(page, (HPDF_REAL)thickness);
    HPDF_Page_SetRGBStroke(page, (HPDF_REAL)grey, (HPDF_REAL)grey, (HPDF_REAL)grey);
    HPDF_Page_MoveTo(page, (HPDF_REAL)x0, flip(y0));
    HPDF_Page_LineTo(page, (HPDF_REAL)x1, flip(y1));
    HPDF_Page_Stroke(page);
}

void canvas_bookmark(struct canvas *canvas, size_t sheet, const char *title)
{
    for (const char *at = title; *at != '\0'; at++)
        if (*at < 0x20 || *at >= 0x7F)
            return; /* libharu writes outlines outside ASCII wrongly */
    if (sheet >= canvas->page_count)
        return;
    HPDF_Outline entry = HPDF_CreateOutline(canvas->pdf, NULL, title, NULL);
    HPDF_Destination target = HPDF_Page_CreateDestination(canvas->pages[sheet]);
    HPDF_Outline_SetDestination(entry, target);
}

static int take(struct canvas *canvas, HPDF_Image picture, struct error *error)
{
    if (picture == NULL || canvas->status != 0) {
        HPDF_STATUS status = canvas->status;
        error_set(
            error, FAULT_INPUT,
            "a picture could not be taken into the document (libharu error 0x%04lX); hand in a verified "
            "JPEG in grey or colour",
            status);
        canvas->status = 0;
        HPDF_ResetError(canvas->pdf);
        return -1;
    }
    canvas->pictures[canvas->picture_count] = picture;
    return canvas->picture_count++;
}

static bool picture_room(const struct canvas *canvas, struct error *error)
{
    if (canvas->status != 0)
        return error_set(error, FAULT_INTERNAL,
                         "the document failed before its pictures (libharu error 0x%04lX)", canvas->status);
    if (canvas->picture_count == PICTURES_LIMIT)
        return error_set(error, FAULT_INPUT, "more than %d pictures in one document", PICTURES_LIMIT);
    return true;
}

int canvas_take_jpeg(struct canvas *canvas, const void *bytes, size_t length, struct error *error)
{
    const unsigned char *jpeg = bytes;
    if (!picture_room(canvas, error))
        return -1;
    if (length < 4 || length > UINT32_MAX || jpeg[0] != 0xFF || jpeg[1] != 0xD8) {
        error_set(error, FAULT_INPUT, "a picture for the document is no JPEG");
        return -1;
    }
    return take(canvas, HPDF_LoadJpegImageFromMem(canvas->pdf, bytes, (HPDF_UINT)length), error);
}

int canvas_take_pixels(struct canvas *canvas, const void *rgb, unsigned int width, unsigned int height,
                       struct error *error)
{
    if (!picture_room(canvas, error))
        return -1;
    return take(canvas, HPDF_LoadRawImageFromMem(canvas->pdf, rgb, width, height, HPDF_CS_DEVICE_RGB, 8),
                error);
}

void canvas_picture_size(const struct canvas *canvas, int picture, unsigned int *width, unsigned int *height)
{
    *width = *height = 0;
    if (picture < 0 || picture >= canvas->picture_count)
        return;
    *width = HPDF_Image_GetWidth(canvas->pictures[picture]);
    *height = HPDF_Image_GetHeight(canvas->pictures[picture]);
}

void canvas_picture(struct canvas *canvas, size_t sheet, int picture, double x, double y, double width,
                    double height)
{
    if (picture < 0 || picture >= canvas->picture_count) {
        canvas_fail(canvas, FAULT_INTERNAL, "a picture was placed that the document does not hold");
        return;
    }
    if (inside(canvas, sheet, x, y, x + width, y + height, "a picture", "", 0))
        HPDF_Page_DrawImage(canvas->pages[sheet], canvas->pictures[picture], (HPDF_REAL)x, flip(y + height),
                            (HPDF_REAL)width, (HPDF_REAL)height);
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
    return sheet < canvas->page_count && canvas->drawn[sheet].bytes != NULL ? canvas->drawn[sheet].bytes : "";
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
    for (size_t i = 0; i < canvas->page_count; i++)
        if (canvas->drawn[i].failed)
            canvas_fail(canvas, FAULT_TEMPORARY, "out of memory while drawing text");
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
