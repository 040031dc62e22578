/*
 * One search, one answer: the same bytes from every kernel, any number of threads, probes searched together or alone, any
 * division of the gallery, merged or not, and any cut into tasks of a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "match/elastic.h"
#include "match/match_worker.h"
#include "match/run_found.h"
#include "match/run_tasks.h"
#include "match/search.h"
#include "match/segment_merge.h"
#include "match/segment_parts.h"
#include "photo/encode.h"
#include "tests/support/drawn_face.h"

enum { LARGE = 1100, SMALL = 50, PROBES = 3, CUTS_MOST = 9 };

static const struct eye_points eyes = {5000, 6500, 9010, 6450};
static uint8_t templates[LARGE][TEMPLATE_BYTES];
static char names[LARGE][2][16];
static int probes[PROBES];

/* How a search is made; 0 is the first way of each. */
struct way {
    size_t photos; /* LARGE or SMALL */
    int cuts;      /* segments; the first cuts - 1 are small and of unlike sizes */
    bool merged;   /* and then made one again */
    int threads;
    size_t together; /* probes searched at once */
    size_t probes;   /* in all */
    int first;       /* 0: one stage; 1: coarse first; 2: hashes first */
    enum elastic_kernel kernel;
    unsigned parts;     /* of the gallery, each a task; 0: it is not cut */
    int64_t full_below; /* with parts; 0: as two_stages says */
};

static int probe_file(unsigned person)
{
    struct image image;
    uint8_t *bytes;
    size_t length;
    assert_true(drawn_face(&image, person, 2, 140, 170, 3, &eyes, NULL));
    assert_true(photo_encode(&image, ENCODE_FIGURE, &bytes, &length, NULL));
    int file = memory_file("probe", bytes, length, NULL);
    free(bytes);
    image_free(&image);
    return file;
}

/* Templates of no photo: any bytes are one. Some lack blocks, some are of one person, some are very like another. */
static int set_up(void **state)
{
    (void)state;
    uint64_t lot = 88172645463325252u;
    for (size_t i = 0; i < LARGE; i++) {
        for (size_t k = 0; k < TEMPLATE_BYTES; k++) {
            lot ^= lot << 13, lot ^= lot >> 7, lot ^= lot << 17;
            templates[i][k] = (uint8_t)(lot >> 32);
        }
        if (i % 5 != 0)
            memset(templates[i] + TEMPLATE_BYTES - 8, 0xff, 7); /* all 56 blocks */
        templates[i][TEMPLATE_BYTES - 1] = 0;
        if (i % 7 == 6)
            memcpy(templates[i], templates[i - 1], TEMPLATE_BYTES / 2);
        snprintf(names[i][0], sizeof names[i][0], "P-%05zu", i * 7919 % LARGE);
        snprintf(names[i][1], sizeof names[i][1], "N-%zu", i / 2);
    }
    for (unsigned p = 0; p < PROBES; p++)
        probes[p] = probe_file(p);
    return 0;
}

static int segment_file(const uint8_t *bytes, size_t length, uint64_t count, json_t *rows)
{
    char name[24];
    snprintf(name, sizeof name, "segment-%zu", json_array_size(rows) + 1);
    json_array_append_new(rows, json_pack("{s:s,s:I}", "name", name, "count", (json_int_t)count));
    return memory_file("segment", bytes, length, NULL);
}

static uint8_t *cut_make(size_t first, size_t last, size_t *length)
{
    struct segment_entry *entries = calloc(last - first + 1, sizeof *entries);
    uint8_t *bytes = NULL;
    for (size_t i = first; i < last; i++)
        entries[i - first] = (struct segment_entry){names[i][0], names[i][1], templates[i], 0};
    assert_true(segment_make(&match_engine_embedded, entries, last - first, &bytes, length, NULL));
    free(entries);
    return bytes;
}

/* The segments of the way, appended to `inputs`. */
static void gallery_open(const struct way *way, json_t *rows, int *inputs, size_t *count)
{
    uint8_t *bytes[CUTS_MOST];
    struct segment segments[CUTS_MOST];
    struct segment_source sources[CUTS_MOST];
    size_t lengths[CUTS_MOST], first = 0;
    for (int c = 0; c < way->cuts; c++) {
        size_t last = c + 1 == way->cuts ? way->photos : first + (size_t)(3 * c * c + 1);
        struct segment_layout layout;
        bytes[c] = cut_make(first, last, &lengths[c]);
        assert_true(segment_layout(last - first, TEMPLATE_BYTES, HASH_BYTES, &layout));
        segment_point(&segments[c], bytes[c], &layout);
        sources[c] = (struct segment_source){&segments[c], (uint64_t)c + 1};
        if (!way->merged)
            inputs[(*count)++] = segment_file(bytes[c], lengths[c], last - first, rows);
        first = last;
    }
    if (way->merged) {
        size_t length = segment_merged_size(segments[0].header, way->photos);
        uint8_t *whole = calloc(1, length);
        assert_true(segment_merge(sources, (size_t)way->cuts, NULL, 0, whole, length, NULL, NULL));
        inputs[(*count)++] = segment_file(whole, length, way->photos, rows);
        free(whole);
    }
    for (int c = 0; c < way->cuts; c++)
        free(bytes[c]);
}

