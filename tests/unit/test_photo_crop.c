/*
 * Aligned crops and eye points: the eyes land where the frame says, at any size and turn of the face.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "photo/crop.h"
#include "tests/support/drawn_face.h"

/* White with two soft dark spots at the eyes. */
static struct image spots(int width, int height, const struct eye_points *eyes)
{
    struct image image;
    assert_true(image_make(&image, width, height, 3, NULL));
    double radius = eye_points_distance(eyes) / 15 + 1;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double dark = drawn_blob(x, y, eyes->left_x / 100.0, eyes->left_y / 100.0, radius, radius) +
                          drawn_blob(x, y, eyes->right_x / 100.0, eyes->right_y / 100.0, radius, radius);
            memset(image.pixels + (y * width + x) * 3, (int)lround(255 - 200 * (dark > 1 ? 1 : dark)), 3);
        }
    return image;
}

/* Centre of the darkness in a part of the crop. */
static void dark_centre(const struct image *crop, int from, int to, double *x, double *y)
{
    double sum = 0, sum_x = 0, sum_y = 0;
    for (int v = 0; v < crop->height; v++)
        for (int u = from; u < to; u++) {
            double dark = 255 - crop->pixels[(v * crop->width + u) * 3];
            sum += dark;
            sum_x += dark * u;
            sum_y += dark * v;
        }
    assert_true(sum > 0);
    *x = sum_x / sum;
    *y = sum_y / sum;
}

