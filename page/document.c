/*
 * The document: opening, pages, running head and foot, reading back, finishing.
 *
 * Guarantees: page numbers and the running foot are drawn on every page, after the last is known. Blocks
 * live in text_block.c, table.c, figure.c and form.c.
 */
#include "page/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "page/flow.h"
#include "page/readable.h"

#define STAMP_GAP 12.0            /* between the foot's text and the stamp, points */
#define PAGE_STAMP_BASELINE 770.0 /* under a foot of two lines */

static bool name_section(struct document *document, const char *kind, const char *reference, const char *foot)
{
    free(document->kind);
    free(document->reference);
    free(document->foot);
    document->kind = strdup(kind);
    document->reference = strdup(reference);
    document->foot = strdup(foot == NULL ? "" : foot);
    return document->kind != NULL && document->reference != NULL && document->foot != NULL;
}

struct document *document_open(const struct document_setup *setup, struct error *error)
{
    struct document *document = calloc(1, sizeof *document);
    if (document == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory while starting a document");
        return NULL;
    }
    document->canvas = canvas_open(setup->regular, setup->bold, error);
    if (document->canvas == NULL)
        goto failed;
    if (!name_section(document, setup->kind, setup->reference, setup->foot)) {
        error_set(error, FAULT_TEMPORARY, "out of memory while starting a document");
        goto failed;
    }
    char *title = text_formatted("%s %s", setup->kind, setup->reference);
    canvas_properties(document->canvas, title == NULL ? setup->kind : title, setup->kind, setup->created);
    free(title);
    if (setup->ink != NULL)
        canvas_note(document->canvas, setup->ink);
    if (setup->redactions != NULL)
        canvas_redact(document->canvas, setup->redactions);
    flow_new_sheet(document);
    return document;
failed:
    document_close(document);
    return NULL;
}

void document_close(struct document *document)
{
    if (document == NULL)
        return;
    canvas_close(document->canvas);
    for (size_t i = 0; i < document->heading_count; i++)
        free(document->headings[i].text);
    free(document->kind);
    free(document->reference);
    free(document->foot);
    free(document);
}

bool document_sound(const struct document *document, struct error *error)
{
    return canvas_sound(document->canvas, error);
}

void document_fail(struct document *document, const struct error *error)
{
    canvas_fail(document->canvas, error->fault, error->text);
}

size_t document_pages(const struct document *document)
{
    return canvas_sheets(document->canvas);
}

bool document_shows(const struct document *document, const char *text)
{
    for (size_t i = 0; i < canvas_sheets(document->canvas); i++)
        if (canvas_shows(document->canvas, i, text))
            return true;
    return false;
}

bool document_drawn(const struct document *document, struct text *out)
{
    for (size_t i = 0; i < canvas_sheets(document->canvas); i++) {
        if (i > 0)
            text_add(out, "\f");
        text_add(out, canvas_drawn(document->canvas, i));
    }
    return !out->failed;
}

void document_readable(const struct document *document, enum type_style style, const char *text,
                       struct text *out)
{
    readable_add(out, text, canvas_has_glyph, canvas_face(document->canvas, style));
}

double document_text_width(const struct document *document, enum type_style style, const char *text,
                           size_t length)
{
    char *line = strndup(text, length);
    int width = line == NULL ? 0 : wrap_width(line, canvas_advance, canvas_face(document->canvas, style));
    if (line == NULL)
        canvas_fail(document->canvas, FAULT_TEMPORARY, "out of memory while measuring a text");
    free(line);
    return (double)width * type_of(style).size / 1000;
}

/* Where to start a line of this text so that it ends at the right margin. */
static double right_aligned(struct document *document, enum type_style style, const char *text)
{
    int width = wrap_width(text, canvas_advance, canvas_face(document->canvas, style));
    return SHEET_WIDTH - MARGIN_RIGHT - (double)width * type_of(style).size / 1000;
}

void document_subject(struct document *document, const char *subject)
{
    snprintf(document->subject, sizeof document->subject, "%s", subject);
}

void document_stamp(struct document *document, const char *prefix, long first)
{
    snprintf(document->stamp, sizeof document->stamp, "%s", prefix);
    document->stamp_first = first;
}

void document_stamp_pages(struct document *document, const char *prefix)
{
    document_stamp(document, prefix, 0);
}

