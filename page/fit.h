/*
 * Placing rectangles: pictures into frames, columns into the text width, rows onto pages. Pure arithmetic.
 */
#ifndef LEADSPOOL_PAGE_FIT_H
#define LEADSPOOL_PAGE_FIT_H

#include <stdbool.h>
#include <stddef.h>

struct extent {
    double width, height; /* points */
};

/* The largest size with the picture's proportions inside the frame; a picture is never cropped or
   stretched. Zero for a picture without area. */
struct extent fit_picture(unsigned int pixels_wide, unsigned int pixels_high, struct extent frame);

/* Widths of `count` columns with these shares of `total`; the last takes up rounding. */
void fit_columns(const double *shares, size_t count, double total, double *widths);

/* How many lines of a row go on the page now.
   `lines` what is left of the row's tallest cell, `leading` of one, `pad` above and below together, `left`
   the room on this page, `fresh` the room on an empty one. 0 means: start the next page first. A row that
   fits on an empty page and is short (up to a quarter of it) is kept whole; a longer one is split, never
   leaving fewer than two lines behind or ahead. */
size_t fit_rows(size_t lines, double leading, double pad, double left, double fresh);

/* The room a row of so many lines must find to begin on a page, by the rule of fit_rows. */
double fit_start(size_t lines, double leading, double pad, double fresh);

#endif
