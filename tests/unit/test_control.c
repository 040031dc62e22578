/*
 * Answers to commands over a temporary site: who may ask, what is shown, what is hidden, what is freed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sysexits.h>

#include <cmocka.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/hold.h"
#include "casebook/outbox.h"
#include "casebook/queue.h"
#include "spool/control.h"
#include "tests/support/test_site.h"

static struct test_site test;

static struct transaction *begin(void)
{
    struct transaction *transaction = NULL;
    struct error error = ERROR_NONE;
    assert_true(transaction_begin(test.casebook, NULL, &transaction, &error));
    return transaction;
}

static void commit(struct transaction *transaction)
{
    struct error error = ERROR_NONE;
    assert_true(transaction_commit(transaction, &error));
}

/* A new reference; commits when the answer says ok, as the daemon does. */
static json_t *ask_as(uid_t uid, const char *command, json_t *arguments)
{
    struct error error = ERROR_NONE;
    struct control_peer peer = {.uid = uid};
    struct control_context context = {
        .site = &test.site, .casebook = test.casebook, .vault = test.vault, .now = clock_now()};
    json_t *answer = NULL,
           *request = json_pack("{s:i, s:s, s:o}", "schema", 1, "command", command, "arguments", arguments);
    struct transaction *transaction = begin();
    assert_true(control_answer(transaction, &context, &peer, request, &answer, &error));
    if (json_flag(answer, "ok"))
        commit(transaction);
    else
        transaction_abort(transaction);
    json_decref(request);
    return answer;
}

static json_t *ask(const char *command, json_t *arguments)
{
    return ask_as(test.site.account, command, arguments);
}

static void make_docket(const char *number, const char *command, enum docket_state state, const char *extra)
{
    struct error error = ERROR_NONE;
    struct transaction *transaction = begin();
    json_t *docket =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:{s:s, s:s, s:s}}", "docket", number, "command", command,
                  "requestId", "r", "received", "2026-11-22T10:00:00.000Z", "lane", "routine", "round", 1,
                  "request", "caseNumber", "C-1", "use", "U1", "basis", "because");
    json_t *more = json_loads(extra, 0, NULL);
    assert_non_null(more);
    json_object_update(docket, more);
    json_decref(more);
    assert_true(docket_change_state(transaction, docket, state, clock_now(), NULL, NULL, NULL, &error));
    if (state == DOCKET_QUEUED)
        assert_true(queue_add(transaction, docket, clock_now(), &error));
    commit(transaction);
    json_decref(docket);
}

static int make_site(void **state)
{
    (void)state;
    test_site_make(&test);
    test_site_open(&test);
    make_docket("FR-2026-000001", "precinct-014", DOCKET_QUEUED, "{}");
    make_docket(
        "FR-2026-000002", "precinct-075", DOCKET_PEER,
        "{\"named\":{\"photo\":\"p1\",\"label\":\"C03\"},\"peers\":[{\"round\":1,\"slot\":1,\"by\":\"finch\","
        "\"verdict\":\"agree\"}]}");
    make_docket("FR-2026-000003", "precinct-014", DOCKET_CLOSED, "{}");
    return 0;
}

static int remove_site(void **state)
{
    (void)state;
    test_site_close(&test);
    test_site_remove(&test);
    return 0;
}

static size_t rows(json_t *arguments)
{
    json_t *answer = ask("list", arguments);
    assert_true(json_flag(answer, "ok"));
    size_t count = json_array_size(json_object_get(answer, "rows"));
    json_decref(answer);
    return count;
}

static void test_status(void **state)
{
    (void)state;
    json_t *answer = ask("status", json_object());
    assert_true(json_flag(answer, "ok"));
    assert_int_equal(json_whole(json_object_get(answer, "states"), "QUEUED", -1), 1);
    assert_int_equal(json_whole(json_object_get(answer, "queue"), "routine", -1), 1);
    assert_true(json_is_null(json_object_get(answer, "live")));
    json_decref(answer);
}

