/*
 * Admission to the casebook: every kind of request against every state that matters, and one answer for each
 * drop.
 */
#include "tests/support/casebook.h"

#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/hold.h"
#include "casebook/outbox.h"
#include "casebook/photo.h"
#include "ingest/acknowledge.h"
#include "ingest/admit.h"
#include "ingest/fault.h"

#define NOW 1795000000000
#define DIGEST_A "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define DIGEST_B "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
#define DIGEST_C "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"
#define ID_1 "6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01"
#define ID_2 "6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b02"

static struct settings *settings;

static int begin(void **state)
{
    static const char site[] =
        "<site xmlns='urn:leadspool:site:1'><name>n</name><agency>a</agency><unit>u</unit>"
        "<contact>c</contact><zone>UTC</zone><commands><command>one</command></commands></site>";
    assert_done(settings_read("site.xml", site, strlen(site), &settings, error));
    return bench_begin(state);
}

static int end(void **state)
{
    settings_free(settings);
    return bench_end(state);
}

static json_t *claim_of(const char *drop, const char *digest)
{
    static int number;
    char id[24];
    snprintf(id, sizeof id, "%012d", ++number);
    return json_pack("{ss,ss,ss,ss,ss,ss,s[{ss,ss,si}]}", "claim", id, "command", "one", "drop", drop,
                     "owner", "dana", "arrived", "2026-11-20T09:31:00.000Z", "digest", digest, "files",
                     "name", "manifest.xml", "digest", digest, "size", 10);
}

/* A check without faults; `members` (JSON with ' for ") are merged into its request. */
static json_t *check_of(const char *kind, const char *id, const char *members)
{
    json_t *check = json_pack(
        "{s{ss,ss,ss,ss,s{ss},s[{ss,ss,sb,s[]}]},s[{si,ss,ss,si,si,ss,s{}}],s[]}", "request", "kind", kind,
        "requestId", id, "command", "one", "priority", "routine", "requester", "account", "dana", "images",
        "file", "a.jpg", "source", "phone", "depictsUnknownPerson", 1, "edits", "images", "input", 1, "file",
        "a.jpg", "digest", DIGEST_B, "width", 100, "height", 100, "format", "JPEG", "quality", "faults");
    assert_non_null(check);
    char *copy = strdup(members);
    for (char *at = copy; *at != '\0'; at++)
        if (*at == '\'')
            *at = '"';
    json_t *more = json_loads(copy, 0, NULL);
    assert_non_null(more);
    json_object_update(json_object_get(check, "request"), more);
    json_decref(more);
    free(copy);
    return check;
}

static void add_fault(json_t *check, const char *code, const char *outcome)
{
    assert_true(fault_add(json_object_get(check, "faults"),
                          &(struct fault_words){.code = code,
                                                .outcome = outcome,
                                                .place = "line 1 /request",
                                                .clause = "R29",
                                                .text = "text",
                                                .remedy = "remedy",
                                                .role = strcmp(outcome, "HOLD") == 0 ? "supervisor" : NULL}));
}

/* Admits in a batch of its own; takes claim and check over. */
static json_t *admit(struct bench *bench, json_t *claim, json_t *check)
{
    json_t *result = NULL;
    struct transaction *batch;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(ingest_admit(batch, settings, claim, check, NOW, &result, error));
    assert_done(transaction_commit(batch, error));
    json_decref(claim);
    json_decref(check);
    return result;
}

static void expect(json_t *result, const char *outcome, const char *state, const char *code)
{
    if (strcmp(json_text(result, "outcome"), outcome) != 0 ||
        strcmp(json_text(result, "state"), state) != 0 ||
        (code != NULL && !fault_has(json_object_get(result, "faults"), code))) {
        char *text = json_canonical(result);
        fail_msg("expected %s %s %s: %s", outcome, state, code == NULL ? "" : code, text);
    }
    json_decref(result);
}

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

