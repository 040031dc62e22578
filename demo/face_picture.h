/*
 * Finished pictures as JPEG files.
 */
#ifndef LEADSPOOL_DEMO_FACE_PICTURE_H
#define LEADSPOOL_DEMO_FACE_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "demo/face_canvas.h"

struct face_picture {
    int width, height;
    unsigned char *bytes;     /* width * height * 3; free with face_picture_free */
    struct point left, right; /* the pupils in pixels; left: on the left of the picture */
};

/* Size and eye points alone; bytes is NULL. */
struct face_picture face_picture_plan(uint64_t seed, int person, int picture_number);

/* Picture 1 is the controlled one, others are probes. False: out of memory. */
bool face_picture_draw(struct face_picture *picture, uint64_t seed, int person, int picture_number);

/* Make it a picture nobody can compare: `times` smaller, blurred and dark; the eye points follow. */
bool face_picture_spoil(struct face_picture *picture, int times);

bool face_picture_write(const struct face_picture *picture, const char *path, int quality);
void face_picture_free(struct face_picture *picture);

#endif
