/*
 * Tasks of a run: how they are cut, named, written and put together again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "match/run_found.h"
#include "match/run_tasks.h"
#include "match/search.h"

static json_t *parsed(const char *text)
{
    json_t *value = json_loads(text, 0, NULL);
    if (value == NULL)
        fail_msg("no JSON: %s", text);
    return value;
}

static void cut_and_named(void **state)
{
    (void)state;
    json_t *parameters =
        parsed("{\"probes\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}],\"length\":20,\"segments\":[]}");
    json_t *probes = parsed("[\"d1\",\"d2\",\"d3\"]"), *engine = parsed("{\"id\":\"e\",\"version\":\"1\"}");
    static const size_t counts[] = {3, 2, 1};
    struct error error = ERROR_NONE;
    for (size_t most = 1; most <= 3; most++) {
        json_t *tasks = run_tasks(parameters, probes, engine, most),
               *again = run_tasks(parameters, probes, engine, most);
        assert_int_equal(json_array_size(tasks), counts[most - 1]);
        const json_t *last = json_array_get(tasks, json_array_size(tasks) - 1);
        const json_t *rows = json_object_get(json_object_get(last, "parameters"), "probes");
        assert_int_equal(json_array_size(rows), json_array_size(json_object_get(last, "probes")));
        assert_string_equal(json_text(json_array_get(rows, json_array_size(rows) - 1), "id"), "c");
        assert_int_equal(json_whole(json_object_get(last, "parameters"), "length", 0), 20);
        char first[DIGEST_TEXT_SIZE], same[DIGEST_TEXT_SIZE], other[DIGEST_TEXT_SIZE];
        assert_true(run_task_name(json_array_get(tasks, 0), first, &error));
        assert_true(run_task_name(json_array_get(again, 0), same, &error));
        assert_string_equal(first, same);
        if (json_array_size(tasks) > 1) {
            assert_true(run_task_name(json_array_get(tasks, 1), other, &error));
            assert_string_not_equal(first, other);
        }
        json_decref(tasks);
        json_decref(again);
    }
    /* Another sealed photo is another task. */
    char before[DIGEST_TEXT_SIZE], after[DIGEST_TEXT_SIZE];
    json_t *tasks = run_tasks(parameters, probes, engine, 3);
    assert_true(run_task_name(json_array_get(tasks, 0), before, &error));
    json_decref(tasks);
    json_object_set_new(parameters, "sealed", parsed("[\"P-1\"]"));
    tasks = run_tasks(parameters, probes, engine, 3);
    assert_true(run_task_name(json_array_get(tasks, 0), after, &error));
    assert_string_not_equal(before, after);
    json_decref(tasks);
    json_decref(parameters);
    json_decref(probes);
    json_decref(engine);
}

