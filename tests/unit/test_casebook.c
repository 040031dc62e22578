/*
 * Books and transactions: what is committed stays, what is undone is gone, what is damaged is skipped.
 */
#include "tests/support/casebook.h"

#include <sys/stat.h>

#include "casebook/internal.h"
#include "casebook/log_files.h"

static void test_nested_abort(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    bench_put(batch, BOOK_DOCKETS, "kept", 1);
    struct transaction *good = bench_nested(bench, batch);
    bench_put(good, BOOK_DOCKETS, "good", 2);
    assert_done(transaction_commit(good, error));
    struct transaction *bad = bench_nested(bench, batch);
    bench_put(bad, BOOK_DOCKETS, "bad", 3);
    bench_put(bad, BOOK_DOCKETS, "kept", 99);
    int64_t number = 0;
    assert_done(counter_next(bad, "claim", &number, error));
    assert_int_equal(number, 1);
    transaction_abort(bad);
    assert_done(transaction_commit(batch, error));
    bench_reopen(bench);
    batch = bench_batch(bench);
    assert_int_equal(bench_value(batch, BOOK_DOCKETS, "kept"), 1);
    assert_int_equal(bench_value(batch, BOOK_DOCKETS, "good"), 2);
    assert_int_equal(bench_value(batch, BOOK_DOCKETS, "bad"), -1);
    assert_done(counter_next(batch, "claim", &number, error));
    assert_int_equal(number, 1); /* the counter was undone too */
    transaction_abort(batch);
}

static void test_abort_of_outermost_undoes_committed_children(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench), *child = bench_nested(bench, batch);
    bench_put(child, BOOK_ITEMS, "x", 1);
    assert_done(transaction_commit(child, error));
    transaction_abort(batch);
    batch = bench_batch(bench);
    assert_int_equal(bench_value(batch, BOOK_ITEMS, "x"), -1);
    transaction_abort(batch);
}

struct seen {
    size_t count;
    int64_t sum;
};

static bool sum_up(void *context, const char *key, json_t *value, struct error *error)
{
    struct seen *seen = context;
    (void)key, (void)error;
    seen->count++;
    seen->sum += json_whole(value, "value", 0);
    return true;
}

/* Counters are written when the batch commits; nobody notices. */
static void test_counters_are_held_back(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    bench_put(batch, BOOK_COUNTERS, "gone", 5);
    assert_done(transaction_commit(batch, error));
    batch = bench_batch(bench);
    int64_t number = 0;
    struct transaction *first = bench_nested(bench, batch);
    assert_done(counter_next(first, "claim", &number, error) && counter_next(first, "claim", &number, error));
    assert_int_equal(number, 2);
    assert_done(book_remove(first, BOOK_COUNTERS, "gone", error));
    assert_int_equal(bench_value(first, BOOK_COUNTERS, "gone"), -1);
    assert_done(transaction_commit(first, error));
    struct transaction *second = bench_nested(bench, batch);
    assert_int_equal(bench_value(second, BOOK_COUNTERS, "claim"), 2);
    assert_int_equal(bench_value(second, BOOK_COUNTERS, "gone"), -1);
    assert_done(counter_next(second, "claim", &number, error));
    bench_put(second, BOOK_COUNTERS, "gone", 9);
    /* A walk sees what is put last, whoever put it. */
    struct seen seen = {0};
    assert_done(book_walk(second, BOOK_COUNTERS, "", NULL, sum_up, &seen, NULL, error));
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.sum, 3 + 9);
    transaction_abort(second);
    assert_int_equal(bench_value(batch, BOOK_COUNTERS, "claim"), 2);
    struct transaction *third = bench_nested(bench, batch);
    assert_done(counter_next(third, "claim", &number, error));
    assert_done(transaction_commit(third, error));
    assert_done(transaction_commit(batch, error));
    bench_reopen(bench);
    batch = bench_batch(bench);
    assert_int_equal(bench_value(batch, BOOK_COUNTERS, "claim"), 3);
    assert_int_equal(bench_value(batch, BOOK_COUNTERS, "gone"), -1);
    transaction_abort(batch);
}

