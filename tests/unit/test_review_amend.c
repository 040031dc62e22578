/*
 * Amended judgements: both stay, nothing is won by one, and only its own signer makes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

/* The digest of what is in force. */
static void in_force(const char *part, size_t peer, char digest[DIGEST_TEXT_SIZE])
{
    json_t *docket = casework_docket();
    const json_t *found = json_object_get(docket, part);
    if (json_is_array(found))
        found = json_array_get(found, peer);
    snprintf(digest, DIGEST_TEXT_SIZE, "%s", json_text(found, "decision"));
    json_decref(docket);
}

static json_t *amendment_of(const json_t *first, const char *digest)
{
    char at[INSTANT_TEXT_SIZE];
    json_t *again = json_deep_copy(first);
    json_put_text(again, "amends", digest);
    json_put_text(again, "at", instant_text(casework.now, at));
    json_put_text(again, "reasons", "Looked at again.");
    return again;
}

static void expect_refused(json_t *decision, const char *signer, const char *code)
{
    char before[40];
    snprintf(before, sizeof before, "%s", casework_state());
    json_t *result = casework_hand_in(decision, signer);
    assert_false(json_flag(result, "applied"));
    assert_string_equal(json_text(result, "code"), code);
    assert_string_equal(casework_state(), before);
    json_decref(result);
}

/* It must be applied; a copy of what was said. */
static json_t *applied(json_t *decision, const char *signer)
{
    json_t *kept = json_deep_copy(decision);
    casework_apply(decision, signer);
    return kept;
}

static json_t *comparison, *background, *peer1, *peer2;

/* To PEER, keeping what was signed. */
static void to_peers(void)
{
    casework_apply(good_intake("inv1"), "inv1");
    casework_search_run();
    comparison = applied(good_comparison("inv1"), "inv1");
    background = applied(good_background("inv1"), "inv1");
}

static void to_supervision(void)
{
    to_peers();
    peer1 = applied(good_peer("peer1", 1, "possible", "not"), "peer1");
    peer2 = applied(good_peer("peer2", 2, "possible", "not"), "peer2");
}

static void drop(void)
{
    json_decref(comparison);
    json_decref(background);
    json_decref(peer1);
    json_decref(peer2);
    comparison = background = peer1 = peer2 = NULL;
}

static void test_comparison(void **state)
{
    (void)state;
    char digest[DIGEST_TEXT_SIZE];
    to_supervision();
    in_force("comparison", 0, digest);
    json_t *old = casework_item("supervision", 0), *again = amendment_of(comparison, digest);
    json_t *stale = casework_decision("supervision", 0, "sup1", "approve");
    json_put_whole(again, "rating", 1);
    json_put_text(again, "limitations", "Low light, and a scarf.");
    casework_apply(json_deep_copy(again), "inv1");
    assert_string_equal(casework_state(), "SUPERVISION");
    /* Both are in the docket, and before the supervisor, on an item of their own. */
    json_t *docket = casework_docket();
    const json_t *now = json_object_get(docket, "comparison");
    assert_int_equal(json_whole(now, "rating", 0), 1);
    assert_int_equal(json_array_size(json_object_get(now, "amended")), 1);
    assert_int_equal(json_whole(json_array_get(json_object_get(now, "amended"), 0), "rating", 0), 2);
    json_decref(docket);
    json_t *item = casework_item("supervision", 0);
    assert_string_not_equal(json_text(item, "item"), json_text(old, "item"));
    expect_refused(stale, "sup1", "item-closed");
    /* The one amended is not in force any more, and neither another's nor an unknown one can be. */
    expect_refused(json_deep_copy(again), "inv1", "amends-outdated");
    in_force("comparison", 0, digest);
    json_put_text(again, "amends", digest);
    json_put_text(again, "named", "C03");
    json_put(again, "dispositions", json_pack("[{s:s,s:s}]", "label", "C03", "disposition", "possible"));
    expect_refused(json_deep_copy(again), "inv1", "amends-naming");
    json_t *others = amendment_of(comparison, digest);
    json_put_text(others, "signer", "inv2");
    expect_refused(others, "inv2", "amends-another");
    expect_refused(amendment_of(comparison, json_text(old, "digest")), "inv1", "amends-unknown");
    json_t *silent = amendment_of(comparison, digest);
    json_object_del(silent, "reasons");
    expect_refused(silent, "inv1", "reasons-missing");
    json_t *other = amendment_of(comparison, digest);
    json_put_text(other, "outcome", "search-again");
    expect_refused(other, "inv1", "amends-not-so");
    /* A third time: the chain grows. Then it ends as it would have. */
    casework_apply(amendment_of(comparison, digest), "inv1");
    docket = casework_docket();
    assert_int_equal(json_array_size(json_object_get(json_object_get(docket, "comparison"), "amended")), 2);
    json_decref(docket);
    casework_apply(casework_decision("supervision", 0, "sup1", "approve"), "sup1");
    in_force("comparison", 0, digest);
    expect_refused(amendment_of(comparison, digest), "inv1", "not-now");
    json_decref(again);
    json_decref(old);
    json_decref(item);
    drop();
}

