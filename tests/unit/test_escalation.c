/*
 * Which step of escalation a hold has next, as a table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "base/clauses.h"
#include "review/escalate.h"

static void test_steps(void **state)
{
    (void)state;
    struct setting_escalation steps[] = {
        {2, "legal", "R8"}, {24, "", ""}, {48, "integrity", "R8"}, {72, "chief-of-detectives", ""}};
    const struct settings settings = {.escalations = steps, .escalation_count = 4};
    static const struct {
        const char *clause;
        size_t number;
        int hours; /* 0 = none */
    } rows[] = {{"R29", 0, 24}, {"R29", 1, 72}, {"R29", 2, 0}, {"R8", 0, 2}, {"R8", 1, 48}, {"R8", 2, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct setting_escalation *step = escalation_step(&settings, rows[i].clause, rows[i].number);
        assert_int_equal(step == NULL ? 0 : step->hours, rows[i].hours);
    }
    assert_null(escalation_step(&(struct settings){.escalation_count = 0}, "R29", 0));
}

static void test_words(void **state)
{
    (void)state;
    static const char *const holding[] = {"R2", "R7", "R8", "R10", "R29"};
    for (size_t i = 0; i < sizeof holding / sizeof holding[0]; i++)
        assert_string_not_equal(clause_words(holding[i]), "see the policy");
    assert_string_equal(clause_words("R999"), "see the policy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_steps), cmocka_unit_test(test_words)};
    return cmocka_run_group_tests_name("escalation", tests, NULL, NULL);
}