static void test_eyes_land(void **state)
{
    (void)state;
    static const struct {
        int width, height;
        struct eye_points eyes;
    } cases[] = {
        {300, 300, {10000, 15000, 20000, 15000}},       {300, 300, {11000, 12000, 19000, 18000}},
        {120, 120, {5000, 5550, 7025, 5010}},           {1500, 1600, {40000, 90000, 110000, 60000}},
        {2600, 2600, {100033, 130050, 160077, 131000}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct image image = spots(cases[i].width, cases[i].height, &cases[i].eyes), crop;
        struct crop_frame frame = crop_figure_frame(160, 200);
        assert_true(crop_aligned(&image, &cases[i].eyes, &frame, &crop, NULL));
        double x, y;
        dark_centre(&crop, 0, 80, &x, &y);
        assert_true(fabs(x - frame.left_x) < 0.35 && fabs(y - frame.eye_y) < 0.35);
        dark_centre(&crop, 80, 160, &x, &y);
        assert_true(fabs(x - frame.right_x) < 0.35 && fabs(y - frame.eye_y) < 0.35);
        image_free(&crop);
        image_free(&image);
    }
}

/* The same face drawn small and large fills a figure alike. */
static void test_equal_scale(void **state)
{
    (void)state;
    struct eye_points small = {6000, 7000, 10000, 7000}, large = {48000, 56000, 80000, 56000};
    struct image a, b, crop_a, crop_b;
    struct crop_frame frame = crop_figure_frame(128, 160);
    assert_true(drawn_face(&a, 3, 1, 160, 180, 1, &small, NULL));
    assert_true(drawn_face(&b, 3, 1, 1280, 1440, 1, &large, NULL));
    if (!crop_aligned(&a, &small, &frame, &crop_a, NULL) ||
        !crop_aligned(&b, &large, &frame, &crop_b, NULL)) {
        fail();
        return;
    }
    long difference = 0;
    for (size_t i = 0; i < image_size(&crop_a); i++)
        difference += labs((long)crop_a.pixels[i] - crop_b.pixels[i]);
    assert_true(difference < 5 * (long)image_size(&crop_a));
    image_free(&a);
    image_free(&b);
    image_free(&crop_a);
    image_free(&crop_b);
}

/* Enlarged, as it is and a little shrunk, over the edges too: colours as each channel alone. */
static void test_colours_as_each_alone(void **state)
{
    (void)state;
    static const struct eye_points cases[] = {
        {6000, 7010, 10033, 7400}, {2000, 3000, 14000, 9000}, {1000, 1500, 3500, 1100}};
    struct eye_points drawn = {6000, 7000, 10000, 7000};
    struct image colour, grey, crop, alone;
    assert_true(drawn_face(&colour, 5, 2, 161, 183, 3, &drawn, NULL));
    for (size_t i = 0; i < (size_t)colour.width * (size_t)colour.height; i++)
        colour.pixels[3 * i + 1] = (uint8_t)(255 - colour.pixels[3 * i + 1]);
    assert_true(image_make(&grey, colour.width, colour.height, 1, NULL));
    for (size_t i = 0; i < 3 * sizeof cases / sizeof cases[0]; i++) {
        const struct eye_points *eyes = &cases[i / 3];
        struct crop_frame frame = crop_figure_frame(72, 90);
        for (size_t pixel = 0; pixel < image_size(&grey); pixel++)
            grey.pixels[pixel] = colour.pixels[3 * pixel + i % 3];
        assert_true(crop_aligned(&colour, eyes, &frame, &crop, NULL));
        assert_true(crop_aligned(&grey, eyes, &frame, &alone, NULL));
        for (size_t pixel = 0; pixel < image_size(&alone); pixel++)
            assert_int_equal(crop.pixels[3 * pixel + i % 3], alone.pixels[pixel]);
        image_free(&crop);
        image_free(&alone);
    }
    image_free(&colour);
    image_free(&grey);
}

/* Enlarged, shrunk a little, blurred first and shrunk by whole factors first: as if all of the picture were made
   grey before. */
static void test_grey_of_the_part_shown(void **state)
{
    (void)state;
    static const struct eye_points drawn = {24000, 28000, 40000, 28000};
    struct image colour, grey, crop, alone;
    assert_true(drawn_face(&colour, 5, 2, 640, 720, 3, &drawn, NULL));
    for (size_t i = 0; i < (size_t)colour.width * (size_t)colour.height; i++)
        colour.pixels[3 * i + 1] = (uint8_t)(255 - colour.pixels[3 * i + 1]);
    assert_true(image_grey(&grey, &colour, NULL));
    for (int side = 12; side <= 400; side += 97) {
        struct crop_frame frame = crop_figure_frame(side, side * 5 / 4);
        assert_true(crop_grey(&colour, &drawn, &frame, &crop, NULL));
        assert_true(crop_aligned(&grey, &drawn, &frame, &alone, NULL));
        assert_memory_equal(crop.pixels, alone.pixels, image_size(&alone));
        image_free(&crop);
        assert_true(crop_grey(&grey, &drawn, &frame, &crop, NULL));
        assert_memory_equal(crop.pixels, alone.pixels, image_size(&alone));
        image_free(&crop);
        image_free(&alone);
    }
    image_free(&colour);
    image_free(&grey);
}

static bool points(const char *text, struct eye_points *eyes)
{
    json_t *array = NULL;
    assert_true(json_read(text, strlen(text), &array, NULL));
    bool read = eye_points_read(array, eyes, NULL);
    json_decref(array);
    return read;
}

static void test_eye_points(void **state)
{
    (void)state;
    struct eye_points eyes;
    assert_true(points("[1000,2000,3050,2010]", &eyes));
    assert_int_equal(eyes.right_x, 3050);
    assert_true(eye_points_check(&eyes, 40, 40, NULL));
    assert_false(eye_points_check(&eyes, 31, 40, NULL)); /* the right one lies outside */
    assert_false(points("[1000,2000,3050]", &eyes));
    assert_false(points("[1000,2000,3050,20.5]", &eyes));
    assert_false(points("[1000,2000,3050,-1]", &eyes));
    assert_false(points("{}", &eyes));
    assert_true(points("[3000,2000,1000,2000]", &eyes));
    assert_false(eye_points_check(&eyes, 100, 100, NULL)); /* exchanged */
    assert_true(points("[3000,2000,3700,2000]", &eyes));
    assert_false(eye_points_check(&eyes, 100, 100, NULL)); /* too close */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_eyes_land), cmocka_unit_test(test_equal_scale),
                                       cmocka_unit_test(test_colours_as_each_alone),
                                       cmocka_unit_test(test_grey_of_the_part_shown),
                                       cmocka_unit_test(test_eye_points)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
