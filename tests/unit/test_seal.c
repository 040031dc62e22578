/*
 * What orders make of a photograph's record, as a table; and the indexes by which photographs are found.
 */
#include "tests/support/casebook.h"

#include "casebook/photo.h"
#include "ingest/seal.h"

static const struct setting_seal_reason reasons[] = {{"dismissed", "destroy", "a law", false},
                                                     {"stay", "show", "a court", true},
                                                     {"final", "show", "a court", false},
                                                     {"resting", "search", "a rule", true}};
static const struct settings site = {.seal_reasons = (struct setting_seal_reason *)(uintptr_t)reasons,
                                     .seal_reason_count = 4};
static const struct settings bare = {.seal_reason_count = 0};

static enum seal_outcome order(const struct settings *settings, json_t *photo, const char *kind,
                               const char *reason)
{
    struct seal_order what = {.kind = kind,
                              .reason = reason,
                              .citation = "part 3",
                              .effect = seal_effect(settings, reason),
                              .order_id = "o",
                              .claim = "c",
                              .keeper = "moss",
                              .at = "2026-11-01T00:00:00.000Z"};
    return seal_apply(settings, &what, photo);
}

static void test_orders(void **state)
{
    (void)state;
    static const struct {
        const char *before, *kind, *reason, *then_kind,
            *then_reason;          /* the record's status, and two orders */
        enum seal_outcome outcome; /* of the second */
        const char *status;
        bool shown;
    } table[] = {
        {"enrolled", "seal", "stay", "unseal", "x", SEAL_DONE, "enrolled", true},
        {"enrolled", "seal", "resting", "seal", "resting", SEAL_ALREADY, "sealed", true},
        {"enrolled", "seal", "stay", "seal", "resting", SEAL_ALREADY, "sealed", false},
        {"enrolled", "seal", "resting", "seal", "stay", SEAL_DONE, "sealed", false},
        {"enrolled", "seal", "stay", "seal", "dismissed", SEAL_DONE, "sealed", false},
        {"enrolled", "seal", "dismissed", "unseal", "x", SEAL_IRREVERSIBLE, "sealed", false},
        {"enrolled", "seal", "final", "unseal", "x", SEAL_IRREVERSIBLE, "sealed", false},
        {"enrolled", "withdraw", "stay", "unseal", "x", SEAL_WITHDRAWN, "withdrawn", false},
        {"enrolled", "withdraw", "stay", "seal", "dismissed", SEAL_DONE, "withdrawn", false},
        {"enrolled", "seal", "stay", "withdraw", "final", SEAL_DONE, "withdrawn", false},
        {"enrolled", "unseal", "x", "unseal", "x", SEAL_ALREADY, "enrolled", true},
        {"enrolled", "hold", "x", "hold", "y", SEAL_ALREADY, "enrolled", true},
        {"enrolled", "hold", "x", "seal", "dismissed", SEAL_DONE, "sealed", false},
        {"enrolled", "seal", "dismissed", "hold", "x", SEAL_DONE, "sealed", false},
        {"enrolled", "release", "x", "release", "x", SEAL_ALREADY, "enrolled", true},
        {"enrolled", "hold", "x", "release", "x", SEAL_DONE, "enrolled", true},
        {"pending", "seal", "stay", "unseal", "x", SEAL_DONE, "pending", false},
        {"unmarked", "seal", "stay", "unseal", "x", SEAL_DONE, "unmarked", false},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        json_t *photo = json_pack("{ss,ss}", "photo", "P1", "status", table[i].before);
        if (strcmp(table[i].before, "enrolled") == 0)
            json_put_text(photo, "segment", "segment-000001");
        order(&site, photo, table[i].kind, table[i].reason);
        assert_int_equal(order(&site, photo, table[i].then_kind, table[i].then_reason), table[i].outcome);
        assert_string_equal(json_text(photo, "status"), table[i].status);
        assert_int_equal(photo_may_be_shown(photo), table[i].shown);
        assert_int_equal(photo_may_be_searched(photo), strcmp(table[i].status, "enrolled") == 0);
        json_decref(photo);
    }
}

static void test_a_template_made_while_sealed_or_compacted_away(void **state)
{
    (void)state;
    json_t *photo = json_pack("{ss,ss}", "photo", "P1", "status", "pending");
    order(&bare, photo, "seal", "whatever");
    json_put_text(photo, "segment", "segment-000002");
    assert_int_equal(order(&bare, photo, "unseal", "x"), SEAL_DONE);
    assert_string_equal(json_text(photo, "status"), "enrolled");
    order(&bare, photo, "seal", "whatever");
    json_object_del(photo, "segment");
    assert_int_equal(order(&bare, photo, "unseal", "x"), SEAL_DONE);
    assert_string_equal(json_text(photo, "status"), "pending");
    assert_int_equal(json_array_size(json_object_get(photo, "seals")), 2);
    assert_string_equal(json_text(json_array_get(json_object_get(photo, "seals"), 1), "liftedBy"), "moss");
    json_decref(photo);
    assert_null(seal_effect(&site, "whatever"));
    assert_string_equal(seal_effect(&bare, "whatever"), "show");
}

