/*
 * The frame of a page that is one file: what it lets run, and that nothing put into it ends its element.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ingest/request_form.h"
#include "page/web_page.h"

static char *written(const struct web_page *page)
{
    struct text html = TEXT_EMPTY;
    struct error error = ERROR_NONE;
    web_page_begin(&html, page);
    text_add(&html, "<p>content</p>\n");
    assert_true(web_page_end(&html, page, &error));
    return html.bytes;
}

/* The digests are those `printf %s TEXT | openssl dgst -sha256 -binary | base64` gives. */
static void test_style_and_script_are_allowed_by_digest(void **state)
{
    (void)state;
    const struct web_page page = {.title = "t", .style = "a{}", .script = "'use strict';"};
    char *html = written(&page);
    assert_non_null(strstr(html,
                           "content=\"default-src 'none'; style-src "
                           "'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='; script-src "
                           "'sha256-jozHLmH/b2wMlFqXZ1bREnMsSZzWT8WyB7shP8hKHkA='; img-src data: blob:; "
                           "base-uri 'none'; form-action 'none'\""));
    assert_non_null(strstr(html, "<style>a{}</style>"));
    assert_non_null(strstr(html, "<script>'use strict';</script>"));
    free(html);
}

static void test_no_script_without_one(void **state)
{
    (void)state;
    const struct web_page page = {.title = "t", .style = "a{}"};
    char *html = written(&page);
    assert_null(strstr(html, "script"));
    assert_null(strstr(html, "img-src"));
    free(html);
}

static void test_nothing_ends_its_element(void **state)
{
    (void)state;
    json_t *data = json_pack("{ss,ss}", "a", "</script><script>alert(1)</script>", "b", "<!-- <script>");
    const struct web_page page = {
        .title = "</title><script>alert(1)</script>", .style = "a{}", .script = "1", .data = data};
    char *html = written(&page);
    assert_null(strstr(html, "alert(1)</script>"));
    assert_null(strstr(html, "<!-- "));
    assert_non_null(strstr(html, "\\u003c/script>\\u003cscript>alert(1)"));
    assert_non_null(strstr(html, "<title>&lt;/title&gt;"));
    free(html);
    json_decref(data);
}

/* The same settings give the same bytes, another command another page. */
static void test_the_form_follows_the_settings(void **state)
{
    (void)state;
    struct setting_command commands[] = {{"north", false}, {"south", true}};
    const char *words[] = {"creed"};
    const struct settings settings = {.name = "example",
                                      .agency = "Agency",
                                      .unit = "Unit",
                                      .contact = "extension 5500",
                                      .commands = commands,
                                      .command_count = 2,
                                      .packet_files = 20,
                                      .packet_file_bytes = 1000,
                                      .packet_total_bytes = 2000,
                                      .case_pattern = ".{1,40}",
                                      .complaint_pattern = "[0-9]{4}",
                                      .docket_prefix = "ID",
                                      .trait_words = words,
                                      .trait_word_count = 1};
    struct text html[3] = {TEXT_EMPTY, TEXT_EMPTY, TEXT_EMPTY};
    struct error error = ERROR_NONE;
    for (size_t i = 0; i < 3; i++)
        assert_true(request_form(&settings, &commands[i / 2], &html[i], &error));
    assert_string_equal(html[0].bytes, html[1].bytes);
    assert_non_null(strstr(html[0].bytes, "\"command\":\"north\""));
    assert_non_null(strstr(html[0].bytes, "\"intelligence\":false"));
    assert_non_null(strstr(html[2].bytes, "\"command\":\"south\""));
    assert_non_null(strstr(html[2].bytes, "\"intelligence\":true"));
    assert_non_null(strstr(html[0].bytes, "\"words\":[\"creed\"]"));
    assert_non_null(strstr(html[0].bytes, "\"docketExample\":\"ID-"));
    assert_non_null(
        strstr(html[0].bytes, "\"limits\":{\"fileBytes\":1000,\"files\":20,\"totalBytes\":2000}"));
    for (size_t i = 0; i < 3; i++)
        text_free(&html[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_style_and_script_are_allowed_by_digest),
        cmocka_unit_test(test_no_script_without_one),
        cmocka_unit_test(test_nothing_ends_its_element),
        cmocka_unit_test(test_the_form_follows_the_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
