/*
 * Making, copying and greying images.
 *
 * Guarantees: all arithmetic is whole-number, so equal pixels give equal results on every machine.
 * Does not decode or encode; see decode.h and encode.h.
 */
#include "photo/image.h"

#include <stdlib.h>
#include <string.h>

size_t image_size(const struct image *image)
{
    return (size_t)image->width * (size_t)image->height * (size_t)image->channels;
}

bool image_make(struct image *image, int width, int height, int channels, struct error *error)
{
    *image = IMAGE_EMPTY;
    if (width < 1 || height < 1 || width > 65535 || height > 65535 || (channels != 1 && channels != 3))
        return error_set(error, FAULT_INTERNAL, "an image of %d x %d pixels with %d channels cannot be made",
                         width, height, channels);
    uint8_t *pixels = calloc((size_t)width * (size_t)height, (size_t)channels);
    if (pixels == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for an image of %d x %d pixels", width,
                         height);
    *image = (struct image){.width = width, .height = height, .channels = channels, .pixels = pixels};
    return true;
}

void image_free(struct image *image)
{
    free(image->pixels);
    *image = IMAGE_EMPTY;
}

bool image_copy(struct image *copy, const struct image *image, struct error *error)
{
    if (!image_make(copy, image->width, image->height, image->channels, error))
        return false;
    memcpy(copy->pixels, image->pixels, image_size(image));
    return true;
}

bool image_grey(struct image *grey, const struct image *image, struct error *error)
{
    if (image->channels == 1)
        return image_copy(grey, image, error);
    if (!image_make(grey, image->width, image->height, 1, error))
        return false;
    size_t count = image_size(grey);
    const uint8_t *from = image->pixels;
    for (size_t i = 0; i < count; i++, from += 3)
        grey->pixels[i] = (uint8_t)((4899U * from[0] + 9617U * from[1] + 1868U * from[2] + 8192U) >> 14);
    return true;
}

bool image_is_grey(const struct image *image)
{
    if (image->channels == 1)
        return true;
    size_t count = (size_t)image->width * (size_t)image->height;
    size_t coloured = 0;
    const uint8_t *p = image->pixels;
    for (size_t i = 0; i < count; i++, p += 3) {
        int most = p[0] > p[1] ? p[0] : p[1];
        int least = p[0] < p[1] ? p[0] : p[1];
        most = p[2] > most ? p[2] : most;
        least = p[2] < least ? p[2] : least;
        coloured += most - least > 12;
    }
    return coloured * 1000 < count;
}
