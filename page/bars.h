/*
 * Counts as horizontal bars: a picture of a table, never instead of it.
 */
#ifndef LEADSPOOL_PAGE_BARS_H
#define LEADSPOOL_PAGE_BARS_H

#include "page/document.h"

struct bar {
    const char *label;   /* wraps in its column */
    int64_t value;       /* 0 or more; negative: unknown, then only `written` stands there */
    const char *written; /* the value in words, beside the bar */
};

/* One bar a row, all on the scale of the largest; rows break over pages. Nothing for no bars. */
void document_bars(struct document *document, const struct bar *bars, size_t count);

/* Pure: points of a bar of `value` where `largest` takes `width`; at least half a point for what is not 0. */
double bar_length(int64_t value, int64_t largest, double width);

#endif
