/*
 * Written times: the calendar by arithmetic beside the library's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

enum { DAY_SECONDS = 86400 };

static void agrees(int64_t seconds, int64_t fraction)
{
    char ours[INSTANT_TEXT_SIZE], theirs[48], whole[24];
    time_t at = (time_t)seconds;
    struct tm tm;
    instant back = 0;
    assert_non_null(gmtime_r(&at, &tm));
    strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(theirs, sizeof theirs, "%s.%03dZ", whole, (int)fraction);
    assert_string_equal(instant_text(seconds * 1000 + fraction, ours), theirs);
    assert_true(instant_parse(ours, &back, NULL));
    assert_int_equal(back, seconds * 1000 + fraction);
}

static void every_day_as_the_library_says(void **state)
{
    (void)state;
    struct tm first = {.tm_year = 1895 - 1900, .tm_mday = 1}, end = {.tm_year = 2405 - 1900, .tm_mday = 1};
    for (int64_t day = timegm(&first) / DAY_SECONDS; day < timegm(&end) / DAY_SECONDS; day++) {
        agrees(day * DAY_SECONDS, 0);
        agrees(day * DAY_SECONDS + DAY_SECONDS - 1, 999);
    }
}

static void before_the_epoch_fractions_count_forward(void **state)
{
    (void)state;
    char text[INSTANT_TEXT_SIZE];
    assert_string_equal(instant_text(-1, text), "1969-12-31T23:59:59.999Z");
    assert_string_equal(instant_text(0, text), "1970-01-01T00:00:00.000Z");
}

static void dates_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const none[] = {"2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
                                       "2026-00-10T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z",
                                       "2026-01-01T00:00:00",  "2026-01-01T00:00:00.Z"};
    instant at;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(instant_parse(none[i], &at, NULL));
    assert_true(instant_parse("2024-02-29T00:00:00Z", &at, NULL));
    assert_true(instant_parse("2000-02-29T00:00:00Z", &at, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_as_the_library_says),
        cmocka_unit_test(before_the_epoch_fractions_count_forward),
        cmocka_unit_test(dates_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
