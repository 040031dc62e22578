/*
 * The committer: order, batches, a failing piece undone alone, callbacks exactly once, and the end.
 *
 * What runs on the committer's thread only takes notes; the test judges on its own thread.
 */
#include "tests/support/casebook.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include "base/digest.h"
#include "casebook/vault.h"
#include "spool/committer.h"
#include "spool/loop.h"

struct rig {
    struct bench *bench;
    struct vault *vault;
    struct loop *loop;
    struct committer *committer;
    sem_t gate; /* holds the first piece until all are handed over */
    pthread_mutex_t mutex;
    char notes[4096]; /* under the mutex */
    int open;         /* callbacks still to come; at 0 the loop stops */
};

struct part {
    struct rig *rig;
    const char *name;
    bool waits, prepare_fails, work_fails, first;
    enum fault fault; /* of the callback */
    int called;
    struct digest digest;
};

static void note(struct part *part, const char *what)
{
    struct rig *rig = part->rig;
    pthread_mutex_lock(&rig->mutex);
    size_t length = strlen(rig->notes);
    snprintf(rig->notes + length, sizeof rig->notes - length, "%s%s ", what, part->name);
    pthread_mutex_unlock(&rig->mutex);
}

static bool prepare(void *context, struct vault_batch *batch, struct error *error)
{
    struct part *part = context;
    note(part, "p");
    if (part->prepare_fails)
        return error_set(error, FAULT_TEMPORARY, "no prepare");
    return vault_batch_add(batch, part->name, strlen(part->name), &part->digest, error);
}

static bool work(struct transaction *transaction, void *context, struct error *error)
{
    struct part *part = context;
    if (part->waits) {
        note(part, "g");
        sem_wait(&part->rig->gate);
    }
    note(part, "w");
    json_t *record = json_pack("{s:i}", "value", 1);
    bool done = book_put(transaction, BOOK_COUNTERS, part->name, record, error);
    json_decref(record);
    return done && (!part->work_fails || error_set(error, FAULT_INPUT, "no work"));
}

static void done(void *context, const struct error *error)
{
    struct part *part = context;
    note(part, "d");
    part->called++;
    part->fault = error == NULL ? FAULT_NONE : error->fault;
    if (--part->rig->open == 0)
        loop_stop(part->rig->loop);
}

static struct rig *rig_begin(struct bench *bench)
{
    struct rig *rig = calloc(1, sizeof *rig);
    assert_non_null(rig);
    rig->bench = bench;
    sem_init(&rig->gate, 0, 0);
    pthread_mutex_init(&rig->mutex, NULL);
    assert_done(vault_open(bench_path(bench, "vault"), &rig->vault, error));
    assert_done(loop_open(&rig->loop, error));
    assert_done(committer_start(bench->casebook, rig->vault, rig->loop, &rig->committer, error));
    return rig;
}

static void rig_end(struct rig *rig)
{
    committer_stop(rig->committer);
    loop_close(rig->loop);
    vault_close(rig->vault);
    pthread_mutex_destroy(&rig->mutex);
    sem_destroy(&rig->gate);
    free(rig);
}

static bool hand(struct rig *rig, struct part *part, bool prepares, bool alone, struct error *error)
{
    part->rig = rig;
    const struct commit commit = {.prepare = prepares ? prepare : NULL,
                                  .work = work,
                                  .done = done,
                                  .context = part,
                                  .alone = alone,
                                  .first = part->first};
    if (!committer_hand(rig->committer, &commit, error))
        return false;
    rig->open++;
    return true;
}

static void run(struct rig *rig)
{
    sem_post(&rig->gate);
    assert_done(loop_run(rig->loop, NULL, NULL, error));
    assert_int_equal(committer_pending(rig->committer), 0);
}

static int64_t value(struct rig *rig, const char *name)
{
    struct transaction *batch = bench_batch(rig->bench);
    int64_t found = bench_value(batch, BOOK_COUNTERS, name);
    transaction_abort(batch);
    return found;
}

static void test_pieces_run_in_order_and_files_come_first(void **state)
{
    struct rig *rig = rig_begin(*state);
    struct part first = {.name = "0", .waits = true},
                parts[3] = {{.name = "1"}, {.name = "2"}, {.name = "3"}};
    assert_done(hand(rig, &first, false, false, error));
    for (int i = 0; i < 3; i++)
        assert_done(hand(rig, &parts[i], true, false, error));
    run(rig);
    /* Whether the first was taken alone or with the others depends on the threads; the order of each does not. */
    assert_non_null(strstr(rig->notes, "p1 p2 p3 "));
    assert_non_null(strstr(rig->notes, "w1 w2 w3 "));
    assert_true(strstr(rig->notes, "p3") < strstr(rig->notes, "w1"));
    assert_non_null(strstr(rig->notes, "d1 d2 d3 "));
    for (int i = 0; i < 3; i++) {
        struct error error = ERROR_NONE;
        assert_int_equal(parts[i].called, 1);
        assert_int_equal(value(rig, parts[i].name), 1);
        int file = vault_open_object(rig->vault, &parts[i].digest, NULL, &error);
        assert_true(file >= 0);
        close(file);
    }
    rig_end(rig);
}

