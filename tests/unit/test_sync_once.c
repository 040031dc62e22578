/*
 * A sync of the casebook's books that fails once: the checkpoint says so, and the process may not go on, though the
 * next sync would succeed; the next start has everything that was acknowledged.
 *
 * This program's own fdatasync stands before the C library's, for Berkeley DB too. Each case is a process of its own,
 * since a sync that failed is remembered until the process ends.
 */
#include "tests/support/casebook.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int fails_with; /* errno of the next sync of a book; 0: none fails */

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the system's is no name of ours */
int fdatasync(int file)
{
    char link[32], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path);
    bool book = length > 3 && memcmp(path + length - 3, ".db", 3) == 0;
    if (book && fails_with != 0) {
        errno = fails_with;
        fails_with = 0;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, file);
}

static void acknowledge(struct bench *bench, const char *key)
{
    struct transaction *batch = bench_batch(bench);
    bench_put(batch, BOOK_CLAIMS, key, 1);
    assert_done(transaction_commit(batch, error));
}

static void fail_at_a_checkpoint(struct bench *bench, int number)
{
    acknowledge(bench, "checkpoint");
    fails_with = number;
    assert_fault(casebook_checkpoint(bench->casebook, error), FAULT_DURABILITY);
    assert_int_equal(fails_with, 0);
    struct transaction *next = NULL;
    assert_fault(transaction_begin(bench->casebook, NULL, &next, error), FAULT_DURABILITY);
    assert_fault(casebook_checkpoint(bench->casebook, error), FAULT_DURABILITY);
}

/* Berkeley DB syncs its files again at the very end. */
static void fail_at_the_close(struct bench *bench, int number)
{
    acknowledge(bench, "close");
    assert_done(casebook_checkpoint(bench->casebook, error));
    fails_with = number;
    assert_fault(casebook_close(bench->casebook, error), FAULT_DURABILITY);
    bench->casebook = NULL;
    assert_int_equal(fails_with, 0);
}

static void in_a_process(struct bench *bench, void (*does)(struct bench *, int), int number)
{
    int status = 0;
    casebook_close(bench->casebook, NULL);
    bench->casebook = NULL;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bench_reopen(bench);
        does(bench, number);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    bench_reopen(bench);
}

static void expect_acknowledged(struct bench *bench, const char *key)
{
    struct transaction *batch = bench_batch(bench);
    assert_int_equal(bench_value(batch, BOOK_CLAIMS, key), 1);
    transaction_abort(batch);
}

static void test_a_failed_sync_is_not_tried_again(void **state)
{
    const int numbers[] = {EIO, ENOSPC, EDQUOT, EAGAIN, EBUSY};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        in_a_process(*state, fail_at_a_checkpoint, numbers[i]);
    expect_acknowledged(*state, "checkpoint");
}

static void test_an_interrupted_sync_goes_on(void **state)
{
    struct bench *bench = *state;
    acknowledge(bench, "interrupted");
    fails_with = EINTR;
    assert_done(casebook_checkpoint(bench->casebook, error));
    assert_int_equal(fails_with, 0);
}

static void test_closing_says_that_a_sync_failed(void **state)
{
    in_a_process(*state, fail_at_the_close, EIO);
    expect_acknowledged(*state, "close");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_failed_sync_is_not_tried_again, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_an_interrupted_sync_goes_on, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_closing_says_that_a_sync_failed, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
