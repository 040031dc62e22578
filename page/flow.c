/*
 * The flow: setting text and moving down the pages.
 *
 * Guarantees: no line is drawn below the text area; a text of any length ends (canvas limits the pages).
 */
#include "page/flow.h"

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

void flow_text(struct document *document, enum type_style style, const char *text, double x, double width)
{
    struct setting setting = flow_set(document, style, text, width);
    size_t done = 0;
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
    /* Space at the top of a page would only misalign it. */
    if (!document->fresh)
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
