/*
 * Planes: blur, local contrast, scaling, alignment.
 *
 * Guarantees: single precision in a fixed order; nothing but +, -, *, / and square root, which IEEE 754 defines
 * to the last bit.
 */
#include "photo/eyes_plane.h"

#include <math.h>
#include <string.h>

#include "photo/arithmetic.h"

/* What plane_filter_row may touch beyond the end. */
enum { SLACK = 64, REACH_MOST = 400, SIDE_MOST = 1024 };

struct plane plane_new(struct plane_arena *arena, int width, int height)
{
    struct plane plane = {.width = width, .height = height, .values = arena->floats + arena->used};
    arena->used += ((size_t)width * (size_t)height + SLACK + 15) / 16 * 16;
    return plane;
}

size_t plane_mark(const struct plane_arena *arena)
{
    return arena->used;
}

void plane_release(struct plane_arena *arena, size_t mark)
{
    arena->used = mark;
}

/* The place of i when a line of `count` is continued by its mirror images, the end pixels once. */
static int mirrored(int i, int count)
{
    if (count == 1)
        return 0;
    int period = 2 * (count - 1);
    i = (i % period + period) % period;
    return i < count ? i : period - i;
}

static int gaussian(double sigma, float *weights)
{
    int reach = (int)arithmetic_floor(4 * sigma + 0.5);
    reach = reach < 1 ? 1 : reach > REACH_MOST ? REACH_MOST : reach;
    double sum = 0;
    for (int k = -reach; k <= reach; k++)
        sum += arithmetic_exp(-k * k / (2 * sigma * sigma));
    for (int k = -reach; k <= reach; k++)
        weights[k + reach] = (float)(arithmetic_exp(-k * k / (2 * sigma * sigma)) / sum);
    return reach;
}

static void blur_across(const struct plane *in, struct plane *out, const float *weights, int reach)
{
    float line[SIDE_MOST + 2 * REACH_MOST + SLACK] = {0};
    int offsets[2 * REACH_MOST + 1];
    for (int k = 0; k <= 2 * reach; k++)
        offsets[k] = k;
    for (int y = 0; y < in->height; y++) {
        const float *row = in->values + y * in->width;
        for (int x = -reach; x < 0; x++)
            line[x + reach] = row[mirrored(x, in->width)];
        memcpy(line + reach, row, (size_t)in->width * sizeof *line);
        for (int x = in->width; x < in->width + reach; x++)
            line[x + reach] = row[mirrored(x, in->width)];
        plane_filter_row(out->values + y * in->width, in->width, line, offsets, weights, 2 * reach + 1);
    }
}

static void blur_down(const struct plane *in, struct plane *out, const float *weights, int reach)
{
    int offsets[2 * REACH_MOST + 1];
    for (int y = 0; y < in->height; y++) {
        for (int k = -reach; k <= reach; k++)
            offsets[k + reach] = mirrored(y + k, in->height) * in->width;
        plane_filter_row(out->values + y * in->width, in->width, in->values, offsets, weights, 2 * reach + 1);
    }
}

struct plane plane_blur(struct plane_arena *arena, const struct plane *in, double sigma)
{
    float weights[2 * REACH_MOST + 1];
    int reach = gaussian(sigma, weights);
    struct plane out = plane_new(arena, in->width, in->height);
    size_t mark = plane_mark(arena);
    struct plane across = plane_new(arena, in->width, in->height);
    blur_across(in, &across, weights, reach);
    blur_down(&across, &out, weights, reach);
    plane_release(arena, mark);
    return out;
}

struct plane plane_normalise(struct plane_arena *arena, const struct plane *in, double sigma, double least)
{
    size_t count = (size_t)in->width * (size_t)in->height;
    struct plane out = plane_new(arena, in->width, in->height);
    size_t mark = plane_mark(arena);
    struct plane mean = plane_blur(arena, in, sigma), square = plane_new(arena, in->width, in->height);
    for (size_t i = 0; i < count; i++) {
        out.values[i] = in->values[i] - mean.values[i];
        square.values[i] = out.values[i] * out.values[i];
    }
    struct plane spread = plane_blur(arena, &square, sigma);
    float floor_square = (float)(least * least);
    for (size_t i = 0; i < count; i++) {
        float value = out.values[i] / sqrtf(spread.values[i] + floor_square);
        out.values[i] = value > 2.5F ? 2.5F : value < -2.5F ? -2.5F : value;
    }
    plane_release(arena, mark);
    return out;
}

