/*
 * Planes: pictures of one float a pixel, for finding eyes. Not for others.
 *
 * A plane's memory comes from an arena and goes with plane_release. Whoever calls keeps within ARENA_FLOATS;
 * photo/eyes.c says why that is so. Every operation sums in a fixed order, so that the result is the same
 * with and without vector instructions.
 */
#ifndef LEADSPOOL_PHOTO_EYES_PLANE_H
#define LEADSPOOL_PHOTO_EYES_PLANE_H

#include <stddef.h>

struct plane_arena {
    float *floats;
    size_t used;
};

/* 32 MiB of address space; only what is used is touched. */
enum { ARENA_FLOATS = 8 << 20 };

struct plane {
    int width, height;
    float *values; /* rows from the top without padding; some floats beyond the end may be written */
};

/* A similarity between an aligned plane (u, v) and a picture: x = a u - b v + x0, y = b u + a v + y0. */
struct plane_map {
    double a, b, x0, y0;
};

/* Values undefined. */
struct plane plane_new(struct plane_arena *arena, int width, int height);
size_t plane_mark(const struct plane_arena *arena);
void plane_release(struct plane_arena *arena, size_t mark);

/* out[x] = sum over k of weights[k] * base[offsets[k] + x], x = 0 .. count-1, added up in the order of k.
   Reads and writes up to 31 floats beyond. */
void plane_filter_row(float *out, int count, const float *base, const int *offsets, const float *weights,
                      int taps);

/* Gaussian cut at 4 sigma, borders mirrored. */
struct plane plane_blur(struct plane_arena *arena, const struct plane *in, double sigma);

/* (v - blurred v) / sqrt(blurred square of that + floor^2), cut at +-2.5: local contrast. */
struct plane plane_normalise(struct plane_arena *arena, const struct plane *in, double sigma, double least);

/* The part [left, left + width) x [top, top + height) of `in`, in other measures: the mean of the area each
   new pixel covers, or bilinear where it is enlarged. */
struct plane plane_scale(struct plane_arena *arena, const struct plane *in, int left, int top, int width,
                         int height, int new_width, int new_height);

/* A row in fewer pixels, each the mean of what it covers: the weights of its first, last and other pixels. */
struct plane_span {
    int first, last;
    float begin, end, whole;
};
void plane_narrowing(int width, int new_width, struct plane_span *spans);
void plane_narrow(const float *in, float *out, const struct plane_span *spans, int new_width);

/* Each 2 x 2 pixels as one; an odd last row or column is left out. */
struct plane plane_half(struct plane_arena *arena, const struct plane *in);

/* Bilinear, the edge repeated beyond the picture. */
float plane_sample(const struct plane *in, double x, double y);
struct plane plane_align(struct plane_arena *arena, const struct plane *in, const struct plane_map *map,
                         int width, int height);

#endif