static json_t *docket(struct bench *bench, const char *number)
{
    json_t *record = NULL;
    struct transaction *batch;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(docket_get(batch, number, &record, error));
    transaction_abort(batch);
    return record;
}

static void put_state(struct bench *bench, const char *number, enum docket_state state)
{
    json_t *record = NULL;
    struct transaction *batch;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(docket_get(batch, number, &record, error));
    assert_done(docket_change_state(batch, record, state, NOW, NULL, NULL, NULL, error));
    assert_done(transaction_commit(batch, error));
    json_decref(record);
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

static void test_links_in_the_packet(void **state)
{
    json_t *claim = claim_of("p", DIGEST_A);
    json_object_set_new(claim, "specials", json_pack("[{ss,ss}]", "name", "a.jpg", "what", "link"));
    expect(admit(*state, claim, check_of("new", ID_1, "{}")), "REJECT", "", "not-a-plain-file");
}

static void test_supplement(void **state)
{
    static const char about[] = "{'docket':'FR-2026-000001'}";
    expect(admit(*state, claim_of("p", DIGEST_A), check_of("new", ID_1, "{}")), "ACCEPT", "INTAKE", NULL);
    put_state(*state, "FR-2026-000001", DOCKET_AWAITING_IMAGES);
    json_t *check = check_of("supplement", ID_2, about);
    json_object_set_new(json_array_get(json_object_get(check, "images"), 0), "digest", json_string(DIGEST_A));
    json_t *result = admit(*state, claim_of("s", DIGEST_B), check);
    assert_int_equal(json_whole(result, "imagesAdded", 0), 1);
    expect(result, "ACCEPT", "INTAKE", NULL);
    json_t *record = docket(*state, "FR-2026-000001");
    assert_int_equal(json_array_size(json_object_get(record, "images")), 2);
    assert_int_equal(json_whole(record, "receipts", 0), 2);
    json_decref(record);
    /* The same picture once more is no better one. */
    put_state(*state, "FR-2026-000001", DOCKET_AWAITING_IMAGES);
    expect(admit(*state, claim_of("s", DIGEST_A), check_of("supplement", ID_1 "w", about)), "REJECT",
           "AWAITING_IMAGES", "images-known");
    put_state(*state, "FR-2026-000001", DOCKET_PEER);
    check = check_of("supplement", ID_1 "x", about);
    json_object_set_new(json_array_get(json_object_get(check, "images"), 0), "digest", json_string(DIGEST_C));
    expect(admit(*state, claim_of("s", DIGEST_A), check), "ACCEPT", "PEER", NULL);
    put_state(*state, "FR-2026-000001", DOCKET_NEGATIVE);
    expect(admit(*state, claim_of("s", DIGEST_A), check_of("supplement", ID_1 "y", about)), "REJECT",
           "NEGATIVE", "docket-closed-to-images");
}

static void test_supplement_of_another_command(void **state)
{
    expect(admit(*state, claim_of("p", DIGEST_A), check_of("new", ID_1, "{}")), "ACCEPT", "INTAKE", NULL);
    json_t *claim = claim_of("s", DIGEST_B);
    json_object_set_new(claim, "command", json_string("two"));
    expect(admit(*state, claim, check_of("supplement", ID_2, "{'docket':'FR-2026-000001'}")), "REJECT", "",
           "docket-unknown");
    expect(
        admit(*state, claim_of("s", DIGEST_B), check_of("supplement", ID_2, "{'docket':'FR-2026-000009'}")),
        "REJECT", "", "docket-unknown");
}

static void test_correction(void **state)
{
    static const char about[] = "{'docket':'FR-2026-000001','supervisorDiscussion':{'person':'Lt','at':"
                                "'2026-11-20T08:00:00Z'}}";
    struct bench *bench = *state;
    json_t *check = check_of("new", ID_1, "{}");
    add_fault(check, "discussion-missing", "HOLD");
    add_fault(check, "use-unforeseen", "HOLD");
    expect(admit(bench, claim_of("p", DIGEST_A), check), "HOLD", "HELD", "discussion-missing");
    json_t *result = admit(bench, claim_of("c", DIGEST_B), check_of("correction", ID_2, about));
    assert_int_equal(json_array_size(json_object_get(result, "closedHolds")), 1);
    expect(result, "ACCEPT", "HELD", NULL);
    /* The other hold is nobody's to correct; stating the same again changes nothing. */
    expect(admit(bench, claim_of("c", DIGEST_A), check_of("correction", ID_2 "x", about)), "REJECT", "HELD",
           "correction-not-needed");
}

static void test_correction_of_the_only_hold(void **state)
{
    json_t *check = check_of("new", ID_1, "{}");
    add_fault(check, "prior-searches-missing", "HOLD");
    expect(admit(*state, claim_of("p", DIGEST_A), check), "HOLD", "HELD", NULL);
    expect(admit(*state, claim_of("c", DIGEST_B),
                 check_of("correction", ID_2, "{'docket':'FR-2026-000001','priorSearches':'none'}")),
           "ACCEPT", "INTAKE", NULL);
}

static void test_withdrawal(void **state)
{
    static const char about[] = "{'docket':'FR-2026-000001','reason':'he came in'}";
    expect(admit(*state, claim_of("p", DIGEST_A), check_of("new", ID_1, "{}")), "ACCEPT", "INTAKE", NULL);
    expect(admit(*state, claim_of("w", DIGEST_B), check_of("withdrawal", ID_2, about)), "ACCEPT", "WITHDRAWN",
           NULL);
    expect(admit(*state, claim_of("w", DIGEST_A), check_of("withdrawal", ID_2 "x", about)), "REJECT",
           "WITHDRAWN", "docket-closed-to-withdrawal");
}

/* A packet that means another docket than it names changes nothing. */
static void test_packets_that_do_not_agree(void **state)
{
    static const struct {
        const char *kind, *says, *code;
    } cases[] = {
        {"withdrawal", "{'caseNumber':'2026-041-001235'}", "docket-of-another-case"},
        {"withdrawal", "{'complaintNumber':'2026-041-00001'}", "docket-of-another-case"},
        {"correction", "{'cmsRef':'C','caseNumber':'1'}", "docket-of-another-case"},
        {"correction", "{'cmsRef':'C','eventContext':'none'}", "request-differs"},
        {"supplement", "{'eventContext':'none'}", "request-differs"},
        {"supplement", "{'politicalActivity':true}", "request-differs"},
        {"supplement", "{'subjectDescription':'somebody else'}", "request-differs"},
        {"supplement", "{}", "event-without-subject"},
        {"new", "{'relatesTo':'FR-2026-000007'}", "docket-unknown"},
    };
    expect(admit(*state, claim_of("p", DIGEST_A),
                 check_of("new", ID_1,
                          "{'caseNumber':'2026-041-001234','complaintNumber':'2026-041-00009',"
                          "'eventContext':'rally','politicalActivity':false}")),
           "ACCEPT", "INTAKE", NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool later = strcmp(cases[i].kind, "new") != 0;
        char *about = text_formatted("{%s'priority':'routine'%s%s", later ? "'docket':'FR-2026-000001'," : "",
                                     strlen(cases[i].says) > 2 ? "," : "", cases[i].says + 1);
        expect(admit(*state, claim_of("w", DIGEST_B), check_of(cases[i].kind, ID_2, about)), "REJECT",
               later ? "INTAKE" : "", cases[i].code);
        free(about);
    }
    expect(admit(*state, claim_of("w", DIGEST_B),
                 check_of("withdrawal", ID_2,
                          "{'docket':'FR-2026-000001','caseNumber':'2026-041-001234',"
                          "'eventContext':'rally','reason':'he came in'}")),
           "ACCEPT", "WITHDRAWN", NULL);
    expect(
        admit(*state, claim_of("n", DIGEST_C), check_of("new", ID_1 "n", "{'relatesTo':'FR-2026-000001'}")),
        "ACCEPT", "INTAKE", NULL);
}

/* A recording is one however its name is written, and images that come later are counted too. */
static void test_recordings_are_counted(void **state)
{
    static const char *const names[] = {"CAM-7 / 20 Nov", "cam 7, 20 NOV", "Cam-7 (20 nov)",
                                        "cam-7 20 n\xC2\xADov.", "CAM\t7\t20\tNov"};
    for (int i = 0; i < 6; i++) {
        json_t *check = check_of("new", ID_1, "{}"), *request = json_object_get(check, "request");
        char id[48];
        snprintf(id, sizeof id, ID_1 "-%d", i);
        json_object_set_new(request, "requestId", json_string(id));
        json_object_set_new(json_array_get(json_object_get(request, "images"), 0), "recordingId",
                            json_string(names[i % 5]));
        expect(admit(*state, claim_of("p", DIGEST_A), check), i < 5 ? "ACCEPT" : "HOLD",
               i < 5 ? "INTAKE" : "HELD", i < 5 ? NULL : "recording-asked-often");
    }
    /* Another request's supplement from it is one more; one of those five is none. */
    expect(admit(*state, claim_of("p", DIGEST_C), check_of("new", ID_2, "{}")), "ACCEPT", "INTAKE", NULL);
    for (int i = 0; i < 2; i++) {
        put_state(*state, i == 0 ? "FR-2026-000007" : "FR-2026-000001", DOCKET_AWAITING_IMAGES);
        json_t *check = check_of("supplement", i == 0 ? ID_2 "s" : ID_2 "t",
                                 i == 0 ? "{'docket':'FR-2026-000007'}" : "{'docket':'FR-2026-000001'}");
        json_object_set_new(json_array_get(json_object_get(json_object_get(check, "request"), "images"), 0),
                            "recordingId", json_string("cam 7 20 nov"));
        json_object_set_new(json_array_get(json_object_get(check, "images"), 0), "digest",
                            json_string(DIGEST_C));
        expect(admit(*state, claim_of("s", DIGEST_B), check), i == 0 ? "HOLD" : "ACCEPT",
               i == 0 ? "HELD" : "INTAKE", i == 0 ? "recording-asked-often" : NULL);
    }
}

static void test_corroboration(void **state)
{
    static const char about[] =
        "{'docket':'FR-2026-000001','corroboration':{'outcome':'corroborated','evidence':'e'}}";
    expect(admit(*state, claim_of("p", DIGEST_A), check_of("new", ID_1, "{}")), "ACCEPT", "INTAKE", NULL);
    expect(admit(*state, claim_of("w", DIGEST_B), check_of("corroboration", ID_2, about)), "REJECT", "INTAKE",
           "nothing-to-corroborate");
    put_state(*state, "FR-2026-000001", DOCKET_APPROVED);
    expect(admit(*state, claim_of("w", DIGEST_B), check_of("corroboration", ID_2, about)), "ACCEPT",
           "APPROVED", NULL);
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
    json_t *missing = json_pack("[s]", "b.jpg"), *row = NULL;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(ingest_incomplete(batch, settings, "one", "half", "dana", missing, NOW, error));
    assert_done(outbox_get(batch, 1, &row, error));
    assert_done(transaction_commit(batch, error));
    assert_non_null(strstr(json_text(json_array_get(json_object_get(row, "files"), 1), "text"), "b.jpg"));
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
        WITH_BENCH(test_links_in_the_packet),
        WITH_BENCH(test_supplement),
        WITH_BENCH(test_supplement_of_another_command),
        WITH_BENCH(test_correction),
        WITH_BENCH(test_correction_of_the_only_hold),
        WITH_BENCH(test_withdrawal),
        WITH_BENCH(test_packets_that_do_not_agree),
        WITH_BENCH(test_recordings_are_counted),
        WITH_BENCH(test_corroboration),
        WITH_BENCH(test_enrolment),
        WITH_BENCH(test_duplicates),
        WITH_BENCH(test_incomplete),
        WITH_BENCH(test_acknowledgement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
