/*
 * Dockets: numbers, changes of state with their event, people, and indexes that agree with the records.
 */
#include "tests/support/casebook.h"

#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/internal.h"

static json_t *open_docket(struct transaction *batch, const char *command, enum docket_state state)
{
    char number[DOCKET_NUMBER_SIZE];
    assert_done(docket_number_next(batch, "FR", 2026, number, error));
    json_t *docket = json_pack("{s:s,s:s}", "docket", number, "command", command);
    assert_done(docket_change_state(batch, docket, state, 1700000000000, NULL, NULL, NULL, error));
    return docket;
}

static void test_states_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < DOCKET_STATE_COUNT; i++) {
        enum docket_state read = DOCKET_STATE_COUNT;
        assert_true(docket_state_parse(docket_state_name((enum docket_state)i), &read));
        assert_int_equal(read, i);
    }
    enum docket_state none;
    assert_false(docket_state_parse("PENDING", &none));
    assert_false(docket_state_parse("", &none));
    assert_false(docket_state_parse("held", &none));
}

static void test_numbers_begin_anew_each_year(void **state)
{
    struct transaction *batch = bench_batch(*state);
    char number[DOCKET_NUMBER_SIZE];
    assert_done(docket_number_next(batch, "FR", 2026, number, error));
    assert_string_equal(number, "FR-2026-000001");
    assert_done(docket_number_next(batch, "FR", 2026, number, error));
    assert_string_equal(number, "FR-2026-000002");
    assert_done(docket_number_next(batch, "FR", 2027, number, error));
    assert_string_equal(number, "FR-2027-000001");
    transaction_abort(batch);
}

static void test_change_of_state(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *docket = open_docket(batch, "101", DOCKET_HELD), *stored = NULL;
    assert_done(
        docket_change_state(batch, docket, DOCKET_INTAKE, 1700000001000, "leg1", "legal", "R8", error));
    assert_done(docket_get(batch, "FR-2026-000001", &stored, error));
    assert_true(json_equal(docket, stored));
    assert_string_equal(json_text(stored, "state"), "INTAKE");
    assert_string_equal(json_text(stored, "since"), "2023-11-14T22:13:21.000Z");
    json_t *history = json_object_get(stored, "history");
    assert_int_equal(json_array_size(history), 2);
    assert_null(json_object_get(json_array_get(history, 0), "from"));
    json_t *last = json_array_get(history, 1);
    assert_string_equal(json_text(last, "from"), "HELD");
    assert_string_equal(json_text(last, "to"), "INTAKE");
    assert_string_equal(json_text(last, "actor"), "leg1");
    assert_int_equal(json_whole(last, "event", 0), 2);
    char *line = NULL;
    assert_done(event_line(batch, 2, &line, error));
    assert_non_null(strstr(line, "\"action\":\"state-changed\",\"actor\":\"leg1\""));
    assert_non_null(strstr(line, "\"clause\":\"R8\",\"docket\":\"FR-2026-000001\""));
    assert_non_null(strstr(line, "\"outcome\":\"INTAKE\""));
    free(line);
    json_decref(docket);
    json_decref(stored);
    assert_fault(docket_get(batch, "FR-2026-000002", &stored, error), FAULT_ABSENT);
    transaction_abort(batch);
}

static bool note(void *context, const char *key, json_t *value, struct error *error)
{
    (void)error;
    assert_string_equal(key, json_text(value, "docket"));
    strcat(context, key + strlen("FR-2026-00000"));
    strcat(context, " ");
    return true;
}

static void in_state(struct transaction *batch, enum docket_state state, const char *expected)
{
    char found[256] = "";
    size_t count = 0;
    assert_done(docket_walk_state(batch, state, note, found, error));
    assert_string_equal(found, expected);
    assert_done(docket_count_state(batch, state, &count, error));
    assert_int_equal(count, strlen(expected) / 2);
}

static void of_command(struct transaction *batch, const char *command, bool closed, size_t most,
                       const char *expected, size_t all)
{
    char found[256] = "";
    json_t *numbers = NULL, *number;
    size_t total = 99, index;
    assert_done(docket_list_command(batch, command, closed, most, &numbers, &total, error));
    json_array_foreach(numbers, index, number)
    {
        strcat(found, json_string_value(number) + strlen("FR-2026-00000"));
        strcat(found, " ");
    }
    assert_string_equal(found, expected);
    assert_int_equal(total, all);
    json_decref(numbers);
}

