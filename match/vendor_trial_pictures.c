/*
 * Pictures for the conformance test.
 *
 * Guarantees: the drawn ones are the same everywhere, whole-number arithmetic. They are no faces: they try what every engine
 * must do with any picture, not how well it tells people apart.
 */
#include <string.h>

#include "match/vendor_trial.h"
#include "photo/decode.h"
#include "photo/eyes.h"

enum { WIDTH = 240, HEIGHT = 300, LEFT_X = 90, RIGHT_X = 150, EYE_Y = 130 };

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

static bool within(int x, int y, int centre_x, int centre_y, int half_width, int half_height)
{
    int64_t across = (int64_t)(x - centre_x) * half_height, down = (int64_t)(y - centre_y) * half_width;
    return across * across + down * down <= (int64_t)half_width * half_width * half_height * half_height;
}

/* A head of some build with eyes, nose and mouth, and spots of its own; every second one brighter. */
static void draw(struct image *image, size_t number)
{
    uint32_t state = (uint32_t)(number / 2) * 7919U + 17U;
    int head = 84 + (int)(next(&state) % 16), eye = 7 + (int)(next(&state) % 6),
        mouth = 20 + (int)(next(&state) % 18);
    int spots[12][3];
    for (size_t i = 0; i < 12; i++) {
        spots[i][0] = 70 + (int)(next(&state) % 100);
        spots[i][1] = 90 + (int)(next(&state) % 130);
        spots[i][2] = 3 + (int)(next(&state) % 9);
    }
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int grey = 210 - y / 6;
            if (within(x, y, 120, 155, head, 120))
                grey = 165 - (x - 120) / 4;
            for (size_t i = 0; i < 12; i++)
                if (within(x, y, spots[i][0], spots[i][1], spots[i][2], spots[i][2] + 2))
                    grey -= 22;
            if (within(x, y, LEFT_X, EYE_Y, eye + 5, eye) || within(x, y, RIGHT_X, EYE_Y, eye + 5, eye))
                grey = 60;
            if (within(x, y, 120, 222, mouth, 7))
                grey = 85;
            grey += number % 2 == 1 ? 18 : 0;
            image->pixels[(size_t)y * WIDTH + (size_t)x] = (uint8_t)(grey < 0 ? 0 : grey > 255 ? 255 : grey);
        }
}

bool trial_draw(struct trial_picture *pictures, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!image_make(&pictures[i].image, WIDTH, HEIGHT, 1, error))
            return false;
        draw(&pictures[i].image, i);
        pictures[i].eyes = (struct eye_points){LEFT_X * 100, EYE_Y * 100, RIGHT_X * 100, EYE_Y * 100};
    }
    return true;
}

bool trial_draw_extreme(struct trial_picture *picture, int which, const char **what, struct error *error)
{
    static const struct {
        const char *what;
        int width, height, channels;
        int fill; /* -1: noise */
        struct eye_points eyes;
    } cases[TRIAL_EXTREMES] = {
        {"black", WIDTH, HEIGHT, 1, 0, {9000, 13000, 15000, 13000}},
        {"white, in colour", WIDTH, HEIGHT, 3, 255, {9000, 13000, 15000, 13000}},
        {"noise, in colour", WIDTH, HEIGHT, 3, -1, {9000, 13000, 15000, 13000}},
        {"smallest", 9, 1, 1, -1, {0, 0, 800, 0}},
        {"eyes in the corners", WIDTH, HEIGHT, 1, -1, {0, 0, (WIDTH - 1) * 100, (HEIGHT - 1) * 100}},
        {"face turned on its side", WIDTH, HEIGHT, 1, -1, {11900, 2000, 12000, 28000}},
        {"large, eyes close", 4000, 3000, 1, -1, {200000, 150000, 200800, 150000}},
    };
    uint32_t state = 5;
    *what = cases[which].what;
    if (!image_make(&picture->image, cases[which].width, cases[which].height, cases[which].channels, error))
        return false;
    picture->eyes = cases[which].eyes;
    size_t size = image_size(&picture->image);
    if (cases[which].fill >= 0)
        memset(picture->image.pixels, cases[which].fill, size);
    else
        for (size_t i = 0; i < size; i++)
            picture->image.pixels[i] = (uint8_t)next(&state);
    return true;
}

bool trial_read(const struct worker_job *job, struct trial_picture *pictures, size_t *count,
                struct error *error)
{
    struct eye_finder *finder = NULL;
    *count = 0;
    if (!eye_finder_make(&finder, error))
        return false;
    for (size_t i = 0; i < job->input_count && *count < TRIAL_PICTURES_MOST; i++) {
        struct photo photo;
        struct eyes_found found;
        struct error unreadable = ERROR_NONE;
        if (!photo_decode_file(job->inputs[i], NULL, &photo, &unreadable))
            continue;
        eye_finder_find(finder, &photo.image, &found);
        if (!found.found) {
            image_free(&photo.image);
            continue;
        }
        pictures[*count].image = photo.image;
        pictures[(*count)++].eyes = found.eyes;
    }
    eye_finder_free(finder);
    return *count > 1 || error_set(error, FAULT_ENVIRONMENT,
                                   "eyes were found in fewer than two of the pictures: nothing was tried");
}
