/*
 * Runs: how fast and how long still, as a table; the kept answer; what why says of the queue.
 */
#include "tests/support/casebook.h"

#include "base/clock.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/queue.h"
#include "match/run_kept.h"
#include "match/run_queue.h"
#include "spool/progress.h"

static const instant NOON = (instant)1795348800 * 1000; /* 2026-11-22T12:00:00Z */
enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

static void paces(void **state)
{
    (void)state;
    static const struct {
        uint64_t done, total;
        int64_t milliseconds;
        const char *words;
    } rows[] = {
        {0, 0, 5000, "0 %"},
        {0, 100, 5000, "0 %"},
        {50, 100, 100, "50 %"},
        {50, 100, 10000, "50 %, 5/s, 11 s left"},
        {100, 100, 10000, "100 %, 10/s, 0 s left"},
        {200, 100, 10000, "100 %, 10/s, 0 s left"},
        {999, 10000, 1000, "9 %, 999/s, 19 s left"},
        {1000000, 2000000, 1000, "50 %, 1.0 M/s, 2 s left"},
        {71000000, 100000000, 10000, "71 %, 7.1 M/s, 5 s left"},
        {640000000, 6400000000, 60000, "10 %, 10 M/s, 9 min left"},
        {1, 100, 600000, "1 %, 0/s, 17 h left"},
        {UINT64_C(1) << 60, UINT64_C(1) << 61, 1000000, "50 %, 1152921 G/s, 17 min left"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char words[PACE_WORDS_SIZE];
        struct pace pace = pace_of(rows[i].done, rows[i].total, rows[i].milliseconds);
        if (strcmp(pace_words(&pace, words), rows[i].words) != 0)
            fail_msg("row %zu: %s", i, words);
    }
}

static json_t *put_docket(struct transaction *batch, const char *number, const char *lane, instant since)
{
    json_t *docket = json_pack("{s:s,s:s,s:s,s:s}", "docket", number, "command", "precinct-014", "lane", lane,
                               "received", "2026-11-22T09:00:00.000Z");
    assert_done(docket_change_state(batch, docket, DOCKET_QUEUED, since, NULL, NULL, NULL, error));
    assert_done(queue_add(batch, docket, since, error));
    return docket;
}

/* An answer is for the very search it was computed for. */
static void kept(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *one = put_docket(batch, "FR-2026-000001", "routine", NOON),
           *two = put_docket(batch, "FR-2026-000002", "routine", NOON), *found = NULL;
    assert_done(run_kept(batch, &found, error));
    assert_null(found);
    assert_done(docket_change_state(batch, one, DOCKET_MATCHING, NOON + 1, NULL, NULL, NULL, error));
    assert_done(docket_change_state(batch, two, DOCKET_MATCHING, NOON + 1, NULL, NULL, NULL, error));
    json_t *run = json_pack("{s:[{s:s,s:O},{s:s,s:O}],s:[s]}", "dockets", "docket", "FR-2026-000001", "since",
                            json_object_get(one, "since"), "docket", "FR-2026-000002", "since",
                            json_object_get(two, "since"), "sealed", "P-1");
    json_t *answer = json_pack("{s:s}", "snapshot", "abc");
    assert_done(run_keep(batch, run, answer, error));
    assert_done(run_kept(batch, &found, error));
    assert_int_equal(json_array_size(json_object_get(json_object_get(found, "run"), "dockets")), 2);
    assert_string_equal(json_text(json_object_get(found, "answer"), "snapshot"), "abc");
    assert_true(run_holds(json_object_get(found, "run"), "FR-2026-000002"));
    json_decref(found);

    /* One has left, and the other is searched again: neither may have this answer. */
    assert_done(docket_change_state(batch, one, DOCKET_WITHDRAWN, NOON + 2, NULL, NULL, NULL, error));
    assert_done(run_kept(batch, &found, error));
    assert_false(run_holds(json_object_get(found, "run"), "FR-2026-000001"));
    json_decref(found);
    assert_done(docket_change_state(batch, two, DOCKET_QUEUED, NOON + 3, NULL, NULL, NULL, error));
    assert_done(docket_change_state(batch, two, DOCKET_MATCHING, NOON + 4, NULL, NULL, NULL, error));
    assert_done(run_kept(batch, &found, error));
    assert_null(found);
    assert_done(run_forget(batch, error));
    assert_done(run_forget(batch, error));
    json_decref(run);
    json_decref(answer);
    json_decref(one);
    json_decref(two);
    transaction_abort(batch);
}

static void why_is(struct transaction *batch, const json_t *docket, instant now, const char *wanted)
{
    static const struct settings settings = {.overnight_start = 22 * 60,
                                             .overnight_end = 6 * 60,
                                             .zone = "America/New_York",
                                             .age_milliseconds = 72LL * HOUR};
    struct text words = TEXT_EMPTY;
    assert_done(run_queue_why(batch, &settings, docket, now, &words, error));
    assert_string_equal(words.length == 0 ? "" : words.bytes, wanted);
    text_free(&words);
}

static void words_of_why(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *old = put_docket(batch, "FR-2026-000001", "routine", NOON - 73LL * HOUR),
           *young = put_docket(batch, "FR-2026-000002", "routine", NOON - HOUR),
           *urgent = put_docket(batch, "FR-2026-000003", "priority", NOON);
    why_is(batch, urgent, NOON,
           "It is queued in the priority lane: such searches start at once, at any hour. 1 comes before it; "
           "a run takes 64.\n");
    why_is(batch, old, NOON,
           "It is queued in the routine lane and has waited longer than 72 hours: it is searched at once, "
           "before newer priority requests. None comes before it.\n");
    why_is(batch, young, NOON,
           "It is queued in the routine lane, searched between 22:00 and 06:00 (America/New_York): next from "
           "2026-11-22 22:00 EST. If it still waits at 2026-11-25 06:00 EST, 72 hours after it was queued, "
           "it goes first at any hour. 2 come before it; a run takes 64.\n");
    why_is(
        batch, young, NOON + 16LL * HOUR,
        "It is queued in the routine lane, searched between 22:00 and 06:00 (America/New_York): now, until "
        "2026-11-23 06:00 EST. If it still waits at 2026-11-25 06:00 EST, 72 hours after it was queued, "
        "it goes first at any hour. 2 come before it; a run takes 64.\n");
    for (int i = 0; i < 3; i++)
        assert_done(queue_attempt(batch, old, "memory", NULL, error));
    why_is(batch, old, NOON,
           "It is queued for a search, but stuck: the search failed 3 times. leadspool retry FR-2026-000001 "
           "counts anew.\n");
    why_is(batch, urgent, NOON,
           "It is queued in the priority lane: such searches start at once, at any hour. None comes before "
           "it.\n");
    assert_done(queue_remove(batch, urgent, error));
    why_is(batch, urgent, NOON, "");
    json_decref(old);
    json_decref(young);
    json_decref(urgent);
    transaction_abort(batch);
}

static int begin(void **state)
{
    struct error error = ERROR_NONE;
    return zone_use("America/New_York", &error) ? bench_begin(state) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paces),
        cmocka_unit_test_setup_teardown(kept, begin, bench_end),
        cmocka_unit_test_setup_teardown(words_of_why, begin, bench_end),
    };
    return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}
