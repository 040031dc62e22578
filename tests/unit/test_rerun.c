/*
 * A search made again: what is searched, and every way in which the outcome may be told.
 */
#include "tests/support/casebook.h"

#include "casebook/photo.h"
#include "match/engine.h"
#include "match/rerun.h"

static json_t *parsed(const char *text)
{
    json_t *value = json_loads(text, 0, NULL);
    if (value == NULL)
        fail_msg("no JSON: %s", text);
    return value;
}

static json_t *record_of(void)
{
    json_t *record = parsed(
        "{\"search\":\"FR-2026-000001/1\",\"docket\":\"FR-2026-000001\",\"at\":\"2026-11-22T12:00:00.000Z\","
        "\"snapshot\":\"aa\",\"count\":30,\"persons\":20,\"suppressed\":0,\"stages\":1,\"cohort_photos\":"
        "\"cc\","
        "\"cohort\":{\"count\":30},\"threshold\":0,\"compared\":30,\"parameters\":{\"length\":3},"
        "\"probes\":[{\"digest\":\"dd\",\"eyes\":[1,2,3,4]}],\"segments\":[{\"name\":\"s1\",\"count\":30,"
        "\"digest\":\"ee\"}],\"list\":[{\"rank\":1,\"photo\":\"P1\",\"person\":\"A\",\"score\":9},"
        "{\"rank\":2,\"photo\":\"P2\",\"person\":\"B\",\"score\":8},{\"rank\":3,\"photo\":\"P3\",\"person\":"
        "\"C\","
        "\"score\":7}]}");
    json_object_set_new(record, "engine", match_engine_card(&match_engine_embedded));
    return record;
}

static bool prepare(struct transaction *transaction, const json_t *record, json_t **plan, struct error *error)
{
    json_t *card = match_engine_card(&match_engine_embedded);
    bool done = rerun_prepare(transaction, record, card, plan, error);
    json_decref(card);
    return done;
}

static json_t *answer_of(const json_t *record)
{
    return json_pack(
        "{s:O,s:O,s:O,s:O,s:O,s:O,s:[{s:O,s:O,s:O,s:O}]}", "engine", json_object_get(record, "engine"),
        "snapshot", json_object_get(record, "snapshot"), "searched", json_object_get(record, "count"),
        "persons", json_object_get(record, "persons"), "stages", json_object_get(record, "stages"),
        "cohort_photos", json_object_get(record, "cohort_photos"), "probes", "cohort",
        json_object_get(record, "cohort"), "threshold", json_object_get(record, "threshold"), "compared",
        json_object_get(record, "compared"), "candidates", json_object_get(record, "list"));
}

/* `change` replaces members of the answer, `probe_change` of its probe. */
static void outcome_is(const char *sealed, const char *change, const char *probe_change, const char *outcome,
                       const char *words, size_t rows)
{
    json_t *record = record_of(), *shared = answer_of(record), *answer = json_deep_copy(shared);
    json_t *gone = parsed(sealed), *of_answer = parsed(change), *of_probe = parsed(probe_change);
    json_object_update(answer, of_answer);
    json_object_update(json_array_get(json_object_get(answer, "probes"), 0), of_probe);
    json_t *plan = json_pack("{s:O,s:O}", "record", record, "sealed", gone);
    assert_done(rerun_compare(plan, answer, error));
    assert_string_equal(json_text(plan, "outcome"), outcome);
    if (strstr(json_text(plan, "text"), words) == NULL)
        fail_msg("%s: %s", outcome, json_text(plan, "text"));
    json_t *shown = rerun_rows(plan);
    assert_int_equal(json_array_size(shown), rows);
    json_decref(shown);
    json_decref(plan);
    json_decref(gone);
    json_decref(of_answer);
    json_decref(of_probe);
    json_decref(answer);
    json_decref(shared);
    json_decref(record);
}

