/*
 * The outline of a head before a plain ground.
 *
 * Guarantees: the ground is a smooth surface fitted to the picture's upper strips, whatever its brightness;
 * what differs from it is the person, whatever theirs. Says nothing when the ground is not plain. Works on
 * the picture at half size.
 */
#include <math.h>
#include <string.h>

#include "photo/arithmetic.h"
#include "photo/eyes_parts.h"

enum { TERMS = 6, ROUNDS = 4, SAMPLES_MOST = 8192, SIDE_MOST = EYES_SIDE / 2 };

/* The middle of the eyes lies within 6 % of the head's width beside its axis, and D is 0.26 (much hair) to
   0.46 of that width; beyond, doubt grows. */
#define ASIDE_FREE 0.06
#define ASIDE_COST 3.0
#define SMALLER_FREE 0.35
#define LARGER_FREE 0.2
#define SIZE_COST 1.5

struct ground {
    double coefficients[TERMS];
    double deviation;
    int count;
    struct {
        double terms[TERMS], value;
        bool kept;
    } samples[SAMPLES_MOST];
};

static void terms_at(const struct plane *plane, int x, int y, double terms[TERMS])
{
    double u = (double)x / plane->width - 0.5, v = (double)y / plane->height;
    terms[0] = 1, terms[1] = u, terms[2] = v, terms[3] = u * u, terms[4] = v * v, terms[5] = u * v;
}

static double ground_at(const struct ground *ground, const double terms[TERMS])
{
    double sum = 0;
    for (int i = 0; i < TERMS; i++)
        sum += ground->coefficients[i] * terms[i];
    return sum;
}

/* Side strips of the upper 40 % and the top rows; every other pixel, as on a chessboard. */
static void ground_collect(struct ground *ground, const struct plane *plane)
{
    int strip = plane->width / 16 < 2 ? 2 : plane->width / 16;
    for (int y = 0; y < plane->height * 2 / 5 || y < 2; y++)
        for (int x = y % 2; x < plane->width; x += 2) {
            if ((y >= 2 && x >= strip && x < plane->width - strip) || ground->count == SAMPLES_MOST)
                continue;
            terms_at(plane, x, y, ground->samples[ground->count].terms);
            ground->samples[ground->count].value = (double)plane->values[y * plane->width + x];
            ground->samples[ground->count++].kept = true;
        }
}

/* Least squares over the kept samples: normal equations, elimination with the largest pivot. */
static bool ground_solve(struct ground *ground)
{
    double m[TERMS][TERMS + 1] = {0};
    for (int s = 0; s < ground->count; s++)
        for (int i = 0; ground->samples[s].kept && i < TERMS; i++) {
            for (int j = 0; j < TERMS; j++)
                m[i][j] += ground->samples[s].terms[i] * ground->samples[s].terms[j];
            m[i][TERMS] += ground->samples[s].terms[i] * ground->samples[s].value;
        }
    for (int i = 0; i < TERMS; i++) {
        int pivot = i;
        for (int r = i + 1; r < TERMS; r++)
            pivot = fabs(m[r][i]) > fabs(m[pivot][i]) ? r : pivot;
        if (fabs(m[pivot][i]) < 1e-9)
            return false;
        double row[TERMS + 1];
        memcpy(row, m[pivot], sizeof row);
        memcpy(m[pivot], m[i], sizeof row);
        memcpy(m[i], row, sizeof row);
        for (int r = 0; r < TERMS; r++) {
            double factor = r == i ? 0 : m[r][i] / m[i][i];
            for (int j = i; r != i && j <= TERMS; j++)
                m[r][j] -= factor * m[i][j];
        }
    }
    for (int i = 0; i < TERMS; i++)
        ground->coefficients[i] = m[i][TERMS] / m[i][i];
    return true;
}

