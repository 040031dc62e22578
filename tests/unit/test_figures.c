/*
 * Figures of oversight as tables: what counts where, how long stages took, and what the public edition withholds; which
 * events an extract takes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "page/bars.h"
#include "report/extract.h"
#include "report/figures.h"
#include "report/figures_worker.h"

static instant at(const char *text)
{
    instant moment;
    assert_true(instant_parse(text, &moment, NULL));
    return moment;
}

static json_t *parsed(const char *text)
{
    json_t *value = json_loads(text, 0, NULL);
    assert_non_null(value);
    return value;
}

#define YEAR_BEGINS "2026-01-01T05:00:00.000Z"
#define YEAR_ENDS "2027-01-01T05:00:00.000Z"

static void add(struct figures *figures, const char *docket, const char *holds)
{
    json_t *record = parsed(docket), *of = holds == NULL ? NULL : parsed(holds);
    assert_true(figures_add_docket(figures, record, of, NULL));
    json_decref(record);
    json_decref(of);
}

static const json_t *table(const json_t *facts, const char *key)
{
    const json_t *found = json_find(json_object_get(facts, "tables"), "key", key);
    assert_non_null(found);
    return json_object_get(found, "rows");
}

static int64_t counted(const json_t *facts, const char *key, const char *name)
{
    const json_t *row = json_find(table(facts, key), "name", name);
    return row == NULL ? 0 : json_whole(row, "count", -1);
}

static int64_t in_all(const json_t *facts, const char *name)
{
    return json_whole(json_find(json_object_get(facts, "counts"), "name", name), "count", -1);
}

#define CLOSED_MATCH                                                                                         \
    "{\"docket\":\"FR-2026-000001\",\"command\":\"precinct-014\",\"received\":\"2026-03-01T12:00:00.000Z\"," \
    "\"state\":\"CLOSED\",\"request\":{\"use\":\"U1\",\"priority\":\"routine\"},\"searches\":[\"a\",\"b\"]," \
    "\"recalls\":1,\"peers\":[{\"verdict\":\"agree\"},{\"verdict\":\"cannot-say\"},{}],\"history\":["        \
    "{\"to\":\"INTAKE\",\"at\":\"2026-03-01T12:00:00.000Z\"},{\"to\":\"QUEUED\",\"at\":\"2026-03-01T12:30:"  \
    "00.000Z\"},"                                                                                            \
    "{\"to\":\"NEGATIVE\",\"at\":\"2026-03-01T14:30:00.000Z\"},{\"to\":\"APPROVED\",\"at\":\"2026-03-02T00:" \
    "00:00.000Z\"},"                                                                                         \
    "{\"to\":\"CLOSED\",\"at\":\"2026-03-02T00:01:00.000Z\"}]}"
#define OPEN_NOW                                                                                             \
    "{\"docket\":\"FR-2026-000002\",\"command\":\"precinct-075\",\"received\":\"2027-01-01T04:59:59.000Z\"," \
    "\"state\":\"INTAKE\",\"request\":{\"use\":\"U6\",\"priority\":\"imminent\"},\"history\":["              \
    "{\"to\":\"INTAKE\",\"at\":\"2027-01-01T04:59:59.000Z\"}]}"
/* Received before the year, its probe changed within it: counts there alone. */
#define EDITED_LATER                                                                                         \
    "{\"docket\":\"FR-2025-000009\",\"command\":\"precinct-075\",\"received\":\"2025-12-31T12:00:00.000Z\"," \
    "\"state\":\"INVESTIGATION\",\"request\":{\"use\":\"U2\"},\"probe\":{\"image\":\"aa\",\"searched\":"     \
    "\"bb\",\"by\":\"quill\","                                                                               \
    "\"at\":\"2026-01-02T12:00:00.000Z\",\"edits\":[{\"operation\":\"crop\"},{\"operation\":\"rotate\"}]},"  \
    "\"history\":[]}"

