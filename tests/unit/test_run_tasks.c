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
#include "match/run_tasks.h"

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
    json_t *probes = parsed("[\"d1\",\"d2\",\"d3\"]");
    static const size_t counts[] = {3, 2, 1};
    struct error error = ERROR_NONE;
    for (size_t most = 1; most <= 3; most++) {
        json_t *tasks = run_tasks(parameters, probes, most), *again = run_tasks(parameters, probes, most);
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
    json_t *tasks = run_tasks(parameters, probes, 3);
    assert_true(run_task_name(json_array_get(tasks, 0), before, &error));
    json_decref(tasks);
    json_object_set_new(parameters, "sealed", parsed("[\"P-1\"]"));
    tasks = run_tasks(parameters, probes, 3);
    assert_true(run_task_name(json_array_get(tasks, 0), after, &error));
    assert_string_not_equal(before, after);
    json_decref(tasks);
    json_decref(parameters);
    json_decref(probes);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(cut_and_named), cmocka_unit_test(merged),
                                       cmocka_unit_test(result_files)};
    return cmocka_run_group_tests_name("run_tasks", tests, NULL, NULL);
}
