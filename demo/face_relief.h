/*
 * The outline, the relief and the skin of a face, on a grid in face coordinates.
 */
#ifndef LEADSPOOL_DEMO_FACE_RELIEF_H
#define LEADSPOOL_DEMO_FACE_RELIEF_H

#include "demo/face_person.h"
#include "demo/face_scene.h"

/* Half the width of a head at each height; `grow` widens it for the hair. */
struct outline {
    float top, bottom, centre, lean;
    float half[256], steep[256]; /* steep: cosine of the edge's slope */
};

#define RELIEF_STEP 44    /* cells per unit */
#define RELIEF_WIDTH 140  /* 3.2 units */
#define RELIEF_HEIGHT 202 /* 4.6 units */
#define RELIEF_U -1.6f
#define RELIEF_V -2.2f

struct relief {
    float height[RELIEF_HEIGHT][RELIEF_WIDTH];
    float shade[RELIEF_HEIGHT][RELIEF_WIDTH];
    float gloss[RELIEF_HEIGHT][RELIEF_WIDTH];
    float mottle[RELIEF_HEIGHT][RELIEF_WIDTH]; /* around 0: lighter or darker skin */
    float red[RELIEF_HEIGHT][RELIEF_WIDTH];
};

void outline_make(struct outline *outline, const struct face_person *person, float turn, float grow_top,
                  float grow_side);
/* Signed distance to the edge, positive inside; `of` is a struct outline. */
float outline_distance(float u, float v, const void *of);
float outline_half(const struct outline *outline, float v);

/* Smooth noise around 0 (about -1..1) of the given wavelength. */
float relief_noise(uint64_t seed, float u, float v, float wavelength);

void relief_make(struct relief *relief, const struct face_person *person, const struct face_scene *scene,
                 const struct outline *outline);
float relief_at(const float map[RELIEF_HEIGHT][RELIEF_WIDTH], float u, float v);

#endif
