/*
 * A pair of eyes and the picture turned and scaled to it.
 *
 * Guarantees: an aligned plane has the middle of the pair in its middle and the eyes level; it is sampled
 * from the half-size picture when it is less than half as large, so that fine texture does not alias.
 */
#include <math.h>

#include "photo/eyes_parts.h"

double eyes_distance(const struct eyes_pair *pair)
{
    double x = pair->right_x - pair->left_x, y = pair->right_y - pair->left_y;
    return sqrt(x * x + y * y);
}

double eyes_apart(const struct eyes_pair *a, const struct eyes_pair *b)
{
    double left_x = a->left_x - b->left_x, left_y = a->left_y - b->left_y;
    double right_x = a->right_x - b->right_x, right_y = a->right_y - b->right_y;
    double left = left_x * left_x + left_y * left_y, right = right_x * right_x + right_y * right_y;
    return sqrt(left > right ? left : right);
}

struct eyes_pair eyes_moved(const struct eyes_pair *pair, double distance, const double left[2],
                            const double right[2])
{
    double x = (pair->right_x - pair->left_x) / distance, y = (pair->right_y - pair->left_y) / distance;
    return (struct eyes_pair){
        pair->left_x + left[0] * x - left[1] * y, pair->left_y + left[0] * y + left[1] * x,
        pair->right_x + right[0] * x - right[1] * y, pair->right_y + right[0] * y + right[1] * x};
}

struct plane eyes_align(struct plane_arena *arena, const struct eyes_picture *picture,
                        const struct eyes_pair *pair, double distance, int width, int height)
{
    const struct plane *from = &picture->bright;
    struct eyes_pair at = *pair;
    if (eyes_distance(pair) > 2 * distance) {
        from = &picture->half;
        at = (struct eyes_pair){pair->left_x / 2 - 0.25, pair->left_y / 2 - 0.25, pair->right_x / 2 - 0.25,
                                pair->right_y / 2 - 0.25};
    }
    struct plane_map map = {.a = (at.right_x - at.left_x) / distance,
                            .b = (at.right_y - at.left_y) / distance};
    double u = (width - 1) / 2.0, v = (height - 1) / 2.0;
    map.x0 = (at.left_x + at.right_x) / 2 - (map.a * u - map.b * v);
    map.y0 = (at.left_y + at.right_y) / 2 - (map.b * u + map.a * v);
    return plane_align(arena, from, &map, width, height);
}
