/*
 * The drawn face and the drawn eye, and correlation with them.
 *
 * Guarantees: the patterns are Gaussian blobs set by hand from the proportions of heads (brows a third of D
 * above the eyes, the mouth one D below, and so on); nothing was fitted to pictures.
 */
#include <math.h>

#include "photo/arithmetic.h"
#include "photo/eyes_parts.h"

const int eyes_angles[EYES_ANGLES] = {0, -600, 600, -1200, 1200};

/* x, y, sigma x, sigma y in units of D; amplitude: dark is negative */
struct blob {
    double x, y, across, down, amplitude;
};

/* Origin between the eyes. Blobs beside the axis stand once, for the right half. */
static const struct blob face_sides[] = {
    {0.5, 0, 0.21, 0.10, -1},           /* socket */
    {0.5, 0, 0.09, 0.09, -0.7},         /* pupil */
    {0.525, -0.325, 0.275, 0.07, -0.5}, /* brow */
    {0.5, 0.425, 0.25, 0.2, 0.55},      /* cheek */
};
static const struct blob face_middle[] = {
    {0, 0.05, 0.11, 0.3, 0.55},     /* ridge of the nose */
    {0, 0.475, 0.16, 0.125, 0.45},  /* its tip */
    {0, 0.65, 0.225, 0.065, -0.5},  /* its base */
    {0, 1.025, 0.325, 0.08, -0.75}, /* mouth */
    {0, -0.55, 0.45, 0.2, 0.4},     /* forehead */
    {0, 1.3, 0.3, 0.15, 0.25},      /* chin */
};
/* Origin in the pupil. */
static const struct blob eye_sides[] = {{0.17, 0.03, 0.05, 0.035, 0.7}}; /* white */
static const struct blob eye_middle[] = {
    {0, 0, 0.085, 0.085, -1.2},   /* iris */
    {0, -0.06, 0.2, 0.035, -0.6}, /* edge of the lid */
    {0, 0.2, 0.25, 0.06, 0.4},    /* below */
    {0, -0.18, 0.22, 0.05, 0.5},  /* above */
};

static double blob_at(const struct blob *blob, double x, double y, double mirror)
{
    double u = (x - mirror * blob->x) / blob->across, v = (y - blob->y) / blob->down;
    double square = u * u + v * v;
    return square > 60 ? 0 : blob->amplitude * arithmetic_exp(-0.5 * square);
}

static double drawing_at(const struct blob *sides, size_t side_count, const struct blob *middle,
                         size_t middle_count, double x, double y)
{
    double sum = 0;
    for (size_t i = 0; i < side_count; i++)
        sum += blob_at(&sides[i], x, y, -1) + blob_at(&sides[i], x, y, 1);
    for (size_t i = 0; i < middle_count; i++)
        sum += blob_at(&middle[i], x, y, 1);
    return sum;
}

static void standardise(struct eyes_pattern *pattern)
{
    int count = pattern->width * pattern->height;
    double sum = 0, squares = 0;
    for (int i = 0; i < count; i++)
        sum += (double)pattern->values[i];
    double mean = sum / count;
    for (int i = 0; i < count; i++)
        squares += ((double)pattern->values[i] - mean) * ((double)pattern->values[i] - mean);
    double deviation = sqrt(squares / count);
    for (int i = 0; i < count; i++)
        pattern->values[i] = (float)(((double)pattern->values[i] - mean) / deviation);
}

static void face_draw(struct eyes_pattern *face, int angle)
{
    double cosine = arithmetic_cosine(angle), sine = arithmetic_sine(angle);
    face->width = 2 * EYES_FACE_SIDE + 1;
    face->height = EYES_FACE_UP + EYES_FACE_DOWN + 1;
    for (int row = 0; row < face->height; row++)
        for (int column = 0; column < face->width; column++) {
            double x = (double)(column - EYES_FACE_SIDE) / EYES_COARSE;
            double y = (double)(row - EYES_FACE_UP) / EYES_COARSE;
            face->values[row * face->width + column] = (float)drawing_at(
                face_sides, sizeof face_sides / sizeof *face_sides, face_middle,
                sizeof face_middle / sizeof *face_middle, x * cosine + y * sine, y * cosine - x * sine);
        }
    standardise(face);
}

