/*
 * The outbox: states a row begins in, the order of open rows, and delivered ones out of the way.
 */
#include "tests/support/casebook.h"

#include "casebook/internal.h"
#include "casebook/outbox.h"

static json_t *row_of(const char *text)
{
    json_t *row = json_loads(text, 0, NULL);
    assert_non_null(row);
    return row;
}

static int64_t add(struct transaction *batch, const char *text)
{
    json_t *row = row_of(text);
    int64_t id = 0;
    assert_done(outbox_add(batch, row, 1700000000000, &id, error));
    assert_int_equal(outbox_id(row), id);
    json_decref(row);
    return id;
}

static void test_first_states(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"{\"render\":{},\"files\":[{\"sign\":true}]}", "render"},
        {"{\"files\":[{\"name\":\"a\"},{\"sign\":true}]}", "sign"},
        {"{\"files\":[{\"sign\":true,\"signature\":\"x\"}]}", "publish"},
        {"{\"files\":[{\"sign\":false}]}", "publish"},
        {"{\"remove\":\"directory\"}", "publish"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        json_t *row = row_of(table[i][0]);
        assert_string_equal(outbox_state_of(row), table[i][1]);
        json_decref(row);
    }
}

static void test_rows_are_numbered_and_dated(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *row = NULL;
    assert_int_equal(add(batch, "{\"kind\":\"receipt\",\"files\":[{\"name\":\"r\",\"sign\":true}]}"), 1);
    assert_int_equal(add(batch, "{\"kind\":\"index\"}"), 2);
    assert_done(outbox_get(batch, 1, &row, error));
    assert_string_equal(json_text(row, "row"), "000000000001");
    assert_string_equal(json_text(row, "state"), "sign");
    assert_string_equal(json_text(row, "created"), "2023-11-14T22:13:20.000Z");
    assert_int_equal(json_whole(row, "attempts", -1), 0);
    json_put_text(row, "state", "delivered");
    assert_fault(outbox_put(batch, row, error), FAULT_INTERNAL);
    json_decref(row);
    assert_fault(outbox_get(batch, 3, &row, error), FAULT_ABSENT);
    transaction_abort(batch);
}

struct seen {
    struct transaction *transaction;
    char ids[256];
    bool deliver;
};

static bool see(void *context, const char *key, json_t *value, struct error *error)
{
    struct seen *seen = context;
    assert_string_equal(key, json_text(value, "row"));
    snprintf(seen->ids + strlen(seen->ids), sizeof seen->ids - strlen(seen->ids), "%d ",
             (int)outbox_id(value));
    return !seen->deliver || outbox_deliver(seen->transaction, outbox_id(value), 1, error);
}

static void test_delivered_rows_leave_the_walk(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *row = NULL;
    for (int i = 0; i < 12; i++)
        add(batch, "{\"kind\":\"index\"}");
    for (int i = 1; i <= 12; i++)
        if (i != 3 && i != 11)
            assert_done(outbox_deliver(batch, i, 1700000001000, error));
    assert_done(outbox_deliver(batch, 1, 1800000000000, error)); /* again: changes nothing */
    assert_done(outbox_get(batch, 1, &row, error));
    assert_string_equal(json_text(row, "delivered"), "2023-11-14T22:13:21.000Z");
    json_decref(row);
    assert_done(outbox_next(batch, 0, &row, error));
    assert_int_equal(outbox_id(row), 3);
    json_put_text(row, "state", "stuck");
    assert_done(outbox_put(batch, row, error));
    json_decref(row);
    assert_done(outbox_next(batch, 3, &row, error));
    assert_int_equal(outbox_id(row), 11);
    json_decref(row);
    assert_done(outbox_next(batch, 11, &row, error));
    assert_null(row);
    struct seen seen = {.transaction = batch};
    assert_done(outbox_walk(batch, 0, see, &seen, error));
    assert_string_equal(seen.ids, "3 11 ");
    seen = (struct seen){.transaction = batch, .deliver = true};
    assert_done(outbox_walk(batch, 0, see, &seen, error));
    assert_string_equal(seen.ids, "3 11 ");
    assert_done(outbox_next(batch, 0, &row, error));
    assert_null(row);
    transaction_abort(batch);
}

static bool gather(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    return json_array_append(context, value) == 0;
}

