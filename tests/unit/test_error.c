/*
 * Errors too long for their text: cut at a whole character, so that a record can still hold them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/unicode.h"

static void is_cut(const struct error *error)
{
    size_t length = strlen(error->text);
    assert_in_range(length, ERROR_TEXT_SIZE - 5, ERROR_TEXT_SIZE - 1);
    assert_true(unicode_valid(error->text, length));
    assert_string_equal(error->text + length - 3, "...");
}

static void test_cut_at_a_whole_character(void **state)
{
    (void)state;
    char long_name[2 * ERROR_TEXT_SIZE + 1] = "";
    for (size_t i = 0; i < ERROR_TEXT_SIZE; i++)
        memcpy(long_name + 2 * i, "\xC3\xA9", 3);
    for (int shift = 0; shift < 4; shift++) {
        struct error error = ERROR_NONE;
        assert_false(error_set(&error, FAULT_INPUT, "%.*s%s", shift, "abc", long_name));
        is_cut(&error);
        error_context(&error, "%.*s", shift, "abc");
        is_cut(&error);
        errno = ENOSPC;
        error_system(&error, "%.*s%.1018s", shift, "abc", long_name);
        assert_int_equal(error.fault, FAULT_TEMPORARY);
        is_cut(&error);
        error_set(&error, FAULT_INPUT, "why");
        error_context(&error, "%.*s%.1022s", shift, "abc", long_name);
        is_cut(&error);
    }
}

static void test_short_ones_are_whole(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    error_set(&error, FAULT_INPUT, "no image");
    error_context(&error, "docket %d", 7);
    assert_string_equal(error.text, "docket 7: no image");
    assert_int_equal(error_exit_code(error.fault), 65);
    assert_false(error_set(NULL, FAULT_INPUT, "said to nobody"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_at_a_whole_character),
        cmocka_unit_test(test_short_ones_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
