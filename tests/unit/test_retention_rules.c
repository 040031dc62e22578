/*
 * What is due, and when (R38): tables. And what is left of a record.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/skeleton.h"
#include "report/retention_rules.h"

static void days(void **state)
{
    (void)state;
    static const struct {
        int period;
        char unit;
        const char *at, *due;
    } cases[] = {
        {1, 'D', "2026-11-22T12:00:00.000Z", "2026-11-23"},
        {9, 'D', "2026-11-22T12:00:00.000Z", "2026-12-01"},
        {40, 'D', "2026-12-22T12:00:00.000Z", "2027-01-31"},
        {366, 'D', "2027-03-01T12:00:00.000Z", "2028-03-01"},
        {9999, 'D', "2000-01-01T12:00:00.000Z", "2027-05-18"},
        {1, 'M', "2026-01-31T12:00:00.000Z", "2026-02-28"},
        {1, 'M', "2028-01-31T12:00:00.000Z", "2028-02-29"},
        {13, 'M', "2026-12-31T12:00:00.000Z", "2028-01-31"},
        {1, 'Y', "2028-02-29T12:00:00.000Z", "2029-02-28"},
        {4, 'Y', "2028-02-29T12:00:00.000Z", "2032-02-29"},
        {7, 'Y', "2026-11-22T12:00:00.000Z", "2033-11-22"},
        {9999, 'Y', "2026-11-22T12:00:00.000Z", "9999-11-22"},
        /* The day is that of the site: late in the evening there, the next one in UTC. */
        {1, 'D', "2026-11-23T03:00:00.000Z", "2026-11-23"},
        {1, 'D', "2026-11-23T05:00:00.000Z", "2026-11-24"},
    };
    assert_true(zone_use("America/New_York", NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char day[RETENTION_DAY_SIZE];
        const struct setting_retention row = {.period = cases[i].period, .unit = cases[i].unit};
        assert_true(retention_due(&row, cases[i].at, day));
        assert_string_equal(day, cases[i].due);
    }
    char day[RETENTION_DAY_SIZE];
    assert_false(retention_due(&(struct setting_retention){.period = 1, .unit = 'D'}, "", day));
}

#define CLOSED(outcome)                                                                                      \
    "\"docket\":\"FR-1\",\"state\":\"CLOSED\",\"received\":\"2026-11-01T12:00:00.000Z\",\"since\":\"2026-"   \
    "11-"                                                                                                    \
    "10T12:00:00.000Z\",\"history\":[{\"to\":\"" outcome "\"},{\"to\":\"CLOSED\"}]"

