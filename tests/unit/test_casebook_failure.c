/*
 * A log that cannot be written: the commit says so, the process may not go on, and the next start has exactly
 * what was acknowledged.
 *
 * The failure is a limit on the size of files (EFBIG), which needs no rights and no special file system.
 */
#include "tests/support/casebook.h"

#include <signal.h>
#include <sys/resource.h>

#include "casebook/audit.h"
#include "casebook/event.h"

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static bool append(struct transaction *batch, struct error *error)
{
    struct event event = {.action = "looked"};
    return event_append(batch, 0, &event, NULL, error);
}

static void test_commit_that_cannot_be_written(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    struct error wrong = ERROR_NONE;
    signal(SIGXFSZ, SIG_IGN);
    assert_done(append(batch, error));
    bench_put(batch, BOOK_CLAIMS, "before", 1);
    assert_done(transaction_commit(batch, error));

    limit_files(64);
    batch = bench_batch(bench);
    bench_put(batch, BOOK_CLAIMS, "lost", 1);
    assert_done(append(batch, error));
    assert_false(transaction_commit(batch, &wrong));
    assert_int_equal(wrong.fault, FAULT_DURABILITY);
    /* Also when there is room again: this process is done. */
    limit_files(RLIM_INFINITY);
    struct transaction *next = NULL;
    assert_fault(transaction_begin(bench->casebook, NULL, &next, error), FAULT_DURABILITY);
    assert_fault(casebook_checkpoint(bench->casebook, error), FAULT_DURABILITY);

    bench_reopen(bench);
    batch = bench_batch(bench);
    assert_int_equal(bench_value(batch, BOOK_CLAIMS, "before"), 1);
    assert_int_equal(bench_value(batch, BOOK_CLAIMS, "lost"), -1);
    struct vault *vault = NULL;
    json_t *report = NULL;
    assert_done(vault_open(bench_path(bench, "vault"), &vault, error));
    assert_done(audit_verify(batch, vault, &report, error));
    assert_int_equal(json_whole(report, "events", 0), 1);
    assert_int_equal(json_array_size(json_object_get(report, "problems")), 0);
    json_decref(report);
    vault_close(vault);
    assert_done(append(batch, error));
    assert_done(transaction_commit(batch, error));
}

static void test_batch_larger_than_the_log_buffer(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    struct error wrong = ERROR_NONE;
    signal(SIGXFSZ, SIG_IGN);
    char padding[60000], key[16];
    memset(padding, 'p', sizeof padding - 1);
    padding[sizeof padding - 1] = '\0';
    json_t *record = json_pack("{s:s}", "padding", padding);
    bench_put(batch, BOOK_CLAIMS, "before", 1);
    assert_done(transaction_commit(batch, error));
    batch = bench_batch(bench);
    limit_files(256 << 10);
    bool done = true;
    for (int i = 0; done && i < 200; i++) {
        snprintf(key, sizeof key, "k%d", i);
        done = book_put(batch, BOOK_ITEMS, key, record, &wrong);
    }
    if (done)
        assert_false(transaction_commit(batch, &wrong));
    else
        transaction_abort(batch);
    limit_files(RLIM_INFINITY);
    json_decref(record);
    bench_reopen(bench);
    batch = bench_batch(bench);
    assert_int_equal(bench_value(batch, BOOK_CLAIMS, "before"), 1);
    assert_int_equal(bench_value(batch, BOOK_ITEMS, "k0"), -1);
    transaction_abort(batch);
}

static void test_vault_says_when_it_is_full(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = NULL;
    struct digest digest;
    static char bytes[100000];
    signal(SIGXFSZ, SIG_IGN);
    assert_done(vault_open(bench_path(bench, "vault"), &vault, error));
    limit_files(4096);
    assert_false(vault_put_bytes(vault, bytes, sizeof bytes, &digest, NULL));
    limit_files(RLIM_INFINITY);
    digest = digest_of(bytes, sizeof bytes);
    assert_int_equal(vault_open_object(vault, &digest, NULL, NULL), -1);
    assert_done(vault_put_bytes(vault, bytes, sizeof bytes, &digest, error));
    assert_done(vault_verify(vault, &digest, sizeof bytes, error));
    vault_close(vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_commit_that_cannot_be_written, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_batch_larger_than_the_log_buffer, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_vault_says_when_it_is_full, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
