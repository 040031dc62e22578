/*
 * Light, blur and noise: from the painted canvas to the bytes of the picture.
 *
 * Guarantees that the pupils stay where the view puts them: nothing here moves pixels. Works row by row, a
 * few rows at a time, because whole pictures do not stay in the processor's cache.
 */
#include "demo/face_camera.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "demo/face_random.h"

enum {
    REACH = 3,            /* pixels the blur reaches */
    ROWS = 2 * REACH + 1, /* rows in work at a time */
    GRAINS = 16384,       /* pixels of noise kept */
    SAMPLES = 3 * CANVAS_WIDEST
};

/* Enough noise to take every row of every picture from another place of it; red, green, blue in turn. */
struct grain {
    float values[3 * (GRAINS + CANVAS_WIDEST)];
    bool made;
};

struct darkroom {
    float kernel[REACH + 1]; /* the blur: weight of the middle and of both neighbours at 1, 2, .. */
    int reach;
    float lit[SAMPLES + 2 * 3 * REACH]; /* one row under the lamp, its ends repeated on both sides */
    float rows[ROWS][SAMPLES];          /* blurred sideways; row y lies at y % ROWS */
    float sum[SAMPLES];
};

static const struct grain *grain_get(void)
{
    static struct grain grain;
    if (grain.made)
        return &grain;
    struct face_random r = {0x5bd1e995u};
    for (int i = 0; i < GRAINS + CANVAS_WIDEST; i++) {
        /* two sums of four 8-bit uniforms, one for brightness and one for colour, out of one draw */
        uint64_t bits = random_bits(&r);
        float sum[2];
        for (int k = 0; k < 2; k++) {
            uint32_t half = (uint32_t)(bits >> (32 * k));
            sum[k] =
                (float)((half & 255) + (half >> 8 & 255) + (half >> 16 & 255) + (half >> 24)) / 255.0f - 2.0f;
        }
        for (int k = 0; k < 3; k++)
            grain.values[3 * i + k] = 1.73f * (sum[0] + 0.5f * (float)(1 - k) * sum[1]);
    }
    grain.made = true;
    return &grain;
}

/* The kernel of a few passes of [w 1-2w w], of variance 2w each. */
static void kernel_make(struct darkroom *room, float blur)
{
    float full[ROWS] = {0}, variance = blur * blur;
    full[REACH] = 1.0f;
    room->reach = 1 + (int)(1.77f * variance);
    if (room->reach > REACH)
        room->reach = REACH;
    float weight = 0.5f * variance / (float)room->reach;
    for (int pass = 0; pass < room->reach; pass++) {
        float before = 0.0f;
        for (int i = 0; i < ROWS; i++) {
            float here = full[i], after = i + 1 < ROWS ? full[i + 1] : 0.0f;
            full[i] = (1.0f - 2.0f * weight) * here + weight * (before + after);
            before = here;
        }
    }
    memcpy(room->kernel, full + REACH, sizeof room->kernel);
}

static void row_light(struct darkroom *room, const pixel *row, int width, const struct colour *colour)
{
    float *lit = room->lit + 3L * REACH;
    const pixel light = pixel_make(*colour, 0.0f);
    for (int x = 0; x < width; x++) {
        /* four values are stored and the next three lie over the last one */
        pixel here = row[x] * row[x][3] * light;
        memcpy(lit + 3L * x, &here, sizeof here);
    }
    for (int x = 1; x <= REACH; x++) {
        memcpy(lit - 3L * x, lit, 3 * sizeof *lit);
        memcpy(lit + 3L * (width - 1 + x), lit + 3L * (width - 1), 3 * sizeof *lit);
    }
}

/* One direction: `before` and `after` hold the row itself and its neighbours at 1 .. REACH. */
static void blur(float *restrict sum, const float *const before[], const float *const after[],
                 const struct darkroom *room, int count)
{
    const float *middle = before[0], *a1 = before[1], *a2 = before[2], *a3 = before[3];
    const float *b1 = after[1], *b2 = after[2], *b3 = after[3];
    float k0 = room->kernel[0], k1 = room->kernel[1], k2 = room->kernel[2], k3 = room->kernel[3];
    if (room->reach == 1)
        for (int i = 0; i < count; i++)
            sum[i] = k0 * middle[i] + k1 * (a1[i] + b1[i]);
    else if (room->reach == 2)
        for (int i = 0; i < count; i++)
            sum[i] = k0 * middle[i] + k1 * (a1[i] + b1[i]) + k2 * (a2[i] + b2[i]);
    else
        for (int i = 0; i < count; i++)
            sum[i] = k0 * middle[i] + k1 * (a1[i] + b1[i]) + k2 * (a2[i] + b2[i]) + k3 * (a3[i] + b3[i]);
}

static void row_blur(struct darkroom *room, int y, int width)
{
    const float *before[REACH + 1], *after[REACH + 1];
    for (int k = 0; k <= REACH; k++) {
        before[k] = room->lit + 3L * (REACH - k);
        after[k] = room->lit + 3L * (REACH + k);
    }
    blur(room->rows[y % ROWS], before, after, room, 3 * width);
}

/* The rows around y are blurred sideways; those beyond the picture repeat the last one. */
static void column_blur(struct darkroom *room, int y, int width, int height)
{
    const float *above[REACH + 1], *below[REACH + 1];
    for (int k = 0; k <= REACH; k++) {
        above[k] = room->rows[(y - k > 0 ? y - k : 0) % ROWS];
        below[k] = room->rows[(y + k < height ? y + k : height - 1) % ROWS];
    }
    blur(room->sum, above, below, room, 3 * width);
}

static void row_develop(const float *restrict sum, const float *restrict grain, float noise, int count,
                        unsigned char *restrict bytes)
{
    for (int i = 0; i < count; i++) {
        float value = sum[i], over = fmaxf(0.0f, value - 0.85f);
        /* a shoulder instead of a cut, as a camera's */
        value = fminf(value, 0.85f) + 0.15f * over / (0.15f + over) + noise * grain[i];
        bytes[i] = (unsigned char)(int)(255.0f * fminf(1.0f, fmaxf(0.0f, value)) + 0.5f);
    }
}

bool face_camera_take(const struct canvas *canvas, const struct face_scene *scene, unsigned char *bytes)
{
    struct darkroom *room = malloc(sizeof *room);
    if (room == NULL)
        return false;
    kernel_make(room, scene->blur);
    const struct grain *grain = grain_get();
    struct face_random r = {scene->seed ^ 0x5bd1e995u};
    int width = canvas->width, height = canvas->height, ready = 0;
    for (int y = 0; y < height; y++) {
        for (; ready < height && ready <= y + room->reach; ready++) {
            row_light(room, canvas->pixels + (long)ready * width, width, &scene->light_colour);
            row_blur(room, ready, width);
        }
        column_blur(room, y, width, height);
        row_develop(room->sum, grain->values + 3L * random_below(&r, GRAINS), scene->noise, 3 * width,
                    bytes + 3L * width * y);
    }
    free(room);
    return true;
}
