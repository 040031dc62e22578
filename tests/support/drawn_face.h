/*
 * Faces drawn by arithmetic, for tests of pictures and matching: head, hair, brows, eyes, nose and mouth
 * whose measures follow from a person's number; lighting, noise and expression from the take. Included by
 * tests only.
 */
#ifndef LEADSPOOL_TESTS_DRAWN_FACE_H
#define LEADSPOOL_TESTS_DRAWN_FACE_H

#include <math.h>
#include <stdint.h>

#include "photo/eye_points.h"
#include "photo/image.h"

/* A number in [0, 1) from a person, a feature and a take. */
static inline double drawn_number(unsigned person, unsigned feature, unsigned take)
{
    uint32_t x = person * 2654435761U ^ feature * 2246822519U ^ take * 3266489917U;
    x = (x ^ (x >> 15)) * 2246822519U;
    x = (x ^ (x >> 13)) * 3266489917U;
    return ((x ^ (x >> 16)) >> 8) / 16777216.0;
}

static inline double drawn_blob(double x, double y, double px, double py, double sx, double sy)
{
    double u = (x - px) / sx, v = (y - py) / sy;
    return exp(-0.5 * (u * u + v * v));
}

/* Grey value 0..255 at (x, y) in units of the eye distance, origin between the eyes, y down. */
static inline double drawn_grey(unsigned person, unsigned take, double x, double y)
{
#define N(feature, least, most) ((least) + ((most) - (least)) * drawn_number(person, feature, 0))
    double head = drawn_blob(x, y, 0, 0.35, N(1, 0.8, 1.0), N(2, 1.1, 1.35));
    double value = head > 0.55 ? N(3, 130, 190) : 60;
    value -= (y < N(4, -0.75, -0.5) && head > 0.3) ? N(5, 40, 110) : 0;
    for (int side = -1; side <= 1; side += 2) {
        value -= 110 * drawn_blob(x, y, side * 0.5, 0, N(6, 0.08, 0.14), N(7, 0.05, 0.09));
        value -= N(8, 30, 90) * drawn_blob(x, y, side * N(9, 0.45, 0.6), N(10, -0.38, -0.22),
                                           N(11, 0.15, 0.3), N(12, 0.03, 0.08));
        value += N(13, 0, 40) * drawn_blob(x, y, side * N(14, 0.4, 0.65), N(15, 0.3, 0.6), 0.2, 0.15);
        value -= N(16, 20, 70) * drawn_blob(x, y, side * N(17, 0.08, 0.2), N(18, 0.5, 0.7), 0.05, 0.04);
    }
    value += N(19, 10, 50) * drawn_blob(x, y, N(20, -0.05, 0.05), N(21, 0.1, 0.35), 0.07, 0.25);
    double smile = 0.1 * drawn_number(person, 50, take);
    value -= N(22, 40, 90) *
             drawn_blob(x, y, 0, N(23, 0.9, 1.1) - smile * x * x, N(24, 0.2, 0.4), N(25, 0.03, 0.09));
    for (unsigned mark = 0; mark < 6; mark++)
        value -= N(30 + mark, -35, 35) * drawn_blob(x, y, N(36 + mark, -0.8, 0.8), N(42 + mark, -0.6, 1.3),
                                                    N(60 + mark, 0.05, 0.2), N(66 + mark, 0.05, 0.2));
#undef N
    value += 40 * (drawn_number(person, 51, take) - 0.5) * x + 30 * (drawn_number(person, 52, take) - 0.5);
    return value;
}

/* A colour or grey picture of a person with the eyes at given places (hundredths of a pixel). */
static inline bool drawn_face(struct image *image, unsigned person, unsigned take, int width, int height,
                              int channels, const struct eye_points *eyes, struct error *error)
{
    if (!image_make(image, width, height, channels, error))
        return false;
    double dx = (eyes->right_x - eyes->left_x) / 100.0, dy = (eyes->right_y - eyes->left_y) / 100.0;
    double mx = (eyes->right_x + eyes->left_x) / 200.0, my = (eyes->right_y + eyes->left_y) / 200.0;
    double square = dx * dx + dy * dy;
    uint8_t *p = image->pixels;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double u = ((x - mx) * dx + (y - my) * dy) / square, v = ((y - my) * dx - (x - mx) * dy) / square;
            double noise = 6 * (drawn_number((unsigned)(y * width + x), 99, take) - 0.5);
            double value = drawn_grey(person, take, u, v) + noise;
            value = value < 0 ? 0 : value > 255 ? 255 : value;
            for (int c = 0; c < channels; c++)
                *p++ = (uint8_t)(value * (1 - 0.12 * c));
        }
    return true;
}

#endif