/* Median of what is kept, to a sixteenth of a level. */
static double median_residual(const struct ground *ground)
{
    int histogram[256 * 16] = {0}, kept = 0, seen = 0;
    for (int s = 0; s < ground->count; s++)
        if (ground->samples[s].kept) {
            double residual = fabs(ground->samples[s].value - ground_at(ground, ground->samples[s].terms));
            histogram[residual < 255 ? (int)(residual * 16) : 255 * 16]++;
            kept++;
        }
    for (int i = 0; i < 256 * 16; i++) {
        seen += histogram[i];
        if (2 * seen >= kept)
            return (i + 0.5) / 16;
    }
    return 256;
}

/* Hair or a shoulder that reaches a strip is dropped as it does not fit. */
static bool ground_fit(struct ground *ground, const struct plane *plane)
{
    ground->count = 0;
    ground_collect(ground, plane);
    int kept = ground->count;
    for (int round = 0; round < ROUNDS; round++) {
        if (kept < 5 * TERMS || !ground_solve(ground))
            return false;
        ground->deviation = 1.4826 * median_residual(ground);
        double most = 3 * ground->deviation > 4 ? 3 * ground->deviation : 4;
        kept = 0;
        for (int s = 0; s < ground->count; s++) {
            double residual = ground->samples[s].value - ground_at(ground, ground->samples[s].terms);
            ground->samples[s].kept = fabs(residual) < most;
            kept += ground->samples[s].kept;
        }
    }
    return kept * 10 >= ground->count * 6 && ground->deviation <= 10;
}

/* What differs from the ground. Along a row the ground is a parabola. */
static void mask_row(const struct ground *ground, const struct plane *plane, int y, double most,
                     unsigned char *row)
{
    const double *c = ground->coefficients;
    double v = (double)y / plane->height, step = 1.0 / plane->width;
    double level = c[0] + c[2] * v + c[4] * v * v, slope = c[1] + c[5] * v;
    for (int x = 0; x < plane->width; x++) {
        double u = x * step - 0.5;
        row[x] = fabs((double)plane->values[y * plane->width + x] - (level + (slope + c[3] * u) * u)) > most;
    }
}

/* Each place becomes whether its window of 2 reach + 1 along one direction is filled: all of it, or any. */
static void spread_line(const unsigned char *in, unsigned char *out, int count, int step, int reach, bool any)
{
    int filled = 0, size = 0;
    for (int k = 0; k < reach && k < count; k++, size++)
        filled += in[k * step];
    for (int i = 0; i < count; i++) {
        if (i + reach < count) {
            filled += in[(i + reach) * step];
            size++;
        }
        if (i - reach - 1 >= 0) {
            filled -= in[(i - reach - 1) * step];
            size--;
        }
        out[i * step] = any ? filled > 0 : filled == size;
    }
}

static void spread(unsigned char *mask, unsigned char *spare, int width, int height, int reach, bool any)
{
    for (int y = 0; y < height; y++)
        spread_line(mask + y * width, spare + y * width, width, 1, reach, any);
    for (int x = 0; x < width; x++)
        spread_line(spare + x, mask + x, height, width, reach, any);
}

static int row_sum(const unsigned char *row, int from, int to)
{
    int sum = 0;
    for (int x = from; x < to; x++)
        sum += row[x];
    return sum;
}

/* First and last column of a row without the outermost 3 % of what is filled. */
static bool row_ends(const unsigned char *row, int width, int *left, int *right)
{
    int total = row_sum(row, 0, width), seen = 0;
    *left = -1;
    for (int x = 0; x < width; x++) {
        seen += row[x];
        if (*left < 0 && seen * 100 > total * 3)
            *left = x;
        if (row[x] && (seen - 1) * 100 <= total * 97)
            *right = x;
    }
    return total > 0;
}

static int top_of(const unsigned char *mask, int width, int height)
{
    int run = 0;
    for (int y = 0; y < height; y++) {
        int filled = row_sum(mask + y * width, width / 8, 7 * width / 8);
        run = filled * 100 > 8 * width ? run + 1 : 0;
        if (run == 4)
            return y - 3;
    }
    return height;
}

