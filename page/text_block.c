/*
 * Blocks of text: titles, headings, paragraphs, lists, notices.
 *
 * Guarantees: a heading never ends a page (it waits for the block it stands over); a notice is kept
 * whole.
 */
#include "page/fit.h"
#include "page/flow.h"

#include <stddef.h>

#define NOTICE_BAR 3.5
#define NOTICE_PAD 9.0
#define BULLET_INDENT 14.0

static const struct colour notice_paper = {0.973, 0.949, 0.925};
static const struct colour notice_bar = {0.55, 0.13, 0.10};

void document_title(struct document *document, const char *title, const char *under)
{
    document_space(document, 4);
    flow_text(document, TYPE_TITLE, title, MARGIN_LEFT, TEXT_WIDTH);
    flow_text(document, TYPE_BODY, under, MARGIN_LEFT, TEXT_WIDTH);
    document_space(document, BLOCK_SPACE);
    canvas_bookmark(document->canvas, document->sheet, title);
}

void document_heading(struct document *document, const char *text)
{
    flow_heading(document, TYPE_HEADING, text);
}

void document_subheading(struct document *document, const char *text)
{
    flow_heading(document, TYPE_SUBHEADING, text);
}

void document_paragraph(struct document *document, enum type_style style, const char *text)
{
    flow_text(document, style, text, MARGIN_LEFT, TEXT_WIDTH);
    document_space(document, BLOCK_SPACE * 0.75);
}

static void item(struct document *document, const char *mark, const char *text)
{
    double inner = TEXT_WIDTH - BULLET_INDENT - 2;
    struct setting dot = flow_set(document, TYPE_BODY, mark, BULLET_INDENT);
    struct setting body = flow_set(document, TYPE_BODY, text, inner);
    /* As flow_text will claim: the mark stands where the text begins. */
    flow_claim(document, fit_start(body.wrapped.count, body.type.leading, 0, BODY_HEIGHT));
    flow_draw(document, &dot, 0, 1, MARGIN_LEFT + 1, document->y);
    flow_unset(&dot);
    flow_unset(&body);
    flow_text(document, TYPE_BODY, text, MARGIN_LEFT + BULLET_INDENT + 2, inner);
    document_space(document, 2.5);
}

void document_bullet(struct document *document, const char *text)
{
    item(document, "\xE2\x80\xA2", text);
}

void document_check(struct document *document, const char *text)
{
    item(document, "\xE2\x98\x90", text);
}

void document_notice(struct document *document, const char *title, const char *text)
{
    double inner = TEXT_WIDTH - NOTICE_BAR - 2 * NOTICE_PAD;
    struct setting head = flow_set(document, TYPE_STRONG, title, inner);
    struct setting body = flow_set(document, TYPE_BODY, text, inner);
    double height = flow_height(&head) + flow_height(&body) + 2 * NOTICE_PAD - 4;
    flow_claim(document, height);
    canvas_fill(document->canvas, document->sheet, MARGIN_LEFT, document->y, TEXT_WIDTH, height,
                notice_paper);
    canvas_fill(document->canvas, document->sheet, MARGIN_LEFT, document->y, NOTICE_BAR, height, notice_bar);
    double x = MARGIN_LEFT + NOTICE_BAR + NOTICE_PAD;
    double y = document->y + NOTICE_PAD - 2;
    flow_draw(document, &head, 0, head.wrapped.count, x, y);
    flow_draw(document, &body, 0, body.wrapped.count, x, y + flow_height(&head));
    if (document->y + height > BODY_BOTTOM + 0.1)
        canvas_fail(document->canvas, FAULT_INTERNAL, "a notice is longer than a page");
    document->y += height;
    document->fresh = false;
    document_space(document, BLOCK_SPACE);
    flow_unset(&head);
    flow_unset(&body);
}
