/*
 * Tasks of a run, and their answers put together.
 *
 * Guarantees: answers that do not belong together are refused, never mixed; a result that was cut short or changed is
 * no result. Does no I/O.
 */
#include "match/run_tasks.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "match/engine.h"
#include "match/search.h"

static json_t *slice(const json_t *array, size_t first, size_t count)
{
    json_t *part = json_array();
    for (size_t i = first; i < first + count && i < json_array_size(array); i++)
        json_array_append(part, json_array_get(array, i));
    return part;
}

/* --- planning --- */

/* What a processor does in a second, less than slower ones of today do: comparisons, coarse ones, and likenesses of hashes.
   Only the sizes of tasks hang on them. */
enum { COMPARES = 400000, COARSE = 2000000, LIKENESSES = 30000000, TASK_SECONDS = 60 };

static int64_t photos_of(const json_t *parameters)
{
    const json_t *segment;
    int64_t photos = 0;
    size_t i;
    json_array_foreach(json_object_get(parameters, "segments"), i, segment) photos +=
        json_whole(segment, "count", 0);
    return photos;
}

void run_plan(const json_t *parameters, size_t probe_count, const struct run_limits *limits,
              struct run_plan *plan)
{
    enum search_first way = search_first_of(json_text(parameters, "first"));
    int64_t photos = photos_of(parameters), share = json_whole(parameters, "share", search_share_of(way)),
            each = 1000000000 / ((way == SEARCH_HASH ? LIKENESSES : COARSE) / 1000);
    *plan = (struct run_plan){.probes = limits->probes < 1 ? 1 : limits->probes, .parts = 1};
    if (plan->probes > probe_count && probe_count > 0)
        plan->probes = probe_count;
    /* Sealed photos may make it one stage after all: the tasks find out. */
    plan->counts = photos >= json_whole(parameters, "full_below", SEARCH_FULL_BELOW);
    int64_t microseconds = 1000000 * TASK_SECONDS / (int64_t)plan->probes,
            per_million = plan->counts ? each + share * (1000000000 / (COMPARES / 1000)) / 1000
                                       : 1000000000 / (COMPARES / 1000);
    int64_t most = limits->photos > 0 ? limits->photos : microseconds * 1000000 / per_million;
    int64_t parts = limits->whole ? 1 : (photos + most - 1) / most;
    plan->parts = parts < 1 ? 1 : parts > SEARCH_PARTS_MOST ? SEARCH_PARTS_MOST : (unsigned)parts;
    plan->counts = plan->counts && plan->parts > 1;
}

/* --- tasks --- */

/* One task of some probes; `cut` (taken over) may be NULL. */
static bool add_task(json_t *tasks, const json_t *parameters, const json_t *probes, const json_t *engine,
                     size_t first, size_t most, json_t *cut)
{
    json_t *own = json_copy((json_t *)(uintptr_t)parameters);
    json_object_set_new(own, "probes", slice(json_object_get(parameters, "probes"), first, most));
    bool done = cut == NULL || json_object_set_new(own, "cut", cut) == 0;
    json_t *task = json_pack("{si,sO,so,so}", "schema", 1, "engine", engine, "parameters", own, "probes",
                             slice(probes, first, most));
    return json_array_append_new(tasks, task) == 0 && done;
}

json_t *run_tasks(const json_t *parameters, const json_t *probes, const json_t *engine, size_t most)
{
    json_t *tasks = json_array();
    for (size_t first = 0; first < json_array_size(probes); first += most)
        if (!add_task(tasks, parameters, probes, engine, first, most, NULL)) {
            json_decref(tasks);
            return NULL;
        }
    return tasks;
}

