/*
 * Eyes found in a portrait, with a confidence.
 *
 * Nothing in it is learned from pictures (R12): it looks for the outline of a head before a plain ground, for
 * two dark sockets under brows beside a bright nose and above a dark mouth, and for two discs that brighten
 * outward on both sides as an iris does. Grey levels only, as ratios, so that no colour of skin is assumed
 * and dark and light faces are treated alike. Made for controlled portraits (mugshots, passport pictures);
 * elsewhere it says so by a low confidence. A person always sees and can correct what it found.
 *
 * The same picture gives the same points on every machine.
 */
#ifndef LEADSPOOL_PHOTO_EYES_H
#define LEADSPOOL_PHOTO_EYES_H

#include <stdbool.h>

#include "base/error.h"
#include "photo/eye_points.h"
#include "photo/image.h"

struct eyes_found {
    bool found;             /* false: there is nothing even to propose */
    struct eye_points eyes; /* pass eye_points_check for the picture */
    int confidence;         /* 0 to 100; see EYES_CONFIDENCE_DEFAULT; 0 when nothing was found */
    bool outlined;          /* a head was seen before a plain ground */
};

/* Below it a person should mark the eyes, unless the site says otherwise. */
#define EYES_CONFIDENCE_DEFAULT 50

/* Tables and memory for any number of pictures, one after another. The caller frees it. */
struct eye_finder;
bool eye_finder_make(struct eye_finder **finder, struct error *error);
void eye_finder_free(struct eye_finder *finder);

/* Never fails: a picture too small or without a face has `found` false or a low confidence. */
void eye_finder_find(struct eye_finder *finder, const struct image *image, struct eyes_found *found);

#endif