/* What the publisher is shown, and that each row but the brief ones is as it is stored. */
static void check_new(struct transaction *batch, int64_t after, const char *ids, const char *briefs)
{
    json_t *rows = json_array(), *row, *stored = NULL;
    char found[256] = "", brief[256] = "";
    size_t index;
    assert_done(outbox_walk_new(batch, after, gather, rows, error));
    json_array_foreach(rows, index, row)
    {
        bool is_brief = json_flag(row, OUTBOX_BRIEF);
        char *list = is_brief ? brief : found;
        snprintf(list + strlen(list), sizeof found - strlen(list), "%d ", (int)outbox_id(row));
        assert_done(outbox_get(batch, outbox_id(row), &stored, error));
        assert_string_equal(json_text(row, "directory"), json_text(stored, "directory"));
        assert_string_equal(json_text(row, "state"), json_text(stored, "state"));
        assert_true(is_brief ? json_object_size(row) == 5 : json_equal(row, stored));
        json_decref(stored);
    }
    assert_string_equal(found, ids);
    assert_string_equal(brief, briefs);
    json_decref(rows);
}

static void test_new_rows_are_what_is_stored(void **state)
{
    static const char small[] =
        "{\"kind\":\"receipt\",\"directory\":\"out/a\",\"files\":[{\"name\":\"r\",\"text\":"
        "\"t\",\"sign\":true}]}",
                      large[] = "{\"kind\":\"report\",\"directory\":\"out/b\",\"render\":{\"job\":\"x\"}}",
                      of_file[] = "{\"kind\":\"answer\",\"directory\":\"out/c\",\"files\":[{\"name\":\"r\","
                                  "\"digest\":\"d\"}]}";
    struct transaction *batch = bench_batch(*state), *nested = NULL;
    struct casebook *casebook = batch->casebook;
    json_t *row = NULL;
    add(batch, small);
    add(batch, large);
    assert_done(transaction_begin(casebook, batch, &nested, error));
    add(nested, small);
    transaction_abort(nested); /* its number is given again */
    assert_done(transaction_begin(casebook, batch, &nested, error));
    add(nested, of_file);
    add(nested, small);
    assert_done(transaction_commit(nested, error));
    assert_done(transaction_commit(batch, error));
    assert_done(transaction_begin(casebook, NULL, &batch, error));
    /* What was changed since is read, what was delivered is not there. */
    assert_done(outbox_get(batch, 1, &row, error));
    json_put_text(row, "state", "stuck");
    assert_done(outbox_put(batch, row, error));
    json_decref(row);
    assert_done(outbox_deliver(batch, 4, 1700000000000, error));
    check_new(batch, 0, "1 ", "2 3 ");
    /* Once: then they are read. */
    check_new(batch, 0, "1 2 3 ", "");
    for (int i = 0; i < 600; i++)
        add(batch, large);
    assert_done(transaction_commit(batch, error));
    assert_done(transaction_begin(casebook, NULL, &batch, error));
    /* Of many the newest are known. */
    check_new(batch, 600, "", "601 602 603 604 ");
    json_t *rows = json_array();
    assert_done(outbox_walk_new(batch, 4, gather, rows, error));
    assert_int_equal(json_array_size(rows), 600);
    assert_false(json_flag(json_array_get(rows, 87), OUTBOX_BRIEF)); /* row 92 */
    assert_true(json_flag(json_array_get(rows, 88), OUTBOX_BRIEF));
    json_decref(rows);
    transaction_abort(batch);
}

static void test_a_damaged_row_does_not_stop_the_others(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *row = NULL;
    add(batch, "{\"kind\":\"index\"}");
    add(batch, "{\"kind\":\"index\"}");
    assert_done(bytes_put(batch, BOOK_OUTBOX, "0-000000000001", "rubbish", 7, error));
    assert_done(outbox_next(batch, 0, &row, error));
    assert_int_equal(outbox_id(row), 2);
    json_decref(row);
    transaction_abort(batch);
}

static void test_a_cancelled_row_stays_so(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *row = NULL;
    bool cancelled = true;
    int64_t id = add(batch, "{\"kind\":\"report\",\"render\":{}}");
    assert_done(outbox_get(batch, id, &row, error));
    assert_done(outbox_cancelled(batch, id, &cancelled, error));
    assert_false(cancelled);
    assert_done(outbox_cancel(batch, id, "photo-sealed", 1700000000000, error));
    assert_done(outbox_cancelled(batch, id, &cancelled, error));
    assert_true(cancelled);
    /* Whoever was rendering it meanwhile cannot put it back. */
    assert_fault(outbox_put(batch, row, error), FAULT_REFUSED);
    json_decref(row);
    assert_done(outbox_next(batch, 0, &row, error));
    assert_null(row);
    transaction_abort(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_states),
        cmocka_unit_test_setup_teardown(test_rows_are_numbered_and_dated, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_delivered_rows_leave_the_walk, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_a_cancelled_row_stays_so, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_new_rows_are_what_is_stored, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_a_damaged_row_does_not_stop_the_others, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
