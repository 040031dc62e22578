/*
 * Every example of schemas/examples is read as its users would: the valid ones without a complaint, each
 * invalid one refused for the reason its name gives, at the place where it is wrong.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/files.h"
#include "schemas/xml.h"

#define EXAMPLES "schemas/examples/"

static const struct {
    const char *file;
    enum xml_outcome outcome;
    size_t faults;
    const char *path; /* of the last fault */
    const char *text; /* a piece of its sentence */
} invalid[] = {
    {"acknowledgement-subject.xml", XML_INVALID, 1, "/acknowledgement/subject", "\"lead\" is none"},
    {"decision-component-unknown.xml", XML_INVALID, 1,
     "/decision/investigation/features/feature[1]/@component", "\"aura\" is none"},
    {"decision-display-mirrored.xml", XML_INVALID, 1, "/decision/investigation/displays/display[2]/@view",
     "\"mirror\" is none"},
    {"decision-mark-unknown.xml", XML_INVALID, 1, "/decision/peer/mark[1]/@mark", "\"maybe\" is none"},
    {"decision-observation-unlocked.xml", XML_INVALID, 1, "/decision/investigation/observation",
     "sha256 is missing"},
    {"decision-rating-out-of-range.xml", XML_INVALID, 1, "/decision/investigation/rating", "more than 3"},
    {"decision-without-item.xml", XML_INVALID, 1, "/decision", "missing here: item"},
    {"disclosure-purpose.xml", XML_INVALID, 1, "/disclosure/purpose/@code", "immigration-enforcement"},
    {"foil-received.xml", XML_INVALID, 1, "/foil/received", "yesterday"},
    {"audit-kind.xml", XML_INVALID, 1, "/audit/kind", "everything"},
    {"retention-kind.xml", XML_INVALID, 1, "/retention/kind", "burn"},
    {"discovery-item.xml", XML_INVALID, 1, "/discovery/withhold/item/@number", "more than 13"},
    {"enrolment-mark-without-eyes.xml", XML_INVALID, 1, "/enrolment/marks/mark", "missing here: eyes"},
    {"enrolment-without-date.xml", XML_INVALID, 1, "/enrolment/photos/photo", "missing here: capturedAt"},
    {"enrolment-without-source.xml", XML_INVALID, 1, "/enrolment/photos/photo", "missing here: source"},
    {"inspection-finding.xml", XML_INVALID, 1, "/inspection/finding", "\"fine\" is none"},
    {"item-label.xml", XML_INVALID, 1, "/item/pictures/picture[2]/@label", "a label such as C01"},
    {"order-without-citation.xml", XML_INVALID, 1, "/order", "missing here: citation"},
    {"receipt-outcome.xml", XML_INVALID, 1, "/receipt/outcome", "\"PERHAPS\" is none"},
    {"request-basis-blank.xml", XML_INVALID, 1, "/request/basis", "empty"},
    {"request-deep.xml", XML_HOSTILE, 1, "", "nested"},
    {"request-digest-short.xml", XML_INVALID, 1, "/request/images/image[1]/sha256", "SHA-256"},
    {"request-doctype-outside.xml", XML_HOSTILE, 1, "", "document type declaration"},
    {"request-doctype.xml", XML_HOSTILE, 1, "", "document type declaration"},
    {"request-edit-mirror.xml", XML_INVALID, 1, "/request/images/image[1]/edits/edit/operation",
     "\"mirror\""},
    {"request-empty.xml", XML_MALFORMED, 1, "", "empty"},
    {"request-entity.xml", XML_MALFORMED, 1, "", "not written as \"&amp;\""},
    {"request-eyes-incomplete.xml", XML_INVALID, 1, "/request/images/image[1]/eyes", "rightX is missing"},
    {"request-file-outside.xml", XML_INVALID, 1, "/request/images/image[1]/file", "without a folder"},
    {"request-flag-neither.xml", XML_INVALID, 1, "/request/politicalActivity", "true or false"},
    {"request-id-upper-case.xml", XML_INVALID, 1, "/request/requestId", "UUID"},
    {"request-instruction-colon.xml", XML_INVALID, 1, "", "colon"},
    {"request-malformed.xml", XML_MALFORMED, 1, "", "closed under another name"},
    {"request-many-attributes.xml", XML_HOSTILE, 1, "", "attributes"},
    {"request-member-twice.xml", XML_INVALID, 1, "/request/basis[2]", "second time"},
    {"request-member-unknown.xml", XML_INVALID, 1, "/request/warrant", "does not belong"},
    {"request-other-namespace.xml", XML_INVALID, 1, "/request", "another kind"},
    {"request-source-sketch.xml", XML_INVALID, 2, "/request/images/image[2]/source", "\"sketch\""},
    {"request-three-faults.xml", XML_INVALID, 3, "/request/priority", "\"urgent\""},
    {"request-text-too-long.xml", XML_INVALID, 1, "/request/supervisorDiscussion/person",
     "at most 200 characters"},
    {"request-time-twenty-four.xml", XML_INVALID, 1, "/request/supervisorDiscussion/at", "UTC"},
    {"request-time-without-zone.xml", XML_INVALID, 1, "/request/submittedAt", "UTC"},
    {"request-use-unknown.xml", XML_INVALID, 1, "/request/use", "\"U9\""},
    {"request-utf16.xml", XML_MALFORMED, 1, "", "UTF-8"},
    {"request-without-requester.xml", XML_INVALID, 1, "/request", "missing here: requester"},
    {"roster-account-twice.xml", XML_INVALID, 1, "/roster/person[2]", "\"mvale\""},
    {"roster-group-without-role.xml", XML_INVALID, 1, "/roster/directory/group[2]", "role is missing"},
    {"roster-id-twice.xml", XML_INVALID, 1, "/roster/person[3]", "\"supervisor-1\""},
    {"roster-role-unknown.xml", XML_INVALID, 1, "/roster/person[1]/roles/role[1]", "\"wizard\""},
    {"roster-supervisor-unknown.xml", XML_INVALID, 1, "", "\"nobody\""},
    {"site-command-twice.xml", XML_INVALID, 1, "/site/commands/command[2]", "second time"},
    {"site-list-too-long.xml", XML_INVALID, 1, "/site/search/@listLength", "more than 50"},
    {"site-no-peers.xml", XML_INVALID, 1, "/site/review/@minPeers", "less than 1"},
    {"site-too-few-foils.xml", XML_INVALID, 1, "/site/review/@foils", "less than 4"},
    {"site-window.xml", XML_INVALID, 1, "/site/overnight/@start", "time of day"},
    {"site-without-zone.xml", XML_INVALID, 1, "/site", "missing here: zone"},
    {"tours-state.xml", XML_INVALID, 1, "/tours/tour[1]/@state", "\"skipped\" is none"},
};