struct mover {
    struct transaction *transaction;
    int moved;
};

static bool move_on(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    struct mover *mover = context;
    mover->moved++;
    return docket_change_state(mover->transaction, value, DOCKET_MATCHING, 0, NULL, NULL, NULL, error);
}

static void test_indexes_follow_the_records(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *dockets[5];
    static const char *const commands[] = {"101", "10", "101", "101", "10"};
    for (int i = 0; i < 5; i++)
        dockets[i] = open_docket(batch, commands[i], DOCKET_QUEUED);
    in_state(batch, DOCKET_QUEUED, "1 2 3 4 5 ");
    of_command(batch, "10", false, 9, "2 5 ", 2);
    of_command(batch, "10", false, 1, "5 ", 2);
    of_command(batch, "101", false, 1, "4 ", 3);
    of_command(batch, "101", false, 2, "3 4 ", 3);
    of_command(batch, "1", false, 9, "", 0);
    assert_done(docket_change_state(batch, dockets[2], DOCKET_CLOSED, 0, NULL, NULL, NULL, error));
    in_state(batch, DOCKET_QUEUED, "1 2 4 5 ");
    of_command(batch, "101", false, 9, "1 4 ", 2);
    of_command(batch, "101", true, 9, "3 ", 1);
    char found[256] = "";
    assert_done(docket_walk_open(batch, note, found, error));
    assert_string_equal(found, "1 2 4 5 ");
    assert_fault(docket_walk_state(batch, DOCKET_CLOSED, note, found, error), FAULT_INTERNAL);
    /* A visitor may move what it is given, out of the very index it walks. */
    struct mover mover = {batch, 0};
    assert_done(docket_walk_state(batch, DOCKET_QUEUED, move_on, &mover, error));
    assert_int_equal(mover.moved, 4);
    in_state(batch, DOCKET_QUEUED, "");
    in_state(batch, DOCKET_MATCHING, "1 2 4 5 ");
    /* A docket that is damaged leaves the others alone. */
    assert_done(bytes_put(batch, BOOK_DOCKETS, "FR-2026-000002", "x", 1, error));
    found[0] = '\0';
    assert_done(docket_walk_state(batch, DOCKET_MATCHING, note, found, error));
    assert_string_equal(found, "1 4 5 ");
    for (int i = 0; i < 5; i++)
        json_decref(dockets[i]);
    transaction_abort(batch);
}

static void test_people(void **state)
{
    (void)state;
    json_t *docket = json_object();
    assert_false(docket_person_has(docket, "p1", NULL));
    assert_true(docket_person_add(docket, "p1", "peer"));
    assert_true(docket_person_add(docket, "p1", "peer"));
    assert_true(docket_person_add(docket, "p1", "requester"));
    assert_true(docket_person_has(docket, "p1", NULL));
    assert_true(docket_person_has(docket, "p1", "requester"));
    assert_false(docket_person_has(docket, "p1", "supervisor"));
    assert_false(docket_person_has(docket, "p", NULL));
    char *text = json_canonical(docket);
    assert_string_equal(text, "{\"people\":{\"p1\":[\"peer\",\"requester\"]}}");
    free(text);
    json_decref(docket);
}

static void test_incomplete_dockets_are_refused(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *docket = json_pack("{s:s,s:s}", "docket", "FR-2026-000001", "command", "101");
    assert_fault(docket_put(batch, docket, error), FAULT_ENVIRONMENT);
    json_put_text(docket, "state", "LIMBO");
    assert_fault(docket_put(batch, docket, error), FAULT_ENVIRONMENT);
    json_put_text(docket, "state", "INTAKE");
    json_object_del(docket, "command");
    assert_fault(docket_put(batch, docket, error), FAULT_INTERNAL);
    json_decref(docket);
    transaction_abort(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states_have_names),
        cmocka_unit_test(test_people),
        cmocka_unit_test_setup_teardown(test_numbers_begin_anew_each_year, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_change_of_state, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_indexes_follow_the_records, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_incomplete_dockets_are_refused, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