json_t *run_part_tasks(const json_t *parameters, const json_t *probes, const json_t *engine,
                       const struct run_plan *plan, const char *step, const json_t *thresholds)
{
    json_t *tasks = json_array();
    size_t group = 0;
    bool done = tasks != NULL;
    for (size_t first = 0; done && first < json_array_size(probes); first += plan->probes, group++) {
        json_t *own = json_array_get(thresholds, group);
        for (unsigned part = 0; done && !json_is_null(own) && part < plan->parts; part++) {
            json_t *cut = json_pack("{ss,sI,sI,sO*}", "step", step, "part", (json_int_t)part, "parts",
                                    (json_int_t)plan->parts, "thresholds", own);
            done = cut != NULL && add_task(tasks, parameters, probes, engine, first, plan->probes, cut);
        }
    }
    if (done)
        return tasks;
    json_decref(tasks);
    return NULL;
}

/* --- names, answers, files --- */

bool run_task_name(const json_t *task, char *name, struct error *error)
{
    struct digest digest;
    if (!json_digest(task, &digest))
        return error_set(error, FAULT_TEMPORARY, "out of memory while naming a task");
    digest_text(&digest, name);
    return true;
}

/* All but the probes. */
static bool alike(const json_t *a, const json_t *b)
{
    json_t *one = json_copy((json_t *)(uintptr_t)a), *other = json_copy((json_t *)(uintptr_t)b);
    json_object_del(one, "probes");
    json_object_del(other, "probes");
    bool same = one != NULL && json_equal(one, other);
    json_decref(one);
    json_decref(other);
    return same;
}

bool run_tasks_merge(const json_t *answers, json_t **whole, struct error *error)
{
    const json_t *first = json_array_get(answers, 0), *answer;
    json_t *probes = json_array();
    size_t i;
    *whole = NULL;
    json_array_foreach(answers, i, answer)
    {
        if (!json_is_array(json_object_get(answer, "probes")) || !alike(first, answer)) {
            json_decref(probes);
            return error_set(
                error, FAULT_ENVIRONMENT,
                "task %zu of %zu searched something else than the first: are all machines running the "
                "same version of leadspool?",
                i + 1, json_array_size(answers));
        }
        /* One that is left out would shift those after it to other probes. */
        if (json_array_extend(probes, json_object_get(answer, "probes")) != 0) {
            json_decref(probes);
            return error_set(error, FAULT_TEMPORARY, "out of memory for the answers of tasks");
        }
    }
    *whole = json_copy((json_t *)(uintptr_t)first);
    if (*whole != NULL && json_object_set(*whole, "probes", probes) != 0) {
        json_decref(*whole);
        *whole = NULL;
    }
    json_decref(probes);
    return *whole != NULL || error_set(error, FAULT_TEMPORARY, "no answer of any task");
}

char *run_result_write(const json_t *answer, size_t *length)
{
    char *text = json_canonical(answer);
    size_t size = text == NULL ? 0 : strlen(text);
    char *result = text == NULL ? NULL : malloc(DIGEST_TEXT_SIZE + size + 1);
    if (result != NULL) {
        struct digest digest = digest_of(text, size);
        digest_text(&digest, result);
        result[DIGEST_TEXT_SIZE - 1] = '\n';
        memcpy(result + DIGEST_TEXT_SIZE, text, size + 1);
        *length = DIGEST_TEXT_SIZE + size;
    }
    free(text);
    return result;
}

bool run_result_read(const char *bytes, size_t length, json_t **answer, struct error *error)
{
    char text[DIGEST_TEXT_SIZE];
    *answer = NULL;
    if (length > DIGEST_TEXT_SIZE && bytes[DIGEST_TEXT_SIZE - 1] == '\n') {
        struct digest digest = digest_of(bytes + DIGEST_TEXT_SIZE, length - DIGEST_TEXT_SIZE);
        if (memcmp(digest_text(&digest, text), bytes, DIGEST_TEXT_SIZE - 1) == 0)
            return json_read(bytes + DIGEST_TEXT_SIZE, length - DIGEST_TEXT_SIZE, answer, error);
    }
    return error_set(error, FAULT_INPUT, "the result of a task is cut short or changed");
}