static void test_background(void **state)
{
    (void)state;
    char digest[DIGEST_TEXT_SIZE];
    to_supervision();
    in_force("background", 0, digest);
    json_t *again = amendment_of(background, digest);
    json_put(again, "conflicts", json_pack("[s]", "In custody elsewhere that day."));
    casework_apply(again, "inv1");
    json_t *docket = casework_docket();
    const json_t *now = json_object_get(docket, "background");
    assert_int_equal(json_array_size(json_object_get(now, "conflicts")), 1);
    assert_int_equal(json_array_size(json_object_get(now, "amended")), 1);
    json_decref(docket);
    assert_string_equal(casework_state(), "SUPERVISION");
    drop();
}

static const char *verdict(size_t peer, char kept[16])
{
    json_t *docket = casework_docket();
    snprintf(kept, 16, "%s", json_text(json_array_get(json_object_get(docket, "peers"), peer), "verdict"));
    json_decref(docket);
    return kept;
}

/* The marks of `first` with all of them as `mark`. */
static json_t *marked(const json_t *first, const char *mark, const char *digest)
{
    json_t *again = amendment_of(first, digest), *entry;
    size_t i;
    json_array_foreach(json_object_get(again, "marks"), i, entry) json_put_text(entry, "mark", mark);
    return again;
}

static void test_peer(void **state)
{
    (void)state;
    char digest[DIGEST_TEXT_SIZE], kept[16];
    to_supervision();
    /* An agreement less: another peer is called. */
    in_force("peers", 1, digest);
    casework_apply(marked(peer2, "cannot-say", digest), "peer2");
    assert_string_equal(verdict(1, kept), "cannot-say");
    assert_string_equal(casework_state(), "PEER");
    /* It is not given back by saying so again. */
    in_force("peers", 1, digest);
    casework_apply(amendment_of(peer2, digest), "peer2");
    assert_string_equal(verdict(1, kept), "cannot-say");
    assert_string_equal(casework_state(), "PEER");
    casework_apply(good_peer("peer3", 3, "possible", "not"), "peer3");
    assert_string_equal(casework_state(), "SUPERVISION");
    /* A disagreement stays one for good. */
    in_force("peers", 0, digest);
    casework_apply(marked(peer1, "not", digest), "peer1");
    assert_string_equal(verdict(0, kept), "disagree");
    in_force("peers", 0, digest);
    casework_apply(amendment_of(peer1, digest), "peer1");
    assert_string_equal(verdict(0, kept), "disagree");
    expect_refused(casework_decision("supervision", 0, "sup1", "approve"), "sup1", "not-now");
    /* R25: nor does the investigator take it out of the supervisor's hands. */
    in_force("comparison", 0, digest);
    json_t *back = amendment_of(comparison, digest);
    json_put_text(back, "outcome", "none");
    expect_refused(back, "inv1", "not-now");
    casework_apply(casework_decision("supervision", 0, "sup1", "continue"), "sup1");
    in_force("peers", 0, digest);
    expect_refused(amendment_of(peer1, digest), "peer1", "amends-outdated");
    drop();
}

static void test_naming_taken_back(void **state)
{
    (void)state;
    char digest[DIGEST_TEXT_SIZE];
    to_peers();
    peer1 = applied(good_peer("peer1", 1, "possible", "not"), "peer1");
    in_force("comparison", 0, digest);
    json_t *back = amendment_of(comparison, digest);
    json_put_text(back, "outcome", "none");
    casework_apply(back, "inv1");
    assert_string_equal(casework_state(), "INVESTIGATION");
    json_t *docket = casework_docket(), *open = casework_item("peer", 2);
    assert_null(json_object_get(docket, "named"));
    assert_int_equal(json_whole(docket, "round", 0), 2);
    assert_string_equal(json_text(json_array_get(json_object_get(docket, "rounds"), 0), "outcome"),
                        "taken-back");
    assert_int_equal(json_array_size(json_object_get(docket, "peers")), 1);
    assert_null(open);
    json_decref(docket);
    drop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_comparison, begin, end),
        cmocka_unit_test_setup_teardown(test_background, begin, end),
        cmocka_unit_test_setup_teardown(test_peer, begin, end),
        cmocka_unit_test_setup_teardown(test_naming_taken_back, begin, end),
    };
    return cmocka_run_group_tests_name("amended judgements", tests, NULL, NULL);
}
