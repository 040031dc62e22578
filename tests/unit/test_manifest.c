/*
 * The manifest as a record: every member, places, and what an unreadable one gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/json.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"
#include "ingest/members.h"

static void read_example(const char *folder, const char *file, struct manifest *manifest)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    int directory = directory_open(folder, &error);
    if (directory < 0 || !file_read(directory, file, 1 << 20, &bytes, &length, &error) ||
        !manifest_read(bytes, length, manifest, &error))
        fail_msg("%s", error.text);
    free(bytes);
}

static void test_everything(void **state)
{
    (void)state;
    struct manifest manifest;
    read_example("schemas/examples/valid", "request-new.xml", &manifest);
    const json_t *request = manifest.request;
    assert_int_equal(json_array_size(manifest.faults), 0);
    assert_string_equal(json_text(request, "kind"), "new");
    assert_string_equal(json_text(request, "use"), "U1");
    assert_string_equal(json_text(json_object_get(request, "requester"), "account"), "dwhitfield");
    assert_string_equal(json_text(request, "priorSearches"), "none");
    assert_true(json_is_false(json_object_get(request, "politicalActivity")));
    assert_int_equal(json_array_size(json_object_get(request, "characteristics")), 2);
    const json_t *image = json_array_get(json_object_get(request, "images"), 0);
    assert_int_equal(json_whole(image, "size", 0), 48213);
    char *eyes = json_canonical(json_object_get(image, "eyes"));
    assert_string_equal(eyes, "[17050,12000,23625,12100]");
    free(eyes);
    const json_t *edit = json_array_get(json_object_get(image, "edits"), 0);
    assert_string_equal(json_text(edit, "operation"), "crop");
    assert_int_equal(json_whole(json_object_get(image, "subjectBox"), "height", 0), 220);
    manifest_free(&manifest);
}

static void test_prior_searches(void **state)
{
    (void)state;
    struct manifest manifest;
    read_example("schemas/examples/valid", "request-correction.xml", &manifest);
    const json_t *list = json_object_get(manifest.request, "priorSearches");
    assert_string_equal(json_text(json_array_get(list, 0), "unit"), "State police");
    manifest_free(&manifest);
}

/* A manifest that breaks the schema is still read as far as it goes, so that the rules can be checked too. */
static void test_invalid_is_read(void **state)
{
    (void)state;
    struct manifest manifest;
    read_example("schemas/examples/invalid", "request-three-faults.xml", &manifest);
    assert_int_equal(json_array_size(manifest.faults), 3);
    assert_string_equal(json_text(manifest.request, "use"), "U9");
    assert_string_equal(json_text(json_array_get(manifest.faults, 1), "place"), "line 19 /request/use");
    manifest_free(&manifest);
}

static void test_unreadable(void **state)
{
    (void)state;
    static const struct {
        const char *file, *code, *outcome;
    } cases[] = {{"request-malformed.xml", "malformed-xml", "QUARANTINE"},
                 {"request-doctype.xml", "hostile-xml", "QUARANTINE"},
                 {"request-entity.xml", "malformed-xml", "QUARANTINE"},
                 {"request-empty.xml", "malformed-xml", "QUARANTINE"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct manifest manifest;
        read_example("schemas/examples/invalid", cases[i].file, &manifest);
        assert_null(manifest.request);
        assert_true(fault_has(manifest.faults, cases[i].code));
        assert_string_equal(fault_outcome(manifest.faults), cases[i].outcome);
        manifest_free(&manifest);
    }
}

static void test_places(void **state)
{
    (void)state;
    struct manifest manifest;
    read_example("schemas/examples/valid", "request-new.xml", &manifest);
    static const struct {
        const char *path, *place;
    } cases[] = {{"/request/use", "line 19 /request/use"},
                 {"/request/relatesTo", "line 2 /request/relatesTo"},
                 {"/request/images/image[2]/bodyWorn", "line 53 /request/images/image[2]/bodyWorn"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *place = manifest_place(manifest.lines, cases[i].path);
        assert_string_equal(place, cases[i].place);
        free(place);
    }
    manifest_free(&manifest);
}

static void test_hundredths(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } cases[] = {{"170.5", 17050}, {"0", 0},   {"1.25", 125}, {"1.", 100},        {"1.255", -1},
                 {"", -1},         {"-1", -1}, {"1e3", -1},   {"99999999999", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(hundredths(cases[i].text), cases[i].value);
    assert_int_equal(hundredths(NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything),      cmocka_unit_test(test_prior_searches),
        cmocka_unit_test(test_invalid_is_read), cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_places),          cmocka_unit_test(test_hundredths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