enum { INVALID = sizeof invalid / sizeof *invalid };

/* Examples are named for their schema: request-new.xml. */
static enum schema schema_of(const char *file)
{
    for (int i = 0; i < SCHEMA_COUNT; i++)
        if (strncmp(file, schema_name((enum schema)i), strlen(schema_name((enum schema)i))) == 0)
            return (enum schema)i;
    fail_msg("%s is named for no schema", file);
    return SCHEMA_COUNT;
}

static void read_example(const char *folder, const char *file, struct xml_reading *reading)
{
    struct error error = ERROR_NONE;
    int directory = directory_open(folder, &error);
    char *bytes = NULL;
    size_t length = 0;
    if (directory < 0 || !file_read(directory, file, 1 << 20, &bytes, &length, &error))
        fail_msg("%s", error.text);
    if (!xml_read(schema_of(file), bytes, length, reading, &error))
        fail_msg("%s: %s", file, error.text);
    free(bytes);
}

static void test_valid(void **state)
{
    (void)state;
    DIR *folder = opendir(EXAMPLES "valid");
    assert_non_null(folder);
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        struct xml_reading reading;
        read_example(EXAMPLES "valid", entry->d_name, &reading);
        if (reading.outcome != XML_VALID)
            fail_msg("%s: %s: %s", entry->d_name, reading.faults[0].path, reading.faults[0].text);
        assert_string_equal(xml_name(xml_root(reading.document)), schema_name(schema_of(entry->d_name)));
        xml_reading_free(&reading);
        count++;
    }
    closedir(folder);
    assert_true(count >= SCHEMA_COUNT);
}

