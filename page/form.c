/*
 * Parts of a form to fill in by hand.
 *
 * Guarantees: room for a hand (22 points a line); a label and its lines stay on one page.
 */
#include "base/language.h"
#include "page/flow.h"

#define WRITING_LINE 22.0
#define LINE_GREY 0.55

void document_field(struct document *document, const char *label, size_t lines)
{
    struct setting head = flow_set(document, TYPE_LABEL, label, TEXT_WIDTH);
    flow_claim(document, flow_height(&head) + (double)lines * WRITING_LINE);
    flow_draw(document, &head, 0, head.wrapped.count, MARGIN_LEFT, document->y);
    document->y += flow_height(&head);
    flow_unset(&head);
    for (size_t i = 0; i < lines; i++) {
        document->y += WRITING_LINE - (i == 0 ? 4 : 0);
        canvas_rule(document->canvas, document->sheet, MARGIN_LEFT, document->y, MARGIN_LEFT + TEXT_WIDTH,
                    document->y, 0.5, LINE_GREY);
    }
    document->fresh = false;
    document_space(document, BLOCK_SPACE);
}

void document_signature(struct document *document, const char *role)
{
    static const char *const under[] = {N_("Name and identity number"), N_("Signature"), N_("Date and time")};
    static const double at[] = {0, 0.42, 0.76};
    static const double wide[] = {0.39, 0.31, 0.24};
    struct setting head = flow_set(document, TYPE_SMALL_STRONG, role, TEXT_WIDTH);
    double height = flow_height(&head) + WRITING_LINE + 4 + type_of(TYPE_LABEL).leading;
    flow_claim(document, height);
    flow_draw(document, &head, 0, head.wrapped.count, MARGIN_LEFT, document->y);
    double line = document->y + flow_height(&head) + WRITING_LINE;
    flow_unset(&head);
    for (size_t i = 0; i < 3; i++) {
        double x = MARGIN_LEFT + at[i] * TEXT_WIDTH;
        double width = wide[i] * TEXT_WIDTH;
        canvas_rule(document->canvas, document->sheet, x, line, x + width, line, 0.5, LINE_GREY);
        struct setting label = flow_set(document, TYPE_LABEL, language_text(under[i]), width);
        flow_draw(document, &label, 0, label.wrapped.count, x, line + 1);
        flow_unset(&label);
    }
    document->y += height;
    document->fresh = false;
    document_space(document, BLOCK_SPACE);
}
