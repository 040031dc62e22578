/*
 * The way of a docket through the hands of its people: to a report, round again, and the ends in between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "casebook/image_index.h"
#include "casebook/outbox.h"
#include "review/worksheet.h"
#include "schemas/xml.h"
#include "tests/support/casework.h"

static int begin(void **state)
{
    (void)state;
    casework_begin();
    return 0;
}

static int end(void **state)
{
    (void)state;
    casework_end();
    return 0;
}

static void expect_issue(json_t *decision, const char *signer, const char *issue, const char *state)
{
    json_t *result = casework_hand_in(decision, signer);
    if (!json_flag(result, "applied"))
        fail_msg("%s", json_text(result, "text"));
    assert_string_equal(json_text(result, "issue"), issue);
    assert_string_equal(json_text(result, "state"), state);
    assert_string_equal(casework_state(), state);
    json_decref(result);
    casework.now += MINUTE;
}

static void test_to_a_report(void **state)
{
    (void)state;
    expect_issue(good_intake("inv1"), "inv1", "confirmation-notice", "QUEUED");
    json_t *docket = casework_docket(), *entry = NULL;
    assert_string_equal(json_text(json_object_get(docket, "probe"), "searched"),
                        json_text(json_object_get(docket, "probe"), "image"));
    GOOD(queue_get(casework.transaction, docket, &entry, error));
    assert_non_null(entry);
    json_decref(entry);
    json_decref(docket);
    casework_search_run();
    expect_issue(good_comparison("inv1"), "inv1", "", "BACKGROUND");
    expect_issue(good_background("inv1"), "inv1", "", "PEER");
    expect_issue(good_peer("peer1", 1, "possible", "not"), "peer1", "", "PEER");
    expect_issue(good_peer("peer2", 2, "possible", "cannot-say"), "peer2", "", "SUPERVISION");
    expect_issue(casework_decision("supervision", 0, "sup1", "approve"), "sup1", "report", "APPROVED");
    docket = casework_docket();
    assert_true(docket_person_has(docket, "inv1", "investigator"));
    assert_true(docket_person_has(docket, "peer2", "peer"));
    assert_true(docket_person_has(docket, "sup1", "supervisor"));
    assert_int_equal(json_array_size(json_object_get(docket, "peers")), 2);
    json_decref(docket);
    assert_null(casework_item("supervision", 0));
}

/* A peer's item shows the named one among foils, unmarked, and each slot its own order; the labels of a slot
   can be made again from nothing but the records. */
static void test_blind_items(void **state)
{
    (void)state;
    casework_advance("peer");
    json_t *first = casework_item("peer", 1), *second = casework_item("peer", 2);
    assert_int_equal(json_object_size(json_object_get(first, "labels")), 5);
    assert_int_equal(json_object_size(json_object_get(second, "labels")), 5);
    assert_string_not_equal(json_text(first, "digest"), json_text(second, "digest"));
    assert_string_not_equal(json_text(first, "seed"), json_text(second, "seed"));
    int found = 0;
    const char *label;
    json_t *photo;
    json_object_foreach(json_object_get(first, "labels"), label, photo)
    {
        found += strcmp(json_string_value(photo), casework_named()) == 0;
        assert_true(label[0] == 'A');
    }
    assert_int_equal(found, 1);
    assert_null(strstr(json_text(first, "xml"), casework_named()));
    assert_null(strstr(json_text(first, "xml"), "inv1"));
    assert_string_equal(json_text(first, "directory"), "review/peer/" DOCKET "-1");
    json_decref(first);
    json_decref(second);
}

static void test_cannot_say_calls_another(void **state)
{
    (void)state;
    casework_advance("peer");
    casework_apply(good_peer("peer1", 1, "cannot-say", "not"), "peer1");
    casework_apply(good_peer("peer2", 2, "possible", "not"), "peer2");
    assert_string_equal(casework_state(), "PEER");
    json_t *third = casework_item("peer", 3);
    assert_non_null(third);
    json_decref(third);
    casework_apply(good_peer("peer3", 3, "possible", "not"), "peer3");
    assert_string_equal(casework_state(), "SUPERVISION");
    casework_apply(casework_decision("supervision", 0, "sup1", "approve"), "sup1");
    assert_string_equal(casework_state(), "APPROVED");
}

static void refused(json_t *decision, const char *signer, const char *code, const char *clause)
{
    json_t *result = casework_hand_in(decision, signer);
    assert_false(json_flag(result, "applied"));
    assert_string_equal(json_text(result, "code"), code);
    assert_string_equal(json_text(result, "clause"), clause);
    json_decref(result);
}

