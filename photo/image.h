/*
 * A decoded picture: the one shape every part of the program that looks at pixels works on.
 *
 * 8 bits a channel, rows from the top without padding, 1 channel (grey) or 3 (red, green, blue). No alpha,
 * no colour profile: what is here is what is compared, measured and printed.
 */
#ifndef LEADSPOOL_PHOTO_IMAGE_H
#define LEADSPOOL_PHOTO_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct image {
    int width;       /* pixels, at least 1 */
    int height;      /* pixels, at least 1 */
    int channels;    /* 1 or 3 */
    uint8_t *pixels; /* width * height * channels bytes, owned; NULL in an empty image */
};

#define IMAGE_EMPTY ((struct image){0})

/* The bytes of the pixels. */
size_t image_size(const struct image *image);

/* An image of zeros; FAULT_TEMPORARY when memory ran out, FAULT_INTERNAL for impossible measures. */
bool image_make(struct image *image, int width, int height, int channels, struct error *error);

/* Frees the pixels and empties the image. */
void image_free(struct image *image);

bool image_copy(struct image *copy, const struct image *image, struct error *error);

/* Luma of ITU-R BT.601 in 14-bit integers: (4899 R + 9617 G + 1868 B + 8192) >> 14. A grey image is copied. */
bool image_grey(struct image *grey, const struct image *image, struct error *error);

/* Whether the picture shows no colour: fewer than one pixel in a thousand differs by more than 12 levels
   between its channels (JPEG leaves a few levels of false colour in grey pictures). */
bool image_is_grey(const struct image *image);

#endif
