/*
 * Drawing without what is under a box.
 *
 * Guarantees: a letter under a box is not written, so neither its code nor its outline gets into the file; what follows
 * it in its line starts on a whole point, so that its place says no more of the letters taken away than a ruler could
 * read off the box. That something was there, and about how long it was, stays visible.
 */
#include <stdio.h>
#include <string.h>

#include "base/unicode.h"
#include "page/canvas_parts.h"

#define LABEL_LARGEST 6.5
#define LABEL_SMALLEST 4.0
#define LABEL_PAD 1.5

static const struct colour black = {0, 0, 0};

static bool write_run(struct canvas *canvas, size_t sheet, double x, double y, const struct type *type,
                      const char *text, size_t length)
{
    while (length > 0 && text[length - 1] == ' ')
        length--;
    if (length == 0)
        return true;
    text_add_bytes(&canvas->sheets[sheet].drawn, text, length);
    text_add(&canvas->sheets[sheet].drawn, "\n");
    return canvas_write(canvas, sheet, x, y, type, text, length);
}

bool canvas_write_redacted(struct canvas *canvas, size_t sheet, double x, double y, const struct type *type,
                           const char *text, size_t length)
{
    struct canvas_font *font = &canvas->fonts[type->bold];
    size_t page = sheet - canvas->section_first, start = 0;
    double run = x;
    bool hidden = false, broken = false;
    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        size_t used = unicode_decode((const unsigned char *)text + at, length - at, &point);
        int advance = used == 0 ? -1 : canvas_font_advance(font, point);
        if (advance < 0)
            return false;
        double width = advance * type->size / 1000;
        struct rectangle cell = letter_cell(x, y, width, type->size);
        bool hides = redactions_touch(&canvas->here, canvas->section, page, &cell);
        if (hides && !hidden && !write_run(canvas, sheet, run, y, type, text + start, at - start))
            return false;
        /* A space says nothing and would start a run at an odd place. */
        if (!hides && hidden && point == ' ')
            hides = true;
        if (!hides && hidden) {
            start = at;
            run = x;
            broken = true;
        }
        if (broken) {
            run = (double)(long)(run + 0.5);
            broken = false;
        }
        hidden = hides;
        x += width;
        at += used;
    }
    return hidden || write_run(canvas, sheet, run, y, type, text + start, length - start);
}

/* The label in white, as large as there is room for; nothing when there is not. */
static bool draw_label(struct canvas *canvas, size_t sheet, const struct rectangle *box, const char *label)
{
    struct type type = {.size = LABEL_LARGEST, .bold = 1, .grey = 1};
    double width = (double)canvas_font_width(&canvas->fonts[1], label) / 1000; /* of one point */
    double room = box->width - 2 * LABEL_PAD;
    if (width <= 0 || room <= 0)
        return false;
    if (type.size > box->height * 0.85)
        type.size = box->height * 0.85;
    if (type.size * width > room)
        type.size = room / width;
    if (type.size < LABEL_SMALLEST)
        return false;
    double middle = box->height > 24 ? box->y + 10 : box->y + box->height / 2;
    return canvas_write(canvas, sheet, box->x + LABEL_PAD, middle + type.size * 0.36, &type, label,
                        strlen(label));
}

void canvas_draw_boxes(struct canvas *canvas)
{
    size_t pages = canvas->sheet_count - canvas->section_first;
    for (size_t i = 0; i < canvas->here.count && !canvas_failed(canvas); i++) {
        const struct redaction *redaction = &canvas->here.list[i];
        char number[24];
        if (redaction->page >= pages) {
            error_set(&canvas->first, FAULT_INPUT,
                      "redaction %ld is on page %zu of a document of %zu pages; draw it again",
                      redaction->number, redaction->page + 1, pages);
            return;
        }
        size_t sheet = canvas->section_first + redaction->page;
        canvas_paint(canvas, sheet, &redaction->box, black);
        snprintf(number, sizeof number, "%ld", redaction->number);
        if (!draw_label(canvas, sheet, &redaction->box, redaction->label))
            draw_label(canvas, sheet, &redaction->box, number);
    }
}