static void test_second_round(void **state)
{
    (void)state;
    casework_advance("peer");
    casework_apply(good_peer("peer1", 1, "possible", "not"), "peer1");
    casework_apply(good_peer("peer2", 2, "not", "not"), "peer2");
    assert_string_equal(casework_state(), "SUPERVISION");
    refused(casework_decision("supervision", 0, "sup1", "approve"), "sup1", "not-now", "R25");
    refused(casework_decision("supervision", 0, "sup1", "negative"), "sup1", "not-now", "R25");
    expect_issue(casework_decision("supervision", 0, "sup1", "continue"), "sup1", "continue",
                 "INVESTIGATION");
    json_t *docket = casework_docket();
    assert_int_equal(json_whole(docket, "round", 0), 2);
    assert_null(json_object_get(docket, "named"));
    assert_int_equal(json_array_size(json_object_get(docket, "peers")), 2);
    json_decref(docket);
    casework_apply(good_comparison("inv1"), "inv1");
    casework_apply(good_background("inv1"), "inv1");
    casework_apply(good_peer("peer1", 1, "possible", "not"), "peer1");
    refused(good_peer("peer2", 2, "possible", "not"), "peer2", "peer-not-new", "R23");
    refused(good_peer("peer1", 2, "possible", "not"), "peer1", "peer-twice", "R23");
    casework_apply(good_peer("peer3", 2, "possible", "not"), "peer3");
    expect_issue(casework_decision("supervision", 0, "acting1", "approve"), "acting1", "report", "APPROVED");
}

static void test_second_round_negative(void **state)
{
    (void)state;
    casework_advance("peer");
    casework_apply(good_peer("peer1", 1, "possible", "possible"), "peer1");
    casework_apply(good_peer("peer2", 2, "possible", "not"), "peer2");
    casework_apply(casework_decision("supervision", 0, "sup1", "continue"), "sup1");
    casework_apply(good_comparison("inv1"), "inv1");
    casework_apply(good_background("inv1"), "inv1");
    casework_apply(good_peer("peer1", 1, "not", "not"), "peer1");
    casework_apply(good_peer("peer3", 2, "possible", "not"), "peer3");
    refused(casework_decision("supervision", 0, "sup1", "approve"), "sup1", "not-now", "R25");
    expect_issue(casework_decision("supervision", 0, "sup1", "negative"), "sup1", "negative-report",
                 "NEGATIVE");
}

static void test_unsuitable_and_back(void **state)
{
    (void)state;
    expect_issue(casework_decision("intake", 0, "inv1", "unsuitable"), "inv1", "quality-notice",
                 "AWAITING_IMAGES");
    json_t *docket = casework_docket();
    GOOD(docket_change_state(casework.transaction, docket, DOCKET_INTAKE, casework.now, NULL, NULL, NULL,
                             error));
    GOOD(review_open(casework.transaction, &casework.settings, casework.roster, docket, casework.now, error));
    json_decref(docket);
    json_t *item = casework_item("intake", 0);
    assert_string_equal(json_text(item, "item"), DOCKET "-intake-1-2");
    json_decref(item);
    expect_issue(good_intake("inv2"), "inv2", "confirmation-notice", "QUEUED");
}

/* Images that come while the intake item is out make it stale: one about all images takes its place. */
static void test_supplement_at_intake(void **state)
{
    (void)state;
    char digest[DIGEST_TEXT_SIZE];
    json_t *decision = good_intake("inv1"), *docket = casework_docket();
    GOOD(review_open(casework.transaction, &casework.settings, casework.roster, docket, casework.now, error));
    json_array_append_new(json_object_get(docket, "images"),
                          json_pack("{s:s,s:s,s:i,s:i}", "digest", digest_of_text("third", digest), "file",
                                    "three.png", "width", 100, "height", 100));
    GOOD(docket_put(casework.transaction, docket, error));
    GOOD(review_open(casework.transaction, &casework.settings, casework.roster, docket, casework.now, error));
    json_decref(docket);
    refused(decision, "inv1", "item-closed", "R13");
    json_t *item = casework_item("intake", 0);
    assert_string_equal(json_text(item, "item"), DOCKET "-intake-1-2");
    assert_non_null(strstr(json_text(item, "xml"), "S03"));
    json_decref(item);
}

static void test_ends(void **state)
{
    (void)state;
    casework_advance("investigation");
    expect_issue(casework_decision("investigation", 0, "inv1", "search-again"), "inv1", "search", "QUEUED");
    casework_search_run();
    casework_apply(good_comparison("inv1"), "inv1");
    expect_issue(casework_decision("background", 0, "inv1", "return"), "inv1", "", "INVESTIGATION");
    json_t *none = casework_decision("investigation", 0, "inv1", "none");
    json_put(none, "dispositions",
             casework_label_list("investigation", 0, "disposition", NULL, "", "excluded"));
    expect_issue(none, "inv1", "negative-report", "NEGATIVE");
}

