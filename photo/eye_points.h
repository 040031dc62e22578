/*
 * The two pupils of a face in a picture, as a person or a manifest gave them.
 *
 * Whole hundredths of a pixel, because records store whole numbers only. The centre of the top left pixel is
 * (0, 0). "left" is the eye on the left of the picture. Points refer to the picture as shown, that is after
 * the EXIF orientation was applied.
 *
 * In JSON: [left x, left y, right x, right y].
 */
#ifndef LEADSPOOL_PHOTO_EYE_POINTS_H
#define LEADSPOOL_PHOTO_EYE_POINTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct eye_points {
    int32_t left_x, left_y, right_x, right_y; /* hundredths of a pixel */
};

/* The least distance between the eyes that can be compared at all, in pixels. It is far below what makes a
   good probe; quality is judged by a person (R20). */
#define EYE_DISTANCE_MINIMUM 8

/* FAULT_INPUT unless it is an array of four whole numbers. */
bool eye_points_read(const json_t *array, struct eye_points *eyes, struct error *error);

/* [left x, left y, right x, right y]; NULL when memory ran out. */
json_t *eye_points_json(const struct eye_points *eyes);

/* FAULT_INPUT unless both points lie in a picture of that size, the left one is on the left, and they are at
   least EYE_DISTANCE_MINIMUM apart. */
bool eye_points_check(const struct eye_points *eyes, int width, int height, struct error *error);

/* Distance between the eyes in pixels. */
double eye_points_distance(const struct eye_points *eyes);

#endif
