/*
 * Evidence of an iris: a disc that brightens outward on its left and on its right.
 *
 * A brow, a lid's edge or the corner of an eye brightens on one side at most, and the upper lid hides the top
 * of most irises; so the two sides are measured apart, a little above to well below the level of the centre.
 * Guarantees: the differences are of logarithms, and cut off, so that a glint or a white ground cannot buy
 * what the other side lacks.
 */
#include "photo/arithmetic.h"
#include "photo/eyes_parts.h"

enum { DIRECTIONS = 11 };

static void ring_add(struct eyes_ring *ring, int x, int y, double weight)
{
    for (int i = 0; i < ring->count; i++)
        if (ring->x[i] == x && ring->y[i] == y) {
            ring->weights[i] += (float)weight;
            return;
        }
    if (weight == 0 || ring->count == EYES_RING_TAPS)
        return;
    ring->x[ring->count] = (signed char)x;
    ring->y[ring->count] = (signed char)y;
    ring->weights[ring->count++] = (float)weight;
}

/* A sample between pixels is the weighted sum of four. */
static void ring_add_point(struct eyes_ring *ring, double x, double y, double weight)
{
    int left = (int)arithmetic_floor(x), top = (int)arithmetic_floor(y);
    double across = x - left, down = y - top;
    ring_add(ring, left, top, weight * (1 - across) * (1 - down));
    ring_add(ring, left + 1, top, weight * across * (1 - down));
    ring_add(ring, left, top + 1, weight * (1 - across) * down);
    ring_add(ring, left + 1, top + 1, weight * across * down);
}

void eyes_rings_draw(struct eyes_ring rings[EYES_RINGS], double distance, double step)
{
    static const double radii[EYES_RINGS / 2] = {0.075, 0.09, 0.105};
    for (int i = 0; i < EYES_RINGS; i++) {
        rings[i].count = 0;
        double radius = radii[i / 2] * distance, side = i % 2 == 0 ? -1 : 1;
        for (int k = 0; k < DIRECTIONS; k++) {
            int angle = -3000 + 750 * k;
            double x = side * arithmetic_cosine(angle), y = arithmetic_sine(angle);
            ring_add_point(&rings[i], (radius + step) * x, (radius + step) * y, 1.0 / DIRECTIONS);
            ring_add_point(&rings[i], (radius - step) * x, (radius - step) * y, -1.0 / DIRECTIONS);
        }
    }
}

struct plane eyes_iris(struct plane_arena *arena, const struct plane *aligned, const struct eyes_ring *rings,
                       int x, int y, int nx, int ny)
{
    int width = 2 * nx + 1;
    struct plane out = plane_new(arena, width, 2 * ny + 1);
    float sides[2][64];
    int offsets[EYES_RING_TAPS];
    for (int pair = 0; pair < EYES_RINGS / 2; pair++)
        for (int row = 0; row < out.height; row++) {
            const float *from = aligned->values + (y - ny + row) * aligned->width + x - nx;
            for (int side = 0; side < 2; side++) {
                const struct eyes_ring *ring = &rings[2 * pair + side];
                for (int k = 0; k < ring->count; k++)
                    offsets[k] = ring->y[k] * aligned->width + ring->x[k];
                plane_filter_row(sides[side], width, from, offsets, ring->weights, ring->count);
            }
            for (int column = 0; column < width; column++) {
                float a = sides[0][column] > 0.5F ? 0.5F : sides[0][column];
                float b = sides[1][column] > 0.5F ? 0.5F : sides[1][column];
                float evidence = 0.5F * (a < b ? a : b) + 0.25F * (a + b);
                float *to = &out.values[row * width + column];
                *to = pair == 0 || evidence > *to ? evidence : *to;
            }
        }
    return out;
}

/* Where between the neighbours the parabola through three values has its top: -0.5 to 0.5. */
static double top_of(double before, double at, double after)
{
    double bend = before - 2 * at + after;
    double top = bend < -1e-9 ? (before - after) / (2 * bend) : 0;
    return top > 0.5 ? 0.5 : top < -0.5 ? -0.5 : top;
}

void eyes_peak(const struct plane *map, int x, int y, double at[2])
{
    const float *value = map->values + y * map->width + x;
    at[0] = x, at[1] = y;
    if (x > 0 && x < map->width - 1)
        at[0] += top_of((double)value[-1], (double)value[0], (double)value[1]);
    if (y > 0 && y < map->height - 1)
        at[1] += top_of((double)value[-map->width], (double)value[0], (double)value[map->width]);
}

enum { POLISH = 7, POLISH_WIDTH = 107, POLISH_HEIGHT = 43 };

static double polish_one(struct eye_finder *finder, const struct plane *aligned, int x, double move[2])
{
    struct plane map =
        eyes_iris(&finder->arena, aligned, finder->fine_rings, x, POLISH_HEIGHT / 2, POLISH, POLISH);
    int best = 0;
    for (int i = 0; i < map.width * map.height; i++) {
        int dx = i % map.width - POLISH, dy = i / map.width - POLISH;
        map.values[i] -= 0.05F * (float)(dx * dx + dy * dy) / (POLISH * POLISH);
        best = map.values[i] > map.values[best] ? i : best;
    }
    eyes_peak(&map, best % map.width, best / map.width, move);
    move[0] -= POLISH, move[1] -= POLISH;
    return (double)map.values[best];
}

void eyes_polish(struct eye_finder *finder, const struct eyes_picture *picture, struct eyes_pair *pair,
                 double evidence[2])
{
    for (int round = 0; round < 2; round++) {
        size_t mark = plane_mark(&finder->arena);
        struct plane sharp =
            eyes_align(&finder->arena, picture, pair, EYES_FINE, POLISH_WIDTH, POLISH_HEIGHT);
        struct plane aligned = plane_blur(&finder->arena, &sharp, 1);
        double left[2], right[2];
        int middle = POLISH_WIDTH / 2;
        evidence[0] = polish_one(finder, &aligned, middle - EYES_FINE / 2, left);
        evidence[1] = polish_one(finder, &aligned, middle + EYES_FINE / 2, right);
        *pair = eyes_moved(pair, EYES_FINE, left, right);
        plane_release(&finder->arena, mark);
    }
}
