/*
 * Recorded edits: what each does to pixels, that they repeat bit for bit, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "photo/edit.h"
#include "tests/support/drawn_face.h"

static struct image picture(void)
{
    struct image image;
    struct eye_points eyes = {7000, 8000, 11000, 8300};
    assert_true(drawn_face(&image, 7, 1, 180, 220, 3, &eyes, NULL));
    return image;
}

static struct image edited(const struct image *image, const char *edits)
{
    json_t *list = NULL;
    struct image result;
    struct error error = ERROR_NONE;
    assert_true(json_read(edits, strlen(edits), &list, &error));
    if (!photo_edit(image, list, &result, &error))
        fail_msg("%s: %s", edits, error.text);
    json_decref(list);
    return result;
}

static void test_crop(void **state)
{
    (void)state;
    struct image image = picture();
    struct image part =
        edited(&image, "[{\"operation\":\"crop\",\"x\":20,\"y\":30,\"width\":50,\"height\":40}]");
    assert_int_equal(part.width, 50);
    assert_int_equal(part.height, 40);
    for (int y = 0; y < 40; y++)
        assert_memory_equal(part.pixels + y * 150, image.pixels + ((y + 30) * 180 + 20) * 3, 150);
    image_free(&part);
    image_free(&image);
}

static void test_quarter_turns_lose_nothing(void **state)
{
    (void)state;
    struct image image = picture();
    struct image turned = edited(&image, "[{\"operation\":\"rotate\",\"degrees_tenths\":900}]");
    assert_int_equal(turned.width, 220);
    assert_int_equal(turned.height, 180);
    for (int y = 0; y < 220; y++)
        for (int x = 0; x < 180; x++) /* clockwise: the top left goes to the top right */
            assert_memory_equal(turned.pixels + (x * 220 + 219 - y) * 3, image.pixels + (y * 180 + x) * 3, 3);
    image_free(&turned);
    turned = edited(&image, "[{\"operation\":\"rotate\",\"degrees_tenths\":900},"
                            "{\"operation\":\"rotate\",\"degrees_tenths\":-1800},"
                            "{\"operation\":\"rotate\",\"degrees_tenths\":900}]");
    assert_memory_equal(turned.pixels, image.pixels, image_size(&image));
    image_free(&turned);
    image_free(&image);
}

static void test_small_turn(void **state)
{
    (void)state;
    struct image image = picture();
    struct image turned = edited(&image, "[{\"operation\":\"rotate\",\"degrees_tenths\":125}]");
    assert_true(turned.width > 180 && turned.height > 220);
    assert_int_equal(turned.pixels[0], 128);
    image_free(&turned);
    image_free(&image);
}

static void test_levels(void **state)
{
    (void)state;
    struct image image;
    assert_true(image_make(&image, 256, 1, 1, NULL));
    for (int i = 0; i < 256; i++)
        image.pixels[i] = (uint8_t)i;
    struct image bright = edited(&image, "[{\"operation\":\"brightness\",\"amount\":20}]");
    assert_int_equal(bright.pixels[0], 51);
    assert_int_equal(bright.pixels[255], 255);
    image_free(&bright);
    struct image strong = edited(&image, "[{\"operation\":\"contrast\",\"amount\":50}]");
    assert_int_equal(strong.pixels[128], 128);
    assert_int_equal(strong.pixels[138], 143);
    assert_int_equal(strong.pixels[10], 0);
    image_free(&strong);
    struct image flat = edited(&image, "[{\"operation\":\"contrast\",\"amount\":-100}]");
    for (int i = 0; i < 256; i++)
        assert_int_equal(flat.pixels[i], 128);
    image_free(&flat);
    struct image same = edited(&image, "[{\"operation\":\"brightness\",\"amount\":0},"
                                       "{\"operation\":\"contrast\",\"amount\":0},"
                                       "{\"operation\":\"scale\",\"per_mille\":1000}]");
    assert_memory_equal(same.pixels, image.pixels, 256);
    image_free(&same);
    image_free(&image);
}

static void test_scale(void **state)
{
    (void)state;
    struct image image = picture();
    struct image half = edited(&image, "[{\"operation\":\"scale\",\"per_mille\":500}]");
    assert_int_equal(half.width, 90);
    assert_int_equal(half.height, 110);
    struct image back = edited(&half, "[{\"operation\":\"scale\",\"per_mille\":2000}]");
    assert_int_equal(back.width, 180);
    long difference = 0;
    for (size_t i = 0; i < image_size(&image); i++)
        difference += back.pixels[i] > image.pixels[i] ? back.pixels[i] - image.pixels[i]
                                                       : image.pixels[i] - back.pixels[i];
    assert_true(difference < 4 * (long)image_size(&image)); /* the same picture, a little softer */
    image_free(&half);
    image_free(&back);
    image_free(&image);
}

/* A changed digest means that edits on record can no longer be made again: never adjust it lightly. The
   picture is drawn with whole numbers only, so that the digest depends on the edits alone. */
