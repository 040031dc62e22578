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
    REACH = 4,            /* pixels the blur reaches */
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

/* The kernel of as many passes of [w 1-2w w] as the variance asks for; one pass has variance 2w. */
static void kernel_make(struct darkroom *room, float blur)
{
    float full[ROWS] = {0}, left = blur * blur;
    full[REACH] = 1.0f;
    room->reach = 0;
    for (; left > 0.01f && room->reach < REACH; left -= 0.5f, room->reach++) {
        float weight = fminf(0.25f, left / 2.0f), before = 0.0f;
        for (int i = 0; i < ROWS; i++) {
            float here = full[i], after = i + 1 < ROWS ? full[i + 1] : 0.0f;
            full[i] = (1.0f - 2.0f * weight) * here + weight * (before + after);
            before = here;
        }
    }
    memcpy(room->kernel, full + REACH, sizeof room->kernel);
}

static void row_light(struct darkroom *room, const pixel *row, int width, const struct colour *light)
{
    float *lit = room->lit + 3L * REACH;
    for (int x = 0; x < width; x++) {
        float shade = row[x][3];
        lit[3 * x] = row[x][0] * shade * light->r;
        lit[3 * x + 1] = row[x][1] * shade * light->g;
        lit[3 * x + 2] = row[x][2] * shade * light->b;
    }
    for (int x = 1; x <= REACH; x++) {
        memcpy(lit - 3L * x, lit, 3 * sizeof *lit);
        memcpy(lit + 3L * (width - 1 + x), lit + 3L * (width - 1), 3 * sizeof *lit);
    }
}

static void add_pair(float *restrict sum, const float *a, const float *b, float weight, int count)
{
    for (int i = 0; i < count; i++)
        sum[i] += weight * (a[i] + b[i]);
}

static void scale_row(float *restrict out, const float *in, float weight, int count)
{
    for (int i = 0; i < count; i++)
        out[i] = weight * in[i];
}

static void row_blur(struct darkroom *room, int y, int width)
{
    float *out = room->rows[y % ROWS];
    const float *lit = room->lit + 3L * REACH;
    scale_row(out, lit, room->kernel[0], 3 * width);
    for (int k = 1; k <= room->reach; k++)
        add_pair(out, lit - 3L * k, lit + 3L * k, room->kernel[k], 3 * width);
}

/* The rows around y are blurred sideways; those beyond the picture repeat the last one. */
static void column_blur(struct darkroom *room, int y, int width, int height)
{
    scale_row(room->sum, room->rows[y % ROWS], room->kernel[0], 3 * width);
    for (int k = 1; k <= room->reach; k++) {
        int above = y - k > 0 ? y - k : 0, below = y + k < height ? y + k : height - 1;
        add_pair(room->sum, room->rows[above % ROWS], room->rows[below % ROWS], room->kernel[k], 3 * width);
    }
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