static void test_list(void **state)
{
    (void)state;
    assert_int_equal(rows(json_object()), 2);
    assert_int_equal(rows(json_pack("{s:b}", "all", 1)), 3);
    assert_int_equal(rows(json_pack("{s:[s]}", "states", "PEER")), 1);
    assert_int_equal(rows(json_pack("{s:[s]}", "states", "CLOSED")), 1);
    assert_int_equal(rows(json_pack("{s:s}", "command", "precinct-014")), 1);
    json_t *answer = ask("list", json_pack("{s:[s]}", "states", "LOST"));
    assert_false(json_flag(answer, "ok"));
    assert_int_equal(json_whole(answer, "exit", 0), EX_USAGE);
    json_decref(answer);
}

static void test_list_goes_in_slices(void **state)
{
    (void)state;
    char number[32], more[200] = "";
    size_t total = 0, slices = 0;
    for (int i = 0; i < 600; i++) {
        snprintf(number, sizeof number, "FR-2025-%06d", i + 1);
        make_docket(number, "precinct-014", DOCKET_INTAKE, "{}");
    }
    do {
        json_t *arguments = json_pack("{s:[s]}", "states", "INTAKE");
        if (more[0] != '\0')
            json_put_text(arguments, "more", more);
        json_t *answer = ask("list", arguments);
        total += json_array_size(json_object_get(answer, "rows"));
        snprintf(more, sizeof more, "%s", json_text(answer, "more"));
        json_decref(answer);
        slices++;
    } while (more[0] != '\0');
    assert_int_equal(total, 600);
    assert_true(slices >= 3);
}

static void test_show_wants_a_reason_and_is_an_event(void **state)
{
    (void)state;
    int64_t before = 0, after = 0;
    char hash[DIGEST_TEXT_SIZE], *line = NULL;
    json_t *answer = ask("show", json_pack("{s:s}", "id", "FR-2026-000002"));
    assert_int_equal(json_whole(answer, "exit", 0), EX_NOPERM);
    json_decref(answer);
    struct transaction *transaction = begin();
    assert_true(event_head(transaction, &before, hash, NULL));
    commit(transaction);
    answer = ask("show", json_pack("{s:s, s:s}", "id", "FR-2026-000002", "reason", "asked by the lab"));
    assert_true(json_flag(answer, "ok"));
    json_t *docket = json_object_get(answer, "docket");
    /* The round is running: nobody sees its verdicts. */
    assert_int_equal(json_array_size(json_object_get(docket, "peers")), 0);
    json_decref(answer);
    transaction = begin();
    assert_true(event_head(transaction, &after, hash, NULL));
    assert_int_equal(after, before + 1);
    assert_true(event_line(transaction, after, &line, NULL));
    assert_non_null(strstr(line, "\"looked\""));
    assert_null(strstr(line, "lab")); /* no text a person wrote */
    free(line);
    commit(transaction);
}

static void test_strangers_are_refused(void **state)
{
    (void)state;
    static const char *const commands[] = {"status", "list", "show", "why", "retry", "audit-verify"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        json_t *answer = ask_as(65534, commands[i], json_pack("{s:s}", "id", "FR-2026-000001"));
        assert_false(json_flag(answer, "ok"));
        assert_int_equal(json_whole(answer, "exit", 0), EX_NOPERM);
        json_decref(answer);
    }
}

static void test_why(void **state)
{
    (void)state;
    json_t *answer = ask("why", json_pack("{s:s}", "id", "FR-2026-000001"));
    assert_true(json_flag(answer, "ok"));
    assert_non_null(strstr(json_text(answer, "text"), "routine lane"));
    json_decref(answer);
    answer = ask("why", json_pack("{s:s}", "id", "nothing"));
    assert_int_equal(json_whole(answer, "exit", 0), EX_NOINPUT);
    json_decref(answer);
}

