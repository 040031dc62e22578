/*
 * Whose claim may begin while more lies on the shares than can be taken in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "spool/share.h"

static size_t take_all(struct shares *shares, struct share *share)
{
    size_t taken = 0, before;
    do {
        before = taken;
        while (places_take(shares, share))
            taken++;
        share->taken = 0; /* as when it is counted again */
    } while (taken > before);
    return taken;
}

static void test_a_flood_takes_its_part_only(void **state)
{
    (void)state;
    struct share list[3] = {{0}};
    struct shares shares = {.list = list, .count = 3, .places = 128, .part = 64};
    assert_int_equal(take_all(&shares, &list[0]), 64);
    assert_true(list[0].refused);
    assert_int_equal(take_all(&shares, &list[1]), 64);
    assert_int_equal(shares.places, 0);
    /* The third comes late, and all the same at once; then it has no more than its own. */
    assert_int_equal(take_all(&shares, &list[2]), 4);
    assert_false(places_left(&shares, &list[2]));
    assert_int_equal(shares.active, 132);
}

static void test_one_alone_takes_everything(void **state)
{
    (void)state;
    struct share one = {0};
    struct shares shares = {.list = &one, .count = 1, .places = 128, .part = 128};
    assert_int_equal(take_all(&shares, &one), 128);
}

/* What the other has to say may be on its way. */
static void test_nobody_takes_all_at_once(void **state)
{
    (void)state;
    struct share list[2] = {{0}};
    struct shares shares = {.list = list, .count = 2, .places = 128, .part = 128};
    size_t taken = 0;
    while (places_take(&shares, &list[0]))
        taken++;
    assert_int_equal(taken, 32);
    assert_true(list[0].refused);
    assert_true(places_left(&shares, &list[1]));
}

static void test_who_has_little_goes_first(void **state)
{
    (void)state;
    struct share list[2] = {{0}};
    struct shares shares = {.list = list, .count = 2, .places = 128, .part = 128};
    assert_true(places_take(&shares, &list[0]));
    /* Nobody is before anybody on an idle site. */
    assert_false(places_own(&shares, &list[0]));
    for (int i = 0; i < 20; i++)
        assert_true(places_take(&shares, &list[0]));
    assert_false(places_own(&shares, &list[0]));
    assert_true(places_take(&shares, &list[1]));
    assert_true(places_own(&shares, &list[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_flood_takes_its_part_only),
        cmocka_unit_test(test_one_alone_takes_everything),
        cmocka_unit_test(test_nobody_takes_all_at_once),
        cmocka_unit_test(test_who_has_little_goes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