static void test_a_failing_piece_is_undone_alone(void **state)
{
    struct rig *rig = rig_begin(*state);
    struct part parts[4] = {{.name = "a", .waits = true},
                            {.name = "b", .work_fails = true},
                            {.name = "c", .prepare_fails = true},
                            {.name = "d"}};
    for (int i = 0; i < 4; i++)
        assert_done(hand(rig, &parts[i], i == 2, false, error));
    run(rig);
    static const enum fault faults[4] = {FAULT_NONE, FAULT_INPUT, FAULT_TEMPORARY, FAULT_NONE};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(parts[i].called, 1);
        assert_int_equal(parts[i].fault, faults[i]);
        assert_int_equal(value(rig, parts[i].name), faults[i] == FAULT_NONE ? 1 : -1);
    }
    assert_null(strstr(rig->notes, "wc"));
    assert_null(committer_failure(rig->committer));
    rig_end(rig);
    bench_reopen(*state);
    struct transaction *batch = bench_batch(*state);
    assert_int_equal(bench_value(batch, BOOK_COUNTERS, "d"), 1);
    transaction_abort(batch);
}

static void test_a_piece_that_wants_to_be_alone_is(void **state)
{
    struct rig *rig = rig_begin(*state);
    struct part parts[4] = {{.name = "a", .waits = true}, {.name = "b"}, {.name = "c"}, {.name = "d"}};
    for (int i = 0; i < 4; i++)
        assert_done(hand(rig, &parts[i], i > 0, i == 2, error));
    run(rig);
    assert_non_null(strstr(rig->notes, "wb "));
    assert_true(strstr(rig->notes, "wb") < strstr(rig->notes, "pc"));
    assert_true(strstr(rig->notes, "wc") < strstr(rig->notes, "pd"));
    rig_end(rig);
}

static void test_what_was_handed_over_before_the_end_is_done(void **state)
{
    struct rig *rig = rig_begin(*state);
    struct part parts[2] = {{.name = "a", .waits = true}, {.name = "b"}}, late = {.name = "late"};
    for (int i = 0; i < 2; i++)
        assert_done(hand(rig, &parts[i], false, false, error));
    loop_stop(rig->loop);
    assert_fault(hand(rig, &late, false, false, error), FAULT_TEMPORARY);
    sem_post(&rig->gate);
    committer_stop(rig->committer);
    rig->committer = NULL;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(parts[i].called, 1);
        assert_int_equal(parts[i].fault, FAULT_NONE);
        assert_int_equal(value(rig, parts[i].name), 1);
    }
    assert_int_equal(late.called, 0);
    rig_end(rig);
}

/* Those that go first neither wait for what was handed over before nor keep it waiting for long. */
static void test_who_goes_first(void **state)
{
    struct rig *rig = rig_begin(*state);
    struct part held = {.name = "0", .waits = true, .first = true},
                ordinary[2] = {{.name = "x"}, {.name = "y"}},
                first[8] = {{.name = "a"}, {.name = "b"}, {.name = "c"}, {.name = "d"},
                            {.name = "e"}, {.name = "f"}, {.name = "g"}, {.name = "h"}};
    assert_done(hand(rig, &held, false, true, error));
    for (int i = 0; i < 2; i++)
        assert_done(hand(rig, &ordinary[i], false, false, error));
    for (int i = 0; i < 8; i++) {
        first[i].first = true;
        assert_done(hand(rig, &first[i], false, true, error));
    }
    run(rig);
    const char *x = strstr(rig->notes, "wx"), *y = strstr(rig->notes, "wy");
    assert_true(strstr(rig->notes, "wa") < x && x < y && y < strstr(rig->notes, "wh"));
    assert_true(strstr(rig->notes, "wa") < strstr(rig->notes, "wb"));
    for (int i = 0; i < 8; i++)
        assert_int_equal(value(rig, first[i].name), 1);
    rig_end(rig);
}

static bool noted(struct rig *rig, const char *what)
{
    pthread_mutex_lock(&rig->mutex);
    bool found = strstr(rig->notes, what) != NULL;
    pthread_mutex_unlock(&rig->mutex);
    return found;
}

