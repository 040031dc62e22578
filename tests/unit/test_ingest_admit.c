/*
 * Admission to the casebook: every kind of request against every state that matters, and one answer for each
 * drop.
 */
#include "tests/support/admission.h"

#include "casebook/event.h"
#include "casebook/hold.h"
#include "casebook/outbox.h"
#include "casebook/photo.h"
#include "ingest/acknowledge.h"

static bool count_row(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    int *counts = context;
    counts[strcmp(json_text(value, "kind"), "receipt") == 0 ? 0 : 1]++;
    return true;
}

static void expect_rows(struct bench *bench, int receipts, int notices)
{
    int counts[2] = {0, 0};
    struct transaction *batch;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(outbox_walk(batch, 0, count_row, counts, error));
    transaction_abort(batch);
    assert_int_equal(counts[0], receipts);
    assert_int_equal(counts[1], notices);
}

static void test_accepted(void **state)
{
    expect(admit(*state, claim_of("p", DIGEST_A), check_of("new", ID_1, "{'priority':'expedite'}")), "ACCEPT",
           "INTAKE", NULL);
    expect_rows(*state, 1, 0);
    json_t *record = docket(*state, "FR-2026-000001");
    assert_string_equal(json_text(record, "lane"), "priority");
    assert_int_equal(json_whole(record, "round", 0), 1);
    assert_int_equal(json_whole(record, "receipts", 0), 1);
    const json_t *image = json_array_get(json_object_get(record, "images"), 0);
    assert_string_equal(json_text(image, "digest"), DIGEST_B);
    assert_string_equal(json_text(image, "packet"), ID_1);
    json_decref(record);
}

static void test_same_again(void **state)
{
    expect(admit(*state, claim_of("p", DIGEST_A), check_of("new", ID_1, "{}")), "ACCEPT", "INTAKE", NULL);
    expect(admit(*state, claim_of("p", DIGEST_A), check_of("new", ID_1, "{}")), "REPEAT", "INTAKE", NULL);
    expect_rows(*state, 2, 0);
    struct transaction *batch;
    json_t *first = NULL, *second = NULL;
    assert_done(transaction_begin(((struct bench *)*state)->casebook, NULL, &batch, error));
    assert_done(outbox_get(batch, 1, &first, error));
    assert_done(outbox_get(batch, 2, &second, error));
    transaction_abort(batch);
    assert_true(json_equal(json_object_get(first, "files"), json_object_get(second, "files")));
    assert_string_equal(json_text(first, "directory"), "out/one/FR-2026-000001");
    json_decref(first);
    json_decref(second);
}

static void test_same_id_other_bytes(void **state)
{
    expect(admit(*state, claim_of("p", DIGEST_A), check_of("new", ID_1, "{}")), "ACCEPT", "INTAKE", NULL);
    expect(admit(*state, claim_of("p", DIGEST_B), check_of("new", ID_1, "{}")), "QUARANTINE", "",
           "request-id-used");
    expect_rows(*state, 2, 1);
}

/* A rejected id is free: the mended packet is a new request. */
static void test_rejected_then_mended(void **state)
{
    json_t *check = check_of("new", ID_1, "{}");
    add_fault(check, "use-not-authorised", "REJECT");
    add_fault(check, "discussion-missing", "HOLD");
    expect(admit(*state, claim_of("p", DIGEST_A), check), "REJECT", "", "use-not-authorised");
    expect(admit(*state, claim_of("p", DIGEST_B), check_of("new", ID_1, "{}")), "ACCEPT", "INTAKE", NULL);
    expect_rows(*state, 2, 0);
}

static void test_unreadable(void **state)
{
    struct transaction *batch;
    json_t *row = NULL, *check = json_pack("{sn,s[],s[]}", "request", "images", "faults");
    add_fault(check, "malformed-xml", "QUARANTINE");
    expect(admit(*state, claim_of("my packet", DIGEST_A), check), "QUARANTINE", "", "malformed-xml");
    assert_done(transaction_begin(((struct bench *)*state)->casebook, NULL, &batch, error));
    assert_done(outbox_get(batch, 1, &row, error));
    transaction_abort(batch);
    assert_string_equal(json_text(row, "directory"), "out/one/unreadable/my packet-9f86d081884c");
    json_decref(row);
}

