/*
 * The two eyes of a face: the best pair of places for them, judged together.
 *
 * Guarantees: an eye is never chosen alone; both must look like eyes, show an iris, and leave a face around
 * them that is a face and its own mirror image.
 */
#include <math.h>

#include "photo/eyes_parts.h"

enum { PEAKS = 3, REACH_X = 14, REACH_Y = 10 };
/* At EYES_COARSE: a brow lies 4 to 8 rows above the pupil and is sought over 9 columns. */
enum { BROW_REACH = 4, BROW_NEAR = 4, BROW_FAR = 8 };
/* What brows count in choosing a pair, and in choosing a face. */
#define BROW_PAIR 0.25
#define BROW_FACE 0.5

struct peak {
    double at[2]; /* from where the eye was expected, at EYES_PAIR */
    double score, cost;
};

static double least_of(double a, double b)
{
    return a < b ? a : b;
}

static double row_mean(const struct plane *aligned, int x, int y)
{
    float sum = 0;
    for (int column = x - BROW_REACH; column <= x + BROW_REACH; column++)
        sum += aligned->values[y * aligned->width + column];
    return (double)sum / (2 * BROW_REACH + 1);
}

/* How dark a level bar above an eye is against what lies below and above it; 0 when there is none. The lashes
   and the lid's fold are nearer, a fringe has nothing bright above. */
static double brow(const struct plane *aligned, int x)
{
    double rows[EYES_FACE_UP + 1], best = 0;
    for (int y = 0; y <= EYES_FACE_UP; y++)
        rows[y] = row_mean(aligned, x, y);
    for (int bar = EYES_FACE_UP - BROW_FAR; bar <= EYES_FACE_UP - BROW_NEAR; bar++) {
        double below = -9, above = -9;
        for (int y = bar + 1; y < EYES_FACE_UP; y++)
            below = rows[y] > below ? rows[y] : below;
        for (int y = bar - BROW_NEAR; y < bar; y++)
            above = rows[y] > above ? rows[y] : above;
        double dark = (above < below ? above : below) - rows[bar];
        best = dark > best ? dark : best;
    }
    return best > 1 ? 1 : best;
}

/* Correlation with the drawn face and with the own mirror image, in the local contrast of the scale. */
static void face_check(struct eye_finder *finder, const struct eyes_scale *scale,
                       const struct eyes_pair *pair, double *face, double *symmetry, double *brows)
{
    const struct eyes_pattern *pattern = &finder->faces[0];
    int width = pattern->width, size = width * pattern->height;
    double ax = (pair->right_x - pair->left_x) / EYES_COARSE * scale->across;
    double ay = (pair->right_y - pair->left_y) / EYES_COARSE * scale->across;
    double x = ((pair->left_x + pair->right_x) / 2 - scale->left + 0.5) * scale->across - 0.5;
    double y = ((pair->left_y + pair->right_y) / 2 - scale->top + 0.5) * scale->down - 0.5;
    struct plane_map map = {.a = ax,
                            .b = ay,
                            .x0 = x - (ax * EYES_FACE_SIDE - ay * EYES_FACE_UP),
                            .y0 = y - (ay * EYES_FACE_SIDE + ax * EYES_FACE_UP)};
    size_t mark = plane_mark(&finder->arena);
    struct plane aligned = plane_align(&finder->arena, &scale->contrast, &map, width, pattern->height);
    double left = brow(&aligned, EYES_FACE_SIDE - EYES_COARSE / 2);
    double right = brow(&aligned, EYES_FACE_SIDE + EYES_COARSE / 2);
    *brows = (left + right + 2 * least_of(left, right)) / 4;
    double sum = 0, square = 1e-9, with_face = 0, with_mirror = 0;
    for (int i = 0; i < size; i++)
        sum += (double)aligned.values[i];
    float mean = (float)(sum / size);
    for (int i = 0; i < size; i++)
        aligned.values[i] -= mean;
    for (int row = 0; row < pattern->height; row++) {
        const float *values = aligned.values + row * width, *drawn = pattern->values + row * width;
        float squares = 0, faces = 0, mirrors = 0;
        for (int i = 0; i < width; i++) {
            squares += values[i] * values[i];
            faces += values[i] * drawn[i];
            mirrors += values[i] * values[width - 1 - i];
        }
        square += (double)squares, with_face += (double)faces, with_mirror += (double)mirrors;
    }
    plane_release(&finder->arena, mark);
    *face = with_face / sqrt(square * size);
    *symmetry = with_mirror / square;
}

/* Evidence of an eye about both expected places, +-nx, +-ny at EYES_PAIR. */
static void eye_maps(struct eye_finder *finder, const struct eyes_picture *picture,
                     const struct eyes_pair *pair, int nx, int ny, bool with_iris, struct plane maps[2])
{
    struct plane_arena *arena = &finder->arena;
    int width = EYES_PAIR + 2 * EYES_EYE_SIDE + 1 + 2 * nx, height = 2 * EYES_EYE_UP + 1 + 2 * ny;
    struct plane sharp = eyes_align(arena, picture, pair, EYES_PAIR, width, height);
    struct plane aligned = plane_blur(arena, &sharp, 0.7);
    struct plane contrast = plane_normalise(arena, &aligned, 12, 0.05);
    for (int side = 0; side < 2; side++) {
        int left = side * EYES_PAIR, part_width = 2 * EYES_EYE_SIDE + 1 + 2 * nx;
        struct plane part = plane_new(arena, part_width, height);
        for (int i = 0; i < part_width * height; i++)
            part.values[i] = contrast.values[i / part_width * width + left + i % part_width];
        maps[side] = plane_new(arena, 2 * nx + 1, 2 * ny + 1);
        struct eyes_correlation correlation;
        eyes_correlation_make(arena, &part, &finder->eye, &correlation);
        for (int y = 0; y < maps[side].height; y++)
            eyes_correlation_row(&correlation, &finder->eye, y, 0, maps[side].width,
                                 maps[side].values + y * maps[side].width);
        if (!with_iris)
            continue;
        struct plane iris =
            eyes_iris(arena, &aligned, finder->coarse_rings, left + EYES_EYE_SIDE + nx, height / 2, nx, ny);
        for (int i = 0; i < iris.width * iris.height; i++) {
            float evidence = iris.values[i] / 0.5F;
            maps[side].values[i] += evidence > 1 ? 1 : evidence < 0 ? 0 : evidence;
        }
    }
}