struct plane plane_half(struct plane_arena *arena, const struct plane *in)
{
    struct plane out = plane_new(arena, in->width / 2, in->height / 2);
    for (int y = 0; y < out.height; y++) {
        const float *upper = in->values + 2 * y * in->width, *lower = upper + in->width;
        float *to = out.values + y * out.width;
        for (int x = 0; x < out.width; x++)
            to[x] = 0.25F * ((upper[2 * x] + upper[2 * x + 1]) + (lower[2 * x] + lower[2 * x + 1]));
    }
    return out;
}

/* First pixel and weights of what new pixel i covers; returns how many. */
static int covered(int i, int count, int new_count, int *first, float *weights)
{
    double scale = (double)count / new_count;
    if (scale < 1) { /* enlarged: bilinear between centres */
        double at = (i + 0.5) * scale - 0.5;
        at = at < 0 ? 0 : at > count - 1 ? count - 1 : at;
        *first = (int)at == count - 1 && count > 1 ? count - 2 : (int)at;
        weights[1] = (float)(at - *first);
        weights[0] = 1 - weights[1];
        return count > 1 ? 2 : 1;
    }
    double from = i * scale, to = from + scale;
    int taps = 0;
    *first = (int)from;
    for (int k = *first; k < count && k < to && taps < REACH_MOST; k++) {
        double low = from > k ? from : k, high = to < k + 1 ? to : k + 1;
        weights[taps++] = (float)((high - low) / scale);
    }
    return taps;
}

struct plane plane_scale(struct plane_arena *arena, const struct plane *in, int left, int top, int width,
                         int height, int new_width, int new_height)
{
    struct plane out = plane_new(arena, new_width, new_height);
    float line[SIDE_MOST + SLACK], weights[REACH_MOST];
    float across[4 * SIDE_MOST];
    int offsets[REACH_MOST], first, starts[SIDE_MOST + 1], firsts[SIDE_MOST];
    starts[0] = 0;
    for (int x = 0; x < new_width; x++)
        starts[x + 1] = starts[x] + covered(x, width, new_width, &firsts[x], across + starts[x]);
    for (int y = 0; y < new_height; y++) {
        int taps = covered(y, height, new_height, &first, weights);
        for (int k = 0; k < taps; k++)
            offsets[k] = (top + first + k) * in->width + left;
        plane_filter_row(line, width, in->values, offsets, weights, taps);
        float *to = out.values + y * new_width;
        for (int x = 0; x < new_width; x++) {
            float sum = 0;
            for (int k = starts[x]; k < starts[x + 1]; k++)
                sum += across[k] * line[firsts[x] + k - starts[x]];
            to[x] = sum;
        }
    }
    return out;
}

float plane_sample(const struct plane *in, double x, double y)
{
    x = x < 0 ? 0 : x > in->width - 1 ? in->width - 1 : x;
    y = y < 0 ? 0 : y > in->height - 1 ? in->height - 1 : y;
    int left = (int)x, top = (int)y;
    int right = left + (left < in->width - 1), bottom = top + (top < in->height - 1);
    float across = (float)(x - left), down = (float)(y - top);
    const float *upper = in->values + top * in->width, *lower = in->values + bottom * in->width;
    float above = upper[left] + across * (upper[right] - upper[left]);
    float below = lower[left] + across * (lower[right] - lower[left]);
    return above + down * (below - above);
}

struct plane plane_align(struct plane_arena *arena, const struct plane *in, const struct plane_map *map,
                         int width, int height)
{
    struct plane out = plane_new(arena, width, height);
    for (int v = 0; v < height; v++)
        for (int u = 0; u < width; u++)
            out.values[v * width + u] =
                plane_sample(in, map->a * u - map->b * v + map->x0, map->b * u + map->a * v + map->y0);
    return out;
}
