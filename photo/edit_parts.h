/*
 * The single operations behind edit.h. Not for others.
 */
#ifndef LEADSPOOL_PHOTO_EDIT_PARTS_H
#define LEADSPOOL_PHOTO_EDIT_PARTS_H

#include "photo/image.h"

/* Each makes a new image. */
bool edit_crop(const struct image *from, int x, int y, int width, int height, struct image *to,
               struct error *error);
bool edit_rotate(const struct image *from, int degrees_tenths, struct image *to, struct error *error);
bool edit_scale(const struct image *from, int per_mille, struct image *to, struct error *error);

/* The size of what each would make of a picture of *width x *height, in their place. FAULT_INPUT when it cannot:
   a crop beyond the edge, a result beyond the limits of decode.h. */
bool edit_crop_size(int x, int y, int across, int down, int *width, int *height, struct error *error);
bool edit_rotate_size(int degrees_tenths, int *width, int *height, struct error *error);
bool edit_scale_size(int per_mille, int *width, int *height, struct error *error);

/* These change the pixels in place. */
void edit_brightness(struct image *image, int amount);
void edit_contrast(struct image *image, int amount);

#endif