static void eye_draw(struct eyes_pattern *eye)
{
    eye->width = 2 * EYES_EYE_SIDE + 1;
    eye->height = 2 * EYES_EYE_UP + 1;
    for (int row = 0; row < eye->height; row++)
        for (int column = 0; column < eye->width; column++)
            eye->values[row * eye->width + column] = (float)drawing_at(
                eye_sides, 1, eye_middle, sizeof eye_middle / sizeof *eye_middle,
                (double)(column - EYES_EYE_SIDE) / EYES_PAIR, (double)(row - EYES_EYE_UP) / EYES_PAIR);
    standardise(eye);
}

void eyes_patterns_draw(struct eye_finder *finder)
{
    for (int i = 0; i < EYES_ANGLES; i++)
        face_draw(&finder->faces[i], eyes_angles[i]);
    eye_draw(&finder->eye);
    eyes_rings_draw(finder->coarse_rings, EYES_PAIR, 1.25);
    eyes_rings_draw(finder->fine_rings, EYES_FINE, 2);
}

/* Sum over each window of width x height, one pass across and one down. */
static struct plane window_sums(struct plane_arena *arena, const struct plane *in, int width, int height)
{
    static const float ones[64] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    int places = in->width - width + 1, offsets[64];
    struct plane out = plane_new(arena, places, in->height - height + 1);
    size_t mark = plane_mark(arena);
    struct plane across = plane_new(arena, places, in->height);
    for (int k = 0; k < 64; k++)
        offsets[k] = k;
    for (int y = 0; y < in->height; y++)
        plane_filter_row(across.values + y * places, places, in->values + y * in->width, offsets, ones,
                         width);
    for (int k = 0; k < 64; k++)
        offsets[k] = k * places;
    for (int y = 0; y < out.height; y++)
        plane_filter_row(out.values + y * places, places, across.values + y * places, offsets, ones, height);
    plane_release(arena, mark);
    return out;
}

/* One over the larger of 0.3 and the deviation in each window, and over its size. */
static struct plane window_scale(struct plane_arena *arena, const struct plane *in, int width, int height)
{
    struct plane sums = window_sums(arena, in, width, height);
    size_t mark = plane_mark(arena);
    struct plane squares = plane_new(arena, in->width, in->height);
    for (int i = 0; i < in->width * in->height; i++)
        squares.values[i] = in->values[i] * in->values[i];
    struct plane square_sums = window_sums(arena, &squares, width, height);
    float size = (float)(width * height);
    for (int i = 0; i < sums.width * sums.height; i++) {
        float mean = sums.values[i] / size, variance = square_sums.values[i] / size - mean * mean;
        sums.values[i] = 1 / (size * (variance > 0.09F ? sqrtf(variance) : 0.3F));
    }
    plane_release(arena, mark);
    return sums;
}

void eyes_correlation_make(struct plane_arena *arena, const struct plane *contrast,
                           const struct eyes_pattern *pattern, struct eyes_correlation *correlation)
{
    correlation->contrast = contrast;
    correlation->taps = pattern->width * pattern->height;
    for (int i = 0; i < correlation->taps; i++)
        correlation->offsets[i] = i / pattern->width * contrast->width + i % pattern->width;
    correlation->scale = window_scale(arena, contrast, pattern->width, pattern->height);
}

void eyes_correlation_row(const struct eyes_correlation *correlation, const struct eyes_pattern *pattern,
                          int y, int from, int to, float *row)
{
    const struct plane *contrast = correlation->contrast;
    const float *scale = correlation->scale.values + y * correlation->scale.width;
    float sums[EYES_MAP_MOST];
    plane_filter_row(sums, to - from, contrast->values + y * contrast->width + from, correlation->offsets,
                     pattern->values, correlation->taps);
    for (int x = from; x < to; x++)
        row[x] = sums[x - from] * scale[x];
}