static void test_retry_frees_a_stuck_row_and_a_search(void **state)
{
    (void)state;
    int64_t id = 0;
    char text[16];
    json_t *row = json_pack("{s:s, s:s, s:s, s:[]}", "kind", "receipt", "docket", "FR-2026-000001",
                            "directory", "out/precinct-014/FR-2026-000001", "files"),
           *docket = NULL, *after = NULL;
    struct transaction *transaction = begin();
    assert_true(outbox_add(transaction, row, clock_now(), &id, NULL));
    json_put_text(row, "state", "stuck");
    json_put_whole(row, "attempts", 3);
    json_put_text(row, "reason", "share down");
    assert_true(outbox_put(transaction, row, NULL));
    assert_true(docket_get(transaction, "FR-2026-000001", &docket, NULL));
    assert_true(queue_attempt(transaction, docket, "memory", NULL, NULL));
    commit(transaction);
    json_decref(row);
    json_t *answer = ask("retry", json_pack("{s:s}", "id", "FR-2026-000001"));
    assert_true(json_flag(answer, "wake"));
    assert_int_equal(json_array_size(json_object_get(answer, "freed")), 2);
    json_decref(answer);
    transaction = begin();
    assert_true(outbox_get(transaction, id, &after, NULL));
    assert_string_equal(json_text(after, "state"), "publish");
    assert_int_equal(json_whole(after, "attempts", -1), 0);
    json_decref(after);
    assert_true(queue_get(transaction, docket, &after, NULL));
    assert_int_equal(json_whole(after, "attempts", -1), 0);
    json_decref(after);
    commit(transaction);
    json_decref(docket);
    snprintf(text, sizeof text, "%012lld", (long long)id);
    answer = ask("retry", json_pack("{s:s}", "id", text));
    assert_int_equal(json_whole(answer, "exit", 0), EX_DATAERR);
    json_decref(answer);
}

static void test_audit(void **state)
{
    (void)state;
    json_t *answer = NULL;
    char more[40] = "";
    do {
        json_decref(answer);
        json_t *arguments = json_object();
        if (more[0] != '\0')
            json_put_text(arguments, "more", more);
        answer = ask("audit-verify", arguments);
        assert_true(json_flag(answer, "ok"));
        snprintf(more, sizeof more, "%s", json_text(answer, "more"));
    } while (more[0] != '\0');
    const json_t *report = json_object_get(answer, "report");
    assert_int_equal(json_array_size(json_object_get(report, "problems")), 0);
    assert_true(json_whole(report, "events", 0) > 600);
    json_decref(answer);
    answer = ask("audit-export", json_pack("{s:i}", "from", 2));
    assert_non_null(strstr(json_text(answer, "lines"), "\"sequence\":2}\n"));
    json_decref(answer);
}

static void test_decision_and_bad_questions(void **state)
{
    (void)state;
    const char *hex = event_no_hash;
    json_t *answer = ask_as(65534, "decision", json_pack("{s:s}", "digest", hex));
    assert_true(json_flag(answer, "ok"));
    assert_false(json_flag(answer, "found"));
    json_decref(answer);
    answer = ask("decision", json_pack("{s:s}", "digest", "short"));
    assert_int_equal(json_whole(answer, "exit", 0), EX_USAGE);
    json_decref(answer);
    answer = ask("nonsense", json_object());
    assert_int_equal(json_whole(answer, "exit", 0), EX_USAGE);
    json_decref(answer);
    answer = ask("status", json_array());
    assert_int_equal(json_whole(answer, "exit", 0), EX_USAGE);
    json_decref(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_why),
        cmocka_unit_test(test_list_goes_in_slices),
        cmocka_unit_test(test_show_wants_a_reason_and_is_an_event),
        cmocka_unit_test(test_strangers_are_refused),
        cmocka_unit_test(test_retry_frees_a_stuck_row_and_a_search),
        cmocka_unit_test(test_audit),
        cmocka_unit_test(test_decision_and_bad_questions),
    };
    return cmocka_run_group_tests(tests, make_site, remove_site);
}
