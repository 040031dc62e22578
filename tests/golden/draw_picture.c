/*
 * Schematic heads in whole-number arithmetic: the same picture on every machine.
 */
#include "tests/golden/draw_picture.h"

struct ellipse {
    int x, y, half_width, half_height; /* thousandths of the head's box */
};

static bool within(struct ellipse ellipse, int x, int y)
{
    int64_t dx = (int64_t)(x - ellipse.x) * 1000 / ellipse.half_width;
    int64_t dy = (int64_t)(y - ellipse.y) * 1000 / ellipse.half_height;
    return dx * dx + dy * dy <= 1000000;
}

static int vary(unsigned int *state, int range)
{
    *state = *state * 1664525U + 1013904223U;
    return (int)((*state >> 16) % (unsigned int)(2 * range + 1)) - range;
}

bool draw_picture(struct image *image, int width, int height, unsigned int seed, bool scene,
                  struct eye_points *eyes, struct error *error)
{
    if (!image_make(image, width, height, 3, error))
        return false;
    unsigned int state = seed * 2654435761U + 1;
    int jaw = vary(&state, 40);
    int apart = vary(&state, 8);
    int mouth = vary(&state, 25);
    int skin = vary(&state, 35);
    int hair = vary(&state, 60);
    struct ellipse head = {500, 520, 330 + jaw, 440};
    struct ellipse crown = {500, 380 + hair / 4, 360 + jaw, 340};
    struct ellipse left = {370 + apart, 470, 62, 30};
    struct ellipse right = {630 - apart, 470, 62, 30};
    struct ellipse nose = {500, 620, 45, 75};
    struct ellipse lips = {500, 770 + mouth / 2, 120 + mouth, 28};
    int box = scene ? height * 6 / 10 : (width < height ? width : height);
    int left_edge = scene ? width / 2 - box / 2 - width / 12 : width / 2 - box / 2;
    int top_edge = scene ? height / 8 : height / 2 - box / 2;
    *eyes = (struct eye_points){.left_x = left_edge * 100 + left.x * box / 10,
                                .left_y = top_edge * 100 + left.y * box / 10,
                                .right_x = left_edge * 100 + right.x * box / 10,
                                .right_y = top_edge * 100 + right.y * box / 10};
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int u = (x - left_edge) * 1000 / box;
            int v = (y - top_edge) * 1000 / box;
            int value = scene ? 110 + 60 * x / width + ((x / 24 + y / 24) % 2) * 12 : 196 - 30 * y / height;
            int warm = 0;
            if (scene && v > 900 && u > -200 && u < 1200)
                value = 70;
            if (within(crown, u, v))
                value = 70 + hair / 2;
            if (within(head, u, v) && !(v < 260 + hair && within(crown, u, v))) {
                value = 176 + skin - (u - 500) * (u - 500) / 5200;
                warm = 18;
            }
            if (within(nose, u, v))
                value -= 14;
            if (within(left, u, v) || within(right, u, v))
                value = 48;
            if (within(lips, u, v)) {
                value = 110;
                warm = 40;
            }
            uint8_t *pixel = image->pixels + ((size_t)y * (size_t)width + (size_t)x) * 3;
            int channels[3] = {value + warm, value, value - warm / 2};
            for (int i = 0; i < 3; i++)
                pixel[i] = (uint8_t)(channels[i] < 0 ? 0 : channels[i] > 255 ? 255 : channels[i]);
        }
    }
    return true;
}
