/*
 * Segments merged: the same bytes however the photos lay, and nothing merged that is not whole.
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
#include "match/segment_merge.h"
#include "match/segment_parts.h"

enum { PHOTOS = 150, TEMPLATE = 100, HASH = 8 };

static void first_bytes(const uint8_t *template_bytes, uint8_t *hash)
{
    memcpy(hash, template_bytes + 1, HASH);
}

static const struct match_engine tiny = {.id = "tiny",
                                         .version = "7",
                                         .template_size = TEMPLATE,
                                         .distance_count = 1,
                                         .hash_size = HASH,
                                         .hash = first_bytes};

static uint8_t templates[PHOTOS][TEMPLATE];
static char names[PHOTOS][2][16];

/* The photos whose number leaves `rest` when divided by `step`, those of `gone` (a text of "P-n ") left out. */
static struct segment made(const struct match_engine *engine, int step, int rest, const char *gone,
                           bool with_rounds, uint8_t **bytes, size_t *length)
{
    struct segment_entry entries[PHOTOS];
    struct segment segment;
    struct error error = ERROR_NONE;
    char mark[40];
    size_t count = 0;
    for (int i = 0; i < PHOTOS; i++) {
        snprintf(names[i][0], sizeof names[i][0], "P-%03d", i);
        snprintf(names[i][1], sizeof names[i][1], "person-%d", i / 2);
        for (int k = 0; k < TEMPLATE; k++)
            templates[i][k] = (uint8_t)(i * 31 + k * k);
        snprintf(mark, sizeof mark, "P-%03d ", i);
        if (i % step == rest && strstr(gone, mark) == NULL)
            entries[count++] = (struct segment_entry){names[i][0], names[i][1], templates[i],
                                                      with_rounds ? (uint64_t)(i % 3 + 11) : 0};
    }
    if (!segment_make(engine, entries, count, bytes, length, &error))
        fail_msg("%s", error.text);
    struct segment_layout layout;
    assert_true(segment_layout(count, TEMPLATE, HASH, &layout));
    segment_point(&segment, *bytes, &layout);
    segment.mapped = *length;
    return segment;
}

struct thirds {
    struct segment segments[3];
    struct segment_source sources[3];
    uint8_t *bytes[3];
    size_t lengths[3];
};

static void thirds_make(struct thirds *thirds)
{
    for (int i = 0; i < 3; i++) {
        thirds->segments[i] = made(&tiny, 3, i, "", false, &thirds->bytes[i], &thirds->lengths[i]);
        thirds->sources[i] = (struct segment_source){&thirds->segments[i], (uint64_t)(i + 11)};
    }
}

static void thirds_free(struct thirds *thirds)
{
    for (int i = 0; i < 3; i++)
        free(thirds->bytes[i]);
}

static bool merge(const struct segment_source *sources, size_t count, const char *const *gone,
                  size_t gone_count, size_t length, uint8_t **bytes, struct error *error)
{
    *bytes = calloc(1, length);
    assert_non_null(*bytes);
    return segment_merge(sources, count, gone, gone_count, *bytes, length, NULL, error);
}

static void test_as_if_enrolled_together(void **state)
{
    (void)state;
    struct thirds thirds;
    struct error error = ERROR_NONE;
    uint8_t *whole, *merged, *two, *again;
    size_t length, two_length;
    thirds_make(&thirds);
    made(&tiny, 1, 0, "", true, &whole, &length);
    assert_int_equal(segment_merged_size(thirds.segments[0].header, PHOTOS), length);
    if (!merge(thirds.sources, 3, NULL, 0, length, &merged, &error))
        fail_msg("%s", error.text);
    assert_memory_equal(merged, whole, length);
    /* Two, then the third: a photo keeps the round it came with. */
    two_length = segment_merged_size(thirds.segments[0].header, 100);
    assert_true(merge(thirds.sources + 1, 2, NULL, 0, two_length, &two, &error));
    struct segment_layout layout;
    struct segment of_two;
    assert_true(segment_layout(100, TEMPLATE, HASH, &layout));
    segment_point(&of_two, two, &layout);
    const struct segment_source sources[] = {{&of_two, 99}, thirds.sources[0]};
    assert_true(merge(sources, 2, NULL, 0, length, &again, &error));
    assert_memory_equal(again, whole, length);
    free(whole), free(merged), free(two), free(again);
    thirds_free(&thirds);
}

static void test_left_out(void **state)
{
    (void)state;
    struct thirds thirds;
    struct error error = ERROR_NONE;
    const char *gone[] = {"P-149", "P-000", "P-063", "P-064", "P-000"};
    uint8_t *whole, *merged, *none;
    size_t length;
    thirds_make(&thirds);
    struct segment rest = made(&tiny, 1, 0, "P-000 P-063 P-064 P-149 ", true, &whole, &length);
    assert_int_equal(rest.header->count, PHOTOS - 4);
    if (!merge(thirds.sources, 3, gone, 5, length, &merged, &error))
        fail_msg("%s", error.text);
    assert_memory_equal(merged, whole, length);
    assert_null(memmem(merged, length, "P-063", 5));
    assert_null(memmem(merged, length, templates[63], TEMPLATE));
    /* What is to go has to be there, and the room has to fit. */
    const char *unknown[] = {"P-001", "P-150"};
    assert_false(merge(thirds.sources, 3, unknown, 2, length, &none, &error));
    assert_non_null(strstr(error.text, "P-150"));
    free(none);
    assert_false(merge(thirds.sources, 3, gone, 5, length + SEGMENT_PAGE, &none, &error));
    assert_int_equal(error.fault, FAULT_INTERNAL);
    free(none), free(whole), free(merged);
    thirds_free(&thirds);
}

static void test_refused(void **state)
{
    (void)state;
    struct thirds thirds;
    struct error error = ERROR_NONE;
    uint8_t *bytes;
    thirds_make(&thirds);
    size_t length = segment_merged_size(thirds.segments[0].header, PHOTOS);
    struct segment_layout layout;
    assert_true(segment_layout(50, TEMPLATE, HASH, &layout));
    /* A template, a record, a hash: a flipped bit is not carried into a file whose hashes would hold. */
    const size_t places[] = {layout.templates + 17 * layout.template_stride + 3,
                             layout.records + 20 * 128 + 2, layout.hashes + 31 * HASH};
    for (size_t i = 0; i < 3; i++) {
        thirds.bytes[1][places[i]] ^= 4;
        assert_false(merge(thirds.sources, 3, NULL, 0, length, &bytes, &error));
        assert_int_equal(error.fault, FAULT_ENVIRONMENT);
        assert_non_null(strstr(error.text, "damaged"));
        thirds.bytes[1][places[i]] ^= 4;
        free(bytes);
    }
    const struct segment_source twice[] = {thirds.sources[0], thirds.sources[1], thirds.sources[0]};
    assert_false(merge(twice, 3, NULL, 0, length, &bytes, &error));
    assert_non_null(strstr(error.text, "in two segments"));
    free(bytes);
    struct match_engine newer = tiny;
    newer.version = "8";
    uint8_t *other;
    size_t other_length;
    struct segment foreign = made(&newer, 3, 2, "", false, &other, &other_length);
    const struct segment_source mixed[] = {thirds.sources[0], thirds.sources[1], {&foreign, 13}};
    assert_false(merge(mixed, 3, NULL, 0, length, &bytes, &error));
    assert_non_null(strstr(error.text, "different engines"));
    free(bytes), free(other);
    thirds_free(&thirds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_if_enrolled_together),
        cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests_name("segment_merge", tests, NULL, NULL);
}
