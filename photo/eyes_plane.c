/*
 * Planes: blur, local contrast, scaling, alignment.
 *
 * Guarantees: single precision in a fixed order; nothing but +, -, *, / and square root, which IEEE 754 defines
 * to the last bit.
 */
#include "photo/eyes_plane.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "photo/arithmetic.h"

/* What plane_filter_row may touch beyond the end. */
enum { SLACK = 64, REACH_MOST = 40, SPACING_MOST = 5, TAPS_MOST = 400, SIDE_MOST = 1024 };

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
    if (i > -count && i < 2 * count - 1) /* the first image, without a division */
        return i < 0 ? -i : i < count ? i : 2 * (count - 1) - i;
    int period = 2 * (count - 1);
    i = (i % period + period) % period;
    return i < count ? i : period - i;
}

/* A symmetric filter: weights of the pixels at 0, +-spacing, +-2 spacing ... */
struct kernel {
    int reach, spacing;
    float weights[2 * REACH_MOST + 1];
};

static void gaussian(double sigma, int spacing, struct kernel *kernel)
{
    int reach = (int)arithmetic_floor(4 * sigma / spacing + 0.5);
    reach = reach < 1 ? 1 : reach > REACH_MOST ? REACH_MOST : reach;
    double sum = 0, values[REACH_MOST + 1];
    for (int k = 0; k <= reach; k++) {
        values[k] = arithmetic_exp(-(double)(k * k * spacing * spacing) / (2 * sigma * sigma));
        sum += k == 0 ? values[k] : 2 * values[k];
    }
    for (int k = -reach; k <= reach; k++)
        kernel->weights[k + reach] = (float)(values[k < 0 ? -k : k] / sum);
    kernel->reach = reach;
    kernel->spacing = spacing;
}

static void filter_across(const struct plane *in, struct plane *out, const struct kernel *kernel)
{
    float line[SIDE_MOST + 2 * REACH_MOST * SPACING_MOST + SLACK] = {0};
    int offsets[2 * REACH_MOST + 1], margin = kernel->reach * kernel->spacing;
    for (int k = 0; k <= 2 * kernel->reach; k++)
        offsets[k] = k * kernel->spacing;
    for (int y = 0; y < in->height; y++) {
        const float *row = in->values + y * in->width;
        memcpy(line + margin, row, (size_t)in->width * sizeof *line);
        for (int k = 1; k <= margin; k++) {
            line[margin - k] = row[mirrored(-k, in->width)];
            line[margin + in->width - 1 + k] = row[mirrored(in->width - 1 + k, in->width)];
        }
        plane_filter_row(out->values + y * in->width, in->width, line, offsets, kernel->weights,
                         2 * kernel->reach + 1);
    }
}

static void filter_down(const struct plane *in, struct plane *out, const struct kernel *kernel)
{
    int offsets[2 * REACH_MOST + 1], reach = kernel->reach;
    for (int y = 0; y < in->height; y++) {
        for (int k = -reach; k <= reach; k++)
            offsets[k + reach] = mirrored(y + k * kernel->spacing, in->height) * in->width;
        plane_filter_row(out->values + y * in->width, in->width, in->values, offsets, kernel->weights,
                         2 * reach + 1);
    }
}

