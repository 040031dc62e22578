/*
 * Packets about a docket that exists: supplements, corrections, withdrawals, corroborations against every state that
 * matters, and whether they agree with the docket they name.
 */
#include "tests/support/admission.h"

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

int main(void)
{
#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        WITH_BENCH(test_supplement),
        WITH_BENCH(test_supplement_of_another_command),
        WITH_BENCH(test_correction),
        WITH_BENCH(test_correction_of_the_only_hold),
        WITH_BENCH(test_withdrawal),
        WITH_BENCH(test_packets_that_do_not_agree),
        WITH_BENCH(test_recordings_are_counted),
        WITH_BENCH(test_corroboration),
    };
    return cmocka_run_group_tests_name("ingest_later", tests, NULL, NULL);
}
