/*
 * site.xml: defaults, every member, and what the schema cannot say.
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
#include "base/text.h"
#include "schemas/settings.h"

static struct settings *read_file(const char *file)
{
    struct error error = ERROR_NONE;
    struct settings *settings = NULL;
    char *bytes = NULL;
    size_t length = 0;
    int directory = directory_open("schemas/examples/valid", &error);
    if (directory < 0 || !file_read(directory, file, 1 << 20, &bytes, &length, &error) ||
        !settings_read(file, bytes, length, &settings, &error))
        fail_msg("%s", error.text);
    free(bytes);
    return settings;
}

static void test_defaults(void **state)
{
    (void)state;
    struct settings *settings = read_file("site-least.xml");
    assert_string_equal(settings->zone, "UTC");
    assert_int_equal(settings->identity, IDENTITY_SIGNATURE);
    assert_int_equal(settings->min_peers, 2);
    assert_int_equal(settings->foils, 4);
    assert_int_equal(settings->list_length, 20);
    assert_false(settings->hash_first);
    assert_int_equal(settings->overnight_start, 22 * 60);
    assert_int_equal(settings->overnight_end, 6 * 60);
    assert_int_equal(settings->age_milliseconds, 72 * 3600 * 1000);
    assert_false(settings->executor_slurm);
    assert_string_equal(settings->engine_object, "");
    assert_false(settings->engine_learned);
    assert_int_equal(settings->quiet_milliseconds, 5000);
    assert_int_equal(settings->mode_decisions, 01730);
    assert_string_equal(settings->docket_prefix, "FR");
    assert_int_equal(settings_rescan(settings, "in/one", false), 5000);
    assert_int_equal(settings_rescan(settings, "in/one", true), 5000);
    assert_int_equal(settings->free_bytes, 256 << 20);
    assert_int_equal(settings->free_files, 1000);
    assert_int_equal(settings->reminder_days, 7);
    assert_int_equal(settings->escalation_count, 1);
    assert_int_equal(settings->escalations[0].hours, 24);
    assert_true(settings->require_intake_acknowledgement);
    assert_false(settings->demonstration);
    const struct setting_foil *foil = &settings->foil;
    assert_int_equal(foil->acknowledge_days, 5);
    assert_int_equal(foil->answer_days, 20);
    assert_int_equal(foil->appeal_days, 30);
    assert_int_equal(foil->appeal_answer_days, 10);
    assert_int_equal(foil->holiday_count, 0);
    assert_int_equal(foil->exemption_count, 13);
    assert_string_equal(foil->exemptions[1].code, "87(2)(b)");
    settings_free(settings);
}

static void test_foil(void **state)
{
    static const char xml[] =
        "<site "
        "xmlns='urn:leadspool:site:1'><name>n</name><agency>a</agency><unit>u</unit><contact>c</contact>"
        "<zone>UTC</zone><commands><command>one</command></commands><foil acknowledgeDays='3' "
        "appealDays='60'>"
        "<appeals officer='Appeals'><line>1 Plaza</line><line>Room 2</line></appeals><holiday "
        "date='2026-11-26'/>"
        "<holiday date='12-25'/><exemption code='X-1' words='because'/></foil></site>";
    struct error error = ERROR_NONE;
    struct settings *settings = NULL;
    (void)state;
    if (!settings_read("site.xml", xml, strlen(xml), &settings, &error))
        fail_msg("%s", error.text);
    const struct setting_foil *foil = &settings->foil;
    assert_int_equal(foil->acknowledge_days, 3);
    assert_int_equal(foil->answer_days, 20);
    assert_int_equal(foil->appeal_days, 60);
    assert_string_equal(foil->officer, "Appeals");
    assert_string_equal(foil->address, "1 Plaza\nRoom 2");
    assert_int_equal(foil->holiday_count, 2);
    assert_int_equal(foil->holidays[0].year, 2026);
    assert_int_equal(foil->holidays[1].year, 0);
    assert_int_equal(foil->holidays[1].month * 100 + foil->holidays[1].day, 1225);
    assert_int_equal(foil->exemption_count, 1);
    assert_string_equal(foil->exemptions[0].words, "because");
    settings_free(settings);
}

static void test_everything(void **state)
{
    (void)state;
    struct settings *settings = read_file("site.xml");
    assert_true(settings->hash_first);
    assert_int_equal(settings->command_count, 2);
    assert_true(settings_command(settings, "intelligence-bureau")->intelligence);
    assert_false(settings_command(settings, "central-robbery")->intelligence);
    assert_null(settings_command(settings, "nobody"));
    assert_int_equal(settings_rescan(settings, "in/central-robbery", true), 2000);
    assert_int_equal(settings_rescan(settings, "review/decisions", true), 20000);
    assert_int_equal(settings_rescan(settings, "review/decisions", false), 10000);
    assert_int_equal(settings->escalation_count, 2);
    assert_int_equal(settings->escalations[0].hours, 4); /* in their order */
    assert_string_equal(settings->escalations[0].role, "legal");
    assert_string_equal(settings->escalations[1].role, "");
    assert_int_equal(settings->trait_word_count, 2);
    assert_string_equal(settings->trait_words[1], "immigrant");
    json_t *policy = settings_policy(settings);
    assert_string_equal(json_string_value(json_array_get(json_object_get(policy, "intelligence"), 0)),
                        "intelligence-bureau");
    json_decref(policy);
    settings_free(settings);
}