static void find_peaks(const struct plane *map, struct plane *spare, struct peak peaks[PEAKS])
{
    for (int i = 0; i < map->width * map->height; i++) {
        int u = i % map->width, v = i / map->width;
        float dx = (float)(u - REACH_X) / REACH_X, dy = (float)(v - REACH_Y) / REACH_Y;
        spare->values[i] = map->values[i] - 0.15F * (dx * dx + dy * dy);
    }
    for (int p = 0; p < PEAKS; p++) {
        int best = 0;
        for (int i = 1; i < map->width * map->height; i++)
            best = spare->values[i] > spare->values[best] ? i : best;
        int x = best % map->width, y = best / map->width;
        double dx = (double)(x - REACH_X) / REACH_X, dy = (double)(y - REACH_Y) / REACH_Y;
        eyes_peak(map, x, y, peaks[p].at);
        peaks[p].at[0] -= REACH_X, peaks[p].at[1] -= REACH_Y;
        peaks[p].score = (double)map->values[best];
        peaks[p].cost = 0.15 * (dx * dx + dy * dy);
        for (int v = y - 3 < 0 ? 0 : y - 3; v <= y + 3 && v < map->height; v++)
            for (int u = x - 4 < 0 ? 0 : x - 4; u <= x + 4 && u < map->width; u++)
                spare->values[v * map->width + u] = -9;
    }
}

static struct eyes_pair best_pair(struct eye_finder *finder, const struct eyes_picture *picture,
                                  const struct eyes_candidate *candidate)
{
    size_t mark = plane_mark(&finder->arena);
    struct plane maps[2];
    struct peak peaks[2][PEAKS];
    eye_maps(finder, picture, &candidate->pair, REACH_X, REACH_Y, true, maps);
    for (int side = 0; side < 2; side++) {
        struct plane spare = plane_new(&finder->arena, maps[side].width, maps[side].height);
        find_peaks(&maps[side], &spare, peaks[side]);
    }
    struct eyes_pair best = candidate->pair;
    double best_score = -99;
    for (int i = 0; i < PEAKS * PEAKS; i++) {
        const struct peak *left = &peaks[0][i / PEAKS], *right = &peaks[1][i % PEAKS];
        double eyes =
            (left->score + right->score + least_of(left->score, right->score)) / 3 - left->cost - right->cost;
        /* Neither a face nor symmetry could lift it above the best. */
        if (eyes + 1.25 <= best_score)
            continue;
        struct eyes_pair pair = eyes_moved(&candidate->pair, EYES_PAIR, left->at, right->at);
        eyes -= eyes_outline_doubt(picture, &pair);
        if (eyes + 1.25 <= best_score)
            continue;
        double face, symmetry, brows;
        face_check(finder, candidate->scale, &pair, &face, &symmetry, &brows);
        if (face + 0.25 * symmetry + BROW_PAIR * brows + eyes > best_score) {
            best_score = face + 0.25 * symmetry + BROW_PAIR * brows + eyes;
            best = pair;
        }
    }
    plane_release(&finder->arena, mark);
    return best;
}

static double best_near(const struct plane *map)
{
    double best = -9;
    for (int i = 0; i < map->width * map->height; i++)
        best = (double)map->values[i] > best ? (double)map->values[i] : best;
    return best;
}

void eyes_refine(struct eye_finder *finder, const struct eyes_picture *picture,
                 struct eyes_candidate *candidate)
{
    double iris[2], symmetry, brows;
    candidate->pair = best_pair(finder, picture, candidate);
    eyes_polish(finder, picture, &candidate->pair, iris);
    size_t mark = plane_mark(&finder->arena);
    struct plane maps[2];
    eye_maps(finder, picture, &candidate->pair, 1, 1, false, maps);
    double left = best_near(&maps[0]), right = best_near(&maps[1]);
    plane_release(&finder->arena, mark);
    face_check(finder, candidate->scale, &candidate->pair, &candidate->face, &symmetry, &brows);
    double low = least_of(iris[0], iris[1]), high = iris[0] + iris[1] - low;
    const struct eyes_pair *pair = &candidate->pair;
    candidate->score =
        candidate->coarse + candidate->face + 0.25 * symmetry + (left + right + least_of(left, right)) / 3 +
        1.5 * least_of(1, (2 * low + high) / 3 / 0.5) -
        eyes_outline_excess(picture, (pair->left_x + pair->right_x) / 2, (pair->left_y + pair->right_y) / 2);
    candidate->iris_ratio = low / (high > 1e-6 ? high : 1e-6);
}
