/*
 * READ-ME.txt of a command: its example is a manifest, its list of members is the schema's, it fits a window.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "ingest/check_worker.h"
#include "ingest/manifest.h"
#include "ingest/read_me.h"

static char *bytes_of(const char *folder, const char *name, size_t *length)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    int directory = directory_open(folder, &error);
    if (directory < 0 || !file_read(directory, name, 1 << 20, &bytes, length, &error))
        fail_msg("%s", error.text);
    close(directory);
    return bytes;
}

static char *made(void)
{
    struct error error = ERROR_NONE;
    struct settings *settings = NULL;
    struct text plain = TEXT_EMPTY;
    size_t length = 0;
    char *site = bytes_of("schemas/examples/valid", "site-least.xml", &length);
    if (!settings_read("site-least.xml", site, length, &settings, &error) ||
        !read_me(settings, &settings->commands[0], &plain, &error))
        fail_msg("%s", error.text);
    settings_free(settings);
    free(site);
    return plain.bytes;
}

static void the_example_is_a_manifest(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    struct manifest manifest = {0};
    char *text = made(), *begin = strstr(text, "<?xml"), *end = strstr(text, "</request>\n");
    assert_true(check_prepare_process(&error));
    assert_non_null(begin);
    assert_non_null(end);
    assert_true(manifest_read(begin, (size_t)(end - begin) + strlen("</request>\n"), &manifest, &error));
    if (json_array_size(manifest.faults) > 0)
        fail_msg("%s", json_text(json_array_get(manifest.faults, 0), "text"));
    assert_string_equal(json_text(manifest.request, "command"), "central-robbery");
    manifest_free(&manifest);
    free(text);
}

/* What the schema takes and nobody tells would never be used. */
static void every_element_is_told(void **state)
{
    (void)state;
    size_t length = 0, seen = 0;
    char *schema = bytes_of("schemas", "request.xsd", &length), *text = made();
    for (char *at = schema, *end; (at = strstr(at, "<xs:element name=\"")) != NULL; at = end) {
        char name[64];
        at += strlen("<xs:element name=\"");
        end = strchr(at, '"');
        assert_non_null(end);
        snprintf(name, sizeof name, "%.*s", (int)(end - at), at);
        /* marked in the form, where the picture is seen */
        if (strcmp(name, "eyes") != 0 && strstr(text, name) == NULL)
            fail_msg("%s is not told of", name);
        seen++;
    }
    assert_true(seen > 40);
    free(schema);
    free(text);
}

static void it_fits_a_window(void **state)
{
    (void)state;
    char *text = made();
    bool example = false;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        example = example || strstr(line, "<?xml") != NULL;
        if (!example && strlen(line) > 72)
            fail_msg("%zu columns: %s", strlen(line), line);
        example = example && strstr(line, "</request>") == NULL;
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_example_is_a_manifest),
                                       cmocka_unit_test(every_element_is_told),
                                       cmocka_unit_test(it_fits_a_window)};
    return cmocka_run_group_tests_name("read me", tests, NULL, NULL);
}
