/*
 * From an aligned crop to the code image: lighting flattened, signs of odd Gabor responses.
 *
 * Guarantees: single-precision arithmetic in one fixed order without the C library's functions, so the same
 * crop gives the same codes everywhere. Taps left and right of the centre are paired before they are weighed,
 * so that a flat surface responds with exactly zero rather than with rounding noise. Only the black squares are
 * computed; the others are zero. With and without vectors each response is the same sum in the same order.
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

static inline __attribute__((always_inline)) void blur(const float *from, float *to, const float *weights,
                                                       int reach)
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

/* Only the black squares are ever compared: of a row of codes every second place, 34 columns. The lighting-free
   crop is kept as its columns 4 j, 4 j + 1, 4 j + 2 and 4 j + 3, apart, with the edge repeated on both sides, so
   that what lies at one distance from each of them reads as neighbours. */
enum { HALF = CODE_WIDTH / 2, LANES_EACH = 8, VECTORS = (HALF + LANES_EACH - 1) / LANES_EACH };
enum { ROW = VECTORS * LANES_EACH, SIDE = REACH_MOST / 4 + 1 };
typedef float lanes __attribute__((vector_size(4 * LANES_EACH), aligned(4), may_alias));

struct columns {
    float at[4][CROP_HEIGHT][ROW + 2 * SIDE];
};

/* Along the rows, for the black squares of even and of odd rows of codes. */
struct lines {
    float sine[2][CROP_HEIGHT][ROW], cosine[2][CROP_HEIGHT][ROW];
};

/* Filters whose turns add up to half a circle have the same lines but for the sign of the sine. */
static const struct {
    int filter, mirrored; /* -1: none */
} passes[] = {{0, -1}, {1, 3}, {2, -1}, {4, 7}, {5, 6}};

static inline __attribute__((always_inline)) void columns_make(const float *flat, struct columns *columns)
{
    for (int part = 0; part < 4; part++)
        for (int y = 0; y < CROP_HEIGHT; y++)
            for (int j = -SIDE; j < ROW + SIDE; j++)
                columns->at[part][y][j + SIDE] = flat[y * CROP_WIDTH + repeated(4 * j + part, CROP_WIDTH)];
}

/* The values `offset` pixels right of every fourth pixel of a row. */
static inline const float *column_at(const struct columns *columns, int y, int offset)
{
    return columns->at[offset & 3][y] + SIDE + (offset >> 2);
}

#define VECTORS_AT(values) ((const lanes *)(const void *)(values))

static inline __attribute__((always_inline)) void
along_row(const struct columns *columns, const struct gabor *filter, int y, int parity, struct lines *lines)
{
    lanes sine[VECTORS] = {0}, cosine[VECTORS];
    const float *centre = column_at(columns, y, 2 * parity);
#pragma GCC unroll 5
    for (int i = 0; i < VECTORS; i++)
        cosine[i] = filter->cosine_x[0] * VECTORS_AT(centre)[i];
    for (int k = 1; k <= filter->reach; k++) {
        const float *left = column_at(columns, y, 2 * parity - k);
        const float *right = column_at(columns, y, 2 * parity + k);
#pragma GCC unroll 5
        for (int i = 0; i < VECTORS; i++) {
            lanes before = VECTORS_AT(left)[i], after = VECTORS_AT(right)[i];
            sine[i] += filter->sine_x[k] * (after - before);
            cosine[i] += filter->cosine_x[k] * (after + before);
        }
    }
#pragma GCC unroll 5
    for (int i = 0; i < VECTORS; i++) {
        ((lanes *)(void *)lines->sine[parity][y])[i] = sine[i];
        ((lanes *)(void *)lines->cosine[parity][y])[i] = cosine[i];
    }
}