static double median(double *values, int count)
{
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && values[j] < values[j - 1]; j--) {
            double value = values[j];
            values[j] = values[j - 1];
            values[j - 1] = value;
        }
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* A head does not grow from the ears to the jaw: what does is a tuft or a highlight of hair that shows where the
   rest is as dark as the ground. */
static bool widens(const unsigned char *mask, int width, int height, int from, int head)
{
    int left = 0, right = 0;
    for (int y = from; y < height && y * 10 < from * 10 + head * 3; y++)
        if (row_ends(mask + y * width, width, &left, &right) && (right - left) * 10 > head * 13)
            return true;
    return false;
}

/* The head's width is taken where it is about as far below its top as it is wide: at the ears. */
static bool measure(const unsigned char *mask, int width, int height, struct eyes_outline *outline)
{
    int top = top_of(mask, width, height), left = 0, right = 0;
    double middles[SIDE_MOST];
    for (int y = top; y < height && top * 10 <= height * 6; y++) {
        middles[y - top] = y > top ? middles[y - top - 1] : width / 2.0;
        if (!row_ends(mask + y * width, width, &left, &right))
            continue;
        middles[y - top] = (left + right) / 2.0;
        if (y < top + 3 || (y - top) * 100 < 62 * (right - left))
            continue;
        if (widens(mask, width, height, y, right - left))
            continue;
        int from = (y - top) * 2 / 5;
        outline->axis = median(middles + from, y - top - from + 1);
        outline->top = top;
        outline->width = right - left;
        return outline->width >= 0.12 * width && outline->width <= 0.97 * width;
    }
    return false;
}

bool eyes_outline_find(struct plane_arena *arena, const struct plane *grey, struct eyes_outline *outline)
{
    size_t mark = plane_mark(arena);
    struct ground *ground =
        (struct ground *)(void *)plane_new(arena, sizeof *ground / sizeof(float), 1).values;
    unsigned char mask[SIDE_MOST * SIDE_MOST], spare[SIDE_MOST * SIDE_MOST];
    struct plane half = plane_half(arena, grey), smooth = plane_blur(arena, &half, 0.75);
    bool found = ground_fit(ground, &smooth);
    double most = 4 * ground->deviation > 14 ? 4 * ground->deviation : 14;
    for (int y = 0; found && y < smooth.height; y++)
        mask_row(ground, &smooth, y, most, mask + y * smooth.width);
    if (found) {
        spread(mask, spare, smooth.width, smooth.height, 1, false);
        spread(mask, spare, smooth.width, smooth.height, 1, true);
        found = measure(mask, smooth.width, smooth.height, outline);
        outline->axis = 2 * outline->axis + 0.5;
        outline->top = 2 * outline->top + 0.5;
        outline->width *= 2;
    }
    plane_release(arena, mark);
    return found;
}

double eyes_outline_excess(const struct eyes_picture *picture, double x, double y)
{
    if (!picture->outlined)
        return 0;
    const struct eyes_outline *outline = &picture->outline;
    double dx = x - outline->axis, dy = y - outline->top - 0.76 * outline->width;
    double far = sqrt(dx * dx + dy * dy) / (0.24 * outline->width);
    return far > 1 ? far - 1 : 0;
}

double eyes_outline_aside_doubt(const struct eyes_picture *picture, double x)
{
    if (!picture->outlined)
        return 0;
    double aside = fabs(x - picture->outline.axis) / picture->outline.width - ASIDE_FREE;
    return aside > 0 ? ASIDE_COST * aside : 0;
}

double eyes_outline_size_doubt(const struct eyes_picture *picture, double distance)
{
    if (!picture->outlined)
        return 0;
    double size = arithmetic_log(distance / (0.375 * picture->outline.width) + 1e-9);
    size = size > 0 ? size - LARGER_FREE : -size - SMALLER_FREE;
    return size > 0 ? SIZE_COST * size : 0;
}

double eyes_outline_doubt(const struct eyes_picture *picture, const struct eyes_pair *pair)
{
    return eyes_outline_aside_doubt(picture, (pair->left_x + pair->right_x) / 2) +
           eyes_outline_size_doubt(picture, eyes_distance(pair));
}