static void test_bits(void **state)
{
    (void)state;
    struct image image;
    assert_true(image_make(&image, 61, 47, 3, NULL));
    for (size_t i = 0; i < image_size(&image); i++)
        image.pixels[i] = (uint8_t)((i * i / 7 + i) % 251);
    struct image result = edited(
        &image,
        "[{\"operation\":\"crop\",\"x\":3,\"y\":2,\"width\":50,\"height\":40},"
        "{\"operation\":\"rotate\",\"degrees_tenths\":-73},{\"operation\":\"brightness\",\"amount\":9},"
        "{\"operation\":\"contrast\",\"amount\":17},{\"operation\":\"scale\",\"per_mille\":1370}]");
    struct digest digest = digest_of(result.pixels, image_size(&result));
    char text[DIGEST_TEXT_SIZE];
    assert_string_equal(digest_text(&digest, text),
                        "8bf7a9c44e7c025e33856e7a7f29cd9f45bc595deaa8f055590b1923765162c1");
    image_free(&result);
    image_free(&image);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *edits, *words;
    } cases[] = {
        {"{}", "array"},
        {"[1]", "no edit"},
        {"[{\"operation\":\"mirror\"}]", "R19"},
        {"[{\"operation\":\"deinterlace\"}]", "R19"},
        {"[{\"operation\":\"rotate\"}]", "degrees_tenths"},
        {"[{\"operation\":\"rotate\",\"degrees_tenths\":1801}]", "between"},
        {"[{\"operation\":\"rotate\",\"degrees_tenths\":10.5}]", "whole number"},
        {"[{\"operation\":\"scale\",\"per_mille\":99}]", "between"},
        {"[{\"operation\":\"scale\",\"per_mille\":\"500\"}]", "whole number"},
        {"[{\"operation\":\"brightness\",\"amount\":5,\"note\":\"x\"}]", "member"},
        {"[{\"operation\":\"contrast\",\"amount\":5},{\"operation\":\"crop\",\"x\":0,\"y\":0,\"width\":181,"
         "\"height\":20}]",
         "edit 2: the crop"},
        {"[{\"operation\":\"crop\",\"x\":-1,\"y\":0,\"width\":20,\"height\":20}]", "\"x\""},
    };
    struct image image = picture(), result;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *list = NULL;
        struct error error = ERROR_NONE;
        assert_true(json_read(cases[i].edits, strlen(cases[i].edits), &list, NULL));
        assert_false(photo_edit(&image, list, &result, &error));
        assert_int_equal(error.fault, FAULT_INPUT);
        assert_null(result.pixels);
        if (strstr(error.text, cases[i].words) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error.text, cases[i].words);
        json_decref(list);
    }
    image_free(&image);
}

/* Before anything is drawn it is known what size the edits make, and that a picture does not allow them. */
static void test_sizes_are_known_before(void **state)
{
    (void)state;
    static const char *const allowed[] = {
        "[]",
        "[{\"operation\":\"crop\",\"x\":3,\"y\":2,\"width\":50,\"height\":40}]",
        "[{\"operation\":\"rotate\",\"degrees_tenths\":-73}]",
        "[{\"operation\":\"rotate\",\"degrees_tenths\":900},{\"operation\":\"scale\",\"per_mille\":1337}]",
        "[{\"operation\":\"brightness\",\"amount\":9},{\"operation\":\"scale\",\"per_mille\":101}]",
    };
    struct image image = picture();
    struct error error = ERROR_NONE;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        json_t *list = NULL;
        int width = image.width, height = image.height;
        struct image result = edited(&image, allowed[i]);
        assert_true(json_read(allowed[i], strlen(allowed[i]), &list, &error));
        assert_true(photo_edits_size(list, &width, &height, &error));
        assert_int_equal(width, result.width);
        assert_int_equal(height, result.height);
        json_decref(list);
        image_free(&result);
    }
    static const char *const beyond[] = {
        "[{\"operation\":\"crop\",\"x\":0,\"y\":0,\"width\":181,\"height\":20}]",
        "[{\"operation\":\"crop\",\"x\":150,\"y\":0,\"width\":31,\"height\":20}]",
        "[{\"operation\":\"crop\",\"x\":0,\"y\":0,\"width\":90,\"height\":90},"
        "{\"operation\":\"crop\",\"x\":0,\"y\":0,\"width\":91,\"height\":90}]",
    };
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        json_t *list = NULL;
        int width = image.width, height = image.height;
        assert_true(json_read(beyond[i], strlen(beyond[i]), &list, NULL));
        assert_false(photo_edits_size(list, &width, &height, &error));
        assert_int_equal(error.fault, FAULT_INPUT);
        json_decref(list);
    }
    image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crop),       cmocka_unit_test(test_quarter_turns_lose_nothing),
        cmocka_unit_test(test_small_turn), cmocka_unit_test(test_levels),
        cmocka_unit_test(test_scale),      cmocka_unit_test(test_bits),
        cmocka_unit_test(test_refusals),   cmocka_unit_test(test_sizes_are_known_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