static void put(struct transaction *batch, const char *id, const char *person, const char *status)
{
    json_t *photo = json_pack("{ss,ss,ss,ss,ss}", "photo", id, "person", person, "digest", "d1", "status",
                              status, "sourceCitation", "a law / part 3");
    assert_done(photo_put(batch, photo, error));
    json_decref(photo);
}

static void assert_found(struct transaction *batch, enum photo_index index, const char *value,
                         const char *expected)
{
    char text[200] = "";
    json_t *ids = json_array(), *id;
    size_t i;
    assert_done(photo_find(batch, index, value, NULL, SIZE_MAX, ids, error));
    json_array_foreach(ids, i, id)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s ", json_string_value(id));
    assert_string_equal(text, expected);
    json_decref(ids);
}

static void test_found_by(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *ids = json_array();
    put(batch, "P2", "B", "pending");
    put(batch, "P1", "B", "pending");
    put(batch, "P3", "BB", "pending");
    assert_found(batch, PHOTO_BY_STATUS, "pending", "P1 P2 P3 ");
    assert_found(batch, PHOTO_BY_PERSON, "B", "P1 P2 ");
    assert_found(batch, PHOTO_BY_DIGEST, "d1", "P1 P2 P3 ");
    assert_found(batch, PHOTO_BY_CITATION, "a law / part 3", "P1 P2 P3 ");
    assert_found(batch, PHOTO_BY_CITATION, "a law", "");
    put(batch, "P1", "B", "enrolled");
    put(batch, "P2", "B", "sealed");
    put(batch, "P3", "BC", "withdrawn");
    assert_found(batch, PHOTO_BY_STATUS, "pending", "");
    assert_found(batch, PHOTO_BY_PERSON, "BB", "");
    assert_found(batch, PHOTO_BY_PERSON, "BC", "P3 ");
    assert_done(photo_sealed_ids(batch, ids, error));
    assert_int_equal(json_array_size(ids), 2);
    json_array_clear(ids);
    assert_done(photo_find(batch, PHOTO_BY_DIGEST, "d1", "P1", 1, ids, error));
    assert_string_equal(json_string_value(json_array_get(ids, 0)), "P2");
    assert_int_equal(json_array_size(ids), 1);
    assert_fault(photo_find(batch, PHOTO_BY_STATUS, "enrolled", NULL, 1, ids, error), FAULT_INTERNAL);
    json_decref(ids);
    transaction_abort(batch);
}

/* What is still to be done about a photograph, and where it is found by it. */
static void test_fates(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *photo = json_pack("{ss,ss,ss,ss,ss}", "photo", "P1", "person", "B", "digest", "d1", "status",
                              "enrolled", "segment", "segment-000012");
    json_t *hold = json_pack("{ss}", "reason", "litigation"), *ids = json_array();
    assert_null(photo_fate(photo));
    assert_int_equal(photo_round(photo), 12);
    order(&site, photo, "seal", "stay");
    assert_null(photo_fate(photo));
    order(&site, photo, "unseal", "x");
    assert_string_equal(photo_fate(photo), "lifted");
    assert_done(photo_put(batch, photo, error));
    assert_found(batch, PHOTO_BY_FATE, "lifted", "P1 ");
    order(&site, photo, "seal", "dismissed");
    assert_done(photo_put(batch, photo, error));
    assert_found(batch, PHOTO_BY_FATE, "lifted", "");
    assert_found(batch, PHOTO_BY_FATE, "doomed", "P1 ");
    /* A legal hold delays destruction and nothing else. */
    json_object_set(photo, "legalHold", hold);
    assert_done(photo_put(batch, photo, error));
    assert_found(batch, PHOTO_BY_FATE, "doomed", "");
    assert_found(batch, PHOTO_BY_STATUS, "sealed", "P1 ");
    json_object_del(photo, "legalHold");
    assert_done(photo_put(batch, photo, error));
    assert_found(batch, PHOTO_BY_FATE, "doomed", "P1 ");
    order(&site, photo, "hold", "litigation");
    assert_null(photo_fate(photo));
    order(&site, photo, "release", "x");
    assert_string_equal(photo_fate(photo), "doomed");
    /* Its template is gone, its picture not yet. */
    json_object_del(photo, "segment");
    json_object_set_new(photo, "gone", json_pack("{ss}", "segment", "segment-000012"));
    assert_string_equal(photo_fate(photo), "doomed");
    assert_int_equal(photo_round(photo), 12);
    json_put_whole(photo, "destroyed", 77);
    assert_int_equal(order(&site, photo, "hold", "too late"), SEAL_DESTROYED);
    assert_done(photo_put(batch, photo, error));
    assert_found(batch, PHOTO_BY_FATE, "gone", "P1 ");
    assert_found(batch, PHOTO_BY_FATE, "doomed", "");
    assert_done(photo_sealed_ids(batch, ids, error));
    assert_int_equal(json_array_size(ids), 0);
    assert_found(batch, PHOTO_BY_DIGEST, "d1", "P1 "); /* the same bytes never come back */
    json_decref(ids);
    json_decref(hold);
    json_decref(photo);
    transaction_abort(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_a_template_made_while_sealed_or_compacted_away),
        cmocka_unit_test_setup_teardown(test_found_by, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_fates, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
