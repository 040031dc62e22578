/*
 * EXIF orientation: reading it and undoing it.
 */
#ifndef LEADSPOOL_PHOTO_ORIENTATION_H
#define LEADSPOOL_PHOTO_ORIENTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "photo/image.h"

/* The orientation (1..8) of an EXIF block that begins with "Exif\0\0"; 1 when there is none or it is odd. */
int orientation_read(const uint8_t *exif, size_t length);

/* Turn the image so that it shows as the camera meant it. Orientation 1 changes nothing. */
bool orientation_apply(struct image *image, int orientation, struct error *error);

#endif
