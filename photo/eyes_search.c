/*
 * Where a face could be: the drawn face sought at every place, size and turn of the head.
 *
 * Guarantees: with an outline only below its top and in sizes that fit its width; without one in the whole
 * picture. The best places of every map, no two the same face.
 */
#include <math.h>

#include "photo/arithmetic.h"
#include "photo/eyes_parts.h"

/* Between neighbouring scales. */
static const double step = 1.12;

struct window {
    int left, top, right, bottom;
    double least, most; /* D */
};

static int clamp(double value, int least, int most)
{
    return value < least ? least : value > most ? most : (int)value;
}

static struct window window_of(const struct eyes_picture *picture)
{
    int width = picture->bright.width, height = picture->bright.height;
    int shorter = width < height ? width : height;
    if (!picture->outlined)
        return (struct window){0, 0, width, height, 0.10 * shorter < 8 ? 8 : 0.10 * shorter, 0.36 * shorter};
    const struct eyes_outline *o = &picture->outline;
    return (struct window){clamp(o->axis - 0.75 * o->width, 0, width - 1),
                           clamp(o->top - 0.1 * o->width, 0, height - 1),
                           clamp(o->axis + 0.75 * o->width, 1, width),
                           clamp(o->top + 1.75 * o->width, 1, height),
                           0.27 * o->width,
                           0.56 * o->width};
}

/* False when the drawn face does not fit in. */
static bool scale_make(struct eye_finder *finder, const struct eyes_picture *picture, const struct window *w,
                       double distance)
{
    struct eyes_scale *scale = &finder->scales[finder->scale_count];
    int width = w->right - w->left, height = w->bottom - w->top;
    int new_width = (int)(width * EYES_COARSE / distance),
        new_height = (int)(height * EYES_COARSE / distance);
    if (new_width <= 2 * EYES_FACE_SIDE + 3 || new_height <= EYES_FACE_UP + EYES_FACE_DOWN + 3 ||
        new_width > 900 || new_height > 900)
        return false;
    scale->distance = distance;
    scale->contrast = plane_new(&finder->arena, new_width, new_height);
    size_t mark = plane_mark(&finder->arena);
    bool halved = distance >= 2 * EYES_COARSE;
    int by = halved ? 2 : 1, left = w->left / by, top = w->top / by;
    width /= by, height /= by;
    struct plane part = plane_scale(&finder->arena, halved ? &picture->half : &picture->bright, left, top,
                                    width, height, new_width, new_height);
    scale->left = left * by, scale->top = top * by;
    scale->across = (double)new_width / (width * by);
    scale->down = (double)new_height / (height * by);
    struct plane smooth = plane_blur(&finder->arena, &part, 0.6);
    struct plane contrast = plane_normalise(&finder->arena, &smooth, 0.55 * EYES_COARSE, 0.08);
    for (int i = 0; i < new_width * new_height; i++)
        scale->contrast.values[i] = contrast.values[i];
    plane_release(&finder->arena, mark);
    finder->scale_count++;
    return true;
}

/* Where the middle of the eyes is when the pattern's corner lies at (x, y) of the map. */
static void place_of(const struct eyes_scale *scale, int x, int y, double *across, double *down)
{
    *across = (x + EYES_FACE_SIDE + 0.5) / scale->across - 0.5 + scale->left;
    *down = (y + EYES_FACE_UP + 0.5) / scale->down - 0.5 + scale->top;
}

/* Expectations, whatever the picture shows there. */
static void add_prior(const struct eyes_picture *picture, const struct eyes_scale *scale, double least,
                      struct plane *prior)
{
    double size = 0.05 * arithmetic_log(scale->distance / least) / 0.6931471805599453;
    double size_doubt = eyes_outline_size_doubt(picture, scale->distance);
    for (int y = 0; y < prior->height; y++)
        for (int x = 0; x < prior->width; x++) {
            double across, down;
            place_of(scale, x, y, &across, &down);
            double dx = across / picture->bright.width - 0.5, dy = down / picture->bright.height - 0.45;
            double far = picture->outlined ? 0.5 * eyes_outline_excess(picture, across, down)
                                           : 1.6 * (dx * dx + dy * dy);
            prior->values[y * prior->width + x] =
                (float)(size - far - 0.5 * (eyes_outline_aside_doubt(picture, across) + size_doubt));
        }
}

static void offer(struct eyes_candidate *list, int *count, int most, const struct eyes_candidate *candidate)
{
    int at = *count;
    while (at > 0 && list[at - 1].coarse < candidate->coarse)
        at--;
    if (at >= most)
        return;
    if (*count < most)
        (*count)++;
    for (int i = *count - 1; i > at; i--)
        list[i] = list[i - 1];
    list[at] = *candidate;
}

static void map_peaks(const struct eyes_scale *scale, struct plane *map, int angle, int wanted,
                      struct eyes_candidate *list, int *count, int most)
{
    for (int i = 0; i < wanted; i++) {
        int best = 0;
        for (int k = 1; k < map->width * map->height; k++)
            best = map->values[k] > map->values[best] ? k : best;
        int x = best % map->width, y = best / map->width;
        double across, down, half = scale->distance / 2;
        double cosine = half * arithmetic_cosine(angle), sine = half * arithmetic_sine(angle);
        place_of(scale, x, y, &across, &down);
        struct eyes_candidate candidate = {
            .pair = {across - cosine, down - sine, across + cosine, down + sine},
            .distance = scale->distance,
            .coarse = (double)map->values[best],
            .scale = scale};
        offer(list, count, most, &candidate);
        for (int v = y - 4 < 0 ? 0 : y - 4; v <= y + 4 && v < map->height; v++)
            for (int u = x - 4 < 0 ? 0 : x - 4; u <= x + 4 && u < map->width; u++)
                map->values[v * map->width + u] = -9;
    }
}

