/*
 * Tours of duty as tables: which there are, which runs, and that no change of the clocks loses or doubles one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "review/tours.h"

static struct setting_tour platoons[] = {{"first", 23 * 60 + 15, 7 * 60 + 50},
                                         {"second", 7 * 60 + 5, 15 * 60 + 40},
                                         {"third", 15 * 60, 23 * 60 + 35}};
static const struct settings settings = {.tours = platoons, .tour_count = 3};

static void test_tours(void **state)
{
    (void)state;
    static const struct {
        const char *date, *name;
        bool known;
        const char *start, *end;
    } rows[] = {
        {"2026-11-21", "second", true, "2026-11-21T12:05:00.000Z", "2026-11-21T20:40:00.000Z"},
        {"2026-11-30", "first", true, "2026-12-01T04:15:00.000Z", "2026-12-01T12:50:00.000Z"},
        {"2026-12-31", "first", true, "2027-01-01T04:15:00.000Z", "2027-01-01T12:50:00.000Z"},
        /* An hour shorter and an hour longer. */
        {"2026-03-07", "first", true, "2026-03-08T04:15:00.000Z", "2026-03-08T11:50:00.000Z"},
        {"2026-10-31", "first", true, "2026-11-01T03:15:00.000Z", "2026-11-01T12:50:00.000Z"},
        {"2026-02-29", "second", false, NULL, NULL},
        {"2026-13-01", "second", false, NULL, NULL},
        {"tomorrow", "second", false, NULL, NULL},
        {"2026-11-21", "fourth", false, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tour tour;
        char at[INSTANT_TEXT_SIZE];
        assert_int_equal(tour_of(&settings, rows[i].date, rows[i].name, &tour), rows[i].known);
        if (!rows[i].known)
            continue;
        assert_string_equal(instant_text(tour.start, at), rows[i].start);
        assert_string_equal(instant_text(tour.end, at), rows[i].end);
    }
}

static void test_running(void **state)
{
    (void)state;
    static const struct {
        const char *at, *date, *name;
    } rows[] = {
        {"2026-11-22T04:14:59.999Z", "2026-11-21", "third"},
        {"2026-11-22T04:15:00.000Z", "2026-11-21", "first"},
        {"2026-11-22T12:04:00.000Z", "2026-11-21", "first"},
        {"2026-11-22T12:05:00.000Z", "2026-11-22", "second"},
        {"2026-11-22T20:39:00.000Z", "2026-11-22", "third"},
    };
    struct tour tour;
    instant at;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(instant_parse(rows[i].at, &at, NULL));
        assert_true(tour_running(&settings, at, &tour));
        assert_string_equal(tour.date, rows[i].date);
        assert_string_equal(tour.name, rows[i].name);
    }
    assert_false(tour_running(&(struct settings){.tour_count = 0}, at, &tour));
}

/* A year of days, forwards and backwards, each once. */
static void test_days(void **state)
{
    (void)state;
    char date[TOUR_DATE_SIZE] = "2026-01-01", next[TOUR_DATE_SIZE], back[TOUR_DATE_SIZE];
    for (int day = 0; day < 365; day++) {
        assert_true(tour_date_shift(date, 1, next));
        assert_true(strcmp(date, next) < 0);
        assert_true(tour_date_shift(next, -1, back));
        assert_string_equal(back, date);
        memcpy(date, next, sizeof date);
    }
    assert_string_equal(date, "2027-01-01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tours), cmocka_unit_test(test_running),
                                       cmocka_unit_test(test_days)};
    struct error error = ERROR_NONE;
    if (!zone_use("America/New_York", &error))
        return 1;
    return cmocka_run_group_tests_name("tours", tests, NULL, NULL);
}
