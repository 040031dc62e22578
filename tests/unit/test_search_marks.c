/*
 * Which photos the first stage leaves, wherever the sample believed the threshold to be: marks are a shortcut and change
 * nothing. A hash here is the photo's likeness itself, and so is a template, for the coarse way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "match/search_parts.h"
#include "match/segment_parts.h"

enum { PHOTOS = 40 * UNIT_PHOTOS + 100, SHARE = 80 };

static uint16_t hashes[PHOTOS];
static struct segment_record records[PHOTOS];
static uint64_t checks[PHOTOS / SEGMENT_HASH_BLOCK + 1], sealed_bits[PHOTOS / 64 + 1];
static uint64_t *sealed[] = {sealed_bits}, first[] = {0, PHOTOS};
static size_t first_unit[] = {0, 41};
static struct segment_header header = {
    .hash_size = sizeof hashes[0], .template_size = sizeof hashes[0], .count = PHOTOS};
static const struct segment segment = {.header = &header,
                                       .hashes = (const uint8_t *)hashes,
                                       .templates = (const uint8_t *)hashes,
                                       .template_stride = sizeof hashes[0],
                                       .records = records,
                                       .checks = checks};

static void likeness(const struct match_probe *probe, const uint8_t *bytes, size_t count, uint16_t *found)
{
    (void)probe;
    memcpy(found, bytes, count * sizeof *found);
}

static size_t computed; /* coarse likenesses */

static void extracts(const uint8_t *const *templates, size_t count, uint8_t *bytes)
{
    for (size_t i = 0; i < count; i++)
        memcpy(bytes + i * sizeof hashes[0], templates[i], sizeof hashes[0]);
}

static void coarse(const struct match_probe *probe, const uint8_t *bytes, size_t count, uint16_t *found)
{
    likeness(probe, bytes, count, found);
    computed += count;
}

static const struct match_engine engine = {.hash_size = sizeof hashes[0],
                                           .likeness = likeness,
                                           .extract_size = sizeof hashes[0],
                                           .extracts = extracts,
                                           .coarse = coarse};
static struct search_request requests[2] = {{.engine = &engine, .first = SEARCH_HASH, .share = SHARE},
                                            {.engine = &engine, .first = SEARCH_COARSE, .share = SHARE}};
static struct search *search;
static struct search_list list;
static struct search_probe probe;

static bool is_sealed(size_t i)
{
    return (sealed_bits[i / 64] >> i % 64 & 1) != 0;
}

/* Likenesses around 3000; `odd` more where the sample looks, at the first 64 photos of a unit. */
static void gallery_make(unsigned odd)
{
    uint32_t state = 5;
    search->gallery.living = 0;
    for (size_t i = 0; i < PHOTOS; i++) {
        state = state * 1664525U + 1013904223U;
        bool seen = i % UNIT_PHOTOS < 64;
        hashes[i] = (uint16_t)(2500 + (state >> 16) % 1000 + (seen ? odd : 0));
        if (i % 7 == 3)
            sealed_bits[i / 64] |= (uint64_t)1 << i % 64;
        search->gallery.living += !is_sealed(i);
    }
    for (size_t i = 0; i < PHOTOS; i++)
        records[i].check = segment_record_check(&records[i], (const uint8_t *)&hashes[i], sizeof hashes[i]);
    for (size_t i = 0; i < PHOTOS; i += SEGMENT_HASH_BLOCK)
        checks[i / SEGMENT_HASH_BLOCK] = segment_hash_check(
            (const uint8_t *)&hashes[i],
            (PHOTOS - i < SEGMENT_HASH_BLOCK ? PHOTOS - i : SEGMENT_HASH_BLOCK) * sizeof hashes[0]);
}

static void run(void (*step)(struct search_thread *))
{
    atomic_store(&search->next, 0);
    step(&search->threads[0]);
    assert_false(atomic_load(&search->failed));
}

