/*
 * Measured values of a picture. They advise; a trained person decides (R20).
 *
 * Formulas of ISO/IEC 29794-5 as published with OFIQ, with points an operator marked instead of detected
 * landmarks: say "OFIQ formula, operator landmarks" and never claim conformance. Without eye points the whole
 * picture is measured; with them, the rectangle from 1.1 eye distances left, right and above the middle of
 * the eyes to 1.7 below, as far as it lies in the picture.
 *
 * JSON, whole numbers; "native" is the measured value times 1,000,000, "quality" runs from 0 to 100:
 *   {"region":"face"|"picture","grey":bool,
 *    "luminance_mean":{"native","quality"},"luminance_variance":{...},"under_exposure":{...},
 *    "over_exposure":{...},"dynamic_range":{...},
 *    "natural_colour":{...}           native: distance in CIELAB; missing when grey
 *    "laplacian_variance":N           squared grey levels times 1000; sharpness, no quality is derived from it
 *    and with eye points only
 *    "inter_eye_distance":{...}       native: pixels, yaw taken as 0
 *    "side_crop_left":{...},"side_crop_right":{...}   native: eye to picture edge in eye distances
 *    and without eye points only, when any were found
 *    "eyesProposed":{"eyes":[left x, left y, right x, right y],"confidence":0 to 100}   photo/eyes.h: a proposal
 *                                     that a person looks at, never used unseen}
 */
#ifndef LEADSPOOL_PHOTO_QUALITY_H
#define LEADSPOOL_PHOTO_QUALITY_H

#include <jansson.h>

#include "base/error.h"
#include "photo/eye_points.h"
#include "photo/image.h"

/* `eyes` may be NULL; otherwise they passed eye_points_check for this image. NULL with FAULT_TEMPORARY only
   when memory ran out. The caller owns the object. */
json_t *photo_quality(const struct image *image, const struct eye_points *eyes, struct error *error);

#endif
