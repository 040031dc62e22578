/*
 * The eye finder on drawn faces and on what is no face: where, how sure, and that nothing upsets it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "photo/eyes.h"
#include "photo/eyes_plane.h"
#include "tests/support/drawn_face.h"

static struct eye_finder *finder;

static int set_up(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    return eye_finder_make(&finder, &error) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    eye_finder_free(finder);
    return 0;
}

/* The larger error of the two eyes in eye distances; 9 when nothing was found. */
static double wrong_by(const struct eyes_found *found, const struct eye_points *eyes)
{
    if (!found->found)
        return 9;
    double left = hypot(found->eyes.left_x - eyes->left_x, found->eyes.left_y - eyes->left_y) / 100;
    double right = hypot(found->eyes.right_x - eyes->right_x, found->eyes.right_y - eyes->right_y) / 100;
    return (left > right ? left : right) / eye_points_distance(eyes);
}

static struct eyes_found find_drawn(unsigned person, int width, int height, int channels,
                                    const struct eye_points *eyes)
{
    struct image image;
    struct eyes_found found;
    assert_true(drawn_face(&image, person, 1, width, height, channels, eyes, NULL));
    eye_finder_find(finder, &image, &found);
    image_free(&image);
    return found;
}

/* Portraits of many people in several sizes, grey and colour, upright and turned a little. These drawings have
   no irises and hardly a nose: half of them must be found, and where they are not nobody may be misled. */
static void test_portraits(void **state)
{
    (void)state;
    static const struct {
        int width, height, channels;
        struct eye_points eyes;
    } cases[] = {
        {240, 300, 3, {9000, 13000, 15000, 13000}},  {240, 300, 1, {9000, 13400, 15000, 12600}},
        {480, 600, 3, {17500, 25500, 30500, 26500}}, {1200, 1500, 1, {45000, 66000, 75000, 64000}},
        {96, 120, 1, {3600, 5200, 6000, 5200}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned good = 0, misled = 0, people = 12;
        for (unsigned person = 0; person < people; person++) {
            struct eyes_found found =
                find_drawn(person, cases[i].width, cases[i].height, cases[i].channels, &cases[i].eyes);
            double error = wrong_by(&found, &cases[i].eyes);
            good += error < 0.1;
            misled += error >= 0.25 && found.confidence >= EYES_CONFIDENCE_DEFAULT;
        }
        print_message("case %zu: %u of %u within 0.10, %u misled\n", i, good, people, misled);
        assert_true(good >= people / 2);
        assert_int_equal(misled, 0);
    }
}

/* A finder keeps nothing of the picture before: the same answer in any order. */
static void test_same_answer_again(void **state)
{
    (void)state;
    const struct eye_points eyes = {9000, 13000, 15000, 13000};
    struct eyes_found first = find_drawn(3, 240, 300, 3, &eyes);
    find_drawn(4, 480, 601, 1, &eyes);
    struct eyes_found again = find_drawn(3, 240, 300, 3, &eyes);
    assert_memory_equal(&first.eyes, &again.eyes, sizeof first.eyes);
    assert_int_equal(first.confidence, again.confidence);
}

enum filling { BLANK, NOISE, RAMP, STRIPES, FILLINGS };

static uint8_t filling_at(enum filling filling, int x, int y, unsigned seed)
{
    switch (filling) {
    case NOISE:
        return (uint8_t)(256 * drawn_number((unsigned)x * 7919U + (unsigned)y, 7, seed));
    case RAMP:
        return (uint8_t)((x + y) / 4);
    case STRIPES:
        return x / 8 % 2 == 0 ? 30 : 220;
    default:
        return (uint8_t)(40 * seed);
    }
}

/* What is no face gets no confidence, in any size; points proposed are usable ones. */
static void test_no_face(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1},     {23, 400},  {24, 24},    {25, 8000}, {8000, 25},
                                   {31, 37},   {300, 40},  {40, 300},   {180, 240}, {320, 240},
                                   {640, 480}, {399, 401}, {2000, 1600}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int filling = 0; filling < FILLINGS; filling++)
            for (int channels = 1; channels <= 3; channels += 2) {
                struct image image;
                struct eyes_found found;
                assert_true(image_make(&image, sizes[s][0], sizes[s][1], channels, NULL));
                for (int y = 0; y < image.height; y++)
                    for (int x = 0; x < image.width * channels; x++)
                        image.pixels[y * image.width * channels + x] =
                            filling_at((enum filling)filling, x / channels, y, (unsigned)s);
                eye_finder_find(finder, &image, &found);
                if (found.confidence >= EYES_CONFIDENCE_DEFAULT)
                    fail_msg("%d x %d, filling %d: confidence %d", image.width, image.height, filling,
                             found.confidence);
                assert_true(!found.found || eye_points_check(&found.eyes, image.width, image.height, NULL));
                image_free(&image);
            }
}

/* Everything but the eyes is there: covered by a bar, they are not found with confidence. */
static void test_covered_eyes(void **state)
{
    (void)state;
    const struct eye_points eyes = {9000, 13000, 15000, 13000};
    unsigned sure = 0;
    for (unsigned person = 0; person < 12; person++) {
        struct image image;
        struct eyes_found found;
        assert_true(drawn_face(&image, person, 1, 240, 300, 1, &eyes, NULL));
        for (int y = 115; y < 145; y++)
            memset(image.pixels + y * image.width + 60, 150, 120);
        eye_finder_find(finder, &image, &found);
        sure += found.confidence >= EYES_CONFIDENCE_DEFAULT;
        image_free(&image);
    }
    print_message("sure of covered eyes: %u of 12\n", sure);
    assert_true(sure <= 1);
}

/* The kernel for wide registers adds up exactly what a plain loop does. */
static void test_filter_is_exact(void **state)
{
    (void)state;
    float in[400], out[128];
    float weights[40];
    int offsets[40];
    for (unsigned i = 0; i < 400; i++)
        in[i] = (float)drawn_number(i, 1, 0) - 0.5F;
    for (unsigned k = 0; k < 40; k++) {
        weights[k] = (float)drawn_number(k, 2, 0) * 3;
        offsets[k] = (int)(200 * drawn_number(k, 3, 0));
    }
    for (int count = 1; count <= 96; count++) {
        plane_filter_row(out, count, in, offsets, weights, 40);
        for (int x = 0; x < count; x++) {
            volatile float sum = 0;
            for (int k = 0; k < 40; k++) {
                volatile float product = in[x + offsets[k]] * weights[k];
                sum += product;
            }
            assert_memory_equal(&out[x], (const void *)&sum, sizeof sum);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_portraits),       cmocka_unit_test(test_same_answer_again),
        cmocka_unit_test(test_no_face),         cmocka_unit_test(test_covered_eyes),
        cmocka_unit_test(test_filter_is_exact),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