static void test_hostile(void **state)
{
    json_t *check = json_pack("{sn,s[],s[]}", "request", "images", "faults");
    add_fault(check, "hostile-xml", "QUARANTINE");
    expect(admit(*state, claim_of("p", DIGEST_A), check), "QUARANTINE", "", "hostile-xml");
    expect_rows(*state, 1, 1);
}

/* Longer than the record takes a key: refused for what the schema found, not given up after three tries. */
static void test_an_id_of_any_length(void **state)
{
    char id[4000];
    memset(id, 'a', sizeof id);
    id[sizeof id - 1] = '\0';
    json_t *check = check_of("new", id, "{}");
    add_fault(check, "not-as-the-schema-says", "REJECT");
    expect(admit(*state, claim_of("p", DIGEST_A), check), "REJECT", "", "not-as-the-schema-says");
}

static void test_links_in_the_packet(void **state)
{
    json_t *claim = claim_of("p", DIGEST_A);
    json_object_set_new(claim, "specials", json_pack("[{ss,ss}]", "name", "a.jpg", "what", "link"));
    expect(admit(*state, claim, check_of("new", ID_1, "{}")), "REJECT", "", "not-a-plain-file");
}

static json_t *enrol_as(struct bench *bench, const char *photo, const char *person, const char *digest,
                        const char *refusal)
{
    json_t *result = NULL, *claim = claim_of("photos", DIGEST_A);
    json_t *check = json_pack("{s[],s[{ss,ss,ss,ss,ss,s[iiii]}]}", "faults", "photos", "photo", photo,
                              "person", person, "digest", digest, "source", "arrest", "capturedAt",
                              "2025-01-01T00:00:00Z", "eyes", 1, 2, 3, 4);
    struct transaction *batch;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(ingest_enrol(batch, settings, claim, check, refusal, NOW, &result, error));
    assert_done(transaction_commit(batch, error));
    json_decref(claim);
    json_decref(check);
    return result;
}

static json_t *enrol(struct bench *bench, const char *digest, const char *refusal)
{
    return enrol_as(bench, "A1", "A", digest, refusal);
}

static void seal(struct bench *bench, const char *id)
{
    struct transaction *batch;
    json_t *photo = NULL;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(book_need(batch, BOOK_PHOTOS, id, &photo, error));
    json_put_text(photo, "status", "sealed");
    assert_done(photo_put(batch, photo, error));
    assert_done(transaction_commit(batch, error));
    json_decref(photo);
}

static void test_duplicates(void **state)
{
    expect(enrol_as(*state, "A1", "A", DIGEST_A, NULL), "ACCEPT", "", NULL);
    json_t *result = enrol_as(*state, "A2", "A", DIGEST_A, NULL);
    assert_int_equal(json_whole(result, "added", 1), 0);
    expect(result, "ACCEPT", "", NULL);
    expect(enrol_as(*state, "B1", "B", DIGEST_A, NULL), "REJECT", "", "photo-of-another");
    seal(*state, "A1");
    expect(enrol_as(*state, "A3", "A", DIGEST_A, NULL), "REJECT", "", "photo-sealed");
}

static void test_enrolment(void **state)
{
    json_t *result = enrol(*state, DIGEST_A, "the signer is not a gallery keeper");
    expect(result, "REJECT", "", "signer-may-not-enrol");
    result = enrol(*state, DIGEST_A, NULL);
    assert_int_equal(json_whole(result, "added", 0), 1);
    expect(result, "ACCEPT", "", NULL);
    result = enrol(*state, DIGEST_A, NULL);
    assert_int_equal(json_whole(result, "known", 0), 1);
    expect(result, "ACCEPT", "", NULL);
    expect(enrol(*state, DIGEST_B, NULL), "REJECT", "", "photo-id-used");
    expect_rows(*state, 4, 0);
}

