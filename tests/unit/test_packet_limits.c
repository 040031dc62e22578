/*
 * What a manifest lists against what a site takes, and sizes in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/error.h"
#include "ingest/packet_limits.h"

static void sizes_in_words(void **state)
{
    (void)state;
    static const struct {
        int64_t bytes;
        const char *words;
    } rows[] = {{0, "0 bytes"},
                {1023, "1023 bytes"},
                {1024, "1 KB"},
                {1536, "1.5 KB"},
                {700 << 10, "700 KB"},
                {(10 << 20) + 700000, "10 MB"},
                {50 << 20, "50 MB"},
                {(1 << 20) - 1, "1023 KB"},
                {(int64_t)5 << 30, "5 GB"},
                {INT64_MAX, "8589934591 GB"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text text = TEXT_EMPTY;
        size_words(&text, rows[i].bytes);
        assert_true(text_done(&text, NULL));
        assert_string_equal(text.bytes, rows[i].words);
        text_free(&text);
    }
}

static void what_is_never_taken(void **state)
{
    (void)state;
    static const struct packet_limits limits = {.files = 3, .file_bytes = 100, .total_bytes = 150},
                                      none = {INT64_MAX, INT64_MAX, INT64_MAX};
    static const struct {
        const char *images;
        bool exceeded;
    } rows[] = {{"[]", false},
                {"[{}, {}]", false},
                {"[{}, {}, {}]", true},
                {"[{\"size\": 100}, {\"size\": 50}]", false},
                {"[{\"size\": 101}]", true},
                {"[{\"size\": 100}, {\"size\": 51}]", true},
                {"[{\"size\": -5}, {\"size\": 100}]", false},
                {"[{\"size\": 9223372036854775807}, {\"size\": 9223372036854775807}]", true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *images = json_loads(rows[i].images, 0, NULL);
        assert_non_null(images);
        if (packet_limits_exceeded(&limits, images) != rows[i].exceeded)
            fail_msg("%s", rows[i].images);
        json_decref(images);
    }
    json_t *huge = json_loads(rows[7].images, 0, NULL);
    assert_false(packet_limits_exceeded(&none, huge));
    json_decref(huge);
    struct packet_limits absent = packet_limits_of(NULL);
    assert_int_equal(absent.file_bytes, INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sizes_in_words),
                                       cmocka_unit_test(what_is_never_taken)};
    return cmocka_run_group_tests_name("packet limits", tests, NULL, NULL);
}