/* Below this a place is no candidate; a face turned by 12 degrees loses less than TURN_LOSS when looked at
   upright. Both only save time. */
#define WORTHLESS 0.1F
#define TURN_LOSS 0.25F

/* Where in row y, or in two rows above and below (of which every other one is filled), the upright face is good enough to try others. */
static void worthwhile(const struct plane *upright, float least, int y, int *from, int *to)
{
    *from = upright->width, *to = 0;
    for (int v = y - 2 < 0 ? 0 : y - 2; v <= y + 2 && v < upright->height; v++)
        for (int x = 0; x < upright->width; x++)
            if (upright->values[v * upright->width + x] >= least) {
                *from = x - 2 < *from ? x - 2 : *from;
                *to = x + 3 > *to ? x + 3 : *to;
            }
    *from = *from < 0 ? 0 : *from;
    *to = *to > upright->width ? upright->width : *to;
}

static float map_best(const struct plane *map)
{
    float best = -9;
    for (int i = 0; i < map->width * map->height; i++)
        best = map->values[i] > best ? map->values[i] : best;
    return best;
}

static void map_fill(const struct eyes_correlation *correlation, const struct eyes_pattern *pattern,
                     const struct plane *prior, const struct plane *upright, float least, struct plane *map)
{
    for (int y = 0; y < map->height; y++) {
        int from = 0, to = upright == NULL && y % 2 == 1 ? 0 : map->width;
        float *row = map->values + y * map->width;
        if (upright != NULL)
            worthwhile(upright, least, y, &from, &to);
        while (from < to && prior->values[y * map->width + from] < WORTHLESS - 0.8F)
            from++;
        while (from < to && prior->values[y * map->width + to - 1] < WORTHLESS - 0.8F)
            to--;
        for (int x = 0; x < map->width; x++)
            row[x] = -9;
        if (from >= to)
            continue;
        eyes_correlation_row(correlation, pattern, y, from, to, row);
        for (int x = from; x < to; x++)
            row[x] += prior->values[y * map->width + x];
    }
}

/* One scale on its way: every other row of the upright face first; then every angle where that was good. */
struct level {
    struct eyes_correlation correlation;
    struct plane prior, upright;
};

static void level_begin(struct eye_finder *finder, const struct eyes_picture *picture, double least,
                        struct level *level)
{
    const struct eyes_scale *scale = &finder->scales[finder->scale_count - 1];
    eyes_correlation_make(&finder->arena, &scale->contrast, finder->faces, &level->correlation);
    int width = level->correlation.scale.width, height = level->correlation.scale.height;
    level->prior = plane_new(&finder->arena, width, height);
    level->upright = plane_new(&finder->arena, width, height);
    add_prior(picture, scale, least, &level->prior);
    map_fill(&level->correlation, &finder->faces[0], &level->prior, NULL, 0, &level->upright);
}

static void level_finish(struct eye_finder *finder, const struct eyes_scale *scale, const struct level *level,
                         float good, int peaks, struct eyes_candidate *list, int *count, int most)
{
    size_t mark = plane_mark(&finder->arena);
    struct plane map = plane_new(&finder->arena, level->upright.width, level->upright.height);
    for (int i = 0; i < EYES_ANGLES; i++) {
        map_fill(&level->correlation, &finder->faces[i], &level->prior, &level->upright, good, &map);
        map_peaks(scale, &map, eyes_angles[i], peaks, list, count, most);
    }
    plane_release(&finder->arena, mark);
}

int eyes_search(struct eye_finder *finder, const struct eyes_picture *picture,
                struct eyes_candidate candidates[EYES_CANDIDATES_MOST])
{
    struct eyes_candidate list[EYES_SCALES * EYES_ANGLES * 4];
    struct level levels[EYES_SCALES];
    int listed = 0, count = 0, most = picture->outlined ? 6 : EYES_CANDIDATES_MOST;
    struct window window = window_of(picture);
    float best = -9;
    finder->scale_count = 0;
    double distance = window.least;
    while (distance <= window.most && finder->scale_count < EYES_SCALES) {
        if (scale_make(finder, picture, &window, distance)) {
            struct level *level = &levels[finder->scale_count - 1];
            level_begin(finder, picture, window.least, level);
            float here = map_best(&level->upright);
            best = here > best ? here : best;
        }
        distance *= step;
    }
    for (int i = 0; i < finder->scale_count; i++)
        level_finish(finder, &finder->scales[i], &levels[i], best - TURN_LOSS, picture->outlined ? 2 : 4,
                     list, &listed, (int)(sizeof list / sizeof *list));
    for (int i = 0; i < listed && count < most && list[i].coarse >= (double)WORTHLESS &&
                    list[i].coarse >= list[0].coarse - 0.25;
         i++) {
        bool known = false;
        for (int k = 0; k < count; k++)
            known = known || eyes_apart(&list[i].pair, &candidates[k].pair) < 0.15 * list[i].distance;
        if (!known)
            candidates[count++] = list[i];
    }
    return count;
}
