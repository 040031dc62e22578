/*
 * Quality measures against values worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "base/json.h"
#include "photo/quality.h"

static struct image flat(int width, int height, int channels, int level)
{
    struct image image;
    assert_true(image_make(&image, width, height, channels, NULL));
    memset(image.pixels, level, image_size(&image));
    return image;
}

static int64_t value(const json_t *measures, const char *name, const char *member)
{
    return json_whole(json_object_get(measures, name), member, -1);
}

static void near(int64_t found, int64_t expected, int64_t tolerance)
{
    if (found < expected - tolerance || found > expected + tolerance)
        fail_msg("found %lld, expected %lld", (long long)found, (long long)expected);
}

static void test_flat_pictures(void **state)
{
    (void)state;
    struct image image = flat(100, 80, 3, 188); /* linear luminance 0.503 */
    json_t *measures = photo_quality(&image, NULL, NULL);
    assert_string_equal(json_text(measures, "region"), "picture");
    assert_true(json_flag(measures, "grey"));
    near(value(measures, "luminance_mean", "native"), 503000, 5000);
    assert_int_equal(value(measures, "luminance_mean", "quality"), 100);
    assert_int_equal(value(measures, "luminance_variance", "native"), 0);
    assert_int_equal(value(measures, "dynamic_range", "quality"), 0);
    assert_int_equal(value(measures, "under_exposure", "quality"), 100);
    assert_int_equal(value(measures, "over_exposure", "quality"), 100);
    assert_int_equal(json_whole(measures, "laplacian_variance", -1), 0);
    assert_null(json_object_get(measures, "inter_eye_distance"));
    json_decref(measures);
    image_free(&image);

    image = flat(100, 80, 1, 5);
    measures = photo_quality(&image, NULL, NULL);
    assert_int_equal(value(measures, "under_exposure", "native"), 1000000);
    assert_int_equal(value(measures, "under_exposure", "quality"), 0);
    assert_true(value(measures, "luminance_mean", "quality") < 5);
    json_decref(measures);
    image_free(&image);

    image = flat(100, 80, 1, 255);
    measures = photo_quality(&image, NULL, NULL);
    assert_int_equal(value(measures, "over_exposure", "native"), 1000000);
    assert_true(value(measures, "over_exposure", "quality") <= 1);
    json_decref(measures);
    image_free(&image);
}

static void test_levels_and_edges(void **state)
{
    (void)state;
    struct image image = flat(64, 64, 1, 0);
    for (int i = 0; i < 64 * 64; i++)
        image.pixels[i] = (i / 64 + i % 64) % 2 == 0 ? 255 : 0; /* chessboard */
    json_t *measures = photo_quality(&image, NULL, NULL);
    assert_int_equal(value(measures, "dynamic_range", "native"), 1000000); /* two levels: one bit */
    assert_int_equal(value(measures, "luminance_variance", "native"), 250000);
    near(json_whole(measures, "laplacian_variance", -1), 1040400000, 1000); /* (4 * 255)^2, times 1000 */
    json_decref(measures);
    image_free(&image);
}

/* 60 pixels between the eyes give 38, 90 give 73 (domain of the formula). */
static void test_eyes(void **state)
{
    (void)state;
    struct image image = flat(400, 400, 3, 120);
    for (int x = 0; x < 100; x++)
        image.pixels[x * 3] = 250; /* a coloured corner, outside the face */
    struct eye_points eyes = {15000, 20000, 21000, 20000};
    json_t *measures = photo_quality(&image, &eyes, NULL);
    assert_string_equal(json_text(measures, "region"), "face");
    assert_int_equal(value(measures, "inter_eye_distance", "native"), 60000000);
    assert_int_equal(value(measures, "inter_eye_distance", "quality"), 38);
    assert_int_equal(value(measures, "dynamic_range", "native"), 0); /* the corner is not measured */
    near(value(measures, "side_crop_left", "native"), 2500000, 1);
    assert_int_equal(value(measures, "side_crop_left", "quality"), 100);
    json_decref(measures);
    eyes.right_x = 24000;
    measures = photo_quality(&image, &eyes, NULL);
    assert_int_equal(value(measures, "inter_eye_distance", "quality"), 73);
    json_decref(measures);
    image_free(&image);
}

static void test_colour(void **state)
{
    (void)state;
    struct image image = flat(50, 50, 3, 100);
    image.pixels[0] = 200; /* one pixel of 2500 */
    assert_true(image_is_grey(&image));
    for (int i = 0; i < 30; i++)
        image.pixels[i * 3] = 200;
    assert_false(image_is_grey(&image));
    image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_flat_pictures),
                                       cmocka_unit_test(test_levels_and_edges), cmocka_unit_test(test_eyes),
                                       cmocka_unit_test(test_colour)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
