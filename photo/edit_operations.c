/*
 * The pixels of the recorded edits.
 *
 * Guarantees: a quarter turn moves pixels without changing one; all else is double arithmetic in a fixed
 * order with the functions of arithmetic.h, so it is reproducible bit for bit.
 * Does not check ranges: edit.c did.
 */
#include <stdlib.h>
#include <string.h>

#include "photo/arithmetic.h"
#include "photo/decode.h"
#include "photo/edit_parts.h"

/* Corners a rotation leaves empty are filled with this: neither bright nor dark, visibly not picture. */
#define EMPTY_CORNER 128

static bool take_size(int64_t across, int64_t down, int *width, int *height, struct error *error)
{
    across = across < 1 ? 1 : across;
    down = down < 1 ? 1 : down;
    if (across > photo_limits_default.side || down > photo_limits_default.side ||
        across * down > photo_limits_default.pixels)
        return error_set(error, FAULT_INPUT,
                         "the result would have %lld x %lld pixels: crop or scale it down", (long long)across,
                         (long long)down);
    *width = (int)across;
    *height = (int)down;
    return true;
}

bool edit_crop_size(int x, int y, int across, int down, int *width, int *height, struct error *error)
{
    if (x + across > *width || y + down > *height)
        return error_set(error, FAULT_INPUT, "the crop of %d x %d at (%d, %d) leaves the picture of %d x %d",
                         across, down, x, y, *width, *height);
    *width = across;
    *height = down;
    return true;
}

bool edit_rotate_size(int degrees_tenths, int *width, int *height, struct error *error)
{
    double sine = arithmetic_sine((int64_t)degrees_tenths * 10);
    double cosine = arithmetic_cosine((int64_t)degrees_tenths * 10);
    double s = sine < 0 ? -sine : sine, c = cosine < 0 ? -cosine : cosine;
    /* The millionth keeps an exact quarter turn from growing by a rounding error. */
    int64_t across = -arithmetic_floor(-(*width * c + *height * s - 1e-6));
    int64_t down = -arithmetic_floor(-(*width * s + *height * c - 1e-6));
    return take_size(across, down, width, height, error);
}

bool edit_scale_size(int per_mille, int *width, int *height, struct error *error)
{
    return take_size(((int64_t)*width * per_mille + 500) / 1000, ((int64_t)*height * per_mille + 500) / 1000,
                     width, height, error);
}

static uint8_t level(double value)
{
    int64_t whole = arithmetic_floor(value + 0.5);
    return (uint8_t)(whole < 0 ? 0 : whole > 255 ? 255 : whole);
}

bool edit_crop(const struct image *from, int x, int y, int width, int height, struct image *to,
               struct error *error)
{
    int across = from->width, down = from->height;
    if (!edit_crop_size(x, y, width, height, &across, &down, error) ||
        !image_make(to, across, down, from->channels, error))
        return false;
    size_t channels = (size_t)from->channels;
    size_t row = (size_t)width * channels;
    for (int i = 0; i < height; i++)
        memcpy(to->pixels + (size_t)i * row,
               from->pixels + ((size_t)(y + i) * (size_t)from->width + (size_t)x) * channels, row);
    return true;
}

