/*
 * Events: the chain, its verification here and by the auditor's script, and what a tamperer is caught at.
 */
#include "tests/support/casebook.h"

#include <sys/wait.h>

#include "base/text.h"
#include "casebook/audit.h"
#include "casebook/event.h"
#include "casebook/internal.h"

static void append(struct transaction *batch, int count)
{
    for (int i = 0; i < count; i++) {
        struct event event = {.actor = "inv1",
                              .role = "investigator",
                              .action = "decision-applied",
                              .docket = i % 2 == 0 ? "FR-2026-000001" : NULL,
                              .object = i % 3 == 0 ? event_no_hash : "",
                              .clause = i % 5 == 0 ? "R19" : NULL,
                              .outcome = i % 7 == 0 ? NULL : "confirm"};
        int64_t sequence = 0;
        assert_done(event_append(batch, 1700000000000 + i, &event, &sequence, error));
        assert_true(sequence > i);
    }
}

static void test_line_is_what_the_format_says(void **state)
{
    struct transaction *batch = bench_batch(*state);
    struct event event = {.action = "docket opened", .actor = "D\\jane \"x\" 100%\xC3\xA9\n"};
    int64_t sequence = 0;
    assert_done(event_append(batch, 1700000000000, &event, &sequence, error));
    assert_int_equal(sequence, 1);
    char *line = NULL;
    assert_done(event_line(batch, 1, &line, error));
    const char *expected =
        "{\"action\":\"docket%20opened\",\"actor\":\"D%5Cjane%20%22x%22%20100%25%C3%A9%0A\","
        "\"at\":\"2023-11-14T22:13:20.000Z\",";
    assert_memory_equal(line, expected, strlen(expected));
    assert_non_null(strstr(line,
                           "\",\"outcome\":\"done\",\"previous\":\"0000000000000000000000000000000000000000"
                           "000000000000000000000000\",\"role\":\"system\",\"sequence\":1}"));
    free(line);
    assert_fault(event_line(batch, 2, &line, error), FAULT_ABSENT);
    struct event nothing = {.actor = "x"};
    assert_fault(event_append(batch, 0, &nothing, NULL, error), FAULT_INTERNAL);
    transaction_abort(batch);
}