#define ROW(rank, photo, person, score)                                                                      \
    "{\"rank\":" rank ",\"photo\":\"" photo "\",\"person\":\"" person "\",\"score\":" score "}"

static void outcomes(void **state)
{
    (void)state;
    outcome_is("[]", "{}", "{}", "reproduced", "30 photos, and gave the same list, bit for bit", 3);
    outcome_is("[]", "{\"snapshot\":\"ab\"}", "{}", "differs",
               "the first difference is in the photos searched.", 3);
    outcome_is("[]", "{\"searched\":29}", "{}", "differs", "the first difference is in the number of photos.",
               3);
    outcome_is("[]", "{\"engine\":{}}", "{}", "differs", "the first difference is in the engine's card.", 3);
    outcome_is("[]", "{}", "{\"threshold\":1}", "differs", "threshold", 3);
    outcome_is("[]", "{}", "{\"cohort\":{\"count\":29}}", "differs", "statistics", 3);
    outcome_is("[]", "{}", "{\"candidates\":[" ROW("1", "P1", "A", "9") "]}", "differs",
               "the first difference is in the list.", 3);
    outcome_is("[]", "{}",
               "{\"candidates\":[" ROW("1", "P1", "A", "9") "," ROW("2", "P2", "B",
                                                                    "8") "," ROW("3", "P3", "C", "6") "]}",
               "differs", "the first difference is in the list.", 3);
    /* Sealed since: another moves up and is not shown. */
    outcome_is("[\"P2\"]", "{\"snapshot\":\"ab\",\"searched\":29}",
               "{\"candidates\":[" ROW("1", "P1", "A", "9") "," ROW("2", "P3", "C",
                                                                    "7") "," ROW("3", "P9", "Z", "5") "]}",
               "reproduced-part", "1 photo searched then has been sealed or withdrawn since: P2.", 2);
    outcome_is("[\"P8\",\"P2\"]", "{}",
               "{\"candidates\":[" ROW("1", "P1", "A", "9") "," ROW("2", "P3", "C", "6") "]}", "differs",
               "2 photos searched then have been sealed or withdrawn since: P8 P2.", 2);
    outcome_is("[\"P2\"]", "{}", "{\"candidates\":[" ROW("1", "P1", "A", "9") "]}", "differs",
               "not what was recorded", 2);
    outcome_is("[\"P2\"]", "{\"cohort_photos\":\"c9\",\"again\":{\"P1\":9,\"P3\":7}}", "{}",
               "reproduced-rows", "has the same score, bit for bit", 2);
    outcome_is("[\"P2\"]", "{\"cohort_photos\":\"c9\",\"again\":{\"P1\":9,\"P3\":6}}", "{}", "differs",
               "not what was recorded", 2);
    outcome_is("[\"P2\"]", "{\"cohort_photos\":\"c9\",\"again\":{\"P3\":7}}", "{}", "differs", "recorded", 2);
    outcome_is("[\"P2\"]", "{\"cohort_photos\":\"c9\"}", "{}", "scores-changed",
               "no score can be computed again", 2);
}

static void put(struct transaction *batch, enum book book, const char *key, const char *text)
{
    json_t *record = parsed(text);
    assert_done(book_put(batch, book, key, record, error));
    json_decref(record);
}

/* The outcome that stands before any search; NULL: it is to be made. */
static void plan_is(struct transaction *batch, const json_t *record, const char *outcome, const char *words,
                    size_t sealed, size_t left_out)
{
    json_t *plan = NULL;
    assert_done(prepare(batch, record, &plan, error));
    if (outcome == NULL)
        assert_null(json_object_get(plan, "outcome"));
    else {
        assert_string_equal(json_text(plan, "outcome"), outcome);
        assert_non_null(strstr(json_text(plan, "text"), words));
    }
    const json_t *parameters = json_object_get(plan, "parameters");
    const char *first = json_text(json_object_get(record, "parameters"), "first");
    assert_string_equal(json_text(parameters, "first"), first[0] == '\0' ? "hash" : first);
    assert_int_equal(json_array_size(json_object_get(plan, "sealed")), sealed);
    assert_int_equal(json_array_size(json_object_get(parameters, "sealed")), left_out);
    assert_int_equal(json_whole(parameters, "length", 0), 3);
    json_decref(plan);
}

