/*
 * The queue's order and lanes; holds; incidents.
 */
#include "tests/support/casebook.h"

#include "casebook/event.h"
#include "casebook/hold.h"
#include "casebook/incident.h"
#include "casebook/internal.h"
#include "casebook/queue.h"

static json_t *docket(const char *number, const char *received, const char *lane)
{
    return json_pack("{s:s,s:s,s:s}", "docket", number, "received", received, "lane", lane);
}

static bool note(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    strcat(context, json_text(value, "docket"));
    strcat(context, " ");
    return true;
}

static void queue_is(struct transaction *batch, enum queue_lane lane, const char *expected)
{
    char found[256] = "";
    assert_done(queue_walk(batch, lane, note, found, error));
    assert_string_equal(found, expected);
}

static void test_order_and_lanes(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *a = docket("A", "2026-01-02T00:00:00.000Z", "routine");
    json_t *b = docket("B", "2026-01-01T00:00:00.000Z", "routine");
    json_t *c = docket("C", "2026-01-03T00:00:00.000Z", "priority"), *entry = NULL;
    assert_done(queue_add(batch, a, 0, error));
    assert_done(queue_add(batch, b, 0, error));
    assert_done(queue_add(batch, c, 0, error));
    queue_is(batch, QUEUE_ANY, "C B A ");
    queue_is(batch, QUEUE_ROUTINE, "B A ");
    queue_is(batch, QUEUE_PRIORITY, "C ");
    assert_done(queue_next(batch, QUEUE_ANY, &entry, error));
    assert_string_equal(json_text(entry, "docket"), "C");
    assert_string_equal(json_text(entry, "lane"), "priority");
    json_decref(entry);

    int64_t attempts = 0;
    assert_done(queue_attempt(batch, a, "the worker was killed", &attempts, error));
    assert_int_equal(attempts, 1);
    assert_done(queue_add(batch, a, 5, error)); /* already there: its attempts stay */
    json_put_text(a, "lane", "priority");
    assert_done(queue_add(batch, a, 5, error)); /* expedited: it moves, keeping them */
    queue_is(batch, QUEUE_ANY, "A C B ");
    assert_done(queue_attempt(batch, a, NULL, &attempts, error));
    assert_int_equal(attempts, 2);
    assert_done(queue_get(batch, a, &entry, error));
    assert_null(json_text_or_null(entry, "reason"));
    json_decref(entry);

    json_put_text(a, "lane", "routine"); /* the record changed after it was queued */
    assert_done(queue_remove(batch, a, error));
    assert_done(queue_remove(batch, a, error));
    queue_is(batch, QUEUE_ANY, "C B ");
    assert_fault(queue_attempt(batch, a, NULL, NULL, error), FAULT_ABSENT);
    json_put_text(a, "lane", "tomorrow");
    assert_fault(queue_add(batch, a, 0, error), FAULT_INTERNAL);
    assert_done(queue_get(batch, a, &entry, error));
    assert_null(entry);
    json_decref(a);
    json_decref(b);
    json_decref(c);
    transaction_abort(batch);
}

static void test_empty_queue(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *entry = NULL;
    assert_done(queue_next(batch, QUEUE_ANY, &entry, error));
    assert_null(entry);
    transaction_abort(batch);
}

static void test_holds(void **state)
{
    struct transaction *batch = bench_batch(*state);
    struct hold legal = {.code = "crowd", .clause = "R8", .role = "legal", .reason = "a rally"};
    int64_t number = 0;
    size_t open = 0;
    json_t *record = NULL;
    for (int i = 1; i <= 11; i++) {
        assert_done(hold_open(batch, "FR-2026-000001", &legal, 0, &number, error));
        assert_int_equal(number, i);
    }
    assert_done(hold_open(batch, "FR-2026-0000011", &legal, 0, &number, error));
    assert_int_equal(number, 1); /* another docket, though its number begins the same */
    assert_done(hold_close(batch, "FR-2026-000001", 10, "release", "leg1", 1000, error));
    assert_fault(hold_close(batch, "FR-2026-000001", 10, "refuse", "leg2", 2000, error), FAULT_REFUSED);
    assert_fault(hold_close(batch, "FR-2026-000001", 12, "release", "leg1", 0, error), FAULT_ABSENT);
    assert_done(hold_count_open(batch, "FR-2026-000001", &open, error));
    assert_int_equal(open, 10);
    assert_done(hold_get(batch, "FR-2026-000001", 10, &record, error));
    assert_string_equal(json_text(record, "outcome"), "release");
    assert_string_equal(json_text(record, "by"), "leg1");
    json_put_text(record, "item", "FR-2026-000001-hold-1-10");
    assert_done(hold_put(batch, record, error));
    json_decref(record);
    /* A damaged hold must not look like a released one. */
    assert_done(bytes_put(batch, BOOK_HOLDS, "FR-2026-000001/3", "x", 1, error));
    assert_fault(hold_count_open(batch, "FR-2026-000001", &open, error), FAULT_ENVIRONMENT);
    transaction_abort(batch);
}

static void test_incidents_keep_words_out_of_events(void **state)
{
    struct transaction *batch = bench_batch(*state);
    struct incident incident = {
        .kind = "command-mismatch", .clause = "R5", .text = "Jane Roe sent it as 102", .person = "jroe"};
    char id[INCIDENT_ID_SIZE], *line = NULL;
    json_t *record = NULL;
    assert_done(incident_file(batch, &incident, 0, id, error));
    assert_string_equal(id, "I-000001");
    assert_done(book_need(batch, BOOK_INCIDENTS, id, &record, error));
    assert_string_equal(json_text(record, "text"), incident.text);
    json_decref(record);
    assert_done(event_line(batch, 1, &line, error));
    assert_null(strstr(line, "Jane"));
    assert_null(strstr(line, "jroe"));
    assert_non_null(strstr(line, "\"incident-filed\""));
    free(line);
    transaction_abort(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order_and_lanes, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_empty_queue, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_holds, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_incidents_keep_words_out_of_events, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
