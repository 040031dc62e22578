/*
 * The eye finder: the order of its steps, and how sure it is.
 *
 * The picture is brought to at most 400 pixels; an outline of the head is sought, then places for a face,
 * then the eyes of each; the best face wins, and the edges of its irises say where their centres are. Without
 * an outline, or when nothing convincing is in it, the whole picture is searched. A convincing face in an
 * outline is never overruled by a better one elsewhere.
 *
 * Guarantees: within its arena whatever the picture is: the working picture has at most 400 x 400 pixels,
 * and no face is sought with less than 8 pixels between the eyes, so no scale enlarges it more than twofold
 * (640 000 floats a plane, five of them alive at a time).
 */
#include "photo/eyes.h"

#include <stdlib.h>
#include <string.h>

#include "photo/arithmetic.h"
#include "photo/eyes_parts.h"

/* On the scale of best_face: EYES_CONFIDENCE_DEFAULT, and what a face found without an outline is trusted less. */
#define UNCONVINCING 2.5
#define NO_OUTLINE_COST 0.4
/* So much surer must a face elsewhere be than the one in the outline, and so much less is it trusted then: where
   the eyes are covered something else always looks a little like a face. */
#define OVERRULING 0.2
#define OVERRULING_COST 0.4

bool eye_finder_make(struct eye_finder **finder, struct error *error)
{
    struct eye_finder *made = calloc(1, sizeof *made);
    if (made == NULL || (made->arena.floats = malloc(ARENA_FLOATS * sizeof(float))) == NULL) {
        free(made);
        return error_set(error, FAULT_TEMPORARY, "out of memory while preparing to find eyes");
    }
    for (int i = 0; i <= 255 * 16; i++)
        made->logarithms[i] = (float)arithmetic_log(i / 16.0 + 20);
    eyes_patterns_draw(made);
    *finder = made;
    return true;
}

void eye_finder_free(struct eye_finder *finder)
{
    if (finder != NULL)
        free(finder->arena.floats);
    free(finder);
}

/* Luma of a row, as image_grey has it. */
static void row_luma(const struct image *image, int row, float *luma)
{
    const uint8_t *pixel = image->pixels + (size_t)row * (size_t)image->width * (size_t)image->channels;
    if (image->channels == 1)
        for (int x = 0; x < image->width; x++)
            luma[x] = (float)pixel[x];
    else
        for (int x = 0; x < image->width; x++, pixel += 3)
            luma[x] = (float)((4899 * pixel[0] + 9617 * pixel[1] + 1868 * pixel[2] + 8192) >> 14);
}

/* Mean grey of the area each new pixel covers. Only the rows one new row needs are held at a time. */
static struct plane grey_of(struct plane_arena *arena, const struct image *image, int width, int height)
{
    enum { ROWS_MOST = 64 };
    struct plane out = plane_new(arena, width, height);
    size_t mark = plane_mark(arena);
    double down = (double)image->height / height;
    int held = (int)down + 2, ready = 0, offsets[ROWS_MOST];
    held = held > ROWS_MOST ? ROWS_MOST : held;
    struct plane rows = plane_new(arena, image->width, held), mean = plane_new(arena, image->width, 1);
    float weights[ROWS_MOST];
    struct plane_span spans[EYES_SIDE];
    plane_narrowing(image->width, width, spans);
    for (int y = 0; y < height; y++) {
        int taps = 0;
        double from = y * down, to = from + down;
        for (int row = (int)from; row < image->height && row < to && taps < held; row++) {
            if (row >= ready)
                row_luma(image, row, rows.values + row % held * image->width);
            ready = row >= ready ? row + 1 : ready;
            double low = from > row ? from : row, high = to < row + 1 ? to : row + 1;
            offsets[taps] = row % held * image->width;
            weights[taps++] = (float)((high - low) / down);
        }
        plane_filter_row(mean.values, image->width, rows.values, offsets, weights, taps);
        plane_narrow(mean.values, out.values + y * width, spans, width);
    }
    plane_release(arena, mark);
    return out;
}

static struct eyes_picture picture_of(struct eye_finder *finder, const struct image *image, double *shrink)
{
    struct eyes_picture picture = {0};
    int longer = image->width > image->height ? image->width : image->height;
    *shrink = longer > EYES_SIDE ? (double)longer / EYES_SIDE : 1;
    int width = (int)arithmetic_round(image->width / *shrink);
    int height = (int)arithmetic_round(image->height / *shrink);
    picture.grey = grey_of(&finder->arena, image, width < 1 ? 1 : width, height < 1 ? 1 : height);
    picture.bright = plane_new(&finder->arena, picture.grey.width, picture.grey.height);
    for (int i = 0; i < picture.grey.width * picture.grey.height; i++) {
        int level = (int)(picture.grey.values[i] * 16 + 0.5F);
        picture.bright.values[i] = finder->logarithms[level > 255 * 16 ? 255 * 16 : level];
    }
    picture.half = plane_half(&finder->arena, &picture.bright);
    return picture;
}