static void test_misuse_is_refused(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench), *child = NULL, *second = NULL;
    assert_fault(transaction_begin(bench->casebook, NULL, &second, error), FAULT_INTERNAL);
    child = bench_nested(bench, batch);
    json_t *value = NULL;
    assert_fault(book_get(batch, BOOK_ITEMS, "x", &value, error), FAULT_INTERNAL);
    assert_fault(transaction_begin(bench->casebook, batch, &second, error), FAULT_INTERNAL);
    bench_put(child, BOOK_ITEMS, "x", 1);
    /* Committing over an open nested one undoes both. */
    assert_fault(transaction_commit(batch, error), FAULT_INTERNAL);
    batch = bench_batch(bench);
    assert_int_equal(bench_value(batch, BOOK_ITEMS, "x"), -1);
    json_t *array = json_array();
    assert_fault(book_put(batch, BOOK_ITEMS, "x", array, error), FAULT_INTERNAL);
    json_decref(array);
    struct error wrong = ERROR_NONE;
    assert_false(book_need(batch, BOOK_DOCKETS, "FR-2026-000009", &value, &wrong));
    assert_int_equal(wrong.fault, FAULT_ABSENT);
    assert_string_equal(wrong.text, "there is no docket FR-2026-000009");
    transaction_abort(batch);
}

static void test_record_is_canonical_and_replaced(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    json_t *record = json_pack("{s:s,s:i}", "z", "\xC3\xA9", "a", 7);
    assert_done(book_put(batch, BOOK_CLAIMS, "c", record, error));
    json_decref(record);
    char *bytes = NULL;
    size_t length = 0;
    assert_done(bytes_get(batch, BOOK_CLAIMS, "c", &bytes, &length, error));
    assert_memory_equal(bytes, "{\"a\":7,\"z\":\"\xC3\xA9\"}\n", 17);
    assert_int_equal(length, 17 + 16);
    free(bytes);
    bench_put(batch, BOOK_CLAIMS, "c", 5);
    assert_int_equal(bench_value(batch, BOOK_CLAIMS, "c"), 5);
    assert_done(book_remove(batch, BOOK_CLAIMS, "c", error));
    assert_done(book_remove(batch, BOOK_CLAIMS, "c", error));
    assert_int_equal(bench_value(batch, BOOK_CLAIMS, "c"), -1);
    transaction_abort(batch);
}

struct visited {
    char keys[512];
    size_t stop_after;
    size_t count;
    struct transaction *transaction;
    struct bench *bench;
};

static bool note(void *context, const char *key, json_t *value, struct error *error)
{
    struct visited *visited = context;
    (void)value;
    if (strlen(visited->keys) + strlen(key) + 2 < sizeof visited->keys) {
        strcat(visited->keys, key);
        strcat(visited->keys, " ");
    }
    visited->count++;
    if (visited->transaction != NULL) {
        /* A visitor may work in a nested transaction, and abort it. */
        struct transaction *child = bench_nested(visited->bench, visited->transaction);
        bench_put(child, BOOK_QUEUE, key, 1000);
        if (visited->count % 2 == 0) {
            transaction_abort(child);
        } else if (!transaction_commit(child, error))
            return false;
    }
    return visited->stop_after == 0 || visited->count < visited->stop_after;
}

