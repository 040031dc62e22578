/*
 * Placing rectangles.
 *
 * Guarantees: a picture keeps its proportions; fit_rows makes progress on a fresh page whatever it is
 * given, so a text longer than any number of pages still ends.
 */
#include "page/fit.h"

struct extent fit_picture(unsigned int pixels_wide, unsigned int pixels_high, struct extent frame)
{
    if (pixels_wide == 0 || pixels_high == 0)
        return (struct extent){0, 0};
    double by_width = frame.width / (double)pixels_wide;
    double by_height = frame.height / (double)pixels_high;
    double scale = by_width < by_height ? by_width : by_height;
    return (struct extent){scale * (double)pixels_wide, scale * (double)pixels_high};
}

void fit_columns(const double *shares, size_t count, double total, double *widths)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += shares[i];
    double used = 0;
    for (size_t i = 0; i < count; i++) {
        widths[i] = i + 1 == count ? total - used : total * shares[i] / sum;
        used += widths[i];
    }
}

size_t fit_rows(size_t lines, double leading, double pad, double left, double fresh)
{
    double whole = (double)lines * leading + pad;
    if (whole <= left)
        return lines;
    if (whole <= fresh / 4)
        return 0;
    double room = left - pad;
    size_t fits = room < leading ? 0 : (size_t)(room / leading);
    bool empty_page = left >= fresh;
    if (fits >= lines)
        fits = lines;
    if (fits < lines && lines - fits < 2 && fits > 2)
        fits--; /* no widow on the next page */
    if (fits < 2 && !empty_page)
        return 0;
    return fits == 0 ? 1 : fits;
}

double fit_start(size_t lines, double leading, double pad, double fresh)
{
    double whole = (double)lines * leading + pad;
    return whole <= fresh / 4 || lines < 2 ? whole : 2 * leading + pad;
}
