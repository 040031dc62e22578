/*
 * Aligned crops.
 *
 * Guarantees: only the part of the picture the crop shows is touched, so that a face in a picture of 40
 * megapixels costs what a small one does; the arithmetic is single precision in a fixed order and therefore
 * reproducible.
 */
#include "photo/crop.h"

#include <math.h>
#include <stdlib.h>

#include "photo/arithmetic.h"
#include "photo/crop_sample.h"

/* One channel of a part of the picture, shrunk by a whole factor. */
struct plane {
    int width, height;
    float *values;
    float *spare; /* of the same size, for blurring */
};

struct crop_frame crop_figure_frame(int width, int height)
{
    double middle = (width - 1) / 2.0;
    double half = 0.135 * width;
    return (struct crop_frame){.width = width,
                               .height = height,
                               .left_x = middle - half,
                               .right_x = middle + half,
                               .eye_y = 0.45 * (height - 1)};
}

static struct similarity similarity_of(const struct eye_points *eyes, const struct crop_frame *frame)
{
    double x = (eyes->right_x - eyes->left_x) / 100.0;
    double y = (eyes->right_y - eyes->left_y) / 100.0;
    double wanted = frame->right_x - frame->left_x;
    struct similarity map = {.a = x / wanted, .b = y / wanted};
    map.x0 = eyes->left_x / 100.0 - (map.a * frame->left_x - map.b * frame->eye_y);
    map.y0 = eyes->left_y / 100.0 - (map.b * frame->left_x + map.a * frame->eye_y);
    map.scale = wanted / sqrt(x * x + y * y);
    return map;
}

static int clamp(int64_t value, int least, int most)
{
    return value < least ? least : value > most ? most : (int)value;
}

/* The part of the picture the crop needs, `margin` pixels around it included. */
static struct region region_of(const struct similarity *map, const struct crop_frame *frame, int margin,
                               const struct image *image)
{
    double least_x = 1e9, most_x = -1e9, least_y = 1e9, most_y = -1e9;
    for (int corner = 0; corner < 4; corner++) {
        double u = (corner & 1) != 0 ? frame->width - 1 : 0;
        double v = (corner & 2) != 0 ? frame->height - 1 : 0;
        double x = map->a * u - map->b * v + map->x0;
        double y = map->b * u + map->a * v + map->y0;
        least_x = x < least_x ? x : least_x;
        most_x = x > most_x ? x : most_x;
        least_y = y < least_y ? y : least_y;
        most_y = y > most_y ? y : most_y;
    }
    int left = clamp(arithmetic_floor(least_x) - margin, 0, image->width - 1);
    int top = clamp(arithmetic_floor(least_y) - margin, 0, image->height - 1);
    int right = clamp(arithmetic_floor(most_x) + margin + 1, left, image->width - 1);
    int bottom = clamp(arithmetic_floor(most_y) + margin + 1, top, image->height - 1);
    return (struct region){left, top, right - left + 1, bottom - top + 1};
}

/* What is read of a pixel: one of its channels, or all of them as image_grey has it. */
enum { LUMA = -1 };

static inline __attribute__((always_inline)) unsigned pixel_value(const uint8_t *pixel, int channel)
{
    return channel == LUMA ? (4899U * pixel[0] + 9617U * pixel[1] + 1868U * pixel[2] + 8192U) >> 14
                           : pixel[channel];
}

/* Mean of each square of `factor` pixels; squares at the right and lower edge may be smaller. */
static inline __attribute__((always_inline)) void plane_fill(struct plane *plane, const struct image *image,
                                                             const struct region *region, int factor,
                                                             int channel)
{
    size_t step = (size_t)image->channels;
    if (factor == 1) {
        for (int y = 0; y < plane->height; y++) {
            size_t row = (size_t)(region->top + y) * (size_t)image->width + (size_t)region->left;
            const uint8_t *from = image->pixels + row * step;
            for (int x = 0; x < plane->width; x++, from += step)
                plane->values[y * plane->width + x] = (float)pixel_value(from, channel);
        }
        return;
    }
    for (int y = 0; y < plane->height; y++)
        for (int x = 0; x < plane->width; x++) {
            int rows = factor < region->height - y * factor ? factor : region->height - y * factor;
            int columns = factor < region->width - x * factor ? factor : region->width - x * factor;
            unsigned sum = 0;
            for (int i = 0; i < rows; i++) {
                size_t row = (size_t)(region->top + y * factor + i) * (size_t)image->width;
                const uint8_t *from = image->pixels + (row + (size_t)(region->left + x * factor)) * step;
                for (int j = 0; j < columns; j++)
                    sum += pixel_value(from + (size_t)j * step, channel);
            }
            plane->values[y * plane->width + x] = (float)sum / (float)(rows * columns);
        }
}