static void dockets(void **state)
{
    (void)state;
    static struct setting_retention rows[] = {
        {"docket-negative", 10, 'D', "closed", "item 1", "destroy"},
        {"docket-refused", 10, 'D', "received", "item 2", "review"},
        {"worksheet", 5, 'D', "closed", "item 3", "destroy"},
        {"look", 2, 'D', "looked", "item 4", "destroy"},
    };
    static struct settings settings = {.retention = rows, .retention_count = 4}, none;
    static const struct {
        const char *docket, *as_of;
        bool worksheets;
        const char *due;
    } cases[] = {
        {CLOSED("NEGATIVE"), "2026-11-19", false, ""},
        {CLOSED("NEGATIVE"), "2026-11-20", true, "docket-negative 2026-11-20 destroy;"},
        {CLOSED("NEGATIVE"), "2026-11-15", true, "worksheet 2026-11-15 destroy;"},
        {CLOSED("NEGATIVE"), "2026-11-14", true, ""},
        {CLOSED("NEGATIVE"), "2026-11-15", false, ""},
        {CLOSED("REFUSED"), "2026-11-11", true, "docket-refused 2026-11-11 review;"},
        {CLOSED("LAPSED"), "2999-01-01", false, ""}, /* no row names it */
        {CLOSED("NEGATIVE") ",\"looks\":[{\"at\":\"2026-11-10T12:00:00.000Z\"},{\"at\":\"2026-11-12T12:00:00."
                            "000Z\"}]",
         "2026-11-13", false, ""},
        {CLOSED("NEGATIVE") ",\"looks\":[{\"at\":\"2026-11-10T12:00:00.000Z\"},{\"at\":\"2026-11-12T12:00:00."
                            "000Z\"}]",
         "2026-11-14", false, "look 2026-11-14 destroy;"},
        {CLOSED("NEGATIVE") ",\"legalHold\":{}", "2999-01-01", true, ""},
        {CLOSED("NEGATIVE") ",\"disposed\":{}", "2999-01-01", true, ""},
        {CLOSED("NEGATIVE") ",\"discovery\":{\"wanted\":{}}", "2999-01-01", true, ""},
        {CLOSED("NEGATIVE") ",\"discovery\":{\"due\":\"2026-12-01\",\"volumes\":[]}", "2999-01-01", true, ""},
        {CLOSED("NEGATIVE") ",\"discovery\":{\"due\":\"2026-12-01\",\"volumes\":[{}]}", "2999-01-01", true,
         "docket-negative 2026-11-20 destroy;"},
        {CLOSED("NEGATIVE") ",\"disclosures\":[{\"state\":\"made\"}]", "2999-01-01", true, ""},
        {"\"docket\":\"FR-1\",\"state\":\"NEGATIVE\",\"received\":\"2026-11-01T12:00:00.000Z\",\"history\":["
         "]",
         "2999-01-01", true, ""},
    };
    assert_true(zone_use("America/New_York", NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *written = text_formatted("{%s}", cases[i].docket);
        json_t *docket = json_loads(written, 0, NULL), *entries = json_array(), *entry;
        struct text due = TEXT_EMPTY;
        size_t index;
        assert_non_null(docket);
        assert_true(retention_judge_docket(&none, docket, true, "9999-01-01", entries));
        assert_int_equal(json_array_size(entries), 0); /* no schedule: nothing is ever due */
        assert_true(retention_judge_docket(&settings, docket, cases[i].worksheets, cases[i].as_of, entries));
        json_array_foreach(entries, index, entry)
            text_format(&due, "%s %s %s;", json_text(entry, "class"), json_text(entry, "due"),
                        json_text(entry, "action"));
        assert_string_equal(due.bytes == NULL ? "" : due.bytes, cases[i].due);
        text_free(&due);
        json_decref(docket);
        json_decref(entries);
        free(written);
    }
}

static void order(void **state)
{
    (void)state;
    json_t *entries = json_pack("[{ss,ss,ss},{ss,ss,ss},{ss,ss,ss}]", "due", "2026-02-01", "class", "look",
                                "id", "b", "due", "2026-01-01", "class", "worksheet", "id", "a", "due",
                                "2026-02-01", "class", "look", "id", "a");
    assert_int_equal(retention_order(entries, 2), 1);
    assert_int_equal(json_array_size(entries), 2);
    assert_string_equal(json_text(json_array_get(entries, 0), "class"), "worksheet");
    assert_string_equal(json_text(json_array_get(entries, 1), "id"), "a");
    json_decref(entries);
}

static void skeletons(void **state)
{
    (void)state;
    static const struct {
        enum book book;
        const char *record, *left;
    } cases[] = {
        {BOOK_DOCKETS,
         "{\"docket\":\"FR-1\",\"state\":\"CLOSED\",\"request\":{\"use\":\"U1\",\"basis\":\"a "
         "man\",\"requester\":{"
         "\"name\":\"N\"}},\"images\":[{\"digest\":\"d\",\"file\":\"smith.jpg\"},{\"file\":\"x\"}],\"named\":"
         "{\"photo\":"
         "\"P\"},\"background\":{\"by\":\"quill\",\"items\":[{\"what\":\"born\"}]},\"unthoughtOf\":\"text\"}",
         "{\"background\":{\"by\":\"quill\"},\"docket\":\"FR-1\",\"images\":[{\"digest\":\"d\"},{}],"
         "\"request\":{"
         "\"use\":\"U1\"},\"state\":\"CLOSED\"}"},
        {BOOK_SEARCHES,
         "{\"search\":\"FR-1/"
         "1\",\"list\":[{\"photo\":\"P\",\"score\":7}],\"probes\":[{\"digest\":\"d\",\"eyes\":[1]}]}",
         "{\"probes\":[{\"digest\":\"d\"}],\"search\":\"FR-1/1\"}"},
        {BOOK_DECISIONS,
         "{\"digest\":\"d\",\"drop\":\"smith.p7m\",\"text\":\"refused\",\"decision\":{\"outcome\":\"none\","
         "\"reasons\":"
         "\"the ears\",\"features\":[{}]}}",
         "{\"decision\":{\"outcome\":\"none\"},\"digest\":\"d\"}"},
        {BOOK_OUTBOX,
         "{\"row\":\"1\",\"docket\":\"FR-1\",\"directory\":\"out/p/"
         "FR-1\",\"files\":[{\"name\":\"a\",\"text\":\"t\"}],"
         "\"render\":{\"facts\":{}}}",
         "{\"directory\":\"out/p/FR-1\",\"docket\":\"FR-1\",\"files\":[{}],\"row\":\"1\"}"},
        {BOOK_OUTBOX, "{\"row\":\"1\",\"docket\":\"FR-1\",\"directory\":\"out/p/unreadable/smith\"}",
         "{\"docket\":\"FR-1\",\"row\":\"1\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *record = json_loads(cases[i].record, 0, NULL);
        assert_non_null(record);
        json_t *left = skeleton_of(cases[i].book, record);
        char *text = json_canonical(left);
        assert_string_equal(text, cases[i].left);
        free(text);
        json_decref(left);
        json_decref(record);
    }
    assert_null(skeleton_of(BOOK_PHOTOS, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(days), cmocka_unit_test(dockets),
                                       cmocka_unit_test(order), cmocka_unit_test(skeletons)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
