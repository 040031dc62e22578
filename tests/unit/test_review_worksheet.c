/*
 * Worksheets: each stage is told what it needs, and refused what it may not see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "review/worksheet.h"

static const char *const bases[][2] = {
    {"hold", "\"request\":{},\"images\":[],\"hold\":{}"},
    {"intake", "\"request\":{},\"images\":[]"},
    {"investigation",
     "\"probe\":{\"picture\":\"P01\"},\"candidates\":[{\"label\":\"C01\",\"picture\":\"C01\"}]"},
    {"background",
     "\"probe\":{},\"candidate\":{\"photo\":\"PH-1\",\"biography\":{}},\"comparison\":{\"rating\":2}"},
    {"peer", "\"probe\":{},\"photos\":[{\"label\":\"A\",\"picture\":\"A\"}]"},
    {"supervision",
     "\"probe\":{},\"candidate\":{},\"comparison\":{\"rating\":1},\"background\":{},\"reviews\":[]"},
};

static enum fault check(const char *stage, const char *members, const char *more)
{
    struct error error = ERROR_NONE;
    json_t *facts = NULL;
    char *text = text_formatted("{\"docket\":\"d\",\"item\":\"i\",%s%s}", members, more);
    if (!json_read(text, strlen(text), &facts, &error))
        fail_msg("%s", error.text);
    bool fits = worksheet_check(worksheet_for(stage), facts, &error);
    assert_int_equal(fits, error.fault == FAULT_NONE);
    json_decref(facts);
    free(text);
    return error.fault;
}

static void every_stage_has_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        assert_non_null(worksheet_for(bases[i][0]));
        assert_int_equal(check(bases[i][0], bases[i][1], ""), FAULT_NONE);
    }
    assert_null(worksheet_for("approved"));
}

static void no_stage_sees_a_score(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        assert_int_equal(check(bases[i][0], bases[i][1], ",\"x\":{\"y\":[{\"score\":1}]}"), FAULT_INTERNAL);
        assert_int_equal(check(bases[i][0], bases[i][1], ",\"rank\":1"), FAULT_INTERNAL);
    }
}

static void opinions_stay_hidden_until_ones_own_is_signed(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        enum fault investigation, peer, supervision;
    } cases[] = {
        {",\"x\":{\"rating\":2}", FAULT_INTERNAL, FAULT_INTERNAL, FAULT_NONE},
        {",\"x\":[{\"verdict\":\"agree\"}]", FAULT_INTERNAL, FAULT_INTERNAL, FAULT_NONE},
        {",\"x\":{\"biography\":{}}", FAULT_INTERNAL, FAULT_INTERNAL, FAULT_INTERNAL},
        {",\"x\":{\"photo\":\"PH-1\"}", FAULT_INTERNAL, FAULT_INTERNAL, FAULT_NONE},
        {",\"named\":\"C01\"", FAULT_NONE, FAULT_INTERNAL, FAULT_NONE},
        {",\"request\":{\"requester\":{\"name\":\"n\"}}", FAULT_INTERNAL, FAULT_INTERNAL, FAULT_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(check("investigation", bases[2][1], cases[i].more), cases[i].investigation);
        assert_int_equal(check("peer", bases[4][1], cases[i].more), cases[i].peer);
        assert_int_equal(check("supervision", bases[5][1], cases[i].more), cases[i].supervision);
    }
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++)
        assert_int_equal(check(bases[i][0], "\"x\":1", ""), FAULT_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stage_has_one),
        cmocka_unit_test(no_stage_sees_a_score),
        cmocka_unit_test(opinions_stay_hidden_until_ones_own_is_signed),
        cmocka_unit_test(what_is_missing_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
