/*
 * A clock step is more than a minute either way; a slew is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "spool/clock_watch.h"

static void steps(void **state)
{
    (void)state;
    static const struct {
        int64_t before, now, step;
        bool stepped;
    } rows[] = {
        {1000, 1000, 0, false},          {0, 60000, 60000, false},  {0, 60001, 60001, true},
        {0, -60000, -60000, false},      {0, -60001, -60001, true}, {-5, 3600000, 3600005, true},
        {3600000, 3599500, -500, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t step = 0;
        assert_int_equal(clock_stepped(rows[i].before, rows[i].now, &step), rows[i].stepped);
        assert_int_equal(step, rows[i].step);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(steps)};
    return cmocka_run_group_tests_name("clock_watch", tests, NULL, NULL);
}