#define DIGEST "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

#define RETENTION(class, period, from, action)                                                               \
    "<retention><row class=\"" class "\" period=\"" period "\" from=\"" from                                 \
                                     "\" citation=\"Item 1\" action=\"" action "\"/></retention>"

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *member;
        const char *says;
    } cases[] = {
        {"<encryption key=\"site.key\">required</encryption>", "absolute path"},
        {"<packet fileBytes=\"9000000\" totalBytes=\"8000000\"/>", "totalBytes"},
        {"<overnight start=\"22:00\" end=\"22:00\"/>", "never open"},
        {"<overnight start=\"22:00\" end=\"06:00\" ageHours=\"0\"/>", "less than 1"},
        {"<executor kind=\"slurm\"/>", "absolute path"},
        {"<executor kind=\"cloud\"/>", "none of the words"},
        {"<engine name=\"e\" object=\"e.so\" sha256=\"" DIGEST "\"/>", "absolute path"},
        {"<engine name=\"e\" object=\"/e.so\" sha256=\"abc\"/>", "sha256"},
        {"<engine name=\"e\" object=\"/e.so\" sha256=\"" DIGEST "\" learnedWeights=\"maybe\"/>",
         "none of the words"},
        {"<executor kind=\"slurm\" folder=\"/f\" photosPerTask=\"0\"/>", "less than 1"},
        {"<watching><share path=\"in/elsewhere\" rescanSeconds=\"2\"/></watching>", "no share"},
        {"<watching rescanSeconds=\"0\"/>", "less than 1"},
        {"<thresholds lapseDays=\"5\" reminderDays=\"5\"/>", "reminderDays"},
        {"<escalation><step hours=\"1\" role=\"king\"/></escalation>", "none of the words"},
        {"<patterns caseNumber=\"[0-9\"/>", "regular expression"},
        {"<review minPeers=\"0\"/>", "less than 1"},
        {"<identity>password</identity>", "none of the words"},
        {RETENTION("look", "P1Y", "closed", "destroy"), "looks from looked"},
        {RETENTION("release", "P1Y", "received", "destroy"), "releases count from"},
        {RETENTION("rejected-drop", "P1Y", "closed", "destroy"), "drops from received"},
        {RETENTION("docket-negative", "P0Y", "closed", "destroy"), "P0Y"},
        {RETENTION("docket-negative", "P1Y", "closed", "forget"), "none of the words"},
        {RETENTION("event", "P1Y", "received", "destroy"), "none of the words"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *xml = text_formatted("<site xmlns='urn:leadspool:site:1'><name>n</name><agency>a</agency>\n"
                                   "<unit>u</unit><contact>c</contact><zone>UTC</zone>\n"
                                   "<commands><command>one</command></commands>%s</site>",
                                   cases[i].member);
        struct error error = ERROR_NONE;
        struct settings *settings;
        assert_false(settings_read("site.xml", xml, strlen(xml), &settings, &error));
        if (strstr(error.text, cases[i].says) == NULL ||
            strstr(error.text, "site.xml: line 3 /site/") == NULL)
            fail_msg("%s: %s", cases[i].member, error.text);
        free(xml);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_everything),
        cmocka_unit_test(test_foil),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