static void test_incomplete(void **state)
{
    struct bench *bench = *state;
    struct transaction *batch;
    json_t *missing =
               json_pack("[{ss},{ss,ss},{ss,ss},{ss}]", "name", "b.jpg", "name", "manifest.xml", "like",
                         "manifest.xml.txt", "name", "c.jpg", "like", "C.JPG", "folder", "pictures"),
           *row = NULL;
    const char *const said[] = {"b.jpg", "manifest.xml.txt", "looks like it",
                                "C.JPG", "pictures",         "is a folder"};
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(ingest_incomplete(batch, settings, "one", "half", "dana", missing, NOW, error));
    assert_done(outbox_get(batch, 1, &row, error));
    assert_done(transaction_commit(batch, error));
    const char *xml = json_text(json_array_get(json_object_get(row, "files"), 0), "text");
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (strstr(xml, said[i]) == NULL)
            fail_msg("\"%s\" is not in: %s", said[i], xml);
    json_decref(row);
    json_decref(missing);
}

static void put_confirmed(struct bench *bench, const char *number, const char *at)
{
    json_t *record = NULL;
    struct transaction *batch;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(docket_get(batch, number, &record, error));
    json_object_set_new(record, "confirmations", json_integer(1));
    json_object_set_new(record, "intake", json_pack("{ss,ss}", "outcome", "confirm", "at", at));
    assert_done(docket_put(batch, record, error));
    assert_done(transaction_commit(batch, error));
    json_decref(record);
}

static void test_acknowledgement(void **state)
{
    struct bench *bench = *state;
    expect(admit(bench, claim_of("p", DIGEST_A), check_of("new", ID_1, "{}")), "ACCEPT", "INTAKE", NULL);
    json_t *claim = claim_of("ack.xml", DIGEST_A), *result = NULL;
    static const struct {
        const char *docket, *subject, *reference, *at, *code; /* NULL: taken */
    } cases[] = {{"FR-2026-000001", "intake", "C0", "2026-11-20T10:00:00Z", "nothing-confirmed-yet"},
                 {"FR-2026-000001", "report", "C0", "2026-11-20T10:00:00Z", "no-report-yet"},
                 {"FR-2026-000009", "intake", "C0", "2026-11-20T10:00:00Z", "docket-unknown"},
                 /* from here on the basis is confirmed, on 2026-11-18 at 12:00 */
                 {"FR-2026-000001", "intake", "C0", "2026-11-17T11:59:59Z", "acknowledged-at-no-time"},
                 {"FR-2026-000001", "intake", "C0", "9999-11-17T11:59:59Z", "acknowledged-at-no-time"},
                 {"FR-2026-000001", "intake", "--", "2026-11-18T13:00:00Z", "text-says-nothing"},
                 {"FR-2026-000001", "intake", "C1", "2026-11-18T13:00:00Z", NULL},
                 {"FR-2026-000001", "intake", "C2", "2026-11-18T14:00:00Z", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (i == 3)
            put_confirmed(bench, "FR-2026-000001", "2026-11-18T12:00:00.000Z");
        json_t *check = json_pack("{s[],s{ss,ss,ss,ss,ss}}", "faults", "acknowledgement", "docket",
                                  cases[i].docket, "subject", cases[i].subject, "cmsRef", cases[i].reference,
                                  "at", cases[i].at, "by", "d");
        struct transaction *batch;
        assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
        assert_done(ingest_acknowledge(batch, settings, claim, check, NOW, &result, error));
        assert_done(transaction_commit(batch, error));
        expect(result, cases[i].code == NULL ? "ACCEPT" : "REJECT", "", cases[i].code);
        json_decref(check);
    }
    json_t *record = docket(bench, "FR-2026-000001");
    assert_string_equal(
        json_text(json_object_get(json_object_get(record, "acknowledged"), "intake"), "cmsRef"), "C1");
    json_decref(record);
    json_decref(claim);
}

int main(void)
{
#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        WITH_BENCH(test_accepted),
        WITH_BENCH(test_same_again),
        WITH_BENCH(test_same_id_other_bytes),
        WITH_BENCH(test_rejected_then_mended),
        WITH_BENCH(test_unreadable),
        WITH_BENCH(test_hostile),
        WITH_BENCH(test_an_id_of_any_length),
        WITH_BENCH(test_links_in_the_packet),
        WITH_BENCH(test_enrolment),
        WITH_BENCH(test_duplicates),
        WITH_BENCH(test_incomplete),
        WITH_BENCH(test_acknowledgement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