#define BLUR_REACH 8

/* Rows as vectors of their length, the edge repeated: each value is the centre's share plus that of each pair,
   from the nearest on. */
static void blur_rows(const struct plane *plane, const float *weights, int reach)
{
    int width = plane->width;
    for (int y = 0; y < plane->height; y++) {
        const float *from = plane->values + y * width;
        float *to = plane->spare + y * width;
        for (int x = 0; x < width; x++)
            to[x] = weights[0] * from[x];
        for (int k = 1; k <= reach; k++) {
            int inner = width - k > k ? k : width, last = width - k > k ? width - k : width;
            for (int x = 0; x < inner; x++)
                to[x] += weights[k] * (from[clamp(x - k, 0, width - 1)] + from[clamp(x + k, 0, width - 1)]);
            for (int x = inner; x < last; x++)
                to[x] += weights[k] * (from[x - k] + from[x + k]);
            for (int x = last; x < width; x++)
                to[x] += weights[k] * (from[clamp(x - k, 0, width - 1)] + from[clamp(x + k, 0, width - 1)]);
        }
    }
}

static void blur_columns(const struct plane *plane, const float *weights, int reach)
{
    int width = plane->width, height = plane->height;
    for (int y = 0; y < height; y++) {
        float *to = plane->values + y * width;
        for (int x = 0; x < width; x++)
            to[x] = weights[0] * plane->spare[y * width + x];
        for (int k = 1; k <= reach; k++) {
            const float *above = plane->spare + clamp(y - k, 0, height - 1) * width;
            const float *below = plane->spare + clamp(y + k, 0, height - 1) * width;
            for (int x = 0; x < width; x++)
                to[x] += weights[k] * (above[x] + below[x]);
        }
    }
}

/* Gaussian, cut at three sigma; sigma at most 1. */
static void plane_blur(struct plane *plane, double sigma)
{
    int reach = clamp(arithmetic_round(3 * sigma), 1, BLUR_REACH);
    float weights[BLUR_REACH + 1];
    double sum = 0;
    for (int k = -reach; k <= reach; k++)
        sum += arithmetic_exp(-k * k / (2 * sigma * sigma));
    for (int k = 0; k <= reach; k++)
        weights[k] = (float)(arithmetic_exp(-k * k / (2 * sigma * sigma)) / sum);
    blur_rows(plane, weights, reach);
    blur_columns(plane, weights, reach);
}

static float plane_at(const struct plane *plane, int64_t x, int64_t y)
{
    return plane->values[clamp(y, 0, plane->height - 1) * plane->width + clamp(x, 0, plane->width - 1)];
}

/* A level of grey. */
static uint8_t level(float value)
{
    double up = (double)value + 0.5;
    return up < 0 ? 0 : up >= 255 ? 255 : (uint8_t)up;
}

/* At (x, y) in 32nds of a pixel, which is finer than any eye is marked. */
static uint8_t plane_sample(const struct plane *plane, int64_t x, int64_t y, bool cubic)
{
    int64_t left = x >> 5, top = y >> 5;
    if (!cubic && left >= 0 && top >= 0 && left + 1 < plane->width && top + 1 < plane->height) {
        const float *upper = plane->values + top * plane->width + left, *lower = upper + plane->width;
        float right = (float)(x & 31) / 32, down = (float)(y & 31) / 32;
        float above = (1 - right) * upper[0] + right * upper[1];
        float below = (1 - right) * lower[0] + right * lower[1];
        return level((1 - down) * above + down * below);
    }
    float across[4], down[4], sum = 0;
    crop_weights((double)(x & 31) / 32, cubic, across);
    crop_weights((double)(y & 31) / 32, cubic, down);
    int first = cubic ? 0 : 1, last = cubic ? 3 : 2;
    for (int j = first; j <= last; j++) {
        float row = 0;
        for (int i = first; i <= last; i++)
            row += across[i] * plane_at(plane, left - 1 + i, top - 1 + j);
        sum += down[j] * row;
    }
    return level(sum);
}