void edit_brightness(struct image *image, int amount)
{
    int added = (amount * 255 + (amount < 0 ? -50 : 50)) / 100;
    size_t size = image_size(image);
    for (size_t i = 0; i < size; i++) {
        int value = image->pixels[i] + added;
        image->pixels[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

void edit_contrast(struct image *image, int amount)
{
    uint8_t table[256];
    for (int i = 0; i < 256; i++)
        table[i] = level(128 + (i - 128) * (100 + amount) / 100.0);
    size_t size = image_size(image);
    for (size_t i = 0; i < size; i++)
        image->pixels[i] = table[image->pixels[i]];
}

/* One channel of the picture between pixels; grey where the point lies more than half a pixel outside. */
static double sample(const struct image *image, double x, double y, int channel)
{
    if (x < -0.5 || y < -0.5 || x > image->width - 0.5 || y > image->height - 0.5)
        return EMPTY_CORNER;
    int64_t left = arithmetic_floor(x), top = arithmetic_floor(y);
    double across = x - (double)left, down = y - (double)top;
    double sum = 0;
    for (int j = 0; j < 2; j++)
        for (int i = 0; i < 2; i++) {
            int64_t column = left + i < 0 ? 0 : left + i >= image->width ? image->width - 1 : left + i;
            int64_t row = top + j < 0 ? 0 : top + j >= image->height ? image->height - 1 : top + j;
            double weight = (i == 0 ? 1 - across : across) * (j == 0 ? 1 - down : down);
            sum += weight * image->pixels[(row * image->width + column) * image->channels + channel];
        }
    return sum;
}

bool edit_rotate(const struct image *from, int degrees_tenths, struct image *to, struct error *error)
{
    double sine = arithmetic_sine((int64_t)degrees_tenths * 10);
    double cosine = arithmetic_cosine((int64_t)degrees_tenths * 10);
    int width = from->width, height = from->height;
    if (!edit_rotate_size(degrees_tenths, &width, &height, error) ||
        !image_make(to, width, height, from->channels, error))
        return false;
    double to_x = (to->width - 1) / 2.0, to_y = (to->height - 1) / 2.0;
    double from_x = (from->width - 1) / 2.0, from_y = (from->height - 1) / 2.0;
    uint8_t *pixel = to->pixels;
    for (int y = 0; y < to->height; y++)
        for (int x = 0; x < to->width; x++) {
            double u = cosine * (x - to_x) + sine * (y - to_y) + from_x;
            double v = cosine * (y - to_y) - sine * (x - to_x) + from_y;
            for (int channel = 0; channel < from->channels; channel++)
                *pixel++ = level(sample(from, u, v, channel));
        }
    return true;
}

static double triangle(double distance)
{
    distance = distance < 0 ? -distance : distance;
    return distance < 1 ? 1 - distance : 0;
}

/* A triangle as wide as a result pixel (or a picture pixel, when enlarging) around each centre: resamples
   one line of `from_count` values, `step` apart, into `to_count` values. */
static void resample_line(const double *from, int from_count, size_t from_step, double *to, int to_count,
                          size_t to_step)
{
    double ratio = (double)from_count / to_count;
    double reach = ratio > 1 ? ratio : 1;
    for (int i = 0; i < to_count; i++) {
        double centre = (i + 0.5) * ratio - 0.5;
        int64_t first = arithmetic_floor(centre - reach), last = arithmetic_floor(centre + reach) + 1;
        double sum = 0, weights = 0;
        for (int64_t k = first; k <= last; k++) {
            double weight = triangle(((double)k - centre) / reach);
            int64_t at = k < 0 ? 0 : k >= from_count ? from_count - 1 : k;
            sum += weight * from[(size_t)at * from_step];
            weights += weight;
        }
        to[(size_t)i * to_step] = sum / weights;
    }
}

bool edit_scale(const struct image *from, int per_mille, struct image *to, struct error *error)
{
    int width = from->width, height = from->height;
    if (!edit_scale_size(per_mille, &width, &height, error) ||
        !image_make(to, width, height, from->channels, error))
        return false;
    size_t columns = (size_t)to->width;
    double *wide = calloc((size_t)from->width, sizeof *wide);
    double *half = calloc(columns * (size_t)from->height, sizeof *half);
    double *tall = calloc((size_t)to->height, sizeof *tall);
    bool done = wide != NULL && half != NULL && tall != NULL;
    for (int channel = 0; done && channel < from->channels; channel++) {
        const uint8_t *pixel = from->pixels + channel;
        for (int y = 0; y < from->height; y++) {
            for (int x = 0; x < from->width; x++, pixel += from->channels)
                wide[x] = *pixel;
            resample_line(wide, from->width, 1, half + (size_t)y * columns, to->width, 1);
        }
        for (int x = 0; x < to->width; x++) {
            resample_line(half + x, from->height, columns, tall, to->height, 1);
            for (int y = 0; y < to->height; y++)
                to->pixels[((size_t)y * columns + (size_t)x) * (size_t)to->channels + (size_t)channel] =
                    level(tall[y]);
        }
    }
    free(wide);
    free(half);
    free(tall);
    if (done)
        return true;
    image_free(to);
    return error_set(error, FAULT_TEMPORARY, "out of memory while scaling a picture");
}
