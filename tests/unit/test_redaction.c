/*
 * The arithmetic of redactions: what touches a box, what one covers, which pixels go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "page/redaction.h"

static const struct redaction one = {.section = 1, .page = 2, .box = {100, 100, 50, 10}, .number = 1};
static const struct redactions boxes = {&one, 1};

static void touching_and_covering(void **state)
{
    (void)state;
    static const struct {
        size_t section, page;
        struct rectangle what;
        bool touches, covers;
    } cases[] = {
        {1, 2, {110, 101, 6, 8}, true, true},
        {1, 2, {96, 101, 6, 8}, true, false},     /* reaches two points under it */
        {1, 2, {94.2, 101, 6, 8}, false, false},  /* a fifth of a point: rounding */
        {1, 2, {94.3, 101, 6, 8}, true, false},   /* three tenths are not */
        {1, 2, {150, 101, 6, 8}, false, false},   /* beside it */
        {1, 2, {110, 109.8, 6, 8}, false, false}, /* below it */
        {1, 2, {100, 100, 50, 10}, true, true},   /* itself */
        {1, 2, {100.01, 99.99, 50, 10}, true, true},
        {1, 2, {99, 99, 52, 12}, true, false},
        {1, 2, {149.9, 101, 0, 8}, true, true}, /* without a width */
        {1, 3, {110, 101, 6, 8}, false, false}, /* another page */
        {2, 2, {110, 101, 6, 8}, false, false}, /* another document */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (redactions_touch(&boxes, cases[i].section, cases[i].page, &cases[i].what) != cases[i].touches)
            fail_msg("case %zu touches", i);
        if (redactions_cover(&boxes, cases[i].section, cases[i].page, &cases[i].what) != cases[i].covers)
            fail_msg("case %zu covers", i);
    }
}

static void pixels_in_whole_blocks(void **state)
{
    (void)state;
    /* 200 by 100 pixels on 100 by 50 points: two pixels a point. */
    static const struct rectangle place = {100, 100, 100, 50};
    static const struct {
        struct rectangle box;
        bool some;
        struct pixels pixels;
    } cases[] = {
        {{110, 105, 10, 10}, true, {16, 0, 48, 32}},  {{90, 90, 20, 20}, true, {0, 0, 32, 32}},
        {{90, 90, 200, 200}, true, {0, 0, 200, 100}}, {{195, 145, 50, 50}, true, {176, 80, 200, 100}},
        {{200, 100, 50, 50}, false, {0, 0, 0, 0}},    {{100, 150.01, 50, 50}, false, {0, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pixels pixels = {0};
        if (redaction_pixels(&cases[i].box, &place, 200, 100, &pixels) != cases[i].some)
            fail_msg("case %zu", i);
        if (!cases[i].some)
            continue;
        assert_int_equal(pixels.left, cases[i].pixels.left);
        assert_int_equal(pixels.top, cases[i].pixels.top);
        assert_int_equal(pixels.right, cases[i].pixels.right);
        assert_int_equal(pixels.bottom, cases[i].pixels.bottom);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(touching_and_covering),
        cmocka_unit_test(pixels_in_whole_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
