/*
 * From an aligned crop to the code image: lighting flattened, signs of odd Gabor responses.
 *
 * Guarantees: single-precision arithmetic in one fixed order without the C library's functions, so the same
 * crop gives the same codes everywhere. Taps left and right of the centre are paired before they are weighed,
 * so that a flat surface responds with exactly zero rather than with rounding noise.
 */
#include <pthread.h>
#include <string.h>

#include "match/elastic.h"
#include "photo/arithmetic.h"

#define BLUR_MOST 8
#define REACH_MOST 16
#define BANDS 2
#define ORIENTATIONS 4

/* An odd Gabor filter sin(w (x cos t + y sin t)) under a Gaussian, as two products of lines:
   sin(x') cos(y') + cos(x') sin(y'). */
struct gabor {
    int reach;
    float sine_x[REACH_MOST + 1], cosine_x[REACH_MOST + 1];
    float sine_y[REACH_MOST + 1], cosine_y[REACH_MOST + 1];
};

struct tables {
    float root[256];
    float narrow[BLUR_MOST + 1], wide[BLUR_MOST + 1];
    struct gabor filters[BANDS * ORIENTATIONS];
};

static const struct {
    int wavelength;       /* pixels */
    int first_hundredths; /* orientation, hundredths of a degree */
} bands[BANDS] = {{7, 0}, {12, 2250}};

static struct tables tables;
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void blur_weights(double sigma, int reach, float *weights)
{
    double sum = 0;
    for (int k = -reach; k <= reach; k++)
        sum += arithmetic_exp(-k * k / (2 * sigma * sigma));
    for (int k = 0; k <= reach; k++)
        weights[k] = (float)(arithmetic_exp(-k * k / (2 * sigma * sigma)) / sum);
}

static void gabor_make(struct gabor *filter, int wavelength, int hundredths)
{
    double sigma = wavelength * 0.45, turn = 6.283185307179586 / wavelength;
    filter->reach = (int)(3 * sigma);
    for (int k = 0; k <= filter->reach; k++) {
        double envelope = arithmetic_exp(-k * k / (2 * sigma * sigma));
        double x = turn * k * arithmetic_cosine(hundredths), y = turn * k * arithmetic_sine(hundredths);
        filter->sine_x[k] = (float)(envelope * arithmetic_sine_radians(x));
        filter->cosine_x[k] = (float)(envelope * arithmetic_cosine_radians(x));
        filter->sine_y[k] = (float)(envelope * arithmetic_sine_radians(y));
        filter->cosine_y[k] = (float)(envelope * arithmetic_cosine_radians(y));
    }
}

static void tables_make(void)
{
    for (int i = 0; i < 256; i++)
        tables.root[i] = (float)arithmetic_fifth_root(i + 1);
    blur_weights(1, 4, tables.narrow);
    blur_weights(2, 8, tables.wide);
    for (int band = 0; band < BANDS; band++)
        for (int i = 0; i < ORIENTATIONS; i++)
            gabor_make(&tables.filters[band * ORIENTATIONS + i], bands[band].wavelength,
                       bands[band].first_hundredths + 4500 * i);
}

/* Mirrored at the edge without repeating it. */
static int mirrored(int at, int count)
{
    return at < 0 ? -at : at >= count ? 2 * (count - 1) - at : at;
}

static int repeated(int at, int count)
{
    return at < 0 ? 0 : at >= count ? count - 1 : at;
}

static void blur(const float *from, float *to, const float *weights, int reach)
{
    static const int width = CROP_WIDTH, height = CROP_HEIGHT;
    float middle[CROP_HEIGHT * CROP_WIDTH];
    for (int y = 0; y < height; y++) {
        float line[CROP_WIDTH + 2 * BLUR_MOST];
        for (int x = -BLUR_MOST; x < width + BLUR_MOST; x++)
            line[x + BLUR_MOST] = from[y * width + mirrored(x, width)];
        float *row = middle + y * width;
        for (int x = 0; x < CROP_WIDTH; x++)
            row[x] = weights[0] * line[x + BLUR_MOST];
        for (int k = 1; k <= reach; k++)
            for (int x = 0; x < CROP_WIDTH; x++)
                row[x] += weights[k] * (line[x + BLUR_MOST - k] + line[x + BLUR_MOST + k]);
    }
    for (int y = 0; y < height; y++) {
        float *row = to + y * width;
        for (int x = 0; x < CROP_WIDTH; x++)
            row[x] = weights[0] * middle[y * width + x];
        for (int k = 1; k <= reach; k++) {
            const float *above = middle + mirrored(y - k, height) * width;
            const float *below = middle + mirrored(y + k, height) * width;
            for (int x = 0; x < CROP_WIDTH; x++)
                row[x] += weights[k] * (above[x] + below[x]);
        }
    }
}