static void test_counting(void **state)
{
    (void)state;
    struct figures *figures = figures_begin(at(YEAR_BEGINS), at(YEAR_ENDS), NULL);
    json_t *facts = NULL, *incident = parsed("{\"at\":\"2026-05-01T00:00:00.000Z\",\"clause\":\"R24\"}"),
           *other = parsed("{\"at\":\"2025-05-01T00:00:00.000Z\",\"clause\":\"R24\"}");
    add(figures, CLOSED_MATCH, "[{\"clause\":\"R29\"},{\"clause\":\"R9\"}]");
    add(figures, OPEN_NOW, NULL);
    add(figures, EDITED_LATER, "[{\"clause\":\"R29\"}]");
    assert_true(figures_add_incident(figures, incident, NULL));
    assert_true(figures_add_incident(figures, other, NULL));
    assert_true(figures_facts(figures, false, &facts, NULL));
    assert_int_equal(in_all(facts, "requests"), 2);
    assert_int_equal(in_all(facts, "searches"), 2);
    assert_int_equal(in_all(facts, "recalled"), 1);
    assert_int_equal(in_all(facts, "editedDockets"), 1);
    assert_int_equal(in_all(facts, "edits"), 2);
    static const struct {
        const char *table, *name;
        int64_t count;
    } rows[] = {{"use", "U1", 1},          {"use", "U6", 1},
                {"use", "U2", 0},          {"command", "precinct-075", 1},
                {"month", "2026-03", 1},   {"month", "2026-12", 1},
                {"month", "2027-01", 0},   {"outcome", "possible-match", 1},
                {"outcome", "open", 1},    {"hold", "R29", 1},
                {"hold", "R9", 1},         {"peer", "agree", 1},
                {"peer", "cannot-say", 1}, {"edit", "crop", 1},
                {"incident", "R24", 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(counted(facts, rows[i].table, rows[i].name), rows[i].count);
    const json_t *edits = json_object_get(facts, "edits");
    assert_string_equal(json_text(json_array_get(edits, 0), "before"), "aa");
    assert_string_equal(json_text(json_array_get(edits, 1), "after"), "bb");
    const json_t *queued = json_find(json_object_get(facts, "stages"), "stage", "QUEUED");
    assert_int_equal(json_whole(queued, "longest", -1), 120);
    /* It stands in intake still: that visit is not finished. */
    assert_int_equal(json_whole(json_find(json_object_get(facts, "stages"), "stage", "INTAKE"), "visits", -1),
                     1);
    json_decref(facts);
    json_decref(incident);
    json_decref(other);
    figures_end(figures);
}

/* Whatever is of one docket or person stays inside, and the same records give the same bytes in any order. */
static void test_editions(void **state)
{
    (void)state;
    char *text[2];
    for (int i = 0; i < 2; i++) {
        struct figures *figures = figures_begin(at(YEAR_BEGINS), at(YEAR_ENDS), NULL);
        json_t *facts = NULL;
        add(figures, i == 0 ? CLOSED_MATCH : OPEN_NOW, NULL);
        add(figures, i == 0 ? OPEN_NOW : CLOSED_MATCH, NULL);
        add(figures, EDITED_LATER, NULL);
        assert_true(figures_facts(figures, true, &facts, NULL));
        text[i] = json_canonical(facts);
        json_decref(facts);
        figures_end(figures);
    }
    assert_string_equal(text[0], text[1]);
    static const char *const inside[] = {"FR-2",        "quill",   "\"aa\"",      "\"count\":1",
                                         "\"count\":2", "longest", "outcomeNames"};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        assert_null(strstr(text[0], inside[i]));
    free(text[0]);
    free(text[1]);
}

/* What stands open is counted in both editions and named in the full one. */
static void test_standing(void **state)
{
    (void)state;
    static const char *const dockets[] = {
        /* neither acknowledgement nor corroboration has come; under a legal hold */
        "{\"docket\":\"FR-2025-000001\",\"state\":\"CLOSED\",\"attached\":true,\"publishedReport\":{},"
        "\"history\":[{\"to\":\"APPROVED\",\"at\":\"2025-03-01T12:00:00.000Z\"}],"
        "\"legalHold\":{\"at\":\"2025-05-01T12:00:00.000Z\"}}",
        /* disposed of: nothing of it is waited for any more */
        "{\"docket\":\"FR-2025-000002\",\"state\":\"CLOSED\",\"attached\":true,"
        "\"history\":[{\"to\":\"NEGATIVE\"}],\"disposed\":{\"at\":\"2026-06-01T12:00:00.000Z\"}}",
        "{\"docket\":\"FR-2025-000003\",\"state\":\"CLOSED\",\"disposed\":{\"at\":\"2025-06-01T12:00:00."
        "000Z\"}}",
        "{\"docket\":\"FR-2026-000004\",\"state\":\"PEER\"}"};
    json_t *holds =
        parsed("[{\"code\":\"use-unforeseen\",\"role\":\"chief-of-detectives\",\"outcome\":\"release\","
               "\"closed\":\"2026-02-01T12:00:00.000Z\"}]");
    json_t *tours = parsed("[{\"tour\":\"day\",\"start\":\"2026-01-02T12:00:00.000Z\",\"state\":\"missing\"},"
                           "{\"state\":\"inspected\"},{\"state\":\"open\"}]");
    json_t *duties = parsed("[{\"docket\":\"FR-2025-000001\",\"due\":\"2025-04-01\",\"overdue\":true},"
                            "{\"docket\":\"FR-2026-000004\",\"overdue\":false}]");
    json_t *requests = parsed("[{\"request\":\"FOIL-2026-000001\",\"due\":\"2026-04-01\",\"overdue\":true},"
                              "{\"request\":\"FOIL-2026-000002\",\"overdue\":false}]");
    static const struct {
        const char *table, *name;
        int64_t count;
    } rows[] = {{"overdue", "report-acknowledgement", 1},
                {"overdue", "corroboration", 1},
                {"overdue", "discovery", 1},
                {"legal-hold", "possible-match", 1},
                {"disposed", "negative", 1},
                {"disposed", "open", 0},
                {"addendum", "chief-of-detectives", 1},
                {"tour", "missing", 1},
                {"tour", "inspected", 1},
                {"tour", "open", 1},
                {"foil", "overdue", 1},
                {"foil", "in-time", 1}};
    struct figures *figures = figures_begin(at(YEAR_BEGINS), at(YEAR_ENDS), NULL);
    json_t *facts[2] = {NULL, NULL};
    for (size_t i = 0; i < sizeof dockets / sizeof *dockets; i++) {
        json_t *docket = parsed(dockets[i]);
        assert_true(figures_add_standing(figures, docket, i == 3 ? holds : NULL,
                                         at("2026-11-24T16:44:09.000Z"), NULL));
        json_decref(docket);
    }
    assert_true(figures_add_rows(figures, tours, duties, requests, NULL));
    for (int i = 0; i < 2; i++)
        assert_true(figures_facts(figures, i == 1, &facts[i], NULL));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t found = counted(facts[0], rows[i].table, rows[i].name);
        if (found != rows[i].count)
            fail_msg("%s %s: %lld", rows[i].table, rows[i].name, (long long)found);
    }
    char *open = json_canonical(json_object_get(facts[0], "standing")), *shown = json_canonical(facts[1]);
    assert_int_equal(json_array_size(json_object_get(facts[0], "standing")), 7);
    static const char *const named[] = {"\"of\":\"day\"", "FOIL-2026-000001", "FR-2026-000004", "legal-hold"};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        assert_non_null(strstr(open, named[i]));
    assert_null(strstr(open, "FR-2025-000002"));
    assert_null(strstr(shown, "FR-"));
    assert_null(strstr(shown, "FOIL-"));
    assert_null(strstr(shown, "\"count\":1"));
    free(open);
    free(shown);
    for (int i = 0; i < 2; i++)
        json_decref(facts[i]);
    json_decref(holds);
    json_decref(tours);
    json_decref(duties);
    json_decref(requests);
    figures_end(figures);
}

static void test_suppression(void **state)
{
    (void)state;
    /* Counts of a table, and which of them are told: 'y' or 'n'. */
    static const struct {
        int counts[5];
        const char *told;
    } rows[] = {
        {{9, 8, 7, 6, 5}, "yyyyy"}, {{9, 8, 7, 4, 3}, "yyynn"}, {{9, 8, 7, 6, 4}, "yyynn"},
        {{9, 0, 0, 0, 1}, "nyyyn"}, {{4, 0, 0, 0, 0}, "nyyyy"}, {{100, 50, 3, 2, 1}, "yynnn"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *list = json_array();
        for (int j = 0; j < 5; j++)
            json_array_append_new(list, json_pack("{s:s,s:i}", "name", "x", "count", rows[i].counts[j]));
        figures_suppress(list);
        for (size_t j = 0; j < 5; j++)
            assert_int_equal(json_flag(json_array_get(list, j), "fewer"), rows[i].told[j] == 'n');
        json_decref(list);
    }
}

static void test_outcomes(void **state)
{
    (void)state;
    static const struct {
        const char *docket, *outcome;
    } rows[] = {
        {"{\"state\":\"PEER\",\"history\":[{\"to\":\"NEGATIVE\"}]}", "open"},
        {"{\"state\":\"CLOSED\",\"history\":[{\"to\":\"NEGATIVE\"},{\"to\":\"CLOSED\"}]}", "negative"},
        {"{\"state\":\"CLOSED\",\"history\":[{\"to\":\"APPROVED\"},{\"to\":\"NEGATIVE\"},{\"to\":\"CLOSED\"}]"
         "}",
         "negative"},
        {"{\"state\":\"CLOSED\",\"history\":[{\"to\":\"LAPSED\"},{\"to\":\"CLOSED\"}]}", "lapsed"},
        {"{\"state\":\"CLOSED\",\"history\":[{\"to\":\"REFUSED\"},{\"to\":\"CLOSED\"}]}", "refused"},
        {"{\"state\":\"CLOSED\",\"history\":[{\"to\":\"WITHDRAWN\"},{\"to\":\"CLOSED\"}]}", "withdrawn"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *docket = parsed(rows[i].docket);
        assert_string_equal(figures_outcome(docket), rows[i].outcome);
        json_decref(docket);
    }
}

static void test_words(void **state)
{
    (void)state;
    static const struct {
        int64_t minutes;
        const char *words;
    } rows[] = {{0, "under 1 min"}, {1, "1 min"},          {59, "59 min"},
                {60, "1 h 0 min"},  {1439, "23 h 59 min"}, {1500, "1 d 1 h"}};
    char text[FIGURES_SPAN_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(figures_span(rows[i].minutes, text), rows[i].words);
    assert_true(bar_length(0, 10, 100) == 0 && bar_length(-1, 10, 100) == 0);
    assert_true(bar_length(5, 10, 100) == 50 && bar_length(10, 10, 100) == 100);
    assert_true(bar_length(1, 1000000, 100) > 0.4);
}

/* Which events a focused audit takes: by docket, person and time, and by nothing else. */
static void test_extract(void **state)
{
    (void)state;
#define EVENT(rest) "{\"at\":\"2026-05-01T12:00:00.000Z\"," rest "}"
    static const struct {
        const char *event, *docket, *person, *from, *until;
        bool wanted;
    } rows[] = {
        {EVENT("\"docket\":\"FR-2026-000001\""), "FR-2026-000001", NULL, "2026-05-01T12:00:00.000Z",
         YEAR_ENDS, true},
        {EVENT("\"docket\":\"FR-2026-000001\""), "FR-2026-000001", NULL, YEAR_BEGINS,
         "2026-05-01T12:00:00.000Z", false},
        {EVENT("\"docket\":\"FR-2026-000011\""), "FR-2026-000001", NULL, YEAR_BEGINS, YEAR_ENDS, false},
        {EVENT("\"actor\":\"quill\""), "FR-2026-000001", NULL, YEAR_BEGINS, YEAR_ENDS, false},
        {EVENT("\"actor\":\"quill\""), NULL, "quill", YEAR_BEGINS, YEAR_ENDS, true},
        {EVENT("\"actor\":\"quillon\""), NULL, "quill", YEAR_BEGINS, YEAR_ENDS, false},
        {EVENT("\"actor\":\"x\",\"outcome\":\"quill\""), NULL, "quill", YEAR_BEGINS, YEAR_ENDS, true},
        {EVENT("\"actor\":\"x\",\"outcome\":\"quill:roles\""), NULL, "quill", YEAR_BEGINS, YEAR_ENDS, true},
        {EVENT("\"actor\":\"x\",\"outcome\":\"quill-two\""), NULL, "quill", YEAR_BEGINS, YEAR_ENDS, false},
        {EVENT("\"actor\":\"quill\",\"docket\":\"FR-2026-000002\""), "FR-2026-000001", "quill", YEAR_BEGINS,
         YEAR_ENDS, false},
        {"{\"actor\":\"quill\"}", NULL, "quill", YEAR_BEGINS, YEAR_ENDS, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *event = parsed(rows[i].event);
        const struct extract_query query = {rows[i].docket, rows[i].person, at(rows[i].from),
                                            at(rows[i].until)};
        assert_int_equal(extract_wants(&query, event), rows[i].wanted);
        json_decref(event);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_counting), cmocka_unit_test(test_editions),
                                       cmocka_unit_test(test_standing), cmocka_unit_test(test_suppression),
                                       cmocka_unit_test(test_outcomes), cmocka_unit_test(test_words),
                                       cmocka_unit_test(test_extract)};
    struct error error = ERROR_NONE;
    if (!zone_use("America/New_York", &error))
        return 1;
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
