/*
 * Who handed a decision in, how often, and what has changed meanwhile: replays, strangers, forged envelopes,
 * the three ways of knowing a person, one person in two parts, sealed photos.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "casebook/event.h"
#include "tests/support/casework.h"

/* The same bytes a second time: said so, counted once. */
static void test_replay(void **state)
{
    (void)state;
    casework_begin();
    json_t *decision = good_intake("inv1"), *again = json_deep_copy(decision);
    casework_apply(decision, "inv1");
    json_t *before = casework_docket();
    casework.files--;
    json_t *result = casework_hand_in(again, "inv1");
    assert_false(json_flag(result, "applied"));
    assert_true(json_flag(result, "repeated"));
    assert_non_null(strstr(json_text(result, "text"), "already counted"));
    json_t *after = casework_docket();
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
    json_decref(result);
    casework_end();
}

/* Once the item is closed, the next decision about it comes too late. */
static void test_item_closed(void **state)
{
    (void)state;
    casework_begin();
    json_t *late = good_intake("inv2");
    casework_apply(good_intake("inv1"), "inv1");
    json_t *result = casework_hand_in(late, "inv2");
    assert_string_equal(json_text(result, "code"), "item-closed");
    json_decref(result);
    casework_end();
}

/* Peers of one round, and the supervisor, are different people. */
static void test_one_person_twice(void **state)
{
    (void)state;
    casework_begin();
    casework_advance("peer");
    casework_apply(good_peer("peer1", 1, "possible", "not"), "peer1");
    json_t *result = casework_hand_in(good_peer("peer1", 2, "possible", "not"), "peer1");
    assert_string_equal(json_text(result, "code"), "peer-twice");
    json_decref(result);
    casework_apply(good_peer("sup1", 2, "possible", "not"), "sup1");
    result = casework_hand_in(casework_decision("supervision", 0, "sup1", "approve"), "sup1");
    assert_string_equal(json_text(result, "code"), "role-conflict");
    assert_string_equal(json_text(result, "clause"), "R24");
    json_decref(result);
    casework_end();
}

static json_t *hand_in_raw(json_t *checked, const char *owner)
{
    json_t *claim =
        json_pack("{s:s,s:s,s:s}", "drop", "x.p7m", "owner", owner, "arrived", "2026-11-22T12:00:00.000Z");
    char digest[DIGEST_TEXT_SIZE];
    json_t *result = NULL;
    GOOD(review_decide(casework.transaction, &casework.settings, casework.roster, claim, checked,
                       digest_of_text(owner, digest), casework.now, &result, error));
    json_decref(claim);
    json_decref(checked);
    return result;
}

static void seal(const char *id)
{
    json_t *photo = NULL;
    GOOD(book_need(casework.transaction, BOOK_PHOTOS, id, &photo, error));
    json_put_text(photo, "status", "sealed");
    GOOD(book_put(casework.transaction, BOOK_PHOTOS, id, photo, error));
    json_decref(photo);
}

/* A seal counts at once, at every later step; the supervisor can still end or continue the matter. */
static void test_sealed(void **state)
{
    (void)state;
    casework_begin();
    casework_advance("investigation");
    json_t *item = casework_item("investigation", 0);
    json_t *decision = good_comparison("inv1"), *again = json_deep_copy(decision);
    struct transaction *outer = casework.transaction;
    GOOD(transaction_begin(casework.casebook, outer, &casework.transaction, error));
    seal(json_text(json_object_get(item, "labels"), "C02"));
    json_decref(item);
    json_t *result = casework_hand_in(decision, "inv1");
    assert_string_equal(json_text(result, "code"), "photo-sealed");
    assert_string_equal(json_text(result, "clause"), "R17");
    json_decref(result);
    transaction_abort(casework.transaction);
    casework.transaction = outer;
    casework_apply(again, "inv1");
    casework_apply(good_background("inv1"), "inv1");
    casework_apply(good_peer("peer1", 1, "possible", "not"), "peer1");
    casework_apply(good_peer("peer2", 2, "possible", "not"), "peer2");
    seal(casework_named());
    result = casework_hand_in(casework_decision("supervision", 0, "sup1", "approve"), "sup1");
    assert_string_equal(json_text(result, "code"), "photo-sealed");
    json_decref(result);
    casework_apply(casework_decision("supervision", 0, "sup1", "continue"), "sup1");
    item = casework_item("investigation", 0);
    assert_int_equal(json_object_size(json_object_get(item, "labels")), 11);
    json_decref(item);
    casework_end();
}