static void test_invalid(void **state)
{
    (void)state;
    for (size_t i = 0; i < INVALID; i++) {
        struct xml_reading reading;
        read_example(EXAMPLES "invalid", invalid[i].file, &reading);
        const struct xml_fault *last =
            reading.fault_count > 0 ? &reading.faults[reading.fault_count - 1] : NULL;
        if (reading.outcome != invalid[i].outcome || last == NULL ||
            reading.fault_count != invalid[i].faults || strcmp(last->path, invalid[i].path) != 0 ||
            strstr(last->text, invalid[i].text) == NULL)
            fail_msg("%s: outcome %d, %zu faults, last %s: %s", invalid[i].file, (int)reading.outcome,
                     reading.fault_count, last == NULL ? "" : last->path, last == NULL ? "" : last->text);
        xml_reading_free(&reading);
    }
}

/* An example nobody expects anything of proves nothing. */
static void test_invalid_all_listed(void **state)
{
    (void)state;
    DIR *folder = opendir(EXAMPLES "invalid");
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        bool listed = entry->d_name[0] == '.';
        for (size_t i = 0; i < INVALID; i++)
            listed = listed || strcmp(invalid[i].file, entry->d_name) == 0;
        if (!listed)
            fail_msg("%s is not in the table of this test", entry->d_name);
    }
    closedir(folder);
}

static void test_walk(void **state)
{
    (void)state;
    struct xml_reading reading;
    read_example(EXAMPLES "valid", "request-new.xml", &reading);
    const struct xml_node *root = xml_root(reading.document);
    assert_string_equal(xml_child_text(root, "use"), "U1");
    assert_null(xml_child_text(root, "warrant"));
    assert_null(xml_child_text(xml_child(root, "warrant"), "deeper"));
    const struct xml_node *image = xml_child(xml_child(root, "images"), "image");
    assert_string_equal(xml_attribute(xml_child(image, "eyes"), "leftX"), "170.5");
    assert_null(xml_attribute(xml_child(image, "eyes"), "middleX"));
    const struct xml_node *second = xml_next(image);
    assert_string_equal(xml_child_text(second, "file"), "till-camera-original.jpg");
    assert_null(xml_next(second));
    char *path = xml_path(xml_child(second, "source"));
    assert_string_equal(path, "/request/images/image[2]/source");
    free(path);
    assert_int_equal(xml_line(xml_child(root, "use")), 19);
    xml_reading_free(&reading);
}

/* A document beyond the size limit is not parsed at all. */
static void test_oversize(void **state)
{
    (void)state;
    size_t length = XML_SIZE_LIMIT + 1;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, ' ', length);
    struct xml_reading reading;
    struct error error = ERROR_NONE;
    assert_true(xml_read(SCHEMA_REQUEST, bytes, length, &reading, &error));
    assert_int_equal(reading.outcome, XML_HOSTILE);
    xml_reading_free(&reading);
    free(bytes);
}

/* A value of a quarter of a megabyte does not come back in the complaint about it. */
static void test_long_value(void **state)
{
    (void)state;
    static const char before[] = "<request xmlns='urn:leadspool:request:1'><command>";
    static const char after[] = "</command></request>";
    size_t length = 200000 + sizeof before + sizeof after;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, 'a', length);
    memcpy(bytes, before, sizeof before - 1);
    memcpy(bytes + length - (sizeof after - 1), after, sizeof after - 1);
    struct xml_reading reading;
    struct error error = ERROR_NONE;
    assert_true(xml_read(SCHEMA_REQUEST, bytes, length, &reading, &error));
    assert_int_equal(reading.outcome, XML_INVALID);
    for (size_t i = 0; i < reading.fault_count; i++)
        assert_true(strlen(reading.faults[i].text) < 500);
    xml_reading_free(&reading);
    free(bytes);
}

static void test_patterns(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    bool matches = false;
    assert_true(pattern_matches("[0-9]{4}-[0-9]{3}-[0-9]{5,6}", "2026-041-01234", &matches, &error) &&
                matches);
    assert_true(pattern_matches("[0-9]{4}-[0-9]{3}-[0-9]{5,6}", "x2026-041-01234", &matches, &error) &&
                !matches);
    assert_false(pattern_matches("[0-9", "1", &matches, &error));
    assert_int_equal(error.fault, FAULT_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_invalid),
        cmocka_unit_test(test_invalid_all_listed),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_oversize),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_long_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