/* A wide Gaussian is a box of five pixels (variance 2) and then every fifth tap of a narrower one. */
struct plane plane_blur(struct plane_arena *arena, const struct plane *in, double sigma)
{
    static const struct kernel box = {.reach = 2, .spacing = 1, .weights = {0.2F, 0.2F, 0.2F, 0.2F, 0.2F}};
    bool wide = sigma >= 6;
    struct kernel kernel;
    gaussian(wide ? sqrt(sigma * sigma - 2) : sigma, wide ? SPACING_MOST : 1, &kernel);
    struct plane out = plane_new(arena, in->width, in->height);
    size_t mark = plane_mark(arena);
    struct plane across = plane_new(arena, in->width, in->height);
    if (wide) {
        filter_across(in, &out, &box);
        filter_down(&out, &across, &box);
        filter_across(&across, &out, &kernel);
        memcpy(across.values, out.values, (size_t)in->width * (size_t)in->height * sizeof(float));
    } else {
        filter_across(in, &across, &kernel);
    }
    filter_down(&across, &out, &kernel);
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

void plane_narrowing(int width, int new_width, struct plane_span *spans)
{
    double across = (double)width / new_width;
    for (int x = 0; x < new_width; x++) {
        double begin = x * across, end = begin + across;
        int first = (int)begin, last = (int)end < width ? (int)end : width - 1;
        spans[x] =
            (struct plane_span){first, last, (float)((first + 1 - begin) / across),
                                last > first ? (float)((end - last) / across) : 0, (float)(1 / across)};
    }
}

void plane_narrow(const float *in, float *out, const struct plane_span *spans, int new_width)
{
    for (int x = 0; x < new_width; x++) {
        const struct plane_span *span = &spans[x];
        float sum = span->begin * in[span->first] + span->end * in[span->last];
        for (int column = span->first + 1; column < span->last; column++)
            sum += span->whole * in[column];
        out[x] = sum;
    }
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
    for (int k = *first; k < count && k < to && taps < TAPS_MOST; k++) {
        double low = from > k ? from : k, high = to < k + 1 ? to : k + 1;
        weights[taps++] = (float)((high - low) / scale);
    }
    return taps;
}

struct plane plane_scale(struct plane_arena *arena, const struct plane *in, int left, int top, int width,
                         int height, int new_width, int new_height)
{
    struct plane out = plane_new(arena, new_width, new_height);
    float line[SIDE_MOST + SLACK], weights[TAPS_MOST];
    float across[4 * SIDE_MOST];
    int offsets[TAPS_MOST], first, starts[SIDE_MOST + 1], firsts[SIDE_MOST];
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

/* Whether a corner of the aligned plane, and so all of it, has four pixels of the picture about it. */
static bool inside(const struct plane *in, const struct plane_map *map, int u, int v)
{
    double x = map->a * u - map->b * v + map->x0, y = map->b * u + map->a * v + map->y0;
    return x >= 0.01 && y >= 0.01 && x < in->width - 1.01 && y < in->height - 1.01;
}

/* Positions in 65536ths of a pixel, so that a row needs whole numbers only: at most 1/600 of a pixel off at the
   end of a row of 200. */
static void align_row(const struct plane *in, int64_t x, int64_t y, int64_t across, int64_t down, int width,
                      float *row)
{
    for (int u = 0; u < width; u++, x += across, y += down) {
        const float *upper = in->values + (y >> 16) * in->width + (x >> 16), *lower = upper + in->width;
        float right = (float)(x & 0xFFFF) / 65536, below = (float)(y & 0xFFFF) / 65536;
        float above = upper[0] + right * (upper[1] - upper[0]);
        row[u] = above + below * (lower[0] + right * (lower[1] - lower[0]) - above);
    }
}

struct plane plane_align(struct plane_arena *arena, const struct plane *in, const struct plane_map *map,
                         int width, int height)
{
    struct plane out = plane_new(arena, width, height);
    bool whole = inside(in, map, 0, 0) && inside(in, map, width - 1, 0) && inside(in, map, 0, height - 1) &&
                 inside(in, map, width - 1, height - 1);
    int64_t across = arithmetic_round(map->a * 65536), down = arithmetic_round(map->b * 65536);
    for (int v = 0; v < height; v++) {
        float *row = out.values + v * width;
        double x = map->x0 - map->b * v, y = map->y0 + map->a * v;
        if (whole)
            align_row(in, arithmetic_round(x * 65536), arithmetic_round(y * 65536), across, down, width, row);
        for (int u = 0; !whole && u < width; u++)
            row[u] = plane_sample(in, x + map->a * u, y + map->b * u);
    }
    return out;
}