/* Even and odd columns of the lighting-free crop, apart, with the edge repeated on both sides: sampling every
   second pixel then reads neighbouring values. */
#define SIDE (REACH_MOST / 2 + 1)
struct columns {
    float even[CROP_HEIGHT][CODE_WIDTH + 2 * SIDE];
    float odd[CROP_HEIGHT][CODE_WIDTH + 2 * SIDE];
};

static void columns_make(const float *flat, struct columns *columns)
{
    for (int y = 0; y < CROP_HEIGHT; y++)
        for (int x = -SIDE; x < CODE_WIDTH + SIDE; x++) {
            columns->even[y][x + SIDE] = flat[y * CROP_WIDTH + repeated(2 * x, CROP_WIDTH)];
            columns->odd[y][x + SIDE] = flat[y * CROP_WIDTH + repeated(2 * x + 1, CROP_WIDTH)];
        }
}

/* The values `offset` pixels right of every second pixel of a row. */
static const float *column_at(const struct columns *columns, int y, int offset)
{
    if (offset % 2 == 0)
        return columns->even[y] + SIDE + offset / 2;
    return columns->odd[y] + SIDE + (offset - 1) / 2;
}

typedef float response_rows[CROP_HEIGHT][CODE_WIDTH];

static void along_rows(const struct columns *columns, const struct gabor *filter, response_rows sine,
                       response_rows cosine)
{
    for (int y = 0; y < CROP_HEIGHT; y++) {
        const float *centre = column_at(columns, y, 0);
        for (int x = 0; x < CODE_WIDTH; x++) {
            sine[y][x] = 0;
            cosine[y][x] = filter->cosine_x[0] * centre[x];
        }
        for (int k = 1; k <= filter->reach; k++) {
            const float *left = column_at(columns, y, -k), *right = column_at(columns, y, k);
            for (int x = 0; x < CODE_WIDTH; x++) {
                sine[y][x] += filter->sine_x[k] * (right[x] - left[x]);
                cosine[y][x] += filter->cosine_x[k] * (right[x] + left[x]);
            }
        }
    }
}

static void down_columns(const struct gabor *filter, const float (*sine)[CODE_WIDTH],
                         const float (*cosine)[CODE_WIDTH], int bit, uint8_t *codes)
{
    for (int y = 0; y < CODE_HEIGHT; y++) {
        float response[CODE_WIDTH];
        int at = y * CODE_STEP;
        for (int x = 0; x < CODE_WIDTH; x++)
            response[x] = filter->cosine_y[0] * sine[at][x];
        for (int k = 1; k <= filter->reach; k++) {
            int above = repeated(at - k, CROP_HEIGHT), below = repeated(at + k, CROP_HEIGHT);
            for (int x = 0; x < CODE_WIDTH; x++)
                response[x] += filter->cosine_y[k] * (sine[below][x] + sine[above][x]) +
                               filter->sine_y[k] * (cosine[below][x] - cosine[above][x]);
        }
        for (int x = 0; x < CODE_WIDTH; x++)
            codes[y * CODE_WIDTH + x] = (uint8_t)(codes[y * CODE_WIDTH + x] | (response[x] >= 0) << bit);
    }
}

void elastic_codes(const uint8_t crop[CROP_HEIGHT * CROP_WIDTH], uint8_t codes[CODE_HEIGHT * CODE_WIDTH])
{
    pthread_once(&tables_once, tables_make);
    float light[CROP_HEIGHT * CROP_WIDTH], narrow[CROP_HEIGHT * CROP_WIDTH], wide[CROP_HEIGHT * CROP_WIDTH];
    for (int i = 0; i < CROP_HEIGHT * CROP_WIDTH; i++)
        light[i] = tables.root[crop[i]];
    blur(light, narrow, tables.narrow, 4);
    blur(light, wide, tables.wide, 8);
    for (int i = 0; i < CROP_HEIGHT * CROP_WIDTH; i++)
        light[i] = narrow[i] - wide[i];
    struct columns columns;
    columns_make(light, &columns);
    memset(codes, 0, CODE_HEIGHT * CODE_WIDTH);
    response_rows sine, cosine;
    for (int bit = 0; bit < BANDS * ORIENTATIONS; bit++) {
        along_rows(&columns, &tables.filters[bit], sine, cosine);
        down_columns(&tables.filters[bit], sine, cosine, bit, codes);
    }
}
