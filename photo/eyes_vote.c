/*
 * The centre of an iris by a vote of its edge.
 *
 * The ring filters of eyes_iris.c find an iris wherever the head is, but tell its height badly: a lid that
 * covers its top draws them up, one pushed up by a smile draws them down. Here only the parts of the edge that
 * lids hardly ever cover vote, left and right from a little above the level of the centre to below it: each
 * place that brightens outward votes for the centres it points away from, by how much it does, up to a limit.
 *
 * Guarantees: moves an eye by less than 8 % of the eye distance; the weaker side counts most, so that a brow
 * or the corner of an eye, which have one side only, draw little. Nothing is learned.
 */
#include <math.h>

#include "photo/arithmetic.h"
#include "photo/eyes_parts.h"

/* Pixels at a distance of 96 between the eyes. */
enum { DISTANCE = 96, REACH = 7, RING = 11, MARGIN = REACH + RING + 2 };
enum { WIDTH = DISTANCE + 2 * MARGIN + 1, HEIGHT = 2 * MARGIN + 1, ROW = 2 * REACH + 1, TAPS_MOST = 64 };
#define NEAREST 0.06 /* of the edge to the centre, in eye distances; an iris has about 0.09 */
#define FARTHEST 0.115
#define UPWARD 0.3 /* of the distance to the centre */
#define DOWNWARD 0.5
#define STRONGEST 0.15F /* logarithm of brightness a pixel: what exceeds it is a glint or a lash */

/* Where a voter lies from the centre it votes for, and in which direction. */
struct voter {
    int offset;
    float x, y;
};

static int voters_make(int side, struct voter voters[TAPS_MOST])
{
    int count = 0;
    for (int y = -RING; y <= RING; y++)
        for (int x = -RING; x <= RING; x++) {
            double radius = sqrt(x * x + y * y);
            if (x * side > 0 && radius > NEAREST * DISTANCE && radius < FARTHEST * DISTANCE &&
                y > -UPWARD * radius && y < DOWNWARD * radius && count < TAPS_MOST)
                voters[count++] = (struct voter){y * WIDTH + x, (float)(x / radius), (float)(y / radius)};
        }
    return count;
}

static float strength(const float *across, const float *down, const struct voter *voters, int count)
{
    float sum = 0;
    for (int k = 0; k < count; k++) {
        float vote = across[voters[k].offset] * voters[k].x + down[voters[k].offset] * voters[k].y;
        vote = vote < 0 ? 0 : vote > STRONGEST ? STRONGEST : vote;
        sum += vote * vote;
    }
    return sqrtf(sum);
}

/* The centre near (x, y) that gets most, and how far it lies from there. */
static void centre(const struct plane *across, const struct plane *down, struct plane *map, int x, int y,
                   double move[2])
{
    struct voter left[TAPS_MOST], right[TAPS_MOST];
    int left_count = voters_make(-1, left), right_count = voters_make(1, right), best = 0;
    for (int i = 0; i < ROW * ROW; i++) {
        int at = (y + i / ROW - REACH) * WIDTH + x + i % ROW - REACH;
        float a = strength(across->values + at, down->values + at, left, left_count);
        float b = strength(across->values + at, down->values + at, right, right_count);
        map->values[i] = 0.5F * (a < b ? a : b) + 0.25F * (a + b);
        best = map->values[i] > map->values[best] ? i : best;
    }
    eyes_peak(map, best % ROW, best / ROW, move);
    move[0] -= REACH, move[1] -= REACH;
}

void eyes_vote(struct eye_finder *finder, const struct eyes_picture *picture, struct eyes_pair *pair)
{
    struct plane_arena *arena = &finder->arena;
    size_t mark = plane_mark(arena);
    struct plane sharp = eyes_align(arena, picture, pair, DISTANCE, WIDTH, HEIGHT);
    struct plane smooth = plane_blur(arena, &sharp, 1.5);
    struct plane across = plane_new(arena, WIDTH, HEIGHT), down = plane_new(arena, WIDTH, HEIGHT);
    struct plane map = plane_new(arena, ROW, ROW);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        int x = i % WIDTH, y = i / WIDTH;
        bool inner = x > 0 && x < WIDTH - 1 && y > 0 && y < HEIGHT - 1;
        const float *value = smooth.values + i;
        across.values[i] = inner ? (value[1] - value[-1]) / 2 : 0;
        down.values[i] = inner ? (value[WIDTH] - value[-WIDTH]) / 2 : 0;
    }
    double left[2], right[2];
    centre(&across, &down, &map, WIDTH / 2 - DISTANCE / 2, HEIGHT / 2, left);
    centre(&across, &down, &map, WIDTH / 2 + DISTANCE / 2, HEIGHT / 2, right);
    *pair = eyes_moved(pair, DISTANCE, left, right);
    plane_release(arena, mark);
}
