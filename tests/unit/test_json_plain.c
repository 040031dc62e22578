/*
 * The project's own reading and writing of JSON beside jansson's: the same values, the same bytes, or nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_parts.h"

/* Read by us, as jansson reads them. */
static const char *const ours[] = {
    "{}",
    "[]",
    " \t\r\n{ \"a\" : [ 1 , -2 , 0 , -0 , 999999999999999999 ] , \"b\" : { } } \n",
    "{\"b\":true,\"a\":false,\"c\":null}",
    "[\"\",\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"\x7f\",\"Größe – 漢字 \xf0\x9f\x98\x80\"]",
    "{\"files\":[{\"name\":\"still.jpg\",\"size\":146000}],\"text\":\"line\\nline \\\"quoted\\\"\\n\"}",
};

/* Left to jansson: refused by it, or beyond what the project writes. */
static const char *const others[] = {
    "",
    "  ",
    "1",
    "\"text\"",
    "true",
    "{",
    "[1",
    "[1,]",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{a:1}",
    "[1 2]",
    "[]x",
    "[1.5]",
    "[1e3]",
    "[01]",
    "[-]",
    "[+1]",
    "[nul]",
    "[True]",
    "[\"\\u0041\"]",
    "[\"\\u0000\"]",
    "[\"\\x\"]",
    "[\"open]",
    "[\"end\\\"]",
    "[\"line\nbreak\"]",
    "[\"\xff\"]",
    "[\"\xed\xa0\x80\"]",
    "[\"\xc0\xaf\"]",
    "{\"a\":1,\"a\":2}",
    "{\"\":1}",
    "{\"\\n\":1}",
    "{\"ä\":1}",
    "[9999999999999999999]",
    "[1000000000000000000]",
};

static void same(const char *bytes, size_t length, bool must)
{
    json_t *plain = json_read_plain(bytes, length);
    json_t *right = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
    if (must)
        assert_non_null(plain);
    if (plain != NULL) {
        assert_non_null(right);
        assert_true(json_equal(plain, right));
        char *written = json_write_plain(plain);
        char *dumped = json_dumps(right, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
        assert_non_null(written);
        assert_string_equal(written, dumped);
        free(written);
        free(dumped);
    }
    json_decref(plain);
    json_decref(right);
}

static void test_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        same(ours[i], strlen(ours[i]), true);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(json_read_plain(others[i], strlen(others[i])));
    assert_null(json_read_plain("[\"a\0b\"]", 7));
}

static uint32_t random_state = 20261123;

static uint32_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static void test_changed(void **state)
{
    (void)state;
    static const char bytes[] = "{}[]\",:\\ \n\t0123456789-.eEtrufalsn\xc3\xa4\xff\x01";
    char text[256];
    for (int round = 0; round < 30000; round++) {
        const char *from = ours[next_random() % (sizeof ours / sizeof *ours)];
        size_t length = strlen(from);
        memcpy(text, from, length);
        for (uint32_t changes = 1 + next_random() % 3; changes > 0; changes--) {
            size_t at = next_random() % length;
            switch (next_random() % 3) {
            case 0:
                text[at] = bytes[next_random() % (sizeof bytes - 1)];
                break;
            case 1:
                length = at + 1;
                break;
            default:
                memmove(text + at + 1, text + at, length - at);
                length++;
            }
        }
        same(text, length, false);
    }
}

static json_t *nested(int depth)
{
    json_t *value = json_array();
    for (int i = 1; i < depth; i++) {
        json_t *around = json_array();
        json_array_append_new(around, value);
        value = around;
    }
    return value;
}

static void test_depth(void **state)
{
    (void)state;
    for (int depth = 63; depth <= 66; depth++) {
        json_t *value = nested(depth);
        char *dumped = json_dumps(value, JSON_COMPACT), *written = json_write_plain(value);
        json_t *read = json_read_plain(dumped, strlen(dumped));
        assert_int_equal(read != NULL, depth <= 64);
        assert_int_equal(written != NULL, depth <= 64);
        if (written != NULL)
            assert_string_equal(written, dumped);
        json_decref(read);
        json_decref(value);
        free(written);
        free(dumped);
    }
}

/* More members than are sorted on the stack, in no order; every byte a text can hold. */
static void test_written(void **state)
{
    (void)state;
    json_t *object = json_object();
    char key[8], all[128];
    for (int i = 0; i < 200; i++) {
        int number = i * 77 % 200;
        snprintf(key, sizeof key, "%x", number);
        json_object_set_new(object, key, json_integer(number));
    }
    for (int i = 1; i < 128; i++)
        all[i - 1] = (char)i;
    json_object_set_new(object, "all", json_stringn(all, 127));
    json_t *few = json_pack("{si,si,si,s[]}", "ab", 1, "a", 2, "b", 3, "abc");
    json_object_set_new(object, "few", few);
    char *written = json_write_plain(object);
    char *dumped = json_dumps(object, JSON_SORT_KEYS | JSON_COMPACT);
    assert_string_equal(written, dumped);
    free(written);
    free(dumped);
    json_object_set_new(object, "real", json_real(1.5));
    assert_null(json_write_plain(object));
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
