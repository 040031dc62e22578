/*
 * The conditions of a picture, and the background behind the face.
 */
#include "demo/face_scene.h"

#include <math.h>

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
    /* just above the 90 pixels between the pupils that are asked of a passport photograph */
    scene->view = (struct view){216.0f + 2.7f * random_spread(r), 245.0f + 2.7f * random_spread(r),
                                94.0f + 1.2f * random_spread(r), cosf(angle), sinf(angle)};
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
    scene->view = (struct view){216.0f + 9.0f * random_spread(r), 241.0f + 9.0f * random_spread(r),
                                random_between(r, 76.0f, 99.0f), cosf(angle), sinf(angle)};
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
    scene->blur = random_between(r, 0.45f, 1.2f);
}

struct face_scene face_scene_make(uint64_t seed, int person, int picture)
{
    struct face_scene scene = {.width = 432, .height = 540};
    struct face_random r = random_stream(seed, (uint64_t)person, PURPOSE_SCENE + (uint64_t)picture);
    if (picture == 1)
        controlled(&scene, &r);
    else
        elsewhere(&scene, &r);
    scene.seed = random_bits(&r);
    return scene;
}

/* Grey towards the corners. */
static void plain(struct canvas *canvas, pixel middle, pixel corner)
{
    const pixel change = corner - middle;
    float across[CANVAS_WIDEST];
    for (int x = 0; x < canvas->width; x++) {
        float s = (float)x / (float)canvas->width - 0.5f;
        across[x] = 1.6f * s * s;
    }
    for (int y = 0; y < canvas->height; y++) {
        float t = (float)y / (float)canvas->height - 0.4f, down = 1.6f * t * t;
        pixel *row = canvas->pixels + (long)y * canvas->width;
        for (int x = 0; x < canvas->width; x++)
            row[x] = middle + change * fminf(1.0f, across[x] + down);
    }
}

/* `bright`: of a row at the top; further down the stripes lean to the left. */
static void striped_row(pixel *row, int width, const float *bright, pixel dark, pixel light)
{
    for (int x = 0; x < width; x++)
        row[x] = dark + (light - dark) * bright[x];
}

static void stripes(struct canvas *canvas, pixel dark, pixel light, float wave, struct face_random *r)
{
    float stripe[12], bright[2 * CANVAS_WIDEST], width = (float)canvas->width;
    for (int i = 0; i < 12; i++)
        stripe[i] = random_unit(r);
    int count = canvas->width + (int)(0.06f * wave * width) + 1;
    for (int x = 0; x < count; x++) {
        float place = (float)x / width * 10.0f;
        int i = (int)place;
        bright[x] = stripe[i] + (stripe[i + 1] - stripe[i]) * smooth_step(0.42f, 0.58f, place - (float)i);
    }
    for (int y = 0; y < canvas->height; y++) {
        float t = (float)y / (float)canvas->height;
        striped_row(canvas->pixels + (long)y * canvas->width, canvas->width,
                    bright + (int)(0.06f * wave * t * width), dark, light);
    }
}

static pixel room_pixel(const pixel *walls, pixel floor, int x, float share, float dim)
{
    pixel c = walls[x] + (floor - walls[x]) * share;
    return c * (pixel){dim, dim, dim, 1.0f};
}

/* Two walls meeting at `edge` above a floor that rises to the left. */
static void room(struct canvas *canvas, float edge, const pixel back[3])
{
    pixel walls[CANVAS_WIDEST];
    float step = 0.1f / (float)canvas->width;
    for (int x = 0; x < canvas->width; x++)
        walls[x] = back[0] + (back[1] - back[0]) *
                                 smooth_step(edge - 0.015f, edge + 0.015f, (float)x / (float)canvas->width);
    for (int y = 0; y < canvas->height; y++) {
        float t = (float)y / (float)canvas->height, dim = 1.1f - 0.3f * t;
        pixel *row = canvas->pixels + (long)y * canvas->width;
        if (t + 0.1f < 0.62f || t > 0.64f)
            for (int x = 0; x < canvas->width; x++)
                row[x] = room_pixel(walls, back[2], x, t > 0.64f ? 0.8f : 0.0f, dim);
        else
            for (int x = 0; x < canvas->width; x++)
                row[x] =
                    room_pixel(walls, back[2], x, 0.8f * smooth_step(0.62f, 0.64f, t + step * (float)x), dim);
    }
}

void face_scene_background(struct canvas *canvas, const struct face_scene *scene)
{
    struct face_random r = {scene->seed};
    float edge = random_between(&r, 0.25f, 0.75f), wave = random_between(&r, 0.3f, 1.2f);
    pixel back[3];
    for (int i = 0; i < 3; i++)
        back[i] = pixel_make(scene->back[i], 1.0f);
    if (scene->background == BACKGROUND_STRIPES)
        stripes(canvas, back[0], back[1], wave, &r);
    else if (scene->background == BACKGROUND_ROOM)
        room(canvas, edge, back);
    else
        plain(canvas, back[0], back[1]);
}