static void test_long_fields_are_cut(void **state)
{
    struct transaction *batch = bench_batch(*state);
    char name[2000];
    memset(name, ' ', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    struct event event = {.action = "drop-claimed", .actor = name};
    assert_done(event_append(batch, 0, &event, NULL, error));
    char *line = NULL, hash[DIGEST_TEXT_SIZE];
    assert_done(event_line(batch, 1, &line, error));
    assert_true(strlen(line) < 700);
    assert_done(event_line_verify(line, strlen(line), 1, event_no_hash, hash, error));
    free(line);
    transaction_abort(batch);
}

static void test_aborted_events_leave_no_gap(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    append(batch, 3);
    struct transaction *child = bench_nested(bench, batch);
    append(child, 2);
    transaction_abort(child);
    append(batch, 1);
    char hash[DIGEST_TEXT_SIZE];
    int64_t sequence = 0;
    assert_done(event_head(batch, &sequence, hash, error));
    assert_int_equal(sequence, 4);
    json_t *report = NULL;
    struct vault *vault = NULL;
    assert_done(vault_open(bench_path(bench, "vault"), &vault, error));
    assert_done(audit_verify(batch, vault, &report, error));
    assert_int_equal(json_array_size(json_object_get(report, "problems")), 0);
    assert_int_equal(json_whole(report, "events", 0), 4);
    assert_string_equal(json_text(json_object_get(report, "head"), "hash"), hash);
    json_decref(report);
    vault_close(vault);
    transaction_abort(batch);
}

static void test_verify_finds_each_kind_of_tampering(void **state)
{
    struct transaction *batch = bench_batch(*state);
    append(batch, 2);
    char *line = NULL, hash[DIGEST_TEXT_SIZE], before[DIGEST_TEXT_SIZE];
    assert_done(event_line(batch, 1, &line, error));
    assert_done(event_line_verify(line, strlen(line), 1, event_no_hash, before, error));
    free(line);
    assert_done(event_line(batch, 2, &line, error));
    size_t length = strlen(line);
    assert_done(event_line_verify(line, length, 2, before, hash, error));
    assert_fault(event_line_verify(line, length, 3, before, hash, error), FAULT_INPUT);
    assert_fault(event_line_verify(line, length, 2, event_no_hash, hash, error), FAULT_INPUT);
    assert_fault(event_line_verify(line, length - 1, 2, before, hash, error), FAULT_INPUT);
    /* Every single byte counts. */
    for (size_t i = 0; i < length; i++) {
        line[i] ^= 1;
        struct error wrong = ERROR_NONE;
        if (event_line_verify(line, length, 2, before, hash, &wrong))
            fail_msg("a flip of byte %zu was not noticed", i);
        line[i] ^= 1;
    }
    char spaced[1024];
    snprintf(spaced, sizeof spaced, "%.*s }", (int)length - 1, line);
    assert_fault(event_line_verify(spaced, strlen(spaced), 2, before, hash, error), FAULT_INPUT);
    free(line);
    transaction_abort(batch);
}

/* Run the auditor's script over `lines`; its exit code. */
static int script(struct bench *bench, const char *lines, const char *argument)
{
    int directory = open(bench->directory, O_RDONLY | O_DIRECTORY);
    assert_done(file_write_durable(directory, "lines", lines, strlen(lines), 0600, error));
    close(directory);
    char command[1024];
    snprintf(command, sizeof command, "sh docs/verify-events %s < %s/lines > %s/said 2>&1", argument,
             bench->directory, bench->directory);
    int status = system(command);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_script_of_the_auditor(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    append(batch, 12);
    struct text lines = TEXT_EMPTY;
    int64_t next = 1;
    while (next != 0) /* tiny slices: one line each */
        assert_done(audit_export(batch, next, 1, &lines, &next, error));
    assert_int_equal(script(bench, lines.bytes, ""), 0);
    /* From the middle, with the hash of the event before. */
    char *third = lines.bytes;
    for (int i = 0; i < 2; i++)
        third = strchr(third, '\n') + 1;
    char hash[DIGEST_TEXT_SIZE] = "", *stated = strstr(strchr(lines.bytes, '\n'), "\"hash\":\"") + 8;
    memcpy(hash, stated, 64);
    assert_int_equal(script(bench, third, hash), 0);
    assert_int_equal(script(bench, third, ""), 65);
    /* A changed word, a line left out, two lines swapped. */
    char *word = strstr(third, "investigator");
    word[0] = 'I';
    assert_int_equal(script(bench, lines.bytes, ""), 65);
    word[0] = 'i';
    assert_int_equal(script(bench, lines.bytes, ""), 0);
    char *fourth = strchr(third, '\n') + 1;
    struct text shorter = TEXT_EMPTY;
    text_add_bytes(&shorter, lines.bytes, (size_t)(third - lines.bytes));
    text_add(&shorter, fourth);
    assert_int_equal(script(bench, shorter.bytes, ""), 65);
    text_free(&shorter);
    text_add_bytes(&shorter, lines.bytes, (size_t)(third - lines.bytes));
    text_add_bytes(&shorter, fourth, (size_t)(strchr(fourth, '\n') + 1 - fourth));
    text_add_bytes(&shorter, third, (size_t)(fourth - third));
    assert_int_equal(script(bench, shorter.bytes, ""), 65);
    text_free(&shorter);
    text_free(&lines);
    transaction_abort(batch);
}

static void problems_are(struct transaction *batch, struct vault *vault, const char *kinds)
{
    json_t *report = NULL, *problem;
    size_t index;
    char found[1024] = "";
    assert_done(audit_verify(batch, vault, &report, error));
    json_array_foreach(json_object_get(report, "problems"), index, problem)
    {
        strcat(found, json_text(problem, "kind"));
        strcat(found, " ");
        strcat(found, json_text(problem, "subject"));
        strcat(found, "; ");
    }
    json_decref(report);
    assert_string_equal(found, kinds);
}

static void test_audit_of_a_tampered_chain(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = NULL;
    assert_done(vault_open(bench_path(bench, "vault"), &vault, error));
    struct transaction *batch = bench_batch(bench), *child = NULL;
    append(batch, 9);
    problems_are(batch, vault, "");
    char *line = NULL;
    assert_done(event_line(batch, 4, &line, error));

    child = bench_nested(bench, batch);
    *strstr(line, "investigator") = 'X';
    assert_done(bytes_put(child, BOOK_EVENTS, "0000000000000004", line, strlen(line), error));
    problems_are(child, vault, "event-changed event 4; ");
    transaction_abort(child);

    child = bench_nested(bench, batch);
    assert_done(book_remove(child, BOOK_EVENTS, "0000000000000004", error));
    assert_done(book_remove(child, BOOK_EVENTS, "0000000000000005", error));
    problems_are(child, vault, "event-missing event 4; ");
    transaction_abort(child);

    child = bench_nested(bench, batch);
    assert_done(book_remove(child, BOOK_EVENTS, "0000000000000009", error));
    problems_are(child, vault, "head-differs head; ");
    transaction_abort(child);

    child = bench_nested(bench, batch);
    assert_done(bytes_put(child, BOOK_EVENTS, "0000000000000004", "nonsense", 8, error));
    /* What a destroyed line stated is lost, so the next one cannot follow on it either. */
    problems_are(child, vault, "event-changed event 4; event-changed event 5; ");
    transaction_abort(child);

    free(line);
    vault_close(vault);
    transaction_abort(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_line_is_what_the_format_says, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_long_fields_are_cut, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_aborted_events_leave_no_gap, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_verify_finds_each_kind_of_tampering, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_script_of_the_auditor, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_audit_of_a_tampered_chain, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
