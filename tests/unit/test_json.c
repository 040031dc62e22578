/*
 * JSON in one pass beside jansson: the same values, the same bytes, the same refusals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/json_parts.h"

enum { LIBRARY = JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY };

static char *by_library(const json_t *value)
{
    return json_dumps(value, LIBRARY);
}

/* What is read in one pass is what jansson reads; jansson may read more. True if it was read. */
static bool compare(const char *bytes, size_t length)
{
    /* A copy of just its size, so that a byte read beyond it is noticed. */
    char *copy = malloc(length + 1);
    memcpy(copy, bytes, length);
    char *exact = realloc(copy, length == 0 ? 1 : length);
    json_t *plain = json_read_plain(exact, length);
    json_t *theirs = json_loadb(exact, length, JSON_REJECT_DUPLICATES, NULL);
    if (plain != NULL) {
        assert_non_null(theirs);
        assert_true(json_equal(plain, theirs));
        char *ours = json_write_plain(plain), *wanted = by_library(theirs);
        assert_non_null(ours);
        assert_string_equal(ours, wanted);
        free(ours);
        free(wanted);
    }
    bool read = plain != NULL;
    json_decref(plain);
    json_decref(theirs);
    free(exact);
    return read;
}

static void table(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool plain;
    } rows[] = {
        {"{}", true},
        {"[]", true},
        {"{\"a\":1,\"b\":[true,false,null,-7,0]}", true},
        {"{\"\":\"\"}", true},
        {"[\"line\\nline\\t\\\"quoted\\\" \\\\ \\/ \\b\\f\\r end\"]", true},
        {"{\"k\\ney\":\"v\\nalue\",\"k\\neyy\":\"w\"}", true},
        {"[\"M\303\274ller \342\202\254 \360\237\231\202 and more than eight bytes\"]", true},
        {"[999999999999999999,-999999999999999999]", true},
        {"[[[[[[[[]]]]]]]]", true},
        /* jansson's: unusual, or wrong */
        {"", false},
        {"1", false},
        {"\"text\"", false},
        {"{ \"a\":1}", false},
        {"{\"a\":1}\n", false},
        {"[1.5]", false},
        {"[1e3]", false},
        {"[-0]", false},
        {"[01]", false},
        {"[-]", false},
        {"[+1]", false},
        {"[9223372036854775807]", false},
        {"[9223372036854775808]", false},
        {"[\"\\u0041\"]", false},
        {"[\"\\u0000\"]", false},
        {"[\"\\x\"]", false},
        {"[\"a\nb\"]", false},
        {"[\"\300\200\"]", false},
        {"[\"\355\240\200\"]", false},
        {"[\"\364\220\200\200\"]", false},
        {"[\"cut \303\"]", false},
        {"{\"a\":1,\"a\":2}", false},
        {"{\"a\":1,}", false},
        {"[1,]", false},
        {"[1", false},
        {"[\"", false},
        {"[\"\\", false},
        {"[tru]", false},
        {"[nullx]", false},
        {"{\"a\"}", false},
        {"{1:2}", false},
        {"[1]]", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (compare(rows[i].text, strlen(rows[i].text)) != rows[i].plain)
            fail_msg("%s", rows[i].text);
    assert_false(compare("[\"a\0b\"]", 7));
}

static void every_byte_in_a_text(void **state)
{
    (void)state;
    /* At every place of eight, so that the looks at eight bytes at once and at one agree. */
    for (unsigned byte = 0; byte < 256; byte++)
        for (size_t place = 0; place < 24; place++) {
            char text[40] = "[\"abcdefghijklmnopqrstuvwx\"]";
            text[2 + place] = (char)byte;
            bool plain = byte >= 0x20 && byte < 0x80 && byte != '"';
            bool read = compare(text, strlen("[\"abcdefghijklmnopqrstuvwx\"]"));
            if (byte != '\\') /* which makes an escape of some of the letters after it */
                assert_int_equal(read, plain);
        }
}

/* Records as they are, cut, and with bytes changed: never another value than jansson's, never a byte too far. */
static void mutations(void **state)
{
    (void)state;
    static const char record[] =
        "{\"docket\":\"FR-2026-000001\",\"files\":[{\"name\":\"a \\\"b\\\".jpg\",\"size\":150000},{\"name\":"
        "\"\303\244\303\266.png\",\"size\":-1,\"sign\":true}],\"reason\":null,\"text\":\"Line one\\nline "
        "two\\n\"}";
    size_t length = sizeof record - 1;
    uint64_t random = 1;
    for (size_t cut = 0; cut <= length; cut++)
        assert_int_equal(compare(record, cut), cut == length);
    for (int i = 0; i < 40000; i++) {
        char changed[sizeof record];
        memcpy(changed, record, sizeof record);
        for (int n = 0; n < 1 + i % 3; n++) {
            static const char likely[] = "\"\\{}[],:0-1netru \n";
            random = random * 6364136223846793005U + 1442695040888963407U;
            size_t at = (size_t)(random >> 33) % length;
            changed[at] = i % 2 == 0 ? (char)(random >> 24) : likely[(random >> 20) % (sizeof likely - 1)];
        }
        compare(changed, length);
    }
}

static void deep_nesting_is_the_librarys(void **state)
{
    (void)state;
    char text[2 * JSON_PLAIN_DEPTH + 8] = "";
    for (int depth = JSON_PLAIN_DEPTH - 1; depth <= JSON_PLAIN_DEPTH + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        assert_int_equal(compare(text, 2 * (size_t)depth), depth <= JSON_PLAIN_DEPTH);
        json_t *value = NULL;
        assert_true(json_read(text, 2 * (size_t)depth, &value, NULL));
        char *ours = json_canonical(value), *wanted = by_library(value);
        assert_string_equal(ours, wanted);
        free(ours);
        free(wanted);
        json_decref(value);
    }
}

static void written_as_the_library_writes(void **state)
{
    (void)state;
    json_t *object = json_object(), *controls = json_array();
    for (int i = 0; i < 100; i++) {
        char key[24];
        snprintf(key, sizeof key, "%c%s%d", 'a' + i * 7 % 26, i % 3 == 0 ? "longer" : "", i % 9);
        json_object_set_new(object, key, json_integer((json_int_t)i * i * (i % 2 == 0 ? 1 : -1)));
    }
    for (char one = 1; one < 0x7F; one++) {
        char text[8] = {'x', one, 'y'};
        json_array_append_new(controls, json_string(text));
    }
    json_array_append_new(controls, json_stringn("nul\0inside", 10));
    json_array_append_new(controls, json_integer(INT64_MIN));
    json_array_append_new(controls, json_integer(INT64_MAX));
    json_object_set_new(object, "controls", controls);
    json_object_set_new(object, "none", json_null());
    for (int round = 0; round < 2; round++) {
        char *ours = json_canonical(object), *wanted = by_library(object);
        assert_string_equal(ours, wanted);
        free(ours);
        free(wanted);
        json_object_set_new(object, "real", json_real(1.5)); /* then it is jansson's */
    }
    json_decref(object);
    json_t *alone = json_string("a \"text\"");
    char *ours = json_canonical(alone);
    assert_string_equal(ours, "\"a \\\"text\\\"\"");
    free(ours);
    json_decref(alone);
}

static void a_fault_is_said_in_words(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    json_t *value = NULL;
    assert_false(json_read("{\"a\":1,\"a\":2}", 13, &value, &error));
    assert_null(value);
    assert_non_null(strstr(error.text, "line 1"));
    assert_int_equal(error.fault, FAULT_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),
        cmocka_unit_test(every_byte_in_a_text),
        cmocka_unit_test(mutations),
        cmocka_unit_test(deep_nesting_is_the_librarys),
        cmocka_unit_test(written_as_the_library_writes),
        cmocka_unit_test(a_fault_is_said_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
