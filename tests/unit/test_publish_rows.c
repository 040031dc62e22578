/*
 * Whose turn it is in the outbox: in order within a directory, receipts apart from what is rendered, and what waits
 * for a share in nobody's way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/json.h"
#include "spool/publish_rows.h"

static void add_in(struct rows *rows, int id, const char *directory, bool rendered, bool first)
{
    char name[16];
    snprintf(name, sizeof name, "%012d", id);
    json_t *row = json_pack("{ss,ss,s[{ss,ss}]}", "row", name, "directory", directory, "files", "name",
                            "a.txt", "text", "words");
    if (rendered)
        json_object_set_new(row, "render", json_object());
    assert_true(rows_add(rows, row, first));
    json_decref(row);
}

static void add(struct rows *rows, int id, const char *directory, bool rendered)
{
    add_in(rows, id, directory, rendered, false);
}

static struct rows_entry *expect(struct rows *rows, enum row_line line, int64_t id)
{
    struct rows_entry *entry = rows_take(rows, line);
    assert_non_null(entry);
    assert_int_equal(entry->id, id);
    return entry;
}

static void test_one_of_a_directory_at_a_time(void **state)
{
    (void)state;
    struct rows *rows = rows_make();
    add(rows, 1, "out/a/1", false);
    add(rows, 2, "out/a/1", true);
    add(rows, 3, "out/a/1", false);
    add(rows, 4, "out/a/2", false);
    struct rows_entry *first = expect(rows, ROW_SMALL, 1);
    assert_non_null(first->row);
    expect(rows, ROW_SMALL, 4);
    assert_null(rows_take(rows, ROW_SMALL));
    assert_null(rows_take(rows, ROW_LARGE));
    rows_end(rows, first);
    struct rows_entry *second = expect(rows, ROW_LARGE, 2);
    assert_null(second->row);
    assert_null(rows_take(rows, ROW_SMALL));
    rows_end(rows, second);
    rows_end(rows, expect(rows, ROW_SMALL, 3));
    assert_int_equal(rows_count(rows, ROW_SMALL), 1);
    rows_free(rows);
}

static void test_who_goes_first(void **state)
{
    (void)state;
    struct rows *rows = rows_make();
    add(rows, 1, "out/flood/1", false);
    add(rows, 2, "out/flood/2", false);
    assert_false(rows_first_waits(rows, ROW_SMALL));
    add_in(rows, 3, "out/quiet/1", false, true);
    add_in(rows, 4, "out/quiet/1", false, true);
    assert_true(rows_first_waits(rows, ROW_SMALL));
    struct rows_entry *first = expect(rows, ROW_SMALL, 3);
    assert_false(rows_first_waits(rows, ROW_SMALL));
    rows_end(rows, first);
    expect(rows, ROW_SMALL, 4);
    expect(rows, ROW_SMALL, 1);
    rows_free(rows);
}

static void test_what_failed_goes_alone(void **state)
{
    (void)state;
    struct rows *rows = rows_make();
    add(rows, 1, "out/a/1", false);
    add(rows, 2, "out/a/2", false);
    rows_again(rows, expect(rows, ROW_SMALL, 1));
    expect(rows, ROW_SMALL, 2);
    struct rows_entry *entry = expect(rows, ROW_SMALL, 1);
    assert_true(entry->alone);
    assert_null(entry->row);
    rows_return(rows, entry);
    expect(rows, ROW_SMALL, 1);
    rows_free(rows);
}

static void test_what_waits_is_in_nobodys_way(void **state)
{
    (void)state;
    struct rows *rows = rows_make();
    for (int i = 1; i <= 3; i++)
        add(rows, i, i == 3 ? "out/b/1" : i == 1 ? "out/a/1" : "out/a/2", false);
    rows_park(rows, expect(rows, ROW_SMALL, 1));
    rows_park(rows, expect(rows, ROW_SMALL, 2));
    assert_int_equal(rows_count(rows, ROW_SMALL), 1);
    struct rows_entry *other = expect(rows, ROW_SMALL, 3);
    assert_null(rows_take(rows, ROW_SMALL));
    rows_unpark(rows);
    assert_int_equal(rows_count(rows, ROW_SMALL), 3);
    expect(rows, ROW_SMALL, 1);
    expect(rows, ROW_SMALL, 2);
    rows_end(rows, other);
    rows_free(rows);
}

static void test_forgetting_keeps_what_is_under_way(void **state)
{
    (void)state;
    struct rows *rows = rows_make();
    add(rows, 1, "out/a/1", false);
    add(rows, 2, "out/a/1", false);
    add(rows, 3, "out/b/1", true);
    add(rows, 4, "out/c/1", false);
    struct rows_entry *first = expect(rows, ROW_SMALL, 1);
    rows_park(rows, expect(rows, ROW_SMALL, 4));
    rows_forget(rows);
    assert_true(rows_known(rows, 1));
    assert_false(rows_known(rows, 2));
    assert_int_equal(rows_count(rows, ROW_SMALL), 1);
    assert_int_equal(rows_count(rows, ROW_LARGE), 0);
    add(rows, 2, "out/a/1", false);
    assert_null(rows_take(rows, ROW_SMALL));
    rows_end(rows, first);
    rows_end(rows, expect(rows, ROW_SMALL, 2));
    assert_int_equal(rows_count(rows, ROW_SMALL), 0);
    rows_free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_of_a_directory_at_a_time),
        cmocka_unit_test(test_who_goes_first),
        cmocka_unit_test(test_what_failed_goes_alone),
        cmocka_unit_test(test_what_waits_is_in_nobodys_way),
        cmocka_unit_test(test_forgetting_keeps_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
