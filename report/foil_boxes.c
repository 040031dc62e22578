/*
 * Boxes of redactions, judged without drawing.
 *
 * Guarantees: a proposal counts as followed only when boxes over it leave none of it free. Pure.
 */
#include <stdlib.h>

#include "base/json.h"
#include "report/foil_pages.h"

#define SHEET_WIDE 61200 /* hundredths of a point */
#define EDGE 2           /* hundredths two boxes may be apart by rounding */

enum { PARTS_MOST = 4096 };

struct area {
    int64_t left, top, right, bottom;
};

static struct area area_of(const json_t *box)
{
    int64_t x = json_whole(box, "x", 0), y = json_whole(box, "y", 0);
    return (struct area){x, y, x + json_whole(box, "width", 0), y + json_whole(box, "height", 0)};
}

static bool same_page(const json_t *left, const json_t *right)
{
    return json_whole(left, "document", 0) == json_whole(right, "document", 0) &&
           json_whole(left, "page", 0) == json_whole(right, "page", 0);
}

/* Cut `over` out of what is left of an area; the pieces that stay. False when there would be too many. */
static bool cut(struct area *left, size_t *count, const struct area *over)
{
    size_t now = *count;
    for (size_t i = 0; i < now;) {
        struct area one = left[i];
        if (over->left >= one.right || over->right <= one.left || over->top >= one.bottom ||
            over->bottom <= one.top) {
            i++;
            continue;
        }
        const struct area pieces[] = {
            {one.left, one.top, one.right, over->top},
            {one.left, over->bottom, one.right, one.bottom},
            {one.left, over->top > one.top ? over->top : one.top, over->left,
             over->bottom < one.bottom ? over->bottom : one.bottom},
            {over->right, over->top > one.top ? over->top : one.top, one.right,
             over->bottom < one.bottom ? over->bottom : one.bottom},
        };
        left[i] = left[--now];
        left[now] = left[--*count];
        for (size_t piece = 0; piece < sizeof pieces / sizeof pieces[0]; piece++)
            if (pieces[piece].right > pieces[piece].left && pieces[piece].bottom > pieces[piece].top) {
                if (*count == PARTS_MOST)
                    return false;
                left[(*count)++] = pieces[piece];
            }
    }
    return true;
}

/* Do the boxes together cover all of it? */
static bool covered(const json_t *proposal, const json_t *boxes)
{
    struct area *left = calloc(PARTS_MOST, sizeof *left), whole = area_of(proposal);
    size_t count = 1, index;
    const json_t *box;
    bool fits = left != NULL;
    if (!fits)
        return false;
    left[0] = (struct area){whole.left + EDGE, whole.top + EDGE, whole.right - EDGE, whole.bottom - EDGE};
    json_array_foreach((json_t *)(uintptr_t)boxes, index, box)
    {
        struct area over = area_of(box);
        if (fits && same_page(proposal, box))
            fits = cut(left, &count, &over);
    }
    free(left);
    return fits && count == 0;
}

json_t *foil_uncovered(const json_t *proposals, const json_t *boxes)
{
    json_t *left = json_array();
    size_t index;
    json_t *proposal;
    json_array_foreach((json_t *)(uintptr_t)proposals, index, proposal)
    {
        if (left != NULL && !covered(proposal, boxes) && json_array_append(left, proposal) != 0) {
            json_decref(left);
            left = NULL;
        }
    }
    return left;
}

static bool page_there(const json_t *documents, int64_t number, int64_t page)
{
    size_t index;
    const json_t *document;
    json_array_foreach((json_t *)(uintptr_t)documents, index, document)
    {
        if (json_whole(document, "number", 0) == number)
            return page >= 1 && page <= json_whole(document, "pages", 0);
    }
    return false;
}

bool foil_boxes_check(const json_t *boxes, const json_t *documents, const json_t *exemptions,
                      struct error *error)
{
    size_t index;
    const json_t *box;
    json_array_foreach((json_t *)(uintptr_t)boxes, index, box)
    {
        struct area area = area_of(box);
        long long number = json_whole(box, "number", 0), document = json_whole(box, "document", 0),
                  page = json_whole(box, "page", 0);
        if (!page_there(documents, document, page))
            return error_set(error, FAULT_INPUT,
                             "box %lld is on page %lld of document %lld, which this part does not have",
                             number, page, document);
        if (area.left < 0 || area.top < 0 || area.right <= area.left || area.bottom <= area.top ||
            area.right > SHEET_WIDE || area.bottom > FOIL_BOX_LOWEST)
            return error_set(error, FAULT_INPUT,
                             "box %lld does not lie on its page, above the line that numbers it", number);
        if (json_find(exemptions, "code", json_text(box, "exemption")) == NULL)
            return error_set(error, FAULT_INPUT,
                             "box %lld has the exemption \"%s\", which the site does not list", number,
                             json_text(box, "exemption"));
        if (json_text(box, "reason")[0] == '\0')
            return error_set(error, FAULT_INPUT, "box %lld has no particular reason", number);
    }
    return true;
}
