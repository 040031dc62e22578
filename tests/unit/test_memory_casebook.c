/*
 * Memory that runs out within a batch: it is committed whole or it is not there at all, the error says that it may be tried
 * again or that the process has to stop, and what comes after finds the casebook as it was.
 *
 * The n-th allocation fails, some hundred places; ALLOCATIONS=every tries all of them (make allocations).
 */
#include "tests/support/casebook.h"

#include "base/clock.h"
#include "casebook/audit.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "casebook/queue.h"
#include "casebook/vault.h"
#include "tests/support/failing_allocation.h"

#ifdef __SANITIZE_ADDRESS__
/* Berkeley DB frees nothing of an environment that it lets nothing more happen in: that process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libdb-5.3";
}
#endif

enum { PLACES = 60, OPENINGS = 6 };

static size_t step_of(size_t all, size_t places)
{
    return getenv("ALLOCATIONS") != NULL || all < places ? 1 : all / places;
}

static bool count_one(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key, (void)value, (void)error;
    ++*(size_t *)context;
    return true;
}

static bool take_in(struct transaction *batch, json_t *docket, size_t *seen, struct error *error)
{
    int64_t row_id = 0;
    size_t corrupt = 0;
    json_t *row = json_pack("{s:s, s:O, s:s, s:[]}", "kind", "receipt", "docket",
                            json_object_get(docket, "docket"), "directory", "out/precinct-014/x", "files");
    const struct event event = {.action = "looked"};
    bool done = (row != NULL || error_set(error, FAULT_TEMPORARY, "no row")) &&
                docket_change_state(batch, docket, DOCKET_QUEUED, clock_now(), NULL, NULL, NULL, error) &&
                queue_add(batch, docket, clock_now(), error) &&
                outbox_add(batch, row, clock_now(), &row_id, error) &&
                event_append(batch, 0, &event, NULL, error) &&
                book_walk(batch, BOOK_DOCKETS, "", NULL, count_one, seen, &corrupt, error);
    if (done && corrupt > 0)
        done = error_set(error, FAULT_INTERNAL, "a sound record was taken for a damaged one");
    json_decref(row);
    return done;
}

/* A batch with one nested transaction, as the committer makes them. */
static bool commit_docket(struct casebook *casebook, json_t *docket, size_t *seen, struct error *error)
{
    struct transaction *batch = NULL, *nested = NULL;
    if (!transaction_begin(casebook, NULL, &batch, error))
        return false;
    if (transaction_begin(casebook, batch, &nested, error)) {
        if (!take_in(nested, docket, seen, error))
            transaction_abort(nested);
        else if (transaction_commit(nested, error))
            return transaction_commit(batch, error);
    }
    transaction_abort(batch);
    return false;
}

static json_t *new_docket(size_t number)
{
    char name[32];
    snprintf(name, sizeof name, "FR-2026-%06zu", number);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:{s:s, s:s, s:s}}", "docket", name, "command",
                     "precinct-014", "requestId", "r", "received", "2026-11-22T10:00:00.000Z", "lane",
                     "routine", "round", 1, "request", "caseNumber", "C-1", "use", "U1", "basis", "because");
}

static void look(struct bench *bench, size_t *dockets, int64_t *events)
{
    char hash[DIGEST_TEXT_SIZE];
    size_t corrupt = 0;
    struct transaction *batch = bench_batch(bench);
    *dockets = 0;
    assert_done(book_walk(batch, BOOK_DOCKETS, "", NULL, count_one, dockets, &corrupt, error));
    assert_int_equal(corrupt, 0);
    assert_done(event_head(batch, events, hash, error));
    transaction_abort(batch);
}

/* Berkeley DB may have had no memory to undo with: then it lets nothing more happen in this process. */
static bool stopped(struct bench *bench)
{
    struct error error = ERROR_NONE;
    struct transaction *batch = NULL;
    if (transaction_begin(bench->casebook, NULL, &batch, &error))
        transaction_abort(batch);
    else
        assert_int_equal(error.fault, FAULT_DURABILITY);
    return error.fault != FAULT_NONE;
}

/* One more docket, with its allocation `place` failing (0: none). Was there such a place? */
static bool try_batch(struct bench *bench, size_t place, bool lasting, size_t *all)
{
    struct error error = ERROR_NONE;
    size_t before, after, seen = 0;
    int64_t events_before, events_after;
    static size_t number;
    look(bench, &before, &events_before);
    json_t *docket = new_docket(++number);
    allocation_arm(place, lasting);
    bool done = commit_docket(bench->casebook, docket, &seen, &error);
    allocation_disarm();
    *all = allocation.count;
    bool reached = allocation.failed;
    json_decref(docket);
    if (!done && error.fault != FAULT_TEMPORARY && error.fault != FAULT_DURABILITY)
        fail_msg("allocation %zu: fault %d: %s", place, (int)error.fault, error.text);
    if (done && seen != before + 1)
        fail_msg("allocation %zu: the walk saw %zu of %zu dockets", place, seen, before + 1);
    if (stopped(bench))
        bench_reopen(bench);
    look(bench, &after, &events_after);
    /* Where it is not known whether the commit reached the disk, all of it did or nothing. */
    bool there = after == before + 1;
    if ((after != before && !there) || (done && !there) ||
        (!done && there && error.fault != FAULT_DURABILITY) || (events_after > events_before) != there)
        fail_msg("allocation %zu: %s, and %zu dockets became %zu, %d events %d", place, error.text, before,
                 after, (int)events_before, (int)events_after);
    return reached;
}

static void test_batches(void **state)
{
    struct bench *bench = *state;
    size_t all = 0, ignored;
    try_batch(bench, 0, false, &all);
    try_batch(bench, 0, false, &all);
    assert_true(all > 0);
    /* Without any memory left nothing can be undone, and the books are opened anew: that takes its time. */
    for (size_t place = 1, tried = 0; place <= all; place += step_of(all, PLACES), tried++) {
        assert_true(try_batch(bench, place, false, &ignored));
        if (tried % 6 == 0)
            try_batch(bench, place, true, &ignored);
    }
    struct vault *vault = NULL;
    json_t *report = NULL;
    struct transaction *batch = bench_batch(bench);
    assert_done(vault_open(bench_path(bench, "vault"), &vault, error));
    assert_done(audit_verify(batch, vault, &report, error));
    assert_int_equal(json_array_size(json_object_get(report, "problems")), 0);
    json_decref(report);
    vault_close(vault);
    transaction_abort(batch);
}

/* An opening that failed is no harm to the next one. */
static void test_openings(void **state)
{
    struct bench *bench = *state;
    size_t all, ignored;
    try_batch(bench, 0, false, &all);
    char *path = strdup(bench_path(bench, "casebook"));
    bool reached = true;
    for (size_t place = 0, step = 1; reached; place += step) {
        struct error error = ERROR_NONE;
        casebook_close(bench->casebook, NULL);
        bench->casebook = NULL;
        allocation_arm(place, false);
        bool done = casebook_open(path, &bench->casebook, &error);
        allocation_disarm();
        reached = place == 0 || allocation.failed;
        if (place == 0)
            step = step_of(allocation.count, OPENINGS);
        if (!done &&
            (error.fault == FAULT_NONE || error.fault == FAULT_INPUT || error.fault == FAULT_INTERNAL))
            fail_msg("allocation %zu: fault %d: %s", place, (int)error.fault, error.text);
        if (!done)
            assert_null(bench->casebook);
        bench_reopen(bench);
        try_batch(bench, 0, false, &ignored);
    }
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_batches, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_openings, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
