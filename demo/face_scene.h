/*
 * The conditions of one picture: where the face lies, the light, the expression, the camera.
 *
 * Picture 1 is the controlled photograph of a gallery; every other number is a probe taken elsewhere.
 */
#ifndef LEADSPOOL_DEMO_FACE_SCENE_H
#define LEADSPOOL_DEMO_FACE_SCENE_H

#include <stdint.h>

#include "demo/face_canvas.h"

enum background { BACKGROUND_PLAIN, BACKGROUND_STRIPES, BACKGROUND_ROOM };

struct face_scene {
    int width, height;
    struct view view;
    float light[3]; /* direction to the light, length 1: right, down, towards the camera */
    float ambient, key;
    struct colour light_colour;
    float turn; /* the head's outline moves against the features by this much (slight yaw) */
    float smile, open, brow_raise, lids;
    enum background background;
    struct colour back[3];
    float blur, noise; /* pixels; standard deviation of display values */
    uint64_t seed;
};

struct face_scene face_scene_make(uint64_t seed, int person, int picture);

void face_scene_background(struct canvas *canvas, const struct face_scene *scene);

#endif
