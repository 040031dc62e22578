/*
 * kill -9 in the middle of commits: everything acknowledged is there afterwards, nothing is torn, the chain
 * holds.
 *
 * A child commits batches of several books and writes each number to a pipe after its commit returned. It is
 * killed at a random instant; then the casebook is opened again, which runs recovery.
 */
#include "tests/support/casebook.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "casebook/audit.h"
#include "casebook/event.h"
#include "casebook/outbox.h"

enum { ROUNDS = 12, NESTED = 3 };

static bool commit_one(struct casebook *casebook, int64_t *number, struct error *error)
{
    struct transaction *batch = NULL, *child = NULL;
    json_t *row = json_pack("{s:s}", "kind", "receipt");
    bool done = transaction_begin(casebook, NULL, &batch, error);
    for (int i = 0; done && i < NESTED; i++) {
        struct event event = {.action = "drop-accepted"};
        done = transaction_begin(casebook, batch, &child, error) &&
               counter_next(child, "test", number, error) && event_append(child, 0, &event, NULL, error) &&
               outbox_add(child, row, 0, NULL, error);
        if (!done)
            break;
        /* Some work is undone inside the batch, as a failing drop would be. */
        if (i == 1)
            transaction_abort(child);
        else
            done = transaction_commit(child, error);
    }
    json_decref(row);
    done = done && transaction_commit(batch, error);
    if (done && *number % 64 == 0)
        done = casebook_checkpoint(casebook, error);
    return done;
}

static void child_run(struct bench *bench, int out)
{
    struct casebook *casebook = NULL;
    struct error error = ERROR_NONE;
    int64_t number = 0;
    if (!casebook_open(bench_path(bench, "casebook"), &casebook, &error))
        _exit(1);
    while (commit_one(casebook, &number, &error))
        if (write(out, &number, sizeof number) != sizeof number)
            break;
    _exit(2);
}

static void wait_a_little(long microseconds)
{
    struct timespec pause = {0, microseconds * 1000};
    nanosleep(&pause, NULL);
}

/* Kill after the first acknowledgement and a random pause; the last number acknowledged. */
static int64_t round_run(struct bench *bench, int64_t before, long pause)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        child_run(bench, ends[1]);
    }
    close(ends[1]);
    int64_t number = 0, last = before;
    assert_int_equal(read(ends[0], &number, sizeof number), sizeof number);
    assert_true(number > before); /* nothing acknowledged was forgotten */
    last = number;
    wait_a_little(pause);
    kill(child, SIGKILL);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    while (read(ends[0], &number, sizeof number) == sizeof number)
        last = number;
    close(ends[0]);
    return last;
}

static bool count_rows(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)value;
    (void)error;
    ++*(int64_t *)context;
    return true;
}

static void check(struct bench *bench, struct vault *vault, int64_t acknowledged)
{
    struct transaction *batch = NULL;
    json_t *report = NULL;
    int64_t rows = 0, number = 0;
    bench_reopen(bench);
    batch = bench_batch(bench);
    assert_done(counter_next(batch, "test", &number, error));
    number--;
    /* At most the one batch that was just committing may be there unacknowledged. */
    assert_true(number == acknowledged || number == acknowledged + NESTED - 1);
    assert_done(audit_verify(batch, vault, &report, error));
    assert_int_equal(json_array_size(json_object_get(report, "problems")), 0);
    assert_int_equal(json_whole(report, "events", 0), number);
    assert_done(outbox_walk(batch, 0, count_rows, &rows, error));
    assert_int_equal(rows, number);
    json_decref(report);
    transaction_abort(batch);
    casebook_close(bench->casebook, NULL);
    bench->casebook = NULL;
}

static void test_kills(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = NULL;
    int64_t acknowledged = 0;
    assert_done(vault_open(bench_path(bench, "vault"), &vault, error));
    casebook_close(bench->casebook, NULL);
    bench->casebook = NULL;
    srand(20261122);
    for (int i = 0; i < ROUNDS; i++) {
        acknowledged = round_run(bench, acknowledged, rand() % 60000);
        /* Every other time the next child has to recover without a clean close in between. */
        if (i % 2 == 1) {
            check(bench, vault, acknowledged);
            bench_reopen(bench);
            struct transaction *batch = bench_batch(bench);
            assert_done(counter_next(batch, "test", &acknowledged, error));
            acknowledged--;
            transaction_abort(batch);
            casebook_close(bench->casebook, NULL);
            bench->casebook = NULL;
        }
    }
    assert_true(acknowledged > ROUNDS);
    vault_close(vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kills, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
