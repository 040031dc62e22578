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
#define RELIEF_WIDTH 129  /* 2.9 units */
#define RELIEF_HEIGHT 185 /* 4.2 units */
#define RELIEF_U -1.45f
#define RELIEF_V -2.03f

typedef float relief_map[RELIEF_HEIGHT][RELIEF_WIDTH];

struct relief {
    relief_map height;
    relief_map mottle; /* around 0: lighter or darker skin */
    relief_map red;
    pixel skin[RELIEF_HEIGHT][RELIEF_WIDTH]; /* the outcome: colour and light */
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

/* The skin between four cells. */
static inline pixel relief_at(const struct relief *relief, float u, float v)
{
    float x = (u - RELIEF_U) * RELIEF_STEP, y = (v - RELIEF_V) * RELIEF_STEP;
    x = x < 0.0f ? 0.0f : x > RELIEF_WIDTH - 1.01f ? RELIEF_WIDTH - 1.01f : x;
    y = y < 0.0f ? 0.0f : y > RELIEF_HEIGHT - 1.01f ? RELIEF_HEIGHT - 1.01f : y;
    int i = (int)x, j = (int)y;
    const pixel *above = &relief->skin[j][i], *below = &relief->skin[j + 1][i];
    pixel left = above[0] + (below[0] - above[0]) * (y - (float)j);
    pixel right = above[1] + (below[1] - above[1]) * (y - (float)j);
    return left + (right - left) * (x - (float)i);
}

#endif
