/*
 * The index page: every state in words, everything escaped, nothing that tells of a candidate, nothing to
 * load.
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
#include "casebook/docket.h"
#include "ingest/index.h"

static char *draw(const char *state, const char *name)
{
    json_t *page =
        json_pack("{ss,ss,ss,ss,s[{ss,ss,ss,ss,ss,ss}]}", "site", "example", "contact", "extension 5500",
                  "command", "central-robbery", "at", "2026-11-20T09:31:00.000Z", "dockets", "docket",
                  "FR-2026-000001", "caseNumber", "2026-1", "requester", name, "state", state, "since",
                  "2026-11-20T09:31:00.000Z", "received", "2026-11-19T09:31:00.000Z");
    struct text html = TEXT_EMPTY;
    struct error error = ERROR_NONE;
    assert_non_null(page);
    assert_true(index_page(page, &html, &error));
    json_decref(page);
    return html.bytes;
}

static void test_every_state_in_words(void **state)
{
    (void)state;
    for (int i = 0; i < DOCKET_STATE_COUNT; i++) {
        const char *name = docket_state_name((enum docket_state)i);
        char *html = draw(name, "Dana");
        if (strcmp(index_state_words(name), name) == 0 || strstr(html, index_state_words(name)) == NULL)
            fail_msg("no words for %s", name);
        free(html);
    }
}

static void test_older_ones_are_counted(void **state)
{
    (void)state;
    json_t *page = json_pack("{ss,ss,s[{ss,ss}],si,si}", "command", "central-robbery", "at",
                             "2026-11-20T09:31:00.000Z", "dockets", "docket", "FR-2026-000007", "state",
                             "INTAKE", "olderOpen", 6, "olderFinished", 0);
    struct text html = TEXT_EMPTY;
    struct error error = ERROR_NONE;
    assert_non_null(page);
    assert_true(index_page(page, &html, &error));
    const char *first = strstr(html.bytes, "6 older ones are not listed");
    assert_non_null(first);
    assert_null(strstr(first + strlen("6 older"), "older ones"));
    text_free(&html);
    json_decref(page);
}

/* That somebody was named is not told before the report: the steps after it read as the steps that always
   come. */
static void test_no_hint_of_a_candidate(void **state)
{
    (void)state;
    assert_string_equal(index_state_words("BACKGROUND"), index_state_words("INVESTIGATION"));
    assert_string_equal(index_state_words("PEER"), index_state_words("SUPERVISION"));
}

static void test_escaped_and_self_contained(void **state)
{
    (void)state;
    char *html = draw("QUEUED", "<script>alert(1)</script>");
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "src="));
    assert_null(strstr(html, "http://"));
    assert_non_null(strstr(html, "default-src 'none'"));
    assert_non_null(strstr(html, "<html lang=\"en\">"));
    assert_non_null(strstr(html, "2026-11-20 09:31 UTC"));
    free(html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_older_ones_are_counted),
        cmocka_unit_test(test_every_state_in_words),
        cmocka_unit_test(test_no_hint_of_a_candidate),
        cmocka_unit_test(test_escaped_and_self_contained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