/* The signs of a row of codes, of the filter and of its mirror image. */
static inline __attribute__((always_inline)) void down_columns(const struct gabor *filter,
                                                               const struct lines *lines, int y,
                                                               float *response, float *mirrored_response)
{
    const float(*sine)[ROW] = lines->sine[y % 2], (*cosine)[ROW] = lines->cosine[y % 2];
    int at = y * CODE_STEP;
    lanes own[VECTORS], other[VECTORS];
#pragma GCC unroll 5
    for (int i = 0; i < VECTORS; i++) {
        own[i] = filter->cosine_y[0] * VECTORS_AT(sine[at])[i];
        other[i] = -own[i];
    }
    for (int k = 1; k <= filter->reach; k++) {
        int above = repeated(at - k, CROP_HEIGHT), below = repeated(at + k, CROP_HEIGHT);
#pragma GCC unroll 5
        for (int i = 0; i < VECTORS; i++) {
            lanes even = filter->cosine_y[k] * (VECTORS_AT(sine[below])[i] + VECTORS_AT(sine[above])[i]);
            lanes odd = filter->sine_y[k] * (VECTORS_AT(cosine[below])[i] - VECTORS_AT(cosine[above])[i]);
            own[i] += even + odd;
            other[i] += odd - even;
        }
    }
#pragma GCC unroll 5
    for (int i = 0; i < VECTORS; i++) {
        ((lanes *)(void *)response)[i] = own[i];
        ((lanes *)(void *)mirrored_response)[i] = other[i];
    }
}

static inline __attribute__((always_inline)) void pass_make(const struct columns *columns, size_t pass,
                                                            struct lines *lines, uint8_t *codes)
{
    const struct gabor *filter = &tables.filters[passes[pass].filter];
    for (int y = 0; y < CROP_HEIGHT; y++)
        for (int parity = 0; parity < 2; parity++)
            along_row(columns, filter, y, parity, lines);
    for (int y = 0; y < CODE_HEIGHT; y++) {
        float own[ROW], other[ROW];
        uint8_t *row = codes + y * CODE_WIDTH + y % 2;
        down_columns(filter, lines, y, own, other);
        for (int j = 0; j < HALF; j++) {
            unsigned bits = (unsigned)(own[j] >= 0) << passes[pass].filter;
            if (passes[pass].mirrored >= 0)
                bits |= (unsigned)(other[j] >= 0) << passes[pass].mirrored;
            row[2 * j] = (uint8_t)(row[2 * j] | bits);
        }
    }
}

static inline __attribute__((always_inline)) void codes_make(const uint8_t *crop, uint8_t *codes)
{
    float light[CROP_HEIGHT * CROP_WIDTH], narrow[CROP_HEIGHT * CROP_WIDTH], wide[CROP_HEIGHT * CROP_WIDTH];
    struct columns columns;
    struct lines lines;
    for (int i = 0; i < CROP_HEIGHT * CROP_WIDTH; i++)
        light[i] = tables.root[crop[i]];
    blur(light, narrow, tables.narrow, 4);
    blur(light, wide, tables.wide, 8);
    for (int i = 0; i < CROP_HEIGHT * CROP_WIDTH; i++)
        light[i] = narrow[i] - wide[i];
    columns_make(light, &columns);
    memset(codes, 0, CODE_HEIGHT * CODE_WIDTH);
    for (size_t pass = 0; pass < sizeof passes / sizeof passes[0]; pass++)
        pass_make(&columns, pass, &lines, codes);
}

void elastic_codes_plain(const uint8_t crop[CROP_HEIGHT * CROP_WIDTH],
                         uint8_t codes[CODE_HEIGHT * CODE_WIDTH])
{
    pthread_once(&tables_once, tables_make);
    codes_make(crop, codes);
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static void codes_avx2(const uint8_t *crop, uint8_t *codes)
{
    codes_make(crop, codes);
}

void elastic_codes(const uint8_t crop[CROP_HEIGHT * CROP_WIDTH], uint8_t codes[CODE_HEIGHT * CODE_WIDTH])
{
    pthread_once(&tables_once, tables_make);
    (__builtin_cpu_supports("avx2") ? codes_avx2 : elastic_codes_plain)(crop, codes);
}

#else

void elastic_codes(const uint8_t crop[CROP_HEIGHT * CROP_WIDTH], uint8_t codes[CODE_HEIGHT * CODE_WIDTH])
{
    elastic_codes_plain(crop, codes);
}

#endif