/* At the right of the foot, bold; the width it takes from the foot's own text. */
static double draw_stamp(struct document *document, size_t sheet)
{
    char text[STAMP_PREFIX_SIZE + 24];
    if (document->stamp[0] == '\0')
        return 0;
    long page = (long)(sheet - document->section_first);
    if (document->stamp_first == 0) { /* below the foot, whose text may need all its room */
        snprintf(text, sizeof text, "%s%ld", document->stamp, page + 1);
        canvas_text(document->canvas, sheet, right_aligned(document, TYPE_RUNNING, text), PAGE_STAMP_BASELINE,
                    TYPE_RUNNING, text, strlen(text));
        return 0;
    }
    snprintf(text, sizeof text, "%s%06ld", document->stamp, document->stamp_first + page);
    double left = right_aligned(document, TYPE_STRONG, text);
    canvas_text(document->canvas, sheet, left, FOOT_BASELINE, TYPE_STRONG, text, strlen(text));
    return SHEET_WIDTH - MARGIN_RIGHT - left + STAMP_GAP;
}

static void running_texts(struct document *document, size_t sheet, size_t page, size_t pages)
{
    double stamped = draw_stamp(document, sheet);
    char *which = text_formatted("%s%s%s", document->reference,
                                 document->subject[0] == '\0' ? "" : "   \xC2\xB7   ", document->subject);
    char *number = text_formatted(_("%s   \xC2\xB7   Page %zu of %zu"), document->kind, page, pages);
    struct setting right = flow_set(document, TYPE_RUNNING, number, TEXT_WIDTH);
    double width =
        right.wrapped.count == 0 ? 0 : (double)right.wrapped.lines[0].width * right.type.size / 1000;
    /* A kind with a long name takes room of the subject's, never of the reference. */
    double room = TEXT_WIDTH - width - HEAD_GAP;
    struct setting left = flow_set(document, TYPE_RUNNING, which, room < HEAD_LEFT ? room : HEAD_LEFT);
    struct setting foot = flow_set(document, TYPE_RUNNING, document->foot, TEXT_WIDTH - stamped);
    struct canvas *canvas = document->canvas;
    if (left.wrapped.count > 0)
        canvas_text(canvas, sheet, MARGIN_LEFT, HEAD_BASELINE, TYPE_RUNNING,
                    left.readable.bytes + left.wrapped.lines[0].start, left.wrapped.lines[0].length);
    if (right.wrapped.count > 0) {
        if (right.wrapped.count > 1 || room < HEAD_REFERENCE)
            canvas_fail(canvas, FAULT_INTERNAL, "the running head has no room for the kind of document");
        canvas_text(canvas, sheet, SHEET_WIDTH - MARGIN_RIGHT - width, HEAD_BASELINE, TYPE_RUNNING,
                    right.readable.bytes + right.wrapped.lines[0].start, right.wrapped.lines[0].length);
    }
    if (which == NULL || number == NULL)
        canvas_fail(canvas, FAULT_TEMPORARY, "out of memory while numbering the pages");
    free(which);
    free(number);
    canvas_rule(canvas, sheet, MARGIN_LEFT, HEAD_RULE, SHEET_WIDTH - MARGIN_RIGHT, HEAD_RULE, 0.5, 0.72);
    if (foot.wrapped.count > 0) {
        canvas_rule(canvas, sheet, MARGIN_LEFT, FOOT_RULE, SHEET_WIDTH - MARGIN_RIGHT, FOOT_RULE, 0.5, 0.72);
        if (foot.wrapped.count > FOOT_LINES)
            canvas_fail(canvas, FAULT_INTERNAL, "the running foot is longer than three lines");
        double top = FOOT_BASELINE - foot.type.size;
        flow_draw(document, &foot, 0, foot.wrapped.count, MARGIN_LEFT, top);
    }
    flow_unset(&left);
    flow_unset(&right);
    flow_unset(&foot);
}

/* Head and foot of the section's pages, when all of them are there. */
static void end_section(struct document *document)
{
    flow_claim(document, 0); /* a heading over nothing is still drawn */
    size_t sheets = canvas_sheets(document->canvas), first = document->section_first;
    for (size_t sheet = first; sheet < sheets; sheet++) {
        document->sheet = sheet;
        running_texts(document, sheet, sheet - first + 1, sheets - first);
    }
}

void document_section(struct document *document, const char *kind, const char *reference, const char *foot)
{
    end_section(document);
    canvas_end_section(document->canvas);
    document->section_first = canvas_sheets(document->canvas);
    document->subject[0] = document->stamp[0] = '\0';
    if (!name_section(document, kind, reference, foot))
        canvas_fail(document->canvas, FAULT_TEMPORARY, "out of memory while starting a document");
    else
        flow_new_sheet(document);
}

bool document_finish(struct document *document, struct text *out, struct error *error)
{
    if (!canvas_failed(document->canvas))
        end_section(document);
    return canvas_finish(document->canvas, out, error);
}
