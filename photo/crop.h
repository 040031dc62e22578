/*
 * Aligned crops: the face at a fixed size and place, from the eye points alone.
 *
 * A similarity (turn, one scale, shift) maps the eyes onto fixed places; the face is neither stretched nor
 * mirrored nor re-posed. The matcher uses its own frame; reports and worksheets use crop_figure_frame, so
 * that two pictures side by side show their faces at equal scale. Beyond the picture's edge the edge is
 * repeated.
 */
#ifndef LEADSPOOL_PHOTO_CROP_H
#define LEADSPOOL_PHOTO_CROP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "photo/eye_points.h"
#include "photo/image.h"

/* Where the eyes come to lie in a crop, in pixels, centres of pixels at whole numbers. */
struct crop_frame {
    int width, height;
    double left_x, right_x; /* of the eyes */
    double eye_y;           /* of both eyes */
};

/* The frame of a figure of that size: eyes level at 45 % of the height, centred, 27 % of the width apart.
   Figures of the same size therefore show faces at the same scale. */
struct crop_frame crop_figure_frame(int width, int height);

/* Makes `crop` with the image's channels. Blurred before it is shrunk, cubic when enlarged, bilinear
   otherwise. The eye points must have passed eye_points_check for this image. The same bits on every machine.
   */
bool crop_aligned(const struct image *image, const struct eye_points *eyes, const struct crop_frame *frame,
                  struct image *crop, struct error *error);

/* The crop of what image_grey makes of the picture, bit for bit; only the part that is shown is made grey. */
bool crop_grey(const struct image *image, const struct eye_points *eyes, const struct crop_frame *frame,
               struct image *crop, struct error *error);

/* Which of every `step`-th pixel of every `step`-th row of such a crop lie within the picture: 1 or 0 for each,
   row by row. What lies beyond is no evidence, only the edge repeated. */
void crop_inside(const struct image *image, const struct eye_points *eyes, const struct crop_frame *frame,
                 int step, uint8_t *inside);

#endif