/* How large tasks are. */
static void planned(void **state)
{
    (void)state;
    static const struct {
        int64_t photos, full_below, share, limit;
        size_t probes, most;
        bool whole;
        struct run_plan plan;
        const char *first;
    } rows[] = {
        {320, 0, 0, 0, 5, 64, false, {5, 1, false}, NULL},
        {320, 0, 0, 0, 5, 2, false, {2, 1, false}, NULL},
        {320, 0, 0, 100, 5, 64, false, {5, 4, false}, NULL},
        {320, 320, 0, 100, 5, 64, false, {5, 4, true}, NULL},
        {320, 321, 0, 100, 5, 64, false, {5, 4, false}, NULL},
        {320, 320, 0, 0, 5, 64, false, {5, 1, false}, NULL}, /* one task knows its own threshold */
        {320, 320, 0, 100, 5, 64, true, {5, 1, false}, NULL},
        {320, 0, 0, 1, 5, 64, false, {5, 320, false}, NULL},
        {5000000, 0, 0, 1, 5, 64, false, {5, SEARCH_PARTS_MOST, true}, NULL},
        {0, 0, 0, 1, 5, 64, false, {5, 1, false}, NULL},
        {24000000, 100000000, 0, 0, 1, 64, false, {1, 1, false}, NULL}, /* a minute */
        {24000001, 100000000, 0, 0, 1, 64, false, {1, 2, false}, NULL},
        {900000, 0, 0, 0, 64, 64, false, {64, 3, false}, NULL},
        {10000000, 0, 80, 0, 64, 64, false, {64, 3, true}, "hash"}, /* few of many are compared */
        {10000000, 0, 80, 0, 64, 64, false, {64, 8, true}, "coarse"},
        {10000000, 0, 0, 0, 64, 64, false, {64, 10, true}, NULL},
        {10000000, 0, 1000, 0, 64, 64, false, {64, 28, true}, "hash"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct run_limits limits = {rows[i].most, rows[i].limit, rows[i].whole};
        struct run_plan plan;
        json_t *parameters =
            json_pack("{s:[{s:I},{s:I}]}", "segments", "count", (json_int_t)(rows[i].photos / 2), "count",
                      (json_int_t)(rows[i].photos - rows[i].photos / 2));
        if (rows[i].full_below > 0)
            json_put_whole(parameters, "full_below", rows[i].full_below);
        if (rows[i].share > 0)
            json_put_whole(parameters, "share", rows[i].share);
        json_put_text(parameters, "first", rows[i].first);
        run_plan(parameters, rows[i].probes, &limits, &plan);
        if (plan.probes != rows[i].plan.probes || plan.parts != rows[i].plan.parts ||
            plan.counts != rows[i].plan.counts)
            fail_msg("row %zu: %zu probes, %u parts, %d", i, plan.probes, plan.parts, plan.counts);
        json_decref(parameters);
    }
}

/* Groups by parts; a group without thresholds is left out. */
static void cut_in_parts(void **state)
{
    (void)state;
    json_t *parameters =
        parsed("{\"probes\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}],\"length\":20,\"segments\":[]}");
    json_t *probes = parsed("[\"d1\",\"d2\",\"d3\"]"), *engine = parsed("{\"id\":\"e\",\"version\":\"1\"}"),
           *thresholds = parsed("[null,[7]]");
    const struct run_plan plan = {.probes = 2, .parts = 3, .counts = true};
    json_t *tasks = run_part_tasks(parameters, probes, engine, &plan, "count", NULL);
    assert_int_equal(json_array_size(tasks), 6);
    const json_t *cut = json_object_get(json_object_get(json_array_get(tasks, 4), "parameters"), "cut");
    assert_int_equal(json_whole(cut, "part", -1), 1);
    assert_null(json_object_get(cut, "thresholds"));
    json_decref(tasks);
    tasks = run_part_tasks(parameters, probes, engine, &plan, "compare", thresholds);
    assert_int_equal(json_array_size(tasks), 3);
    char *text = json_canonical(json_array_get(tasks, 2));
    assert_string_equal(
        text, "{\"engine\":{\"id\":\"e\",\"version\":\"1\"},\"parameters\":{\"cut\":{\"part\":2,\"parts\":3,"
              "\"step\":\"compare\",\"thresholds\":[7]},\"length\":20,\"probes\":[{\"id\":\"c\"}],"
              "\"segments\":[]},\"probes\":[\"d3\"],\"schema\":1}");
    free(text);
    json_decref(tasks), json_decref(parameters), json_decref(probes), json_decref(engine),
        json_decref(thresholds);
}

#define CUT "\"cut\":{\"step\":\"count\",\"part\":1,\"parts\":3}"

/* An answer that is not what was asked for, or not like the others, is not added. */
static void added(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    json_t *task = parsed("{\"parameters\":{\"probes\":[{\"id\":\"a\"}]," CUT "}}");
    static const char *const good =
        "{\"snapshot\":\"aa\",\"stages\":2,\"searched\":30,\"parameters\":{\"share\":100}," CUT
        ",\"probes\":[{\"id\":\"a\",\"steps\":[5,2,9,1]}]}";
    static const char *const bad[] = {
        "{}",
        "{\"snapshot\":\"aa\"," CUT ",\"probes\":[]}",
        "{\"snapshot\":\"aa\"," CUT ",\"probes\":[{\"id\":\"b\",\"steps\":[]}]}",
        "{\"snapshot\":\"aa\"," CUT ",\"probes\":[{\"id\":\"a\",\"steps\":[1]}]}",
        "{\"snapshot\":\"aa\"," CUT ",\"probes\":[{\"id\":\"a\",\"steps\":[4096,1]}]}",
        "{\"snapshot\":\"aa\"," CUT ",\"probes\":[{\"id\":\"a\",\"steps\":[-1,1]}]}",
        "{\"snapshot\":\"aa\"," CUT ",\"probes\":[{\"id\":\"a\",\"steps\":[1,0]}]}",
        "{\"snapshot\":\"aa\"," CUT ",\"probes\":[{\"id\":\"a\"}]}",
        "{\"snapshot\":\"aa\",\"cut\":{\"step\":\"count\",\"part\":2,\"parts\":3},\"probes\":[{\"id\":\"a\","
        "\"steps\":[]}]}",
        "{\"snapshot\":\"aa\",\"cut\":{\"step\":\"compare\",\"part\":1,\"parts\":3},\"probes\":[{\"id\":"
        "\"a\",\"compared\":0,"
        "\"places\":\"\"}]}",
        "{\"probes\":[{\"id\":\"a\",\"steps\":[]}]}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct run_found *found = run_found_make(1);
        json_t *answer = parsed(bad[i]);
        if (run_found_add(found, task, answer, &error))
            fail_msg("%s", bad[i]);
        json_decref(answer);
        run_found_free(found);
    }
    struct run_found *found = run_found_make(1);
    json_t *answer = parsed(good), *strange = parsed(good);
    assert_true(run_found_add(found, task, answer, &error));
    json_put_text(strange, "snapshot", "ab");
    assert_false(run_found_add(found, task, strange, &error));
    assert_true(run_found_add(found, task, answer, &error));
    /* 3 of 30 are wanted: 2 of step 9 and, with them, all 4 of step 5. */
    json_t *thresholds = run_found_thresholds(found);
    assert_int_equal(json_integer_value(json_array_get(thresholds, 0)), 5 << SEARCH_LIKENESS_SHIFT);
    json_decref(thresholds), json_decref(answer), json_decref(strange), json_decref(task);
    run_found_free(found);
}

static void merged(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    json_t *whole = NULL;
    json_t *answers = parsed("[{\"schema\":1,\"snapshot\":\"aa\",\"probes\":[{\"id\":\"a\"},{\"id\":\"b\"}]},"
                             "{\"schema\":1,\"snapshot\":\"aa\",\"probes\":[{\"id\":\"c\"}]}]");
    assert_true(run_tasks_merge(answers, &whole, &error));
    char *text = json_canonical(whole);
    assert_string_equal(
        text, "{\"probes\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}],\"schema\":1,\"snapshot\":\"aa\"}");
    free(text);
    json_decref(whole);
    json_decref(answers);

    static const char *const bad[] = {
        "[]",
        "[{\"snapshot\":\"aa\"}]",
        "[{\"snapshot\":\"aa\",\"probes\":[]},{\"snapshot\":\"ab\",\"probes\":[]}]",
        "[{\"snapshot\":\"aa\",\"probes\":[]},{\"snapshot\":\"aa\",\"probes\":{}}]",
        "[{\"snapshot\":\"aa\",\"probes\":[]},{\"snapshot\":\"aa\",\"more\":1,\"probes\":[]}]",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        answers = parsed(bad[i]);
        if (run_tasks_merge(answers, &whole, &error))
            fail_msg("%s", bad[i]);
        assert_null(whole);
        json_decref(answers);
    }
}

/* Every cut and every changed byte is noticed. */
static void result_files(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    size_t length = 0;
    json_t *answer = parsed("{\"probes\":[1,2,3]}"), *read = NULL;
    char *bytes = run_result_write(answer, &length);
    assert_true(run_result_read(bytes, length, &read, &error));
    assert_true(json_equal(answer, read));
    json_decref(read);
    for (size_t i = 0; i < length; i++) {
        assert_false(run_result_read(bytes, i, &read, &error));
        bytes[i] ^= 1;
        if (run_result_read(bytes, length, &read, &error))
            fail_msg("byte %zu changed", i);
        bytes[i] ^= 1;
    }
    free(bytes);
    json_decref(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cut_and_named), cmocka_unit_test(planned),
                                       cmocka_unit_test(cut_in_parts),  cmocka_unit_test(added),
                                       cmocka_unit_test(merged),        cmocka_unit_test(result_files)};
    return cmocka_run_group_tests_name("run_tasks", tests, NULL, NULL);
}
