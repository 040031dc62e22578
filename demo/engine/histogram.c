/*
 * An example of a vendor's engine: histograms of local binary patterns (Ahonen, Hadid and Pietikäinen 2004).
 *
 *   gcc -std=c17 -O2 -shared -fPIC -I. -o histogram.so demo/engine/histogram.c
 *
 * Shows the whole interface (match/vendor_engine.h) with a known, simple method. For trying the interface and for tests; for
 * casework the engine built in finds far more.
 *
 * The face is turned and scaled by its eyes to 64 x 72 pixels. Each pixel is compared with its eight neighbours; the 58 codes
 * with at most two changes around the circle are counted one by one, all others together, in 8 x 9 cells. A template is the 72
 * histograms, scaled to 255. Two templates are as alike as their histograms overlap. Whole numbers throughout: the
 * same everywhere. Nothing is learned.
 */
#include <stdio.h>
#include <string.h>

#include "match/vendor_engine.h"

enum {
    WIDTH = 64,
    HEIGHT = 72,
    EYE_LINE = 24,
    LEFT_EYE = 18, /* the eyes lie 28 pixels apart */
    EYES_APART = 28,
    CELL = 8,
    CELLS = WIDTH / CELL * (HEIGHT / CELL),
    BINS = 59,
    TEMPLATE = CELLS * BINS
};

static uint8_t bin_of[256];

/* Codes with at most two changes around the circle get bins of their own, the rest shares the last. */
static int start(char *reason)
{
    uint8_t bins = 0;
    (void)reason;
    for (int code = 0; code < 256; code++) {
        int changes = 0;
        for (int bit = 0; bit < 8; bit++)
            changes += (code >> bit & 1) != (code >> (bit + 1) % 8 & 1);
        if (changes <= 2)
            bin_of[code] = bins++;
        else
            bin_of[code] = BINS - 1;
    }
    return LEADSPOOL_ENGINE_DONE;
}

static int grey_at(const struct leadspool_engine_picture *picture, int64_t x, int64_t y)
{
    x = x < 0 ? 0 : x >= picture->width ? picture->width - 1 : x;
    y = y < 0 ? 0 : y >= picture->height ? picture->height - 1 : y;
    const uint8_t *pixel = picture->pixels + (y * picture->width + x) * picture->channels;
    return picture->channels == 1 ? pixel[0] : (2 * pixel[0] + 5 * pixel[1] + pixel[2]) / 8;
}

/* Mean of a square around a place given in hundredths of a pixel: a crude filter before shrinking. */
static int sampled(const struct leadspool_engine_picture *picture, int64_t x, int64_t y, int64_t half)
{
    int64_t left = (x - half + 50) / 100, right = (x + half + 50) / 100, top = (y - half + 50) / 100,
            bottom = (y + half + 50) / 100, sum = 0;
    int64_t step_x = (right - left) / 8 + 1, step_y = (bottom - top) / 8 + 1, count = 0;
    for (int64_t row = top; row <= bottom; row += step_y)
        for (int64_t column = left; column <= right; column += step_x, count++)
            sum += grey_at(picture, column, row);
    return (int)(sum / count);
}

static void crop(const struct leadspool_engine_picture *picture, int face[HEIGHT][WIDTH])
{
    /* One pixel of the face to the right is (across, down) / EYES_APART hundredths of a pixel in the picture. */
    int64_t across = picture->right_x - picture->left_x, down = picture->right_y - picture->left_y;
    int64_t longer = across > (down < 0 ? -down : down) ? across : (down < 0 ? -down : down);
    int64_t half = longer / EYES_APART / 2;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int64_t right = x - LEFT_EYE, below = y - EYE_LINE;
            face[y][x] = sampled(picture, picture->left_x + (right * across - below * down) / EYES_APART,
                                 picture->left_y + (right * down + below * across) / EYES_APART, half);
        }
}

static int template_make(const struct leadspool_engine_picture *picture, uint8_t *template_bytes,
                         char *reason)
{
    static const int around[8][2] = {{-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}};
    int face[HEIGHT][WIDTH], counts[CELLS][BINS] = {{0}}, least = 255, most = 0;
    crop(picture, face);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            least = face[y][x] < least ? face[y][x] : least;
            most = face[y][x] > most ? face[y][x] : most;
        }
    if (most - least < 8) {
        snprintf(reason, LEADSPOOL_ENGINE_REASON, "the face has no contrast");
        return LEADSPOOL_ENGINE_UNUSABLE;
    }
    for (int y = 1; y < HEIGHT - 1; y++)
        for (int x = 1; x < WIDTH - 1; x++) {
            int code = 0;
            for (int i = 0; i < 8; i++)
                code |= (face[y + around[i][1]][x + around[i][0]] >= face[y][x]) << i;
            counts[y / CELL * (WIDTH / CELL) + x / CELL][bin_of[code]]++;
        }
    for (int cell = 0; cell < CELLS; cell++)
        for (int bin = 0; bin < BINS; bin++)
            template_bytes[cell * BINS + bin] = (uint8_t)(counts[cell][bin] * 255 / (CELL * CELL));
    return LEADSPOOL_ENGINE_DONE;
}

/* Share of the smaller of both histograms' masses that overlaps, in hundredths of a per cent: symmetric, and 100 with itself. */
static int compare(const uint8_t *probe, const uint8_t *const *templates, uint64_t count, double *scores,
                   char *reason)
{
    (void)reason;
    for (uint64_t i = 0; i < count; i++) {
        int overlap = 0, own = 0, other = 0;
        for (int at = 0; at < TEMPLATE; at++) {
            overlap += probe[at] < templates[i][at] ? probe[at] : templates[i][at];
            own += probe[at];
            other += templates[i][at];
        }
        int whole = own > other ? own : other;
        int64_t hundredths = whole == 0 ? 10000 : (int64_t)overlap * 10000 / whole;
        scores[i] = (double)hundredths / 100;
    }
    return LEADSPOOL_ENGINE_DONE;
}

static const struct leadspool_engine_parameter parameters[] = {
    {"crop_pixels", "64 x 72, eyes at (18, 24) and (46, 24)"},
    {"cells", "8 x 9 of 8 x 8 pixels"},
    {"codes", "8 neighbours, 58 uniform codes and one for all others"},
};

static const struct leadspool_engine engine = {
    .abi = LEADSPOOL_ENGINE_ABI,
    .size = sizeof engine,
    .id = "example-histogram",
    .version = "1",
    .maker = "the leadspool examples",
    .method = "Histograms of local binary patterns in 72 cells of the eye-aligned face; a score is the share "
              "of two "
              "photos' histograms that overlaps.",
    .weights = "none",
    .score_scale = "Per cent of overlap, 0 to 100; no probability.",
    .error_rates = "Not measured: an example.",
    .score_least = 0,
    .score_most = 100,
    .template_size = TEMPLATE,
    .promises = LEADSPOOL_ENGINE_THREADS | LEADSPOOL_ENGINE_SYMMETRIC | LEADSPOOL_ENGINE_IDENTITY,
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof *parameters,
    .start = start,
    .template_make = template_make,
    .compare = compare,
};

const struct leadspool_engine *leadspool_engine(void)
{
    return &engine;
}
