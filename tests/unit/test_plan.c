/*
 * Planning of runs: the window as a table, the choice by cases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "match/plan.h"

static void window(void **state)
{
    (void)state;
    static const struct {
        int start, end, minute;
        bool open;
    } rows[] = {
        {1320, 360, 1319, false}, {1320, 360, 1320, true}, {1320, 360, 0, true},  {1320, 360, 359, true},
        {1320, 360, 360, false},  {60, 300, 59, false},    {60, 300, 60, true},   {60, 300, 299, true},
        {60, 300, 300, false},    {0, 0, 720, true},       {720, 720, 719, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (plan_window_open(rows[i].start, rows[i].end, rows[i].minute) != rows[i].open)
            fail_msg("row %zu", i);
}

static void lanes(void **state)
{
    (void)state;
    const struct plan_entry queue[] = {{true, 0}, {true, 3}, {false, 0}, {false, 2}};
    bool chosen[4];
    assert_int_equal(plan_run(queue, 4, false, chosen), 1);
    assert_true(chosen[0]);
    assert_false(chosen[1] || chosen[2] || chosen[3]);
    assert_int_equal(plan_run(queue, 4, true, chosen), 3);
    assert_true(chosen[0] && chosen[2] && chosen[3]);
    assert_false(chosen[1]);
}

static void bounded(void **state)
{
    (void)state;
    static struct plan_entry queue[PLAN_PROBES_MOST + 10];
    static bool chosen[PLAN_PROBES_MOST + 10];
    assert_int_equal(plan_run(queue, PLAN_PROBES_MOST + 10, true, chosen), PLAN_PROBES_MOST);
    assert_true(chosen[PLAN_PROBES_MOST - 1]);
    assert_false(chosen[PLAN_PROBES_MOST]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(window), cmocka_unit_test(lanes),
                                       cmocka_unit_test(bounded)};
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
