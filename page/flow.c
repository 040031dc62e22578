/*
 * The flow: setting text and moving down the pages.
 *
 * Guarantees: no line is drawn below the text area; a text of any length ends (canvas limits the pages).
 */
#include "page/flow.h"

#include <stdlib.h>
#include <string.h>

#include "page/fit.h"
#include "page/readable.h"

struct setting flow_set(struct document *document, enum type_style style, const char *text, double width)
{
    struct setting setting = {.type = type_of(style), .style = style};
    void *face = canvas_face(document->canvas, style);
    readable_add(&setting.readable, text == NULL ? "" : text, canvas_has_glyph, face);
    if (setting.readable.bytes != NULL && !setting.readable.failed)
        setting.wrapped =
            wrap_text(setting.readable.bytes, (int)(width * 1000 / setting.type.size), canvas_advance, face);
    if (setting.readable.failed || setting.wrapped.failed)
        canvas_fail(document->canvas, FAULT_TEMPORARY, "out of memory while setting a text");
    return setting;
}

void flow_unset(struct setting *setting)
{
    text_free(&setting->readable);
    wrap_free(&setting->wrapped);
}

double flow_height(const struct setting *setting)
{
    return (double)setting->wrapped.count * setting->type.leading;
}

void flow_draw(struct document *document, const struct setting *setting, size_t from, size_t count, double x,
               double y)
{
    /* The base line sits where the leading's surplus is shared above and below the letters. */
    double base = y + (setting->type.leading + setting->type.size * 0.72) / 2;
    for (size_t i = from; i < from + count && i < setting->wrapped.count; i++) {
        const struct wrapped_line *line = &setting->wrapped.lines[i];
        canvas_text(document->canvas, document->sheet, x, base, setting->style,
                    setting->readable.bytes + line->start, line->length);
        base += setting->type.leading;
    }
    if (count > 0)
        document->fresh = false;
}

double flow_left(const struct document *document)
{
    return BODY_BOTTOM - document->y;
}

void flow_new_sheet(struct document *document)
{
    document->sheet = canvas_add_sheet(document->canvas);
    document->y = BODY_TOP;
    document->fresh = true;
}

static double space_above(enum type_style style)
{
    return style == TYPE_HEADING ? 7 : 3;
}

#define SPACE_UNDER_HEADING 3.0

void flow_heading(struct document *document, enum type_style style, const char *text)
{
    if (document->heading_count == HEADINGS_LIMIT)
        flow_claim(document, 0);
    char *copy = strdup(text == NULL ? "" : text);
    if (copy == NULL) {
        canvas_fail(document->canvas, FAULT_TEMPORARY, "out of memory while setting a heading");
        return;
    }
    document->headings[document->heading_count].style = style;
    document->headings[document->heading_count].text = copy;
    document->heading_count++;
}

void flow_claim(struct document *document, double height)
{
    struct setting settings[HEADINGS_LIMIT] = {0};
    size_t count = document->heading_count;
    double above = 0;
    for (size_t i = 0; i < count; i++) {
        settings[i] = flow_set(document, document->headings[i].style, document->headings[i].text, TEXT_WIDTH);
        above += flow_height(&settings[i]) + SPACE_UNDER_HEADING + space_above(document->headings[i].style);
    }
    /* A hundredth of a point over, so that rounding cannot undo the promise. */
    if (flow_left(document) < above + height + 0.01 && !document->fresh)
        flow_new_sheet(document);
    for (size_t i = 0; i < count; i++) {
        if (!document->fresh)
            document->y += space_above(document->headings[i].style);
        flow_draw(document, &settings[i], 0, settings[i].wrapped.count, MARGIN_LEFT, document->y);
        document->y += flow_height(&settings[i]) + SPACE_UNDER_HEADING;
        if (document->headings[i].style == TYPE_HEADING)
            canvas_bookmark(document->canvas, document->sheet, document->headings[i].text);
        flow_unset(&settings[i]);
        free(document->headings[i].text);
    }
    document->heading_count = 0;
}

void flow_text(struct document *document, enum type_style style, const char *text, double x, double width)
{
    struct setting setting = flow_set(document, style, text, width);
    size_t done = 0;
    if (setting.wrapped.count > 0)
        flow_claim(document, fit_start(setting.wrapped.count, setting.type.leading, 0, BODY_HEIGHT));
    while (done < setting.wrapped.count && !canvas_failed(document->canvas)) {
        size_t left = setting.wrapped.count - done;
        size_t now = fit_rows(left, setting.type.leading, 0, flow_left(document), BODY_HEIGHT);
        if (now == 0) {
            flow_new_sheet(document);
            continue;
        }
        flow_draw(document, &setting, done, now, x, document->y);
        document->y += (double)now * setting.type.leading;
        done += now;
        if (done < setting.wrapped.count)
            flow_new_sheet(document);
    }
    flow_unset(&setting);
}

void document_space(struct document *document, double points)
{
    /* Space at the top of a page would only misalign it; a heading brings its own. */
    if (!document->fresh && document->heading_count == 0)
        document->y += points;
}

void document_new_page(struct document *document)
{
    if (!document->fresh)
        flow_new_sheet(document);
}

void document_need(struct document *document, double points)
{
    if (flow_left(document) < points)
        document_new_page(document);
}
