/*
 * Boxes under which nothing may be left.
 *
 * Guarantees: rounding is always to the side of taking more away. Neither draws nor knows documents.
 */
#include "page/redaction.h"

#define EDGE 0.02 /* points two edges that meet may be apart: a hundredth each, by rounding */

static double overlap(double from, double length, double other, double other_length)
{
    double start = from > other ? from : other;
    double end = from + length < other + other_length ? from + length : other + other_length;
    return end - start;
}

static bool on_page(const struct redaction *redaction, size_t section, size_t page)
{
    return redaction->section == section && redaction->page == page;
}

static bool shared(const struct redactions *redactions, size_t section, size_t page,
                   const struct rectangle *rectangle, double more_than)
{
    for (size_t i = 0; i < redactions->count; i++) {
        const struct rectangle *box = &redactions->list[i].box;
        if (on_page(&redactions->list[i], section, page) &&
            overlap(rectangle->x, rectangle->width, box->x, box->width) > more_than &&
            overlap(rectangle->y, rectangle->height, box->y, box->height) > more_than)
            return true;
    }
    return false;
}

bool redactions_touch(const struct redactions *redactions, size_t section, size_t page,
                      const struct rectangle *rectangle)
{
    struct rectangle wide = *rectangle;
    if (wide.width < 1) { /* a thin letter lies under a box as much as its neighbours */
        wide.x -= (1 - wide.width) / 2;
        wide.width = 1;
    }
    return shared(redactions, section, page, &wide, REDACTION_TOUCH);
}

bool redactions_meet(const struct redactions *redactions, size_t section, size_t page,
                     const struct rectangle *rectangle)
{
    return shared(redactions, section, page, rectangle, EDGE);
}

bool redactions_cover(const struct redactions *redactions, size_t section, size_t page,
                      const struct rectangle *rectangle)
{
    for (size_t i = 0; i < redactions->count; i++) {
        const struct rectangle *box = &redactions->list[i].box;
        if (on_page(&redactions->list[i], section, page) && box->x <= rectangle->x + EDGE &&
            box->y <= rectangle->y + EDGE && box->x + box->width >= rectangle->x + rectangle->width - EDGE &&
            box->y + box->height >= rectangle->y + rectangle->height - EDGE)
            return true;
    }
    return false;
}

struct rectangle letter_cell(double x, double y, double width, double size)
{
    return (struct rectangle){x, y - size * LETTER_TOP, width, size * (LETTER_TOP + LETTER_BOTTOM)};
}

/* Pixels from a place along one side, in whole blocks outwards. */
static void blocks(double from, double to, int most, int *first, int *last)
{
    int start = (int)from, end = (int)to + 1; /* both at least 0 */
    *first = start / REDACTION_BLOCK * REDACTION_BLOCK;
    *last = (end + REDACTION_BLOCK - 1) / REDACTION_BLOCK * REDACTION_BLOCK;
    if (*last > most)
        *last = most;
}

bool redaction_pixels(const struct rectangle *box, const struct rectangle *place, int wide, int high,
                      struct pixels *pixels)
{
    double across = overlap(box->x, box->width, place->x, place->width);
    double down = overlap(box->y, box->height, place->y, place->height);
    if (across <= EDGE || down <= EDGE)
        return false;
    double left = box->x > place->x ? box->x - place->x : 0, top = box->y > place->y ? box->y - place->y : 0;
    blocks(left / place->width * wide, (left + across) / place->width * wide, wide, &pixels->left,
           &pixels->right);
    blocks(top / place->height * high, (top + down) / place->height * high, high, &pixels->top,
           &pixels->bottom);
    return true;
}
