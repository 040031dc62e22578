/*
 * The conditions of a picture, the background before the face and the camera after it.
 *
 * Guarantees that the pupils stay where the view puts them: nothing here moves pixels.
 */
#include "demo/face_scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "demo/face_random.h"

enum { PURPOSE_SCENE = 100 };

static void aim_light(struct face_scene *scene, float right, float down)
{
    float length = sqrtf(right * right + down * down + 1.0f);
    scene->light[0] = right / length;
    scene->light[1] = down / length;
    scene->light[2] = 1.0f / length;
}

static struct colour random_colour(struct face_random *r, float low, float high, float tint)
{
    float grey = random_between(r, low, high);
    return (struct colour){grey * (1.0f + tint * random_spread(r)), grey * (1.0f + tint * random_spread(r)),
                           grey * (1.0f + tint * random_spread(r))};
}

static void controlled(struct face_scene *scene, struct face_random *r)
{
    float angle = 0.012f * random_spread(r);
    scene->view = (struct view){240.0f + 3.0f * random_spread(r), 272.0f + 3.0f * random_spread(r),
                                104.0f + 1.5f * random_spread(r), cosf(angle), sinf(angle)};
    aim_light(scene, -0.25f + 0.08f * random_spread(r), -0.35f + 0.06f * random_spread(r));
    scene->ambient = 0.42f;
    scene->key = 0.62f;
    scene->light_colour = (struct colour){1.0f, 1.0f, 1.0f};
    scene->background = BACKGROUND_PLAIN;
    scene->back[0] = random_colour(r, 0.62f, 0.74f, 0.015f);
    scene->back[1] = colour_times(scene->back[0], 0.88f);
    scene->turn = 0.008f * random_spread(r);
    scene->lids = 1.0f;
    scene->noise = 0.006f;
    scene->blur = 0.5f;
}

static void elsewhere(struct face_scene *scene, struct face_random *r)
{
    float angle = random_between(r, -0.11f, 0.11f);
    scene->view = (struct view){240.0f + 10.0f * random_spread(r), 268.0f + 10.0f * random_spread(r),
                                random_between(r, 84.0f, 110.0f), cosf(angle), sinf(angle)};
    float side = random_unit(r) < 0.5f ? -1.0f : 1.0f;
    aim_light(scene, side * random_between(r, 0.2f, 1.0f), random_between(r, -0.9f, 0.0f));
    scene->ambient = random_between(r, 0.28f, 0.42f);
    scene->key = random_between(r, 0.5f, 0.75f);
    float warmth = random_between(r, -0.10f, 0.14f);
    scene->light_colour = (struct colour){1.0f + warmth, 1.0f, 1.0f - 1.2f * warmth};
    scene->background = random_unit(r) < 0.5f ? BACKGROUND_STRIPES : BACKGROUND_ROOM;
    for (int i = 0; i < 3; i++)
        scene->back[i] = random_colour(r, 0.15f, 0.6f, 0.12f);
    scene->turn = 0.035f * random_spread(r);
    scene->smile = random_between(r, -0.15f, 0.75f);
    scene->open = random_unit(r) < 0.4f ? random_between(r, 0.1f, 0.5f) : 0.0f;
    scene->brow_raise = random_between(r, -0.025f, 0.04f);
    scene->lids = random_between(r, 0.82f, 1.08f);
    scene->noise = random_between(r, 0.012f, 0.03f);
    scene->blur = random_between(r, 0.5f, 1.3f);
}

struct face_scene face_scene_make(uint64_t seed, int person, int picture)
{
    struct face_scene scene = {.width = 480, .height = 600};
    struct face_random r = random_stream(seed, (uint64_t)person, PURPOSE_SCENE + (uint64_t)picture);
    if (picture == 1)
        controlled(&scene, &r);
    else
        elsewhere(&scene, &r);
    scene.seed = random_bits(&r);
    return scene;
}