/* Whether `lower` could be the mouth of the face `upper`, which is about as good: eyes have no eyes above. */
static bool mouth_of(const struct eyes_candidate *lower, const struct eyes_candidate *upper)
{
    const struct eyes_pair *mouth = &lower->pair, *eyes = &upper->pair;
    double x = (mouth->left_x + mouth->right_x - eyes->left_x - eyes->right_x) / 2;
    double y = (mouth->left_y + mouth->right_y - eyes->left_y - eyes->right_y) / 2;
    double ax = eyes->right_x - eyes->left_x, ay = eyes->right_y - eyes->left_y, square = ax * ax + ay * ay;
    double aside = (x * ax + y * ay) / square, below = (y * ax - x * ay) / square;
    return below > 0.75 && below < 1.4 && aside > -0.2 && aside < 0.2 && upper->score > lower->score - 0.3;
}

/* The best candidate with its confidence on the prototype's scale, about 0 to 4; false when there is none. */
static bool best_face(struct eye_finder *finder, const struct eyes_picture *picture, struct eyes_pair *pair,
                      double *confidence)
{
    struct eyes_candidate candidates[EYES_CANDIDATES_MOST];
    size_t mark = plane_mark(&finder->arena);
    int count = eyes_search(finder, picture, candidates), best = 0;
    for (int i = 0; i < count; i++) {
        eyes_refine(finder, picture, &candidates[i]);
        best = candidates[i].score > candidates[best].score ? i : best;
    }
    plane_release(&finder->arena, mark);
    if (count == 0)
        return false;
    for (int i = 0, lower = best; i < count; i++)
        if (mouth_of(&candidates[lower], &candidates[i]) &&
            (best == lower || candidates[i].score > candidates[best].score))
            best = i;
    const struct eyes_candidate *winner = &candidates[best];
    double distance = eyes_distance(&winner->pair), lead = 0.4;
    for (int i = 0; i < count; i++)
        if (!mouth_of(&candidates[i], winner) &&
            eyes_apart(&candidates[i].pair, &winner->pair) > 0.25 * distance &&
            winner->score - candidates[i].score < lead)
            lead = winner->score - candidates[i].score;
    *pair = winner->pair;
    *confidence = winner->score / 2 + winner->coarse + winner->face + 0.5 * lead + 0.5 * winner->iris_ratio;
    return true;
}

/* Within the outline; in the whole picture where there is none, or where what was found in it convinces
   nobody: dark hair before a dark ground leaves an outline that is not the head's. */
static bool best_anywhere(struct eye_finder *finder, struct eyes_picture *picture, struct eyes_pair *pair,
                          double *confidence, bool *outlined)
{
    struct eyes_pair other;
    double of_other;
    *outlined = picture->outlined && best_face(finder, picture, pair, confidence);
    if (*outlined && *confidence >= UNCONVINCING)
        return true;
    picture->outlined = false;
    if (!best_face(finder, picture, &other, &of_other))
        return *outlined;
    of_other -= NO_OUTLINE_COST;
    if (*outlined && of_other <= *confidence + OVERRULING)
        return true;
    *pair = other;
    *confidence = *outlined ? of_other - OVERRULING_COST : of_other;
    *outlined = false;
    return true;
}

static int32_t hundredths(double value, double shrink)
{
    return (int32_t)arithmetic_round(((value + 0.5) * shrink - 0.5) * 100);
}

void eye_finder_find(struct eye_finder *finder, const struct image *image, struct eyes_found *found)
{
    double shrink, confidence = 0;
    struct eyes_pair pair;
    *found = (struct eyes_found){0};
    /* Nothing narrower has room for a face that can be compared. */
    if (image->width < 3 * EYE_DISTANCE_MINIMUM || image->height < 3 * EYE_DISTANCE_MINIMUM)
        return;
    plane_release(&finder->arena, 0);
    struct eyes_picture picture = picture_of(finder, image, &shrink);
    /* A strip so long that the working picture is a few pixels high. */
    if (picture.grey.width < 2 * EYE_DISTANCE_MINIMUM || picture.grey.height < 2 * EYE_DISTANCE_MINIMUM)
        return;
    picture.outlined = eyes_outline_find(&finder->arena, &picture.grey, &picture.outline);
    if (!best_anywhere(finder, &picture, &pair, &confidence, &found->outlined))
        return;
    eyes_vote(finder, &picture, &pair);
    found->eyes = (struct eye_points){hundredths(pair.left_x, shrink), hundredths(pair.left_y, shrink),
                                      hundredths(pair.right_x, shrink), hundredths(pair.right_y, shrink)};
    found->found = eye_points_check(&found->eyes, image->width, image->height, NULL);
    int percent = (int)(confidence * 20 + 0.5);
    if (found->found)
        found->confidence = percent < 0 ? 0 : percent > 100 ? 100 : percent;
    else
        found->eyes = (struct eye_points){0};
}
