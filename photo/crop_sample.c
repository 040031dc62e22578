/*
 * Reading a colour picture between its pixels.
 *
 * Guarantees: the sums are made channel by channel in one fixed order, four numbers at a time as any processor
 * has them; the fourth is no channel and is thrown away.
 */
#include "photo/crop_sample.h"

#include <stdlib.h>
#include <string.h>

#include "photo/arithmetic.h"

typedef float four __attribute__((vector_size(16)));
typedef int32_t levels __attribute__((vector_size(16)));

enum { FRACTIONS = 32, TAPS = 4, CHANNELS = 3 };

void crop_weights(double fraction, bool cubic, float weights[4])
{
    float t = (float)fraction;
    if (!cubic) {
        weights[0] = 0, weights[1] = 1 - t, weights[2] = t, weights[3] = 0;
        return;
    }
    const float a = -0.75F;
    float u = 1 - t;
    weights[0] = ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a;
    weights[1] = ((a + 2) * t - (a + 3)) * t * t + 1;
    weights[2] = ((a + 2) * u - (a + 3)) * u * u + 1;
    weights[3] = 1 - weights[0] - weights[1] - weights[2];
}

static int clamp(int64_t value, int least, int most)
{
    return value < least ? least : value > most ? most : (int)value;
}

/* Rounded to the nearest level there is, halves up: the whole part, and one more where at least a half is left over.
   Both are exact. */
static levels levels_of(four value)
{
    levels whole = __builtin_convertvector(value, levels);
    four left = value - __builtin_convertvector(whole, four);
    whole -= left >= 0.5F; /* a comparison that holds is -1 */
    whole &= ~(whole >> 31);
    levels over = whole > 255;
    return (whole & ~over) | (over & 255);
}

/* The region's pixels as numbers, three a pixel, and one more so that the last can be read as four. */
static float *numbers_of(const struct image *image, const struct region *region)
{
    size_t row = (size_t)region->width * CHANNELS;
    float *numbers = malloc((row * (size_t)region->height + 1) * sizeof *numbers);
    if (numbers == NULL)
        return NULL;
    for (int y = 0; y < region->height; y++) {
        size_t start = (size_t)(region->top + y) * (size_t)image->width + (size_t)region->left;
        const uint8_t *from = image->pixels + start * CHANNELS;
        for (size_t i = 0; i < row; i++)
            numbers[(size_t)y * row + i] = (float)from[i];
    }
    numbers[row * (size_t)region->height] = 0;
    return numbers;
}

static four at(const float *pixel)
{
    four value;
    memcpy(&value, pixel, sizeof value);
    return value;
}

struct sampler {
    const float *numbers;
    int width, height;
    float weights[FRACTIONS][TAPS];
};

/* `first` and `last` are constants where this is called: the loops unroll. */
__attribute__((always_inline)) static inline four sample(const struct sampler *sampler, int64_t x_parts,
                                                         int64_t y_parts, int first, int last)
{
    int64_t left = (x_parts >> 5) - 1, top = (y_parts >> 5) - 1;
    const float *across = sampler->weights[x_parts & 31], *down = sampler->weights[y_parts & 31];
    size_t row = (size_t)sampler->width * CHANNELS;
    four sum = {0};
    if (left >= 0 && top >= 0 && left + TAPS <= sampler->width && top + TAPS <= sampler->height) {
        const float *from = sampler->numbers + (size_t)top * row + (size_t)left * CHANNELS;
#pragma GCC unroll 4
        for (int j = first; j <= last; j++) {
            four line = {0};
#pragma GCC unroll 4
            for (int i = first; i <= last; i++)
                line += across[i] * at(from + (size_t)j * row + (size_t)i * CHANNELS);
            sum += down[j] * line;
        }
        return sum;
    }
    for (int j = first; j <= last; j++) {
        const float *from = sampler->numbers + (size_t)clamp(top + j, 0, sampler->height - 1) * row;
        four line = {0};
        for (int i = first; i <= last; i++)
            line += across[i] * at(from + (size_t)clamp(left + i, 0, sampler->width - 1) * CHANNELS);
        sum += down[j] * line;
    }
    return sum;
}

bool crop_sample_colours(const struct image *image, const struct similarity *map, const struct region *region,
                         bool cubic, const struct crop_frame *frame, struct image *crop, struct error *error)
{
    struct sampler sampler = {.width = region->width, .height = region->height};
    float *numbers = numbers_of(image, region);
    if (numbers == NULL) {
        image_free(crop);
        return error_set(error, FAULT_TEMPORARY, "out of memory for an aligned crop");
    }
    sampler.numbers = numbers;
    for (int i = 0; i < FRACTIONS; i++)
        crop_weights((double)i / FRACTIONS, cubic, sampler.weights[i]);
    uint8_t *to = crop->pixels;
    for (int v = 0; v < frame->height; v++)
        for (int u = 0; u < frame->width; u++, to += CHANNELS) {
            double x = map->a * u - map->b * v + map->x0 - region->left;
            double y = map->b * u + map->a * v + map->y0 - region->top;
            int64_t x_parts = arithmetic_round(x * FRACTIONS), y_parts = arithmetic_round(y * FRACTIONS);
            four sum = cubic ? sample(&sampler, x_parts, y_parts, 0, TAPS - 1)
                             : sample(&sampler, x_parts, y_parts, 1, 2);
            levels level = levels_of(sum);
            for (int channel = 0; channel < CHANNELS; channel++)
                to[channel] = (uint8_t)level[channel];
        }
    free(numbers);
    return true;
}
