/*
 * Fuzz: what machines of a run wrote and what the casebook kept of a search, read back: {"task","answer","record","cut",
 * "places"}. Parts that are damaged are refused with a reason and add nothing that cannot be; a search made again from a
 * damaged record ends in a word.
 */
#include <stdlib.h>
#include <string.h>

#include "match/rerun.h"
#include "match/run_found.h"
#include "match/run_tasks.h"
#include "match/search_cut_answer.h"
#include "tests/fuzz/fuzz.h"

/* As it would lie in a result file: only what was written whole is read, and it is read as it was written. */
static void check_file(const uint8_t *data, size_t size, const json_t *answer)
{
    struct error error = ERROR_NONE;
    json_t *again = NULL;
    size_t length = 0;
    if (run_result_read((const char *)data, size, &again, &error))
        json_decref(again);
    else if (error.fault == FAULT_NONE)
        fuzz_broken(&error);
    error = ERROR_NONE;
    char *bytes = run_result_write(answer, &length);
    if (bytes == NULL)
        return;
    if (!run_result_read(bytes, length, &again, &error) || !json_equal(again, answer))
        fuzz_broken(&error);
    json_decref(again);
    bytes[length - 1] ^= 1;
    if (run_result_read(bytes, length, &again, &error))
        fuzz_broken(&error);
    free(bytes);
}

static void check_parts(const json_t *task, const json_t *answer)
{
    struct error error = ERROR_NONE;
    size_t probes = json_array_size(json_object_get(json_object_get(task, "parameters"), "probes"));
    json_t *all = NULL;
    if (probes > 100)
        return;
    struct run_found *found = run_found_make(probes);
    if (found == NULL)
        return;
    for (int twice = 0; twice < 2; twice++)
        if (!run_found_add(found, task, answer, &error) && error.fault == FAULT_NONE)
            fuzz_broken(&error);
    json_t *thresholds = run_found_thresholds(found);
    if (json_array_size(thresholds) != probes)
        fuzz_broken(&error);
    error = ERROR_NONE;
    if (run_found_all(&found, 1, &all, &error) ? json_array_size(json_object_get(all, "probes")) != probes
                                               : error.fault == FAULT_NONE)
        fuzz_broken(&error);
    json_decref(all);
    json_decref(thresholds);
    run_found_free(found);
}

static void check_merged(const json_t *answer)
{
    struct error error = ERROR_NONE;
    json_t *answers = json_pack("[O,O]", answer, answer), *whole = NULL;
    size_t one = json_array_size(json_object_get(answer, "probes"));
    if (run_tasks_merge(answers, &whole, &error)
            ? json_array_size(json_object_get(whole, "probes")) != 2 * one
            : error.fault == FAULT_NONE)
        fuzz_broken(&error);
    json_decref(whole);
    json_decref(answers);
}

static void check_cut(const json_t *cut, const json_t *found)
{
    static const struct search_answer_probe probes[] = {
        {.id = "a"}, {.id = "b", .fault = "none"}, {.id = "c"}};
    struct error error = ERROR_NONE;
    struct search_cut made;
    bool done = search_cut_read(cut, found, probes, 3, &made, &error);
    if (done ? made.part >= made.parts || made.found_count != 2 : error.fault == FAULT_NONE)
        fuzz_broken(&error);
    search_cut_free(&made);
}

static void check_record(const json_t *record, const json_t *sealed, const json_t *answer)
{
    struct error error = ERROR_NONE;
    if (!json_is_object(record))
        return;
    json_t *plan = json_pack("{sO,sO*}", "record", record, "sealed", sealed);
    if (!rerun_compare(plan, answer, &error) || json_object_get(plan, "outcome") == NULL)
        fuzz_broken(&error);
    json_decref(rerun_rows(plan));
    json_decref(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = ERROR_NONE;
    json_t *input = NULL;
    if (!json_read((const char *)data, size, &input, &error))
        return 0;
    const json_t *answer = json_object_get(input, "answer"), *sealed = json_object_get(input, "sealed");
    if (json_is_object(answer)) {
        check_file(data, size, answer);
        check_parts(json_object_get(input, "task"), answer);
        check_merged(answer);
        check_record(json_object_get(input, "record"), sealed, answer);
    }
    check_cut(json_object_get(input, "cut"), answer);
    check_cut(json_object_get(input, "cut"), NULL);
    json_decref(input);
    return 0;
}