/* arithmetic_round without a call for every pixel. */
static inline int64_t rounded(double x)
{
    return x < 0 ? -(int64_t)(0.5 - x) : (int64_t)(x + 0.5);
}

/* How a crop is made. */
struct cropping {
    struct similarity map;
    struct region region;
    int factor;   /* the picture is shrunk by it before */
    double scale; /* of the shrunk plane: 0.25 or more */
};

static struct cropping cropping_of(const struct image *image, const struct eye_points *eyes,
                                   const struct crop_frame *frame)
{
    struct cropping how = {.map = similarity_of(eyes, frame)};
    how.factor = how.map.scale < 0.25 ? (int)(0.5 / how.map.scale) : 1;
    how.scale = how.map.scale * how.factor;
    how.region = region_of(&how.map, frame, (BLUR_REACH + 2) * how.factor, image);
    return how;
}

/* One channel of the crop, every `step`-th byte from `to` on. */
static void plane_crop(struct plane *plane, const struct cropping *how, const struct crop_frame *frame,
                       uint8_t *to, int step)
{
    const struct similarity *map = &how->map;
    double middle = (how->factor - 1) / 2.0; /* of a square, in picture pixels */
    if (how->scale < 0.5)
        plane_blur(plane, 0.25 / how->scale);
    for (int v = 0; v < frame->height; v++)
        for (int u = 0; u < frame->width; u++, to += step) {
            double x = map->a * u - map->b * v + map->x0 - how->region.left;
            double y = map->b * u + map->a * v + map->y0 - how->region.top;
            *to = plane_sample(plane, rounded((x - middle) / how->factor * 32),
                               rounded((y - middle) / how->factor * 32), map->scale > 1);
        }
}

/* Memory for one channel of the region; the crop is freed when there is none. */
static bool plane_make(struct plane *plane, const struct cropping *how, struct image *crop,
                       struct error *error)
{
    plane->width = (how->region.width + how->factor - 1) / how->factor;
    plane->height = (how->region.height + how->factor - 1) / how->factor;
    size_t count = (size_t)plane->width * (size_t)plane->height;
    plane->values = malloc(2 * count * sizeof *plane->values);
    plane->spare = plane->values + count;
    if (plane->values != NULL)
        return true;
    image_free(crop);
    return error_set(error, FAULT_TEMPORARY, "out of memory for an aligned crop");
}

bool crop_aligned(const struct image *image, const struct eye_points *eyes, const struct crop_frame *frame,
                  struct image *crop, struct error *error)
{
    struct cropping how = cropping_of(image, eyes, frame);
    struct plane plane;
    if (!image_make(crop, frame->width, frame->height, image->channels, error))
        return false;
    if (image->channels == 3 && how.factor == 1 && how.scale >= 0.5)
        return crop_sample_colours(image, &how.map, &how.region, how.map.scale > 1, frame, crop, error);
    if (!plane_make(&plane, &how, crop, error))
        return false;
    for (int channel = 0; channel < image->channels; channel++) {
        plane_fill(&plane, image, &how.region, how.factor, channel);
        plane_crop(&plane, &how, frame, crop->pixels + channel, image->channels);
    }
    free(plane.values);
    return true;
}

bool crop_grey(const struct image *image, const struct eye_points *eyes, const struct crop_frame *frame,
               struct image *crop, struct error *error)
{
    struct cropping how = cropping_of(image, eyes, frame);
    struct plane plane;
    if (!image_make(crop, frame->width, frame->height, 1, error) || !plane_make(&plane, &how, crop, error))
        return false;
    if (image->channels == 3)
        plane_fill(&plane, image, &how.region, how.factor, LUMA);
    else
        plane_fill(&plane, image, &how.region, how.factor, 0);
    plane_crop(&plane, &how, frame, crop->pixels, 1);
    free(plane.values);
    return true;
}

void crop_inside(const struct image *image, const struct eye_points *eyes, const struct crop_frame *frame,
                 int step, uint8_t *inside)
{
    struct similarity map = similarity_of(eyes, frame);
    for (int v = 0; v < frame->height; v += step)
        for (int u = 0; u < frame->width; u += step) {
            double x = map.a * u - map.b * v + map.x0, y = map.b * u + map.a * v + map.y0;
            *inside++ = x > -0.5 && y > -0.5 && x < image->width - 0.5 && y < image->height - 0.5;
        }
}