static void test_walks(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    static const char *const keys[] = {"a", "a/1", "a/2", "a/3", "b", "b/1"};
    for (size_t i = 0; i < 6; i++)
        bench_put(batch, BOOK_QUEUE, keys[i], (int64_t)i);
    struct {
        const char *prefix, *after, *expected;
        size_t stop;
    } const table[] = {
        {"", NULL, "a a/1 a/2 a/3 b b/1 ", 0},
        {"a/", NULL, "a/1 a/2 a/3 ", 0},
        {"a/", "a/1", "a/2 a/3 ", 0},
        {"a/", "a", "a/1 a/2 a/3 ", 0},
        {"", "a/25", "a/3 b b/1 ", 0},
        {"", NULL, "a a/1 ", 2},
        {"c", NULL, "", 0},
        {"a/", "b", "", 0},
        {"b", NULL, "b b/1 ", 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct visited visited = {.stop_after = table[i].stop};
        assert_done(
            book_walk(batch, BOOK_QUEUE, table[i].prefix, table[i].after, note, &visited, NULL, error));
        assert_string_equal(visited.keys, table[i].expected);
    }
    struct visited changing = {.transaction = batch, .bench = bench};
    assert_done(book_walk(batch, BOOK_QUEUE, "", NULL, note, &changing, NULL, error));
    assert_int_equal(changing.count, 6);
    assert_int_equal(bench_value(batch, BOOK_QUEUE, "a"), 1000);
    assert_int_equal(bench_value(batch, BOOK_QUEUE, "a/1"), 1);
    transaction_abort(batch);
}

static void test_long_walk_and_large_transaction(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    enum { MANY = 8000 };
    char key[32], padding[1200];
    memset(padding, 'p', sizeof padding - 1);
    padding[sizeof padding - 1] = '\0';
    json_t *record = json_pack("{s:s}", "padding", padding);
    for (int i = 0; i < MANY; i++) {
        struct transaction *photo = bench_nested(bench, batch);
        snprintf(key, sizeof key, "P%06d", i);
        assert_done(book_put(photo, BOOK_PHOTOS, key, record, error));
        assert_done(transaction_commit(photo, error));
    }
    json_decref(record);
    assert_done(transaction_commit(batch, error));
    assert_done(casebook_checkpoint(bench->casebook, error));
    bench_reopen(bench);
    batch = bench_batch(bench);
    struct visited visited = {0};
    assert_done(book_walk(batch, BOOK_PHOTOS, "P", NULL, note, &visited, NULL, error));
    assert_int_equal(visited.count, MANY);
    transaction_abort(batch);
}

static void damage(struct transaction *batch, const char *key, size_t at)
{
    char *bytes = NULL;
    size_t length = 0;
    assert_done(bytes_get(batch, BOOK_DOCKETS, key, &bytes, &length, error));
    assert_true(at < length);
    bytes[at] ^= 1;
    assert_done(bytes_put(batch, BOOK_DOCKETS, key, bytes, length, error));
    free(bytes);
}

static void test_corrupt_records_are_skipped(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    for (int64_t i = 0; i < 5; i++) {
        char key[8];
        snprintf(key, sizeof key, "d%d", (int)i);
        bench_put(batch, BOOK_DOCKETS, key, 11);
    }
    damage(batch, "d1", 9);  /* a digit: still JSON, but another number */
    damage(batch, "d2", 0);  /* no JSON any more */
    damage(batch, "d3", 15); /* the checksum itself */
    char *bytes = NULL;
    size_t length = 0;
    /* A good record that lands under another key is no record of that key. */
    assert_done(bytes_get(batch, BOOK_DOCKETS, "d0", &bytes, &length, error));
    assert_done(bytes_put(batch, BOOK_DOCKETS, "d9", bytes, length, error));
    free(bytes);
    struct visited visited = {0};
    size_t corrupt = 0;
    assert_done(book_walk(batch, BOOK_DOCKETS, "", NULL, note, &visited, &corrupt, error));
    assert_string_equal(visited.keys, "d0 d4 ");
    assert_int_equal(corrupt, 4);
    struct error wrong = ERROR_NONE;
    json_t *value = NULL;
    assert_false(book_get(batch, BOOK_DOCKETS, "d1", &value, &wrong));
    assert_int_equal(wrong.fault, FAULT_ENVIRONMENT);
    assert_non_null(strstr(wrong.text, "d1 in the book of dockets"));
    transaction_abort(batch);
}

/* Change one byte of a file where `needle` stands. */
static void flip_in_file(const char *path, const char *needle)
{
    int file = open(path, O_RDWR);
    char *bytes = NULL, *found;
    size_t length = 0;
    assert_true(file >= 0);
    assert_done(file_read_open(file, 16 << 20, &bytes, &length, error));
    found = memmem(bytes, length, needle, strlen(needle));
    assert_non_null(found);
    char other = (char)(*found ^ 1);
    assert_int_equal(pwrite(file, &other, 1, found - bytes), 1);
    free(bytes);
    close(file);
}

static void test_a_flipped_byte_on_the_disk_costs_one_record(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    char key[8];
    for (int i = 0; i < 9; i++) {
        snprintf(key, sizeof key, "d%d", i);
        bench_put(batch, BOOK_DOCKETS, key, 700 + i);
    }
    assert_done(transaction_commit(batch, error));
    casebook_close(bench->casebook, NULL);
    bench->casebook = NULL;
    flip_in_file(bench_path(bench, "casebook/dockets.db"), "704");
    bench_reopen(bench);
    batch = bench_batch(bench);
    struct visited visited = {0};
    size_t corrupt = 0;
    assert_done(book_walk(batch, BOOK_DOCKETS, "", NULL, note, &visited, &corrupt, error));
    assert_string_equal(visited.keys, "d0 d1 d2 d3 d5 d6 d7 d8 ");
    assert_int_equal(corrupt, 1);
    /* Writing it anew heals it. */
    bench_put(batch, BOOK_DOCKETS, "d4", 704);
    assert_int_equal(bench_value(batch, BOOK_DOCKETS, "d4"), 704);
    transaction_abort(batch);
}

static void test_open_errors(void **state)
{
    (void)state;
    struct casebook *casebook = NULL;
    assert_fault(casebook_open("/proc/no-such-directory", &casebook, error), FAULT_ABSENT);
    assert_fault(casebook_open("/dev/null", &casebook, error), FAULT_ENVIRONMENT);
}

static int64_t log_bytes(const struct bench *bench)
{
    struct stat status;
    assert_int_equal(stat(bench_path(bench, "casebook/log.0000000001"), &status), 0);
    return status.st_size;
}

/* A closed casebook's log is as long as what is in it; what is in it is all there, whatever the length. */
static void test_length_of_the_log(void **state)
{
    struct bench *bench = *state;
    int64_t last = 0;
    for (int i = 1; i <= 4; i++) {
        char key[8];
        struct transaction *batch = bench_batch(bench);
        snprintf(key, sizeof key, "d%d", i);
        bench_put(batch, BOOK_DOCKETS, key, i);
        assert_done(transaction_commit(batch, error));
        assert_done(casebook_close(bench->casebook, error));
        bench->casebook = NULL;
        int64_t length = log_bytes(bench);
        assert_in_range(length, last + 1, last + (1 << 20));
        last = length;
        if (i % 2 == 0) {
            log_files_lengthen(bench_path(bench, "casebook"));
            assert_int_equal(log_bytes(bench), LOG_FILE_BYTES - 1);
        }
        bench_reopen(bench);
        if (i == 3)
            log_files_lengthen(bench_path(bench, "casebook"));
    }
    struct transaction *batch = bench_batch(bench);
    for (int i = 1; i <= 4; i++) {
        char key[8];
        snprintf(key, sizeof key, "d%d", i);
        assert_int_equal(bench_value(batch, BOOK_DOCKETS, key), i);
    }
    transaction_abort(batch);
    /* Not where anything follows. */
    casebook_close(bench->casebook, NULL);
    bench->casebook = NULL;
    log_files_shorten(bench_path(bench, "casebook"), 1, 4096);
    assert_true(log_bytes(bench) > 4096);
    bench_reopen(bench);
}

static void test_logs_are_removed(void **state)
{
    struct bench *bench = *state;
    char padding[65536];
    memset(padding, 'p', sizeof padding - 1);
    padding[sizeof padding - 1] = '\0';
    json_t *record = json_pack("{s:s}", "padding", padding);
    for (int i = 0; i < 40; i++) {
        struct transaction *batch = bench_batch(bench);
        for (int j = 0; j < 32; j++) {
            char key[16];
            snprintf(key, sizeof key, "k%d", j);
            assert_done(book_put(batch, BOOK_ITEMS, key, record, error));
        }
        assert_done(transaction_commit(batch, error));
        assert_done(casebook_checkpoint(bench->casebook, error));
    }
    json_decref(record);
    /* 80 MiB went through 32 MiB logs: the first must be gone. */
    assert_int_not_equal(access(bench_path(bench, "casebook/log.0000000001"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nested_abort, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_abort_of_outermost_undoes_committed_children, bench_begin,
                                        bench_end),
        cmocka_unit_test_setup_teardown(test_counters_are_held_back, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_misuse_is_refused, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_record_is_canonical_and_replaced, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_walks, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_long_walk_and_large_transaction, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_corrupt_records_are_skipped, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_a_flipped_byte_on_the_disk_costs_one_record, bench_begin,
                                        bench_end),
        cmocka_unit_test(test_open_errors),
        cmocka_unit_test_setup_teardown(test_length_of_the_log, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_logs_are_removed, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