void face_scene_background(struct canvas *canvas, const struct face_scene *scene)
{
    struct face_random r = {scene->seed};
    float stripe[12], edge = random_between(&r, 0.25f, 0.75f), wave = random_between(&r, 0.3f, 1.2f);
    for (int i = 0; i < 12; i++)
        stripe[i] = random_unit(&r);
    for (int y = 0; y < canvas->height; y++)
        for (int x = 0; x < canvas->width; x++) {
            float s = (float)x / (float)canvas->width, t = (float)y / (float)canvas->height;
            struct colour c = scene->back[0];
            if (scene->background == BACKGROUND_PLAIN) {
                float away = (s - 0.5f) * (s - 0.5f) + (t - 0.4f) * (t - 0.4f);
                c = colour_mix(c, scene->back[1], clamp_unit(1.6f * away));
            } else if (scene->background == BACKGROUND_STRIPES) {
                float place = (s + 0.06f * wave * t) * 10.0f;
                int i = (int)place;
                float mix = smooth_step(0.42f, 0.58f, place - (float)i);
                c = colour_mix(c, scene->back[1], stripe[i] + (stripe[i + 1] - stripe[i]) * mix);
            } else {
                c = colour_mix(c, scene->back[1], smooth_step(edge - 0.015f, edge + 0.015f, s));
                c = colour_mix(c, scene->back[2], 0.8f * smooth_step(0.62f, 0.64f, t + 0.1f * s));
                c = colour_times(c, 1.1f - 0.3f * t);
            }
            long index = (long)y * canvas->width + x;
            canvas->rgb[3 * index] = c.r;
            canvas->rgb[3 * index + 1] = c.g;
            canvas->rgb[3 * index + 2] = c.b;
            canvas->shade[index] = 1.0f;
        }
}

/* [w 1-2w w] in both directions, as often as the variance asks for. */
static void blur_once(float *rgb, float *row, int width, int height, float weight)
{
    float centre = 1.0f - 2.0f * weight;
    long stride = 3L * width;
    for (int y = 0; y < height; y++) {
        float *line = rgb + y * stride;
        memcpy(row, line, (size_t)stride * sizeof *row);
        for (long i = 3; i < stride - 3; i++)
            line[i] = centre * row[i] + weight * (row[i - 3] + row[i + 3]);
    }
    float *above = row;
    memcpy(above, rgb, (size_t)stride * sizeof *row);
    for (int y = 1; y < height - 1; y++) {
        float *line = rgb + y * stride;
        for (long i = 0; i < stride; i++) {
            float here = line[i];
            line[i] = centre * here + weight * (above[i] + line[i + stride]);
            above[i] = here;
        }
    }
}

bool face_scene_finish(struct canvas *canvas, const struct face_scene *scene, unsigned char *bytes)
{
    long count = (long)canvas->width * canvas->height;
    struct colour light = scene->light_colour;
    for (long i = 0; i < count; i++) {
        canvas->rgb[3 * i] *= canvas->shade[i] * light.r;
        canvas->rgb[3 * i + 1] *= canvas->shade[i] * light.g;
        canvas->rgb[3 * i + 2] *= canvas->shade[i] * light.b;
    }
    float *row = malloc((size_t)canvas->width * 3 * sizeof *row);
    if (row == NULL)
        return false;
    /* one pass has variance 2w */
    float left = scene->blur * scene->blur;
    while (left > 0.01f) {
        blur_once(canvas->rgb, row, canvas->width, canvas->height, fminf(0.25f, left / 2.0f));
        left -= 0.5f;
    }
    free(row);
    struct face_random r = {scene->seed ^ 0x5bd1e995u};
    for (long i = 0; i < count; i++) {
        /* two sums of four 8-bit uniforms, one for brightness and one for colour, out of one draw */
        uint64_t bits = random_bits(&r);
        float sum[2];
        for (int k = 0; k < 2; k++) {
            uint32_t half = (uint32_t)(bits >> (32 * k));
            sum[k] =
                (float)((half & 255) + (half >> 8 & 255) + (half >> 16 & 255) + (half >> 24)) / 255.0f - 2.0f;
        }
        float grain = scene->noise * 1.73f;
        const float add[3] = {grain * (sum[0] + 0.5f * sum[1]), grain * sum[0],
                              grain * (sum[0] - 0.5f * sum[1])};
        for (int k = 0; k < 3; k++) {
            float value = canvas->rgb[3 * i + k];
            /* a shoulder instead of a cut, as a camera's */
            if (value > 0.85f)
                value = 0.85f + 0.15f * (1.0f - 1.0f / (1.0f + (value - 0.85f) / 0.15f));
            bytes[3 * i + k] = (unsigned char)(255.0f * clamp_unit(value + add[k]) + 0.5f);
        }
    }
    return true;
}