/* What the worker could not open is refused in the worker's words; with a list out of date nothing is
   decided. */
static void test_unopened(void **state)
{
    (void)state;
    casework_begin();
    json_t *result =
        hand_in_raw(json_pack("{s:[{s:s,s:s,s:s,s:s},{s:s,s:s,s:s}],s:n,s:n}", "faults", "code",
                              "signature-wrong", "outcome", "REJECT", "clause", "R31", "text", "does not fit",
                              "code", "other", "clause", "R13", "text", "second fault", "decision", "signer"),
                    "stranger");
    assert_string_equal(json_text(result, "code"), "signature-wrong");
    assert_non_null(strstr(json_text(result, "text"), "second fault"));
    assert_int_equal(casework_incidents(), 1);
    json_decref(result);
    /* A certificate copied into a forged envelope brings nothing on its owner: the account that put it here
       did it. */
    char copied[DIGEST_TEXT_SIZE], *line = NULL, hash[DIGEST_TEXT_SIZE];
    int64_t sequence;
    result = hand_in_raw(json_pack("{s:[{s:s,s:s,s:s,s:s}],s:n,s:{s:s}}", "faults", "code", "signature-wrong",
                                   "outcome", "REJECT", "clause", "R31", "text", "does not fit", "decision",
                                   "signer", "fingerprint", digest_of_text("inv1", copied)),
                         "account-peer1");
    json_decref(result);
    GOOD(event_head(casework.transaction, &sequence, hash, error));
    GOOD(event_line(casework.transaction, sequence - 1, &line, error));
    assert_non_null(strstr(line, "\"actor\":\"peer1\""));
    free(line);
    result =
        hand_in_raw(json_pack("{s:[{s:s,s:s,s:s,s:s}],s:n,s:n}", "faults", "code", "revocation-list-stale",
                              "outcome", "WAIT", "clause", "R31", "text", "old list", "decision", "signer"),
                    "account-inv1");
    assert_true(json_flag(result, "wait"));
    json_decref(result);
    int count = 0;
    GOOD(book_walk(casework.transaction, BOOK_DECISIONS, "", NULL, casework_count, &count, NULL, error));
    assert_int_equal(count, 2);
    casework_end();
}

/* The three ways a site may know who speaks. */
static void test_identity(void **state)
{
    (void)state;
    casework_begin();
    json_t *decision = good_intake("inv1");
    json_t *result =
        hand_in_raw(json_pack("{s:[],s:O,s:n}", "faults", "decision", decision, "signer"), "account-inv1");
    assert_string_equal(json_text(result, "code"), "signature-missing");
    json_decref(result);
    casework.settings.identity = IDENTITY_BOTH;
    char digest[DIGEST_TEXT_SIZE];
    result = hand_in_raw(json_pack("{s:[],s:O,s:{s:s,s:s}}", "faults", "decision", decision, "signer",
                                   "fingerprint", digest_of_text("inv1", digest), "signedAt",
                                   "2026-11-22T12:00:00.000Z"),
                         "account-inv2");
    assert_string_equal(json_text(result, "code"), "identity-differs");
    assert_string_equal(json_text(result, "clause"), "R33");
    json_decref(result);
    result = hand_in_raw(json_pack("{s:[],s:O,s:{s:s,s:s}}", "faults", "decision", decision, "signer",
                                   "fingerprint", digest_of_text("inv1", digest), "signedAt",
                                   "2026-11-22T12:00:00.000Z"),
                         "unheard-of");
    assert_string_equal(json_text(result, "code"), "account-unknown");
    json_decref(result);
    casework.settings.identity = IDENTITY_OWNER;
    char wrong[] = "account-inv1 ";
    result = hand_in_raw(json_pack("{s:[],s:O,s:n}", "faults", "decision", decision, "signer"), wrong);
    assert_string_equal(json_text(result, "code"), "account-unknown");
    json_decref(result);
    json_decref(decision);
    casework_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replay),           cmocka_unit_test(test_item_closed),
        cmocka_unit_test(test_one_person_twice), cmocka_unit_test(test_unopened),
        cmocka_unit_test(test_sealed),           cmocka_unit_test(test_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