/* One job of the worker: its answer. */
static json_t *job_done(json_t *parameters, const int *inputs, size_t count)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    json_t *answer = NULL;
    const struct worker_job job = {.kind = "match-search",
                                   .parameters = parameters,
                                   .inputs = inputs,
                                   .input_count = count,
                                   .output = memory_file_empty("answer", NULL)};
    if (match_search_worker(&job, &error) != WORKER_DONE)
        fail_msg("%s", error.text);
    assert_true(file_read_open(job.output, (size_t)1 << 26, &bytes, &length, &error));
    assert_true(json_read(bytes, length, &answer, &error));
    close(job.output);
    free(bytes);
    return answer;
}

/* What a task opens: its probes, whose digests are their numbers here, then the gallery. */
static size_t task_inputs(const json_t *task, const int *gallery, size_t gallery_count, int *inputs)
{
    size_t count = 0, i;
    const json_t *digest;
    json_array_foreach(json_object_get(task, "probes"), i, digest) inputs[count++] =
        probes[strtol(json_string_value(digest) + strlen("probe-"), NULL, 10)];
    for (size_t s = 0; s < gallery_count; s++)
        inputs[count++] = gallery[s];
    return count;
}

/* A round of parts, the last first, added to their groups. */
static void round_done(json_t *tasks, const struct run_plan *plan, struct run_found **groups,
                       const int *gallery, size_t gallery_count)
{
    int inputs[PROBES + CUTS_MOST + 1];
    struct error error = ERROR_NONE;
    for (size_t i = json_array_size(tasks); i-- > 0;) {
        json_t *task = json_array_get(tasks, i);
        size_t count = task_inputs(task, gallery, gallery_count, inputs);
        json_t *answer = job_done(json_object_get(task, "parameters"), inputs, count);
        if (!run_found_add(groups[i / plan->parts], task, answer, &error))
            fail_msg("%s", error.text);
        json_decref(answer);
    }
    json_decref(tasks);
}

/* The run's answer from tasks of parts of the gallery. */
static json_t *searched_in_parts(json_t *parameters, const json_t *digests, const struct way *way,
                                 const int *gallery, size_t gallery_count)
{
    int inputs[PROBES + CUTS_MOST + 1];
    struct run_found *groups[PROBES];
    struct error error = ERROR_NONE;
    json_t *found = NULL, *thresholds = json_array();
    json_t *engine = json_pack("{s:s,s:s}", "id", "any", "version", "1");
    struct run_plan plan;
    const struct run_limits limits = {.probes = way->together,
                                      .photos = (LARGE + way->parts - 1) / way->parts};
    run_plan(parameters, way->probes, &limits, &plan);
    assert_int_equal(plan.parts, way->parts);
    size_t group_count = (way->probes + plan.probes - 1) / plan.probes;
    for (size_t g = 0; g < group_count; g++) {
        size_t left = way->probes - g * plan.probes;
        groups[g] = run_found_make(left < plan.probes ? left : plan.probes);
    }
    if (plan.counts)
        round_done(run_part_tasks(parameters, digests, engine, &plan, "count", NULL), &plan, groups, gallery,
                   gallery_count);
    for (size_t g = 0; g < group_count; g++)
        json_array_append_new(thresholds, run_found_thresholds(groups[g]));
    round_done(run_part_tasks(parameters, digests, engine, &plan, "compare", thresholds), &plan, groups,
               gallery, gallery_count);
    if (!run_found_all(groups, group_count, &found, &error))
        fail_msg("%s", error.text);
    json_t *whole = json_pack("{s:O}", "probes", digests);
    size_t count = task_inputs(whole, gallery, gallery_count, inputs);
    char *text = json_canonical(found);
    inputs[count] = memory_file("found", text, strlen(text), NULL);
    json_decref(whole);
    json_object_set_new(parameters, "cut", json_pack("{s:s}", "step", "finish"));
    whole = job_done(parameters, inputs, count + 1);
    close(inputs[count]);
    for (size_t g = 0; g < group_count; g++)
        run_found_free(groups[g]);
    free(text);
    json_decref(found), json_decref(thresholds), json_decref(engine);
    return whole;
}

