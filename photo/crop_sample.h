/*
 * Reading a picture between its pixels. For crop.c alone.
 */
#ifndef LEADSPOOL_PHOTO_CROP_SAMPLE_H
#define LEADSPOOL_PHOTO_CROP_SAMPLE_H

#include "photo/crop.h"

/* Output pixel to picture: x = a u - b v + x0, y = b u + a v + y0. */
struct similarity {
    double a, b, x0, y0;
    double scale; /* output pixels per picture pixel */
};

struct region {
    int left, top, width, height;
};

/* Weights of the pixels -1, 0, 1, 2 beside a position: cubic convolution with a = -0.75 (sharper than -0.5), or
   linear. */
void crop_weights(double fraction, bool cubic, float weights[4]);

/* The crop of a colour picture that is neither blurred nor shrunk before: all three channels at once, in the same
   operations and order as one by one, and so with the same result. */
bool crop_sample_colours(const struct image *image, const struct similarity *map, const struct region *region,
                         bool cubic, const struct crop_frame *frame, struct image *crop, struct error *error);

#endif