static void test_one_that_goes_first_cuts_a_batch_short(void **state)
{
    struct rig *rig = rig_begin(*state);
    struct part zero = {.name = "0", .waits = true}, first = {.name = "f", .first = true},
                parts[7] = {{.name = "1"},
                            {.name = "2"},
                            {.name = "3"},
                            {.name = "4", .waits = true},
                            {.name = "5", .prepare_fails = true},
                            {.name = "6"},
                            {.name = "7"}};
    assert_done(hand(rig, &zero, false, false, error));
    for (int i = 0; i < 7; i++)
        assert_done(hand(rig, &parts[i], true, false, error));
    sem_post(&rig->gate);
    while (!noted(rig, "w3 "))
        sched_yield();
    /* It comes while the fourth is being worked on. */
    assert_done(hand(rig, &first, true, false, error));
    run(rig);
    assert_non_null(strstr(rig->notes, "p1 p2 p3 p4 p5 p6 p7 "));
    const char *then = strstr(rig->notes, "wf ");
    assert_non_null(then);
    assert_true(strstr(rig->notes, "w4 ") < then);
    assert_true(strstr(rig->notes, "w6 ") > then && strstr(rig->notes, "w7 ") > strstr(rig->notes, "w6 "));
    assert_null(strstr(then, "p")); /* what is left was prepared once */
    assert_null(strstr(rig->notes, "w5"));
    for (int i = 0; i < 7; i++)
        assert_int_equal(parts[i].called, 1);
    assert_int_equal(parts[4].fault, FAULT_TEMPORARY);
    assert_int_equal(parts[5].fault, FAULT_NONE);
    assert_int_equal(value(rig, "7"), 1);
    rig_end(rig);
}

/* Many files are put into the vault while a batch is at work; but none behind a piece that wants to be alone, which
   finds no file without its record. */
static void test_files_are_prepared_beside_a_batch(void **state)
{
    enum { MANY = 30 };
    struct rig *rig = rig_begin(*state);
    struct part zero = {.name = "0", .waits = true}, alone = {.name = "A"}, before[MANY], behind[MANY];
    static char names[2][MANY][8];
    assert_done(hand(rig, &zero, false, false, error));
    while (!noted(rig, "g0 "))
        sched_yield();
    for (int i = 0; i < MANY; i++) {
        snprintf(names[0][i], sizeof names[0][i], "a%d", i);
        snprintf(names[1][i], sizeof names[1][i], "b%d", i);
        before[i] = (struct part){.name = names[0][i], .prepare_fails = i == 3, .work_fails = i == 4};
        behind[i] = (struct part){.name = names[1][i]};
        assert_done(hand(rig, &before[i], true, false, error));
    }
    assert_done(hand(rig, &alone, false, true, error));
    for (int i = 0; i < MANY; i++)
        assert_done(hand(rig, &behind[i], true, false, error));
    while (!noted(rig, "pa7 ")) /* the gate is closed: nothing but the second thread does that */
        sched_yield();
    assert_false(noted(rig, "w0 "));
    assert_false(noted(rig, "pb0 "));
    run(rig);
    const char *then = strstr(rig->notes, "wA "), *last = NULL;
    for (int i = 0; i < MANY; i++) {
        char words[16];
        snprintf(words, sizeof words, "w%s ", before[i].name);
        const char *worked = strstr(rig->notes, words);
        assert_true(i == 3 ? worked == NULL : worked > last && worked < then);
        last = worked == NULL ? last : worked;
        snprintf(words, sizeof words, "p%s ", behind[i].name);
        const char *prepared = strstr(rig->notes, words);
        assert_true(prepared > then);
        assert_null(strstr(prepared + 1, words));
        assert_int_equal(before[i].called, 1);
        assert_int_equal(before[i].fault, i == 3 ? FAULT_TEMPORARY : i == 4 ? FAULT_INPUT : FAULT_NONE);
        assert_int_equal(value(rig, before[i].name), i == 3 || i == 4 ? -1 : 1);
        assert_int_equal(value(rig, behind[i].name), 1);
    }
    rig_end(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pieces_run_in_order_and_files_come_first, bench_begin,
                                        bench_end),
        cmocka_unit_test_setup_teardown(test_a_failing_piece_is_undone_alone, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_a_piece_that_wants_to_be_alone_is, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_who_goes_first, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_one_that_goes_first_cuts_a_batch_short, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_files_are_prepared_beside_a_batch, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_what_was_handed_over_before_the_end_is_done, bench_begin,
                                        bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