static void put_photo(struct transaction *batch, const char *id, const char *text)
{
    json_t *photo = parsed(text);
    json_put_text(photo, "photo", id);
    json_put_text(photo, "person", "A");
    json_put_text(photo, "digest", "d");
    assert_done(photo_put(batch, photo, error));
    json_decref(photo);
}

static void plans(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *record = record_of();
    put(batch, BOOK_SEGMENTS, "s1", "{\"segment\":\"s1\",\"count\":30,\"digest\":\"ee\"}");
    put(batch, BOOK_SEGMENTS, "s2", "{\"segment\":\"s2\",\"count\":30,\"digest\":\"ff\"}");
    plan_is(batch, record, NULL, NULL, 0, 0);
    json_object_set_new(json_object_get(record, "parameters"), "first", json_string("coarse"));
    plan_is(batch, record, NULL, NULL, 0, 0);
    json_object_del(json_object_get(record, "parameters"), "first");
    /* Sealed since; sealed before; of another segment. */
    put_photo(batch, "P2",
              "{\"status\":\"sealed\",\"segment\":\"s1\",\"sealedAt\":\"2026-11-23T00:00:00.000Z\"}");
    put_photo(batch, "P7",
              "{\"status\":\"sealed\",\"segment\":\"s2\",\"sealedAt\":\"2026-11-23T00:00:00.000Z\"}");
    plan_is(batch, record, NULL, NULL, 1, 1);
    put_photo(batch, "P8",
              "{\"status\":\"withdrawn\",\"segment\":\"s1\",\"sealedAt\":\"2026-11-21T00:00:00.000Z\"}");
    json_put_whole(record, "suppressed", 1);
    plan_is(batch, record, NULL, NULL, 1, 2);
    /* As many as were left out then: none since. */
    json_put_whole(record, "suppressed", 2);
    plan_is(batch, record, NULL, NULL, 0, 2);
    /* Sealed then, and unsealed since. */
    json_put_whole(record, "suppressed", 0);
    put_photo(batch, "P9",
              "{\"status\":\"enrolled\",\"segment\":\"s1\",\"seals\":[{\"at\":\"2026-11-20T00:00:00.000Z\","
              "\"liftedAt\":\"2026-11-24T00:00:00.000Z\"}]}");
    plan_is(batch, record, NULL, NULL, 1, 3);
    json_object_set_new(json_object_get(record, "engine"), "version", json_string("0"));
    plan_is(batch, record, "engine-differs", "version 0", 1, 3);
    /* With the gallery of that day gone, all that is sealed stays unseen. */
    json_object_set_new(record, "engine", match_engine_card(&match_engine_embedded));
    put(batch, BOOK_SEGMENTS, "s1", "{\"segment\":\"s1\",\"count\":30,\"digest\":\"ab\"}");
    plan_is(batch, record, "gallery-gone", "its file s1 is not in the record", 2, 4);
    json_object_del(record, "segments");
    plan_is(batch, record, "gallery-gone", "older version", 2, 4);
    json_decref(record);
    transaction_abort(batch);
}

