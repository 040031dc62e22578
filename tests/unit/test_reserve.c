/*
 * The reserve of the casebook's volume: when it is taken, given up, and when nothing may be written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "casebook/reserve.h"

static void test_plan(void **state)
{
    (void)state;
    static const struct {
        uint64_t free_bytes;
        bool held;
        enum reserve_step step;
    } rows[] = {
        {0, false, RESERVE_NO_ROOM},
        {0, true, RESERVE_GIVE_UP},
        {RESERVE_LOW - 1, false, RESERVE_NO_ROOM},
        {RESERVE_LOW - 1, true, RESERVE_GIVE_UP},
        {RESERVE_LOW, false, RESERVE_LEAVE},
        {RESERVE_LOW, true, RESERVE_LEAVE},
        {RESERVE_PLENTY - 1, false, RESERVE_LEAVE},
        {RESERVE_PLENTY, false, RESERVE_TAKE},
        {RESERVE_PLENTY, true, RESERVE_LEAVE},
        {UINT64_MAX, false, RESERVE_TAKE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(reserve_plan(rows[i].free_bytes, rows[i].held), rows[i].step);
    /* Taking it must not bring about its giving up: it would come and go with every batch. */
    assert_true(RESERVE_PLENTY - RESERVE_BYTES > RESERVE_LOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plan)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
