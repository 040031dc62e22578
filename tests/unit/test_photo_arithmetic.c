/*
 * The reproducible functions against the C library's, which are accurate though not the same everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "photo/arithmetic.h"

static void near(double found, double expected, double relative)
{
    if (!(fabs(found - expected) <= relative * fabs(expected) + 1e-15))
        fail_msg("found %.17g, expected %.17g", found, expected);
}

static void test_exp(void **state)
{
    (void)state;
    for (int i = -80; i <= 80; i++)
        near(arithmetic_exp(i * 0.37), exp(i * 0.37), 1e-14);
    for (int i = -300; i <= 300; i++)
        near(arithmetic_log(exp(i * 0.37)), log(exp(i * 0.37)), 1e-14);
    near(arithmetic_log(1), 0, 0);
    near(arithmetic_exp(0), 1, 0);
    assert_true(isfinite(arithmetic_exp(1e6)) && arithmetic_exp(-1e6) > 0);
}

static void test_angles(void **state)
{
    (void)state;
    for (int64_t h = -40000; h <= 40000; h += 77) {
        near(arithmetic_sine(h), sin((double)h * M_PI / 18000), 1e-12);
        near(arithmetic_cosine(h), cos((double)h * M_PI / 18000), 1e-12);
    }
    for (int i = -160; i <= 160; i++) {
        near(arithmetic_sine_radians(i * 0.31), sin(i * 0.31), 1e-12);
        near(arithmetic_cosine_radians(i * 0.31), cos(i * 0.31), 1e-12);
    }
    assert_true(arithmetic_sine(18000) == 0 && arithmetic_cosine(9000) == 0 && arithmetic_sine(-9000) == -1);
}

static void test_roots_and_rounding(void **state)
{
    (void)state;
    for (int i = 1; i <= 256; i++)
        near(arithmetic_fifth_root(i), pow(i, 0.2), 1e-14);
    near(arithmetic_fifth_root(1e6), pow(1e6, 0.2), 1e-14);
    assert_int_equal(arithmetic_round(2.5), 3);
    assert_int_equal(arithmetic_round(-2.5), -3);
    assert_int_equal(arithmetic_floor(-0.25), -1);
    assert_int_equal(arithmetic_floor(7), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_exp), cmocka_unit_test(test_angles),
                                       cmocka_unit_test(test_roots_and_rounding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