/* What the plan searches: names of files, with the last enrolment that counts; what is left out; what is gone. */
static void searches(struct transaction *batch, const json_t *record, const char *files, const char *sealed,
                     const char *removed)
{
    json_t *plan = NULL, *one;
    size_t i;
    char text[3][200] = {"", "", ""};
    assert_done(prepare(batch, record, &plan, error));
    json_array_foreach(json_object_get(json_object_get(plan, "parameters"), "segments"), i, one) snprintf(
        text[0] + strlen(text[0]), 100, "%s<=%d ", json_text(one, "name"), (int)json_whole(one, "newest", 0));
    json_array_foreach(json_object_get(plan, "sealed"), i, one)
        snprintf(text[1] + strlen(text[1]), 100, "%s ", json_string_value(one));
    json_array_foreach(json_object_get(plan, "removed"), i, one)
        snprintf(text[2] + strlen(text[2]), 100, "%s:%d:%d ", json_text(one, "photo"),
                 (int)json_whole(one, "event", 0), (int)json_whole(one, "rank", 0));
    assert_string_equal(text[0], files);
    assert_string_equal(text[1], sealed);
    assert_string_equal(text[2], removed);
    json_decref(plan);
}

static void compacted(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *record = record_of(), *shared = answer_of(record), *plan = NULL;
    json_t *answer = json_deep_copy(shared);
    put(batch, BOOK_SEGMENTS, "retired/s1",
        "{\"segment\":\"s1\",\"count\":30,\"digest\":\"ee\",\"retired\":{\"into\":\"s3\"}}");
    put(batch, BOOK_SEGMENTS, "s3", "{\"segment\":\"s3\",\"count\":60,\"digest\":\"11\",\"newest\":2}");
    searches(batch, record, "s3<=1 ", "", "");
    /* Merged again; and what came with the second enrolment is none of this search's. */
    put(batch, BOOK_SEGMENTS, "retired/s3",
        "{\"segment\":\"s3\",\"digest\":\"11\",\"newest\":2,\"retired\":{\"into\":\"s9\"}}");
    assert_done(book_remove(batch, BOOK_SEGMENTS, "s3", error));
    put(batch, BOOK_SEGMENTS, "s9", "{\"segment\":\"s9\",\"count\":90,\"digest\":\"22\",\"newest\":8}");
#define GONE(segment, at, event)                                                                             \
    "{\"status\":\"withdrawn\",\"sealedAt\":\"2026-11-21T00:00:00.000Z\",\"gone\":{\"segment\":\"" segment   \
    "\",\"at\":\"2026-11-" at "T00:00:00.000Z\",\"event\":" event "}}"
    put_photo(batch, "P6", GONE("s2", "25", "60")); /* enrolled later */
    put_photo(batch, "P5", GONE("s1", "21", "50")); /* gone before */
    put_photo(batch, "P4", GONE("s1", "25", "40")); /* sealed before, gone since */
    searches(batch, record, "s9<=1 ", "", "");
    put_photo(
        batch, "P2",
        "{\"status\":\"sealed\",\"sealedAt\":\"2026-11-23T00:00:00.000Z\",\"seal\":{\"effect\":\"destroy\"},"
        "\"destroyed\":31,\"gone\":{\"segment\":\"s1\",\"at\":\"2026-11-25T00:00:00.000Z\",\"event\":30}}");
    searches(batch, record, "s9<=1 ", "P2 ", "P2:30:2 ");
    assert_done(prepare(batch, record, &plan, error));
    json_array_remove(json_object_get(json_array_get(json_object_get(answer, "probes"), 0), "candidates"), 1);
    assert_done(rerun_compare(plan, answer, error));
    assert_string_equal(json_text(plan, "outcome"), "reproduced-part");
    assert_non_null(strstr(json_text(plan, "text"), "P2 (row 2, event 30)"));
    json_decref(plan);
    /* All that was searched is gone. */
    put(batch, BOOK_SEGMENTS, "retired/s9", "{\"segment\":\"s9\",\"retired\":{\"at\":\"x\"}}");
    assert_done(book_remove(batch, BOOK_SEGMENTS, "s9", error));
    searches(batch, record, "", "P2 ", "P2:30:2 ");
    json_decref(record);
    json_decref(shared);
    json_decref(answer);
    transaction_abort(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcomes),
        cmocka_unit_test_setup_teardown(plans, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(compacted, bench_begin, bench_end),
    };
    return cmocka_run_group_tests_name("rerun", tests, NULL, NULL);
}