static bool check_row(void *context, const char *key, json_t *row, struct error *error)
{
    (void)key, (void)error;
    const json_t *parameters = json_object_get(json_object_get(row, "render"), "parameters");
    const json_t *file = json_array_get(json_object_get(row, "files"), 0);
    struct error why = ERROR_NONE;
    if (strcmp(json_text(row, "kind"), "item") != 0)
        return true;
    if (!worksheet_check(worksheet_for(json_text(parameters, "stage")), json_object_get(parameters, "facts"),
                         &why))
        fail_msg("%s: %s", json_text(row, "item"), why.text);
    struct xml_document *document = NULL;
    if (!xml_read_valid(SCHEMA_ITEM, "item.xml", json_text(file, "text"), strlen(json_text(file, "text")),
                        &document, &why))
        fail_msg("%s", why.text);
    xml_document_free(document);
    (*(int *)context)++;
    return true;
}

/* Every item's XML is valid, and no worksheet is told what its reader may not know. */
static void test_facts_fit(void **state)
{
    (void)state;
    int items = 0;
    casework_advance("supervision");
    GOOD(outbox_walk(casework.transaction, 0, check_row, &items, error));
    assert_int_equal(items, 6);
}

static void test_refused_at_intake(void **state)
{
    (void)state;
    expect_issue(casework_decision("intake", 0, "inv1", "refuse"), "inv1", "refusal", "REFUSED");
}

/* Two holds for two roles: both have to go. */
static void test_holds(void **state)
{
    (void)state;
    json_t *docket = casework_docket();
    GOOD(review_close(casework.transaction, DOCKET, NULL, NULL, casework.now, error));
    struct hold legal = {.code = "event", .clause = "R8", .role = "legal", .reason = "A rally"};
    struct hold supervisor = {
        .code = "not-discussed", .clause = "R29", .role = "supervisor", .reason = "Not discussed"};
    GOOD(hold_open(casework.transaction, DOCKET, &legal, casework.now, NULL, error));
    GOOD(hold_open(casework.transaction, DOCKET, &supervisor, casework.now, NULL, error));
    GOOD(docket_change_state(casework.transaction, docket, DOCKET_HELD, casework.now, NULL, NULL, NULL,
                             error));
    GOOD(review_open(casework.transaction, &casework.settings, casework.roster, docket, casework.now, error));
    GOOD(review_open(casework.transaction, &casework.settings, casework.roster, docket, casework.now, error));
    json_decref(docket);
    struct text why = TEXT_EMPTY;
    docket = casework_docket();
    GOOD(review_why(casework.transaction, &casework.settings, casework.roster, docket, casework.now, &why,
                    error));
    assert_non_null(strstr(why.bytes, "legal1"));
    text_free(&why);
    json_decref(docket);

    json_t *decision = casework_decision("hold", 1, "legal1", "release");
    json_put_whole(decision, "hold", 1);
    json_t *wrong = json_deep_copy(decision);
    json_put_text(wrong, "signer", "sup1");
    refused(wrong, "sup1", "role-missing", "R31");
    wrong = json_deep_copy(decision);
    json_put_whole(wrong, "hold", 2);
    refused(wrong, "legal1", "hold-missing", "R13");
    expect_issue(decision, "legal1", "", "HELD");
    decision = casework_decision("hold", 2, "acting3", "release");
    json_put_whole(decision, "hold", 2);
    refused(decision, "acting3", "acting-over", "R24");
    decision = casework_decision("hold", 2, "acting1", "release");
    json_put_whole(decision, "hold", 2);
    expect_issue(decision, "acting1", "", "INTAKE");
    json_t *item = casework_item("intake", 0);
    assert_non_null(item);
    json_decref(item);
}

/* Another docket with a picture of this one, chosen there and waiting (MATCHING), or chosen and searched. */
static void another_docket(const char *number, const char *image, bool searched)
{
    char digest[DIGEST_TEXT_SIZE];
    json_t *other = json_pack("{s:s,s:s,s:s,s:s,s:{s:s}}", "docket", number, "command", "south", "lane",
                              "routine", "state", searched ? "INVESTIGATION" : "MATCHING", "probe", "image",
                              digest_of_text(image, digest));
    if (searched)
        json_put(other, "searches", json_pack("[s]", "a search"));
    GOOD(book_put(casework.transaction, BOOK_DOCKETS, number, other, error));
    GOOD(image_index_add(casework.transaction, number, digest, NULL, error));
    json_decref(other);
}

