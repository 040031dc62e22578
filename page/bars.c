/*
 * Horizontal bars.
 *
 * Guarantees: a bar starts at zero and is as long as its value, so that twice as much is twice as long; a value
 * above zero is never invisible. Labels and values are text, so nothing is told by length or shade alone.
 */
#include "page/bars.h"

#include "page/flow.h"

#define LABEL_SHARE 0.34
#define VALUE_SHARE 0.2
#define BAR_HEIGHT 9.0
#define ROW_SPACE 4.0
#define BAR_LEAST 0.5

static const struct colour bar_colour = {0.25, 0.36, 0.52};

double bar_length(int64_t value, int64_t largest, double width)
{
    if (value <= 0 || largest <= 0)
        return 0;
    double length = width * (double)value / (double)largest;
    return length < BAR_LEAST ? BAR_LEAST : length;
}

static void draw_row(struct document *document, const struct bar *bar, int64_t largest)
{
    const double label_width = TEXT_WIDTH * LABEL_SHARE - GUTTER,
                 bar_left = MARGIN_LEFT + TEXT_WIDTH * LABEL_SHARE;
    const double bar_width = TEXT_WIDTH * (1 - LABEL_SHARE - VALUE_SHARE);
    struct setting label = flow_set(document, TYPE_SMALL, bar->label, label_width);
    struct setting value =
        flow_set(document, TYPE_SMALL, bar->written, TEXT_WIDTH * VALUE_SHARE - GUTTER / 2);
    double label_height = flow_height(&label), value_height = flow_height(&value);
    double height = label_height > value_height ? label_height : value_height;
    flow_claim(document, height + ROW_SPACE);
    double length = bar_length(bar->value, largest, bar_width);
    flow_draw(document, &label, 0, label.wrapped.count, MARGIN_LEFT, document->y);
    if (length > 0)
        canvas_fill(document->canvas, document->sheet, bar_left,
                    document->y + (label.type.leading - BAR_HEIGHT) / 2, length, BAR_HEIGHT, bar_colour);
    flow_draw(document, &value, 0, value.wrapped.count, bar_left + length + GUTTER / 2, document->y);
    flow_unset(&label);
    flow_unset(&value);
    document->y += height + ROW_SPACE;
    document->fresh = false;
}

void document_bars(struct document *document, const struct bar *bars, size_t count)
{
    int64_t largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = bars[i].value > largest ? bars[i].value : largest;
    for (size_t i = 0; i < count; i++)
        draw_row(document, &bars[i], largest);
    if (count > 0)
        document_space(document, BLOCK_SPACE);
}