/* The run's answer, cut into tasks and put together as an executor does. */
static char *searched(const struct way *way)
{
    json_t *rows = json_array(), *segments = json_array(), *digests = json_array(), *answers = json_array();
    json_t *task, *whole = NULL, *engine = json_pack("{s:s,s:s}", "id", "any", "version", "1");
    int gallery[CUTS_MOST], inputs[PROBES + CUTS_MOST];
    size_t gallery_count = 0, i;
    struct error error = ERROR_NONE;
    elastic_kernel_limit(way->kernel);
    gallery_open(way, segments, gallery, &gallery_count);
    for (size_t p = 0; p < way->probes; p++) {
        char id[32];
        snprintf(id, sizeof id, "probe-%zu", p);
        json_array_append_new(rows, json_pack("{s:s,s:o}", "id", id, "eyes", eye_points_json(&eyes)));
        json_array_append_new(digests, json_string(id));
    }
    json_t *parameters =
        json_pack("{s:o,s:o,s:[s],s:i,s:i,s:i,s:i}", "probes", rows, "segments", segments, "sealed",
                  names[11][0], "length", 20, "threads", way->threads, "full_below",
                  way->full_below > 0 ? way->full_below
                  : way->first > 0    ? 10
                                      : 1000000,
                  "share", 60);
    json_put_text(parameters, "first", way->first == 2 ? "hash" : "coarse");
    json_t *tasks = way->parts > 0 ? NULL : run_tasks(parameters, digests, engine, way->together);
    json_array_foreach(tasks, i, task)
    {
        json_t *own = json_object_get(task, "parameters");
        size_t count = task_inputs(task, gallery, gallery_count, inputs);
        json_array_append_new(answers, job_done(own, inputs, count));
    }
    if (way->parts > 0)
        whole = searched_in_parts(parameters, digests, way, gallery, gallery_count);
    else if (!run_tasks_merge(answers, &whole, &error))
        fail_msg("%s", error.text);
    char *text = json_canonical(whole);
    for (size_t s = 0; s < gallery_count; s++)
        close(gallery[s]);
    json_decref(whole), json_decref(answers), json_decref(tasks), json_decref(parameters),
        json_decref(digests), json_decref(engine);
    elastic_kernel_limit(ELASTIC_KERNELS);
    return text;
}

static void all_same(const struct way *ways, size_t count)
{
    char *first = searched(&ways[0]);
    assert_non_null(strstr(first, "\"candidates\":[{"));
    for (size_t i = 1; i < count; i++) {
        char *other = searched(&ways[i]);
        if (strcmp(first, other) != 0)
            fail_msg("way %zu gives another answer", i);
        free(other);
    }
    free(first);
}

static void test_kernels(void **state)
{
    (void)state;
    for (int first = 0; first < 3; first++) {
        struct way ways[ELASTIC_KERNELS];
        size_t count = 0;
        for (int kernel = 0; kernel < ELASTIC_KERNELS; kernel++)
            if (elastic_kernel_usable((enum elastic_kernel)kernel))
                ways[count++] =
                    (struct way){SMALL, 1, false, 1, 2, 2, first, (enum elastic_kernel)kernel, 0, 0};
        all_same(ways, count);
    }
}

static void test_everything_else(void **state)
{
    (void)state;
    for (int first = 0; first < 3; first++) {
        const struct way ways[] = {
            {LARGE, 1, false, 1, PROBES, PROBES, first, ELASTIC_KERNELS, 0, 0},
            {LARGE, 1, false, 3, PROBES, PROBES, first, ELASTIC_KERNELS, 0, 0},
            {LARGE, CUTS_MOST, false, 2, PROBES, PROBES, first, ELASTIC_KERNELS, 0, 0},
            {LARGE, CUTS_MOST, true, 2, 2, PROBES, first, ELASTIC_KERNELS, 0, 0},
            {LARGE, 4, false, 7, 1, PROBES, first, ELASTIC_KERNELS, 0, 0},
            {LARGE, 3, true, 1, 3, PROBES, first, ELASTIC_AVX2, 0, 0},
        };
        all_same(ways, first == 2 ? 3 : sizeof ways / sizeof ways[0]);
    }
}

/* Parts of the gallery, across segments and within them, more of them than there are units to share. */
static void test_parts(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) {
        const struct way ways[] = {
            {LARGE, 1, false, 2, PROBES, PROBES, first, ELASTIC_KERNELS, 0, 0},
            {LARGE, 1, false, 2, PROBES, PROBES, first, ELASTIC_KERNELS, 2, 0},
            {LARGE, CUTS_MOST, false, 2, 2, PROBES, first, ELASTIC_AVX2, 7, 0},
            {LARGE, 3, false, 1, 1, PROBES, first, ELASTIC_KERNELS, 5, 0},
        };
        all_same(ways, sizeof ways / sizeof ways[0]);
    }
    /* By its size the gallery would be searched in two stages; without the sealed photo it is not. */
    const struct way edge[] = {
        {LARGE, 1, false, 2, PROBES, PROBES, 0, ELASTIC_KERNELS, 0, LARGE},
        {LARGE, 1, false, 2, PROBES, PROBES, 0, ELASTIC_KERNELS, 3, LARGE},
    };
    all_same(edge, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_kernels),
        cmocka_unit_test(test_everything_else),
    };
    return cmocka_run_group_tests_name("search_equality", tests, set_up, NULL);
}