static json_t *release(int64_t hold)
{
    json_t *decision = casework_decision("hold", hold, "sup1", "release");
    json_put_whole(decision, "hold", hold);
    return decision;
}

static json_t *search_again(const char *image)
{
    char digest[DIGEST_TEXT_SIZE];
    json_t *decision = casework_decision("investigation", 0, "inv1", "search-again");
    json_put(decision, "probe",
             json_pack("{s:s,s:[],s:[i,i,i,i]}", "image", digest_of_text(image, digest), "edits", "eyes",
                       3000, 4000, 6000, 4000));
    return decision;
}

/* R29: a supervisor sees both dockets before a picture is searched a second time, and is asked once about each. */
static void test_picture_of_another_docket(void **state)
{
    (void)state;
    another_docket("FR-2026-000002", "image", false);
    expect_issue(good_intake("inv1"), "inv1", "", "HELD");
    json_t *docket = casework_docket(), *hold = NULL;
    assert_null(json_object_get(docket, "probe"));
    json_decref(docket);
    GOOD(hold_get(casework.transaction, DOCKET, 1, &hold, error));
    assert_string_equal(json_text(hold, "reason"),
                        "\"one.jpg\" waits for its search under docket FR-2026-000002");
    json_decref(hold);
    expect_issue(release(1), "sup1", "", "INTAKE");
    another_docket("FR-2026-000003", "image", true);
    expect_issue(good_intake("inv1"), "inv1", "", "HELD");
    expect_issue(release(2), "sup1", "", "INTAKE");
    expect_issue(good_intake("inv1"), "inv1", "confirmation-notice", "QUEUED");
    casework_search_run();
    another_docket("FR-2026-000004", "image", true);
    another_docket("FR-2026-000005", "second", true);
    refused(search_again("second"), "inv1", "image-searched-before", "R29");
    expect_issue(search_again("image"), "inv1", "search", "QUEUED");
}

/* A picture searched once stays known as searched when another is chosen after it. */
static void test_earlier_probe(void **state)
{
    (void)state;
    char image[DIGEST_TEXT_SIZE], second[DIGEST_TEXT_SIZE], *found = NULL;
    bool searched = false;
    digest_of_text("image", image);
    GOOD(image_index_add(casework.transaction, DOCKET, image, NULL, error));
    GOOD(image_index_add(casework.transaction, DOCKET, digest_of_text("second", second), NULL, error));
    casework_advance("investigation");
    GOOD(image_index_searched(casework.transaction, second, "", &found, &searched, error));
    assert_null(found);
    casework_apply(search_again("second"), "inv1");
    for (int i = 0; i < 2; i++) {
        GOOD(image_index_searched(casework.transaction, i == 0 ? image : second, "", &found, &searched,
                                  error));
        assert_string_equal(found, DOCKET);
        free(found);
    }
}

static void test_why(void **state)
{
    (void)state;
    casework_advance("peer");
    struct text why = TEXT_EMPTY;
    json_t *docket = casework_docket();
    GOOD(review_why(casework.transaction, &casework.settings, casework.roster, docket, casework.now, &why,
                    error));
    assert_non_null(strstr(why.bytes, "waits for 2 more peer reviews of round 1"));
    assert_non_null(strstr(why.bytes, "peer1"));
    assert_null(strstr(why.bytes, "inv1"));
    assert_null(strstr(why.bytes, "req1"));
    text_free(&why);
    casework.settings.min_peers = 9;
    GOOD(review_why(casework.transaction, &casework.settings, casework.roster, docket, casework.now, &why,
                    error));
    assert_non_null(strstr(why.bytes, "no-eligible-peer"));
    text_free(&why);
    json_decref(docket);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_to_a_report, begin, end),
        cmocka_unit_test_setup_teardown(test_blind_items, begin, end),
        cmocka_unit_test_setup_teardown(test_cannot_say_calls_another, begin, end),
        cmocka_unit_test_setup_teardown(test_second_round, begin, end),
        cmocka_unit_test_setup_teardown(test_second_round_negative, begin, end),
        cmocka_unit_test_setup_teardown(test_unsuitable_and_back, begin, end),
        cmocka_unit_test_setup_teardown(test_supplement_at_intake, begin, end),
        cmocka_unit_test_setup_teardown(test_facts_fit, begin, end),
        cmocka_unit_test_setup_teardown(test_ends, begin, end),
        cmocka_unit_test_setup_teardown(test_refused_at_intake, begin, end),
        cmocka_unit_test_setup_teardown(test_holds, begin, end),
        cmocka_unit_test_setup_teardown(test_picture_of_another_docket, begin, end),
        cmocka_unit_test_setup_teardown(test_earlier_probe, begin, end),
        cmocka_unit_test_setup_teardown(test_why, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