static int set_up(void **state)
{
    (void)state;
    search = calloc(1, sizeof *search);
    search->request = &requests[1]; /* for the room of both */
    search->gallery = (struct search_gallery){.segments = &segment,
                                              .segment_count = 1,
                                              .sealed = sealed,
                                              .first = first,
                                              .first_unit = first_unit,
                                              .unit_end = 41};
    probe.list = &list;
    probe.marks = calloc(search_mark_words(search), sizeof(uint64_t));
    search->group = &probe;
    search->group_count = 1;
    search->thread_count = 1;
    search->threads[0].search = search;
    search->threads[0].extracts = malloc(search_extracts_size(search));
    search->threads[0].steps = calloc(1, sizeof *search->threads[0].steps);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(probe.marks);
    free(search->threads[0].steps);
    free(search->threads[0].extracts);
    free(search);
    return 0;
}

/* Exactly those at the threshold or above, in order, without the sealed. */
static void check_chosen(void)
{
    uint16_t chosen[UNIT_PHOTOS];
    size_t all = 0;
    for (size_t u = 0; u < search_units(&search->gallery); u++) {
        struct search_unit unit = search_unit_at(&search->gallery, u);
        size_t count = search_chosen(&search->threads[0], &probe, &unit, chosen), at = 0;
        for (size_t i = 0; i < unit.count; i++) {
            size_t photo = unit.first + i;
            if (hashes[photo] < list.threshold || is_sealed(photo))
                continue;
            assert_true(at < count);
            assert_int_equal(chosen[at++], i);
        }
        assert_int_equal(at, count);
        all += count;
    }
    assert_true(all * 1000 >= search->gallery.living * SHARE);
}

static void any_floor(const struct search_request *request)
{
    search->request = request;
    gallery_make(0);
    run(search_sample);
    run(search_first_stage);
    search_thresholds(search);
    unsigned threshold = list.threshold;
    assert_true(probe.floor > 2500 && probe.floor < threshold); /* the sample is good for something */
    check_chosen();
    const unsigned floors[] = {0, threshold - 1, threshold, threshold + 1, UINT16_MAX + 1};
    for (size_t i = 0; i < sizeof floors / sizeof floors[0]; i++) {
        probe.floor = floors[i];
        run(search_first_stage);
        search_thresholds(search);
        assert_int_equal(list.threshold, threshold);
        check_chosen();
    }
}

static void test_any_floor(void **state)
{
    (void)state;
    any_floor(&requests[0]);
    any_floor(&requests[1]);
}

/* A coarse likeness is dear: what lies above the ceiling is not computed twice, unless the ceiling was too low. */
static void test_any_ceiling(void **state)
{
    (void)state;
    search->request = &requests[1];
    gallery_make(0);
    run(search_sample);
    run(search_first_stage);
    search_thresholds(search);
    unsigned floor = probe.floor, threshold = list.threshold;
    assert_true(probe.ceiling > threshold && probe.ceiling <= UINT16_MAX);
    computed = 0;
    check_chosen();
    assert_true(computed * 1000 < search->gallery.living * SHARE);
    const unsigned ceilings[] = {0, threshold - 1, threshold, threshold + 1, UINT16_MAX + 1};
    for (size_t i = 0; i < sizeof ceilings / sizeof ceilings[0]; i++) {
        probe.floor = floor;
        probe.ceiling = ceilings[i];
        run(search_first_stage);
        search_thresholds(search);
        check_chosen();
    }
}

/* A template that is read in the first stage is checked in it. */
static void test_damage_is_noticed(void **state)
{
    (void)state;
    search->request = &requests[1];
    gallery_make(0);
    run(search_sample);
    hashes[5000] ^= 1; /* not sealed: 5000 = 7 * 714 + 2 */
    atomic_store(&search->next, 0);
    search_first_stage(&search->threads[0]);
    assert_true(atomic_load(&search->failed));
    atomic_store(&search->failed, false);
}

static void misleading_sample(const struct search_request *request)
{
    gallery_make(1000);
    static struct search_request many;
    many = *request;
    many.share = 700;
    search->request = &many;
    run(search_sample);
    run(search_first_stage);
    search_thresholds(search);
    assert_true(probe.floor > list.threshold);
    check_chosen();
}

/* What the sample sees is likelier than the rest. */
static void test_misleading_sample(void **state)
{
    (void)state;
    misleading_sample(&requests[0]);
    misleading_sample(&requests[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_floor), cmocka_unit_test(test_any_ceiling),
                                       cmocka_unit_test(test_damage_is_noticed),
                                       cmocka_unit_test(test_misleading_sample)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
