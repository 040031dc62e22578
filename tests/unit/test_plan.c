/*
 * Planning of runs: the window as a table over clock changes, the choice and the places by cases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include <string.h>

#include "match/plan.h"

enum { HOUR = 3600 * 1000, AGE_HOURS = 72 };

static instant at(const char *utc)
{
    instant moment = 0;
    struct error error = ERROR_NONE;
    if (!instant_parse(utc, &moment, &error))
        fail_msg("%s: %s", utc, error.text);
    return moment;
}

/* New York: clocks go from 02:00 EST to 03:00 EDT on 2026-03-08 (07:00Z), and from 02:00 EDT back to 01:00 EST on
   2026-11-01 (06:00Z). */
static void windows(void **state)
{
    (void)state;
    static const struct {
        int start, end;
        const char *now;
        bool open;
        const char *opens, *closes;
    } rows[] = {
        /* An ordinary night, over midnight. */
        {1320, 360, "2026-07-02T01:59:59.999Z", false, "2026-07-02T02:00:00Z", "2026-07-02T10:00:00Z"},
        {1320, 360, "2026-07-02T02:00:00Z", true, "2026-07-02T02:00:00Z", "2026-07-02T10:00:00Z"},
        {1320, 360, "2026-07-02T09:59:59.999Z", true, "2026-07-02T02:00:00Z", "2026-07-02T10:00:00Z"},
        {1320, 360, "2026-07-02T10:00:00Z", false, "2026-07-03T02:00:00Z", "2026-07-03T10:00:00Z"},
        /* Within one day. */
        {60, 300, "2026-07-02T04:59:00Z", false, "2026-07-02T05:00:00Z", "2026-07-02T09:00:00Z"},
        {60, 300, "2026-07-02T05:00:00Z", true, "2026-07-02T05:00:00Z", "2026-07-02T09:00:00Z"},
        {60, 300, "2026-07-02T09:00:00Z", false, "2026-07-03T05:00:00Z", "2026-07-03T09:00:00Z"},
        /* Equal ones: always. */
        {720, 720, "2026-07-02T15:59:00Z", true, "2026-07-01T16:00:00Z", "2026-07-02T16:00:00Z"},
        /* The night that is an hour short: seven hours. */
        {1320, 360, "2026-03-08T09:59:00Z", true, "2026-03-08T03:00:00Z", "2026-03-08T10:00:00Z"},
        {1320, 360, "2026-03-08T10:00:00Z", false, "2026-03-09T02:00:00Z", "2026-03-09T10:00:00Z"},
        /* A start that does not exist: 02:30 is 03:00 EDT. */
        {150, 360, "2026-03-08T06:59:59Z", false, "2026-03-08T07:00:00Z", "2026-03-08T10:00:00Z"},
        {150, 360, "2026-03-08T07:00:00Z", true, "2026-03-08T07:00:00Z", "2026-03-08T10:00:00Z"},
        /* An end that does not exist. */
        {60, 150, "2026-03-08T06:59:59Z", true, "2026-03-08T06:00:00Z", "2026-03-08T07:00:00Z"},
        /* A window that does not exist at all runs afterwards, as long as it would have. */
        {130, 170, "2026-03-08T07:39:00Z", true, "2026-03-08T07:00:00Z", "2026-03-08T07:40:00Z"},
        {130, 170, "2026-03-08T07:40:00Z", false, "2026-03-09T06:10:00Z", "2026-03-09T06:50:00Z"},
        /* The night that is an hour long: nine hours. */
        {1320, 360, "2026-11-01T10:59:00Z", true, "2026-11-01T02:00:00Z", "2026-11-01T11:00:00Z"},
        /* An hour that comes twice counts once, the first time. */
        {70, 110, "2026-11-01T05:10:00Z", true, "2026-11-01T05:10:00Z", "2026-11-01T05:50:00Z"},
        {70, 110, "2026-11-01T06:10:00Z", false, "2026-11-02T06:10:00Z", "2026-11-02T06:50:00Z"},
        {90, 180, "2026-11-01T06:45:00Z", true, "2026-11-01T05:30:00Z", "2026-11-01T08:00:00Z"},
        /* The end of a year. */
        {1320, 360, "2026-12-31T23:00:00Z", false, "2027-01-01T03:00:00Z", "2027-01-01T11:00:00Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct plan_window window = plan_window_at(rows[i].start, rows[i].end, at(rows[i].now));
        char opens[INSTANT_TEXT_SIZE], closes[INSTANT_TEXT_SIZE];
        if (window.open != rows[i].open || window.opens != at(rows[i].opens) ||
            window.closes != at(rows[i].closes))
            fail_msg("row %zu at %s: open %d, from %s to %s", i, rows[i].now, window.open,
                     instant_text(window.opens, opens), instant_text(window.closes, closes));
    }
}

static const struct plan_terms day = {.now = 1000LL * HOUR, .age_milliseconds = (int64_t)AGE_HOURS * HOUR};
static const struct plan_terms night = {
    .now = 1000LL * HOUR, .window_open = true, .age_milliseconds = (int64_t)AGE_HOURS * HOUR};

/* Waiting for so many hours. */
static struct plan_entry waiting(bool priority, int attempts, int hours)
{
    return (struct plan_entry){priority, attempts, day.now - (instant)hours * HOUR};
}

static void lanes(void **state)
{
    (void)state;
    const struct plan_entry queue[] = {waiting(true, 0, 2), waiting(true, 3, 2), waiting(false, 0, 9),
                                       waiting(false, 2, 8), waiting(false, 3, 99)};
    bool chosen[5];
    assert_int_equal(plan_run(queue, 5, &day, chosen), 1);
    assert_true(chosen[0]);
    assert_int_equal(plan_run(queue, 5, &night, chosen), 3);
    assert_true(chosen[0] && chosen[2] && chosen[3]);
    assert_false(chosen[1] || chosen[4]);
}

/* Whatever comes in, a routine docket that has waited its time is searched by day, and before newer priority. */
static void aged(void **state)
{
    (void)state;
    static struct plan_entry queue[PLAN_PROBES_MOST + 3];
    static bool chosen[PLAN_PROBES_MOST + 3];
    for (size_t i = 0; i < PLAN_PROBES_MOST + 1; i++)
        queue[i] = waiting(true, 0, 1);
    queue[PLAN_PROBES_MOST + 1] = waiting(false, 0, AGE_HOURS + 2);
    queue[PLAN_PROBES_MOST + 2] = waiting(false, 0, AGE_HOURS - 1);
    assert_int_equal(plan_run(queue, PLAN_PROBES_MOST + 3, &day, chosen), PLAN_PROBES_MOST);
    assert_true(chosen[PLAN_PROBES_MOST + 1]);
    assert_true(chosen[PLAN_PROBES_MOST - 2]);
    assert_false(chosen[PLAN_PROBES_MOST - 1] || chosen[PLAN_PROBES_MOST] || chosen[PLAN_PROBES_MOST + 2]);

    const struct plan_entry edge[] = {waiting(false, 0, AGE_HOURS)};
    assert_int_equal(plan_run(edge, 1, &day, chosen), 1);
}

/* A stream of priority requests that fills every run: the routine docket comes at last, and not before its time. */
static void nothing_starves(void **state)
{
    (void)state;
    static struct plan_entry queue[PLAN_PROBES_MOST * 2 + 1];
    static bool chosen[PLAN_PROBES_MOST * 2 + 1];
    struct plan_terms terms = day;
    const instant began = day.now;
    queue[0] = waiting(false, 0, 0);
    size_t hours = 0, count = 1;
    for (chosen[0] = false; !chosen[0] && hours < 1000; hours++) {
        terms.now = began + (instant)hours * HOUR;
        /* More come every hour than a run takes, until the table is full. */
        while (count < PLAN_PROBES_MOST * 2 + 1)
            queue[count++] = (struct plan_entry){true, 0, terms.now};
        assert_int_equal(plan_run(queue, count, &terms, chosen), PLAN_PROBES_MOST);
        size_t left = 0;
        for (size_t i = 0; i < count; i++)
            if (!chosen[i])
                queue[left++] = queue[i];
        if (!chosen[0])
            count = left;
    }
    assert_true(hours > AGE_HOURS);
    assert_true(hours <= AGE_HOURS + 3);
}

static void bounded(void **state)
{
    (void)state;
    static struct plan_entry queue[PLAN_PROBES_MOST + 10];
    static bool chosen[PLAN_PROBES_MOST + 10];
    assert_int_equal(plan_run(queue, PLAN_PROBES_MOST + 10, &night, chosen), PLAN_PROBES_MOST);
    assert_true(chosen[PLAN_PROBES_MOST - 1]);
    assert_false(chosen[PLAN_PROBES_MOST]);
}

static void places(void **state)
{
    (void)state;
    const struct plan_entry queue[] = {waiting(true, 0, 2),  waiting(true, 3, 5),  waiting(true, 0, 1),
                                       waiting(false, 0, 9), waiting(false, 0, 8), waiting(false, 0, 90)};
    static const struct plan_place wanted[] = {
        {PLAN_AT_ONCE, 1, 0}, {PLAN_STUCK, 1, 0}, {PLAN_AT_ONCE, 2, 0},
        {PLAN_NIGHT, 3, 0},   {PLAN_NIGHT, 4, 0}, {PLAN_AGED, 0, 0},
    };
    for (size_t i = 0; i < 6; i++) {
        struct plan_place place = plan_place_of(queue, 6, i, &day);
        if (place.rule != wanted[i].rule || place.ahead != wanted[i].ahead)
            fail_msg("entry %zu: rule %d, %zu ahead", i, (int)place.rule, place.ahead);
    }
    assert_int_equal(plan_place_of(queue, 6, 3, &day).ages, day.now + (AGE_HOURS - 9LL) * HOUR);
}

static int zone(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    return zone_use("America/New_York", &error) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(windows), cmocka_unit_test(lanes),
                                       cmocka_unit_test(aged),    cmocka_unit_test(nothing_starves),
                                       cmocka_unit_test(bounded), cmocka_unit_test(places)};
    return cmocka_run_group_tests_name("plan", tests, zone, NULL);
}
