/*
 * The days of a records request, as tables: weekends, holidays, leap years, what is due when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "report/foil_clock.h"

static struct setting_holiday holidays[] = {{2026, 11, 26}, {0, 12, 25}, {0, 1, 1}};
static const struct setting_foil with_holidays = {.holidays = holidays, .holiday_count = 3},
                                 without = {.acknowledge_days = 5};

static int64_t day(const char *date)
{
    int64_t number = 0;
    assert_true(foil_day_parse(date, &number));
    return number;
}

static void assert_day(int64_t number, const char *date)
{
    char text[FOIL_DAY_SIZE];
    assert_string_equal(foil_day_text(number, text), date);
}

static void test_calendar(void **state)
{
    static const char *const none[] = {"2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31",
                                       "1969-12-31", "2026-1-01",  "2026-11-2x", "",           "2026-11-20Z"};
    static const char *const some[] = {"1970-01-01", "2000-02-29", "2024-02-29",
                                       "2026-12-31", "2099-03-01", "2100-02-28"};
    int64_t number;
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(foil_day_parse(none[i], &number));
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        assert_day(day(some[i]), some[i]);
    assert_int_equal(day("1970-01-01"), 0);
    assert_int_equal(day("2024-03-01") - day("2024-02-28"), 2);
    assert_int_equal(day("2100-03-01") - day("2100-02-28"), 1);
    /* Every day of four hundred years, forth and back. */
    for (number = 0; number < 146097; number += 1) {
        char text[FOIL_DAY_SIZE];
        int64_t again;
        assert_true(foil_day_parse(foil_day_text(number, text), &again));
        assert_int_equal(again, number);
    }
}

static const struct {
    const struct setting_foil *foil;
    const char *from;
    int count;
    const char *to;
} business[] = {
    {&without, "2026-11-20", 5, "2026-11-27"},        /* Friday to Friday */
    {&with_holidays, "2026-11-20", 5, "2026-11-30"},  /* Thanksgiving in between */
    {&without, "2026-11-21", 5, "2026-11-27"},        /* came on a Saturday */
    {&without, "2026-11-22", 1, "2026-11-23"},        /* on a Sunday */
    {&with_holidays, "2026-12-24", 1, "2026-12-28"},  /* every year's holiday, then a weekend */
    {&with_holidays, "2027-12-24", 1, "2027-12-27"},  /* the same on a Saturday costs nothing */
    {&with_holidays, "2026-12-31", 20, "2027-01-29"}, /* over the year's end */
    {&with_holidays, "2025-11-26", 1, "2025-11-27"},  /* another year's Thanksgiving is not listed */
    {&without, "2026-11-20", 0, "2026-11-20"},
};

static const struct {
    const struct setting_foil *foil;
    const char *from;
    int count;
    const char *to;
} plain[] = {
    {&without, "2026-11-20", 30, "2026-12-21"},       /* ends on a Sunday */
    {&with_holidays, "2026-11-25", 30, "2026-12-28"}, /* ends on Christmas */
    {&without, "2026-11-24", 30, "2026-12-24"},
};

static void test_counting(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof business / sizeof *business; i++)
        assert_day(foil_business_days_after(business[i].foil, day(business[i].from), business[i].count),
                   business[i].to);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        assert_day(foil_days_after(plain[i].foil, day(plain[i].from), plain[i].count), plain[i].to);
}

static const struct {
    const char *state, *acknowledged, *appeal;
    enum foil_duty duty;
    const char *day;
    bool overdue; /* on 2026-12-10 */
} duties[] = {
    {"SEARCHING", NULL, NULL, FOIL_DUTY_ACKNOWLEDGE, "2026-11-27", true},
    {"REDACTION", "2026-11-20", NULL, FOIL_DUTY_ANSWER, "2026-12-18", false},
    {"ANSWERING", "2026-11-20", NULL, FOIL_DUTY_ANSWER, "2026-12-18", false},
    {"APPEALED", "2026-11-20", "2026-12-09", FOIL_DUTY_APPEAL, "2026-12-09", true},
    {"APPEALED", "2026-11-20", "2026-12-10", FOIL_DUTY_APPEAL, "2026-12-10", false}, /* on the day itself */
    {"ANSWERED", "2026-11-20", NULL, FOIL_DUTY_NONE, NULL, false},
    {"WITHDRAWN", NULL, NULL, FOIL_DUTY_NONE, NULL, false},
    {"CLOSED", "2026-11-20", "2026-12-09", FOIL_DUTY_NONE, NULL, false},
};

static void test_duties(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof duties / sizeof *duties; i++) {
        int64_t due = 0;
        json_t *request = json_pack("{ss,s{ss,ss,ss*,ss*}}", "state", duties[i].state, "clock",
                                    "acknowledgeBy", "2026-11-27", "answerBy", "2026-12-18", "acknowledged",
                                    duties[i].acknowledged, "appealAnswerBy", duties[i].appeal);
        assert_int_equal(foil_duty(request, &due), duties[i].duty);
        if (duties[i].day != NULL)
            assert_day(due, duties[i].day);
        assert_int_equal(foil_overdue(request, day("2026-12-10")), duties[i].overdue);
        json_decref(request);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_counting),
        cmocka_unit_test(test_duties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
