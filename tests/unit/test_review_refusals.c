/*
 * Decisions that must not count: each is refused with its own answer and clause, and changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "casebook/event.h"
#include "casebook/outbox.h"
#include "review/observation.h"
#include "tests/support/casework.h"

/* --- what is wrong with each: takes a good decision --- */
typedef void spoil(json_t *decision);

static void nothing(json_t *decision)
{
    (void)decision;
}
static void other_docket(json_t *decision)
{
    json_put_text(decision, "docket", "FR-2026-000999");
}
static void other_slot(json_t *decision)
{
    json_put_whole(decision, "slot", 9);
}
static void other_round(json_t *decision)
{
    json_put_whole(decision, "round", 2);
}
static void stale_item(json_t *decision)
{
    char digest[DIGEST_TEXT_SIZE];
    json_put_text(decision, "item", digest_of_text("an older item", digest));
}
static void other_signer(json_t *decision)
{
    json_put_text(decision, "signer", "inv2");
}
static void foreign_outcome(json_t *decision)
{
    json_put_text(decision, "outcome", "approve");
}
static void no_reasons(json_t *decision)
{
    json_object_del(decision, "reasons");
}
static void unsuitable_no_reasons(json_t *decision)
{
    json_put_text(decision, "outcome", "unsuitable");
    no_reasons(decision);
}
/* Locked with other words than those it now has. */
static void words_after_the_lock(json_t *decision)
{
    struct digest digest;
    char text[DIGEST_TEXT_SIZE];
    json_t *observation = json_object_at(decision, "observation");
    json_put_text(observation, "lockedAt", "2026-11-22T12:00:00Z");
    json_put_text(observation, "conditions", "Low light.");
    assert_true(observation_digest(observation, json_text(decision, "item"), &digest));
    json_put_text(observation, "sha256", digest_text(&digest, text));
    json_put_text(observation, "conditions", "Low light, and a scar over the left brow.");
}
static void refuse_no_reasons(json_t *decision)
{
    json_put_text(decision, "outcome", "refuse");
    no_reasons(decision);
}
static void no_basis(json_t *decision)
{
    json_object_del(decision, "basis");
}
static void no_probe(json_t *decision)
{
    json_object_del(decision, "probe");
}
static void foreign_probe(json_t *decision)
{
    char digest[DIGEST_TEXT_SIZE];
    json_put_text(json_object_get(decision, "probe"), "image", digest_of_text("another", digest));
}
static void mirror_edit(json_t *decision)
{
    json_put(json_object_get(decision, "probe"), "edits", json_pack("[{s:s}]", "operation", "mirror"));
}
static void fine_angle(json_t *decision)
{
    json_put(json_object_get(decision, "probe"), "edits",
             json_pack("[{s:s,s:i}]", "operation", "rotate", "angle", 5));
}
static void eyes_outside(json_t *decision)
{
    json_put(json_object_get(decision, "probe"), "eyes", json_pack("[i,i,i,i]", 6000, 9000, 25000, 9000));
}
static void eyes_exchanged(json_t *decision)
{
    json_put(json_object_get(decision, "probe"), "eyes", json_pack("[i,i,i,i]", 12000, 9000, 6000, 9000));
}
static void eyes_missing(json_t *decision)
{
    char digest[DIGEST_TEXT_SIZE];
    json_t *probe = json_object_get(decision, "probe");
    json_put_text(probe, "image", digest_of_text("second", digest));
    json_object_del(probe, "eyes");
}
static void eyes_missing_after_crop(json_t *decision)
{
    json_t *probe = json_object_get(decision, "probe");
    json_put(probe, "edits",
             json_pack("[{s:s,s:i,s:i,s:i,s:i}]", "operation", "crop", "x", 0, "y", 0, "width", 150, "height",
                       150));
    json_object_del(probe, "eyes");
}
static void eyes_outside_crop(json_t *decision)
{
    json_t *probe = json_object_get(decision, "probe");
    json_put(probe, "edits",
             json_pack("[{s:s,s:i,s:i,s:i,s:i}]", "operation", "crop", "x", 0, "y", 0, "width", 100, "height",
                       100));
}
static void crop_beyond(json_t *decision)
{
    json_t *probe = json_object_get(decision, "probe");
    json_put(probe, "edits",
             json_pack("[{s:s,s:i,s:i,s:i,s:i}]", "operation", "crop", "x", 0, "y", 0, "width", 4000,
                       "height", 4000));
}
static void candidate_unnamed(json_t *decision)
{
    json_object_del(decision, "named");
}
static void candidate_foreign(json_t *decision)
{
    json_put_text(decision, "named", "C13");
}
static void disposition_missing(json_t *decision)
{
    json_array_remove(json_object_get(decision, "dispositions"), 5);
}
static void disposition_twice(json_t *decision)
{
    json_t *list = json_object_get(decision, "dispositions");
    json_array_set(list, 5, json_array_get(list, 4));
}
static void disposition_foreign(json_t *decision)
{
    json_put_text(json_array_get(json_object_get(decision, "dispositions"), 5), "label", "C77");
}
static void named_but_excluded(json_t *decision)
{
    json_put_text(decision, "named", "C03");
}
static void no_features(json_t *decision)
{
    json_object_del(decision, "features");
}
static void feature_twice(json_t *decision)
{
    json_t *features = json_object_get(decision, "features");
    json_array_append(features, json_array_get(features, 0));
}
static void put_grid(json_t *decision, const char *label, const char *again)
{
    json_put(decision, "grids",
             json_pack("[{s:s,s:[{s:s,s:s},{s:s,s:s}]}]", "label", label, "features", "component", "ears",
                       "finding", "dissimilar", "component", again, "finding", "dissimilar"));
}
static void grid_of_the_named(json_t *decision)
{
    put_grid(decision, "C02", "nose");
}
static void grid_foreign(json_t *decision)
{
    put_grid(decision, "C99", "nose");
}
static void grid_row_twice(json_t *decision)
{
    put_grid(decision, "C03", "ears");
}
static void no_rating(json_t *decision)
{
    json_object_del(decision, "rating");
}
static void low_rating(json_t *decision)
{
    json_put_whole(decision, "rating", -1);
}
static void no_limitations(json_t *decision)
{
    json_object_del(decision, "limitations");
}
static void forbidden_limitation(json_t *decision)
{
    json_put_text(decision, "limitations", "He was positively IDENTIFIED all the same.");
}
static void forbidden_conflict(json_t *decision)
{
    json_put(decision, "conflicts", json_pack("[s]", "a positive match, but taller"));
    json_put_text(decision, "reasons", "height may be misjudged");
}
static void none_undisposed(json_t *decision)
{
    json_put_text(decision, "outcome", "none");
    json_object_del(decision, "dispositions");
}
static void none_no_reasons(json_t *decision)
{
    json_put_text(decision, "outcome", "none");
    no_reasons(decision);
}
static void again_no_reasons(json_t *decision)
{
    json_put_text(decision, "outcome", "search-again");
    no_reasons(decision);
}
static void no_background(json_t *decision)
{
    json_object_del(decision, "items");
}
static void no_conflicts(json_t *decision)
{
    json_object_del(decision, "conflicts");
}
static void conflict_no_reasons(json_t *decision)
{
    json_put(decision, "conflicts", json_pack("[s]", "was abroad"));
    no_reasons(decision);
}
static void return_no_reasons(json_t *decision)
{
    json_put_text(decision, "outcome", "return");
    no_reasons(decision);
}
static void mark_missing(json_t *decision)
{
    json_array_remove(json_object_get(decision, "marks"), 0);
}
static void mark_twice(json_t *decision)
{
    json_t *marks = json_object_get(decision, "marks");
    json_array_append(marks, json_array_get(marks, 0));
}
static void mark_foreign(json_t *decision)
{
    json_put_text(json_array_get(json_object_get(decision, "marks"), 0), "label", "C01");
}
static void continue_no_reasons(json_t *decision)
{
    json_put_text(decision, "outcome", "continue");
    no_reasons(decision);
}
static void negative_no_reasons(json_t *decision)
{
    json_put_text(decision, "outcome", "negative");
    no_reasons(decision);
}

struct bad {
    const char *stage; /* the docket has come so far */
    spoil *spoil;
    const char *signer; /* who signs it */
    int64_t late;       /* milliseconds the signing time is after its arrival */
    const char *code, *clause;
    bool security;
};

static const struct bad BAD[] = {
    /* who */
    {"intake", nothing, "nobody", 0, "signer-unknown", "R31", true},
    {"intake", other_signer, "inv1", 0, "signer-differs", "R31", true},
    {"intake", nothing, "admin1", 0, "administrator-decides", "R47", true},
    {"intake", nothing, "vendor1", 0, "vendor-decides", "R48", true},
    {"intake", nothing, "peer1", 0, "role-missing", "R31", true},
    {"intake", nothing, "sup1", 0, "role-missing", "R31", true},
    {"intake", nothing, "req1", 0, "requester-decides", "R13", true},
    {"intake", nothing, "green1", 0, "training-missing", "R30", true},
    {"intake", nothing, "late1", 40 * MINUTE, "training-expired", "R30", true},
    /* when */
    {"intake", nothing, "inv1", -10 * MINUTE, "signed-too-early", "R31", false},
    {"intake", nothing, "inv1", 6 * MINUTE, "signed-too-late", "R31", false},
    /* on what */
    {"intake", other_docket, "inv1", 0, "docket-unknown", "R13", false},
    {"intake", other_slot, "inv1", 0, "item-unknown", "R13", false},
    {"intake", other_round, "inv1", 0, "item-unknown", "R13", false},
    {"intake", stale_item, "inv1", 0, "item-stale", "R13", false},
    {"intake", foreign_outcome, "inv1", 0, "outcome-unknown", "R13", false},
    /* intake */
    {"intake", unsuitable_no_reasons, "inv1", 0, "reasons-missing", "R20", false},
    {"intake", refuse_no_reasons, "inv1", 0, "reasons-missing", "R18", false},
    {"intake", no_basis, "inv1", 0, "basis-missing", "R18", false},
    {"intake", no_probe, "inv1", 0, "probe-missing", "R19", false},
    {"intake", foreign_probe, "inv1", 0, "probe-not-submitted", "R19", false},
    {"intake", mirror_edit, "inv1", 0, "edit-not-allowed", "R19", false},
    {"intake", fine_angle, "inv1", 0, "edit-not-allowed", "R19", false},
    {"intake", eyes_outside, "inv1", 0, "eyes-unusable", "R19", false},
    {"intake", eyes_exchanged, "inv1", 0, "eyes-unusable", "R19", false},
    {"intake", eyes_missing, "inv1", 0, "eyes-missing", "R19", false},
    {"intake", eyes_missing_after_crop, "inv1", 0, "eyes-missing", "R19", false},
    {"intake", crop_beyond, "inv1", 0, "edit-not-allowed", "R19", false},
    {"intake", eyes_outside_crop, "inv1", 0, "eyes-unusable", "R19", false},
    /* investigation */
    {"investigation", candidate_unnamed, "inv1", 0, "candidate-missing", "R22", false},
    {"investigation", candidate_foreign, "inv1", 0, "candidate-not-in-list", "R22", false},
    {"investigation", disposition_missing, "inv1", 0, "label-missing", "R22", false},
    {"investigation", disposition_twice, "inv1", 0, "label-twice", "R22", false},
    {"investigation", disposition_foreign, "inv1", 0, "label-unknown", "R22", false},
    {"investigation", named_but_excluded, "inv1", 0, "candidate-not-possible", "R22", false},
    {"investigation", no_features, "inv1", 0, "comparison-missing", "R22", false},
    {"investigation", feature_twice, "inv1", 0, "feature-twice", "R22", false},
    {"investigation", grid_of_the_named, "inv1", 0, "label-twice", "R22", false},
    {"investigation", grid_foreign, "inv1", 0, "label-unknown", "R22", false},
    {"investigation", grid_row_twice, "inv1", 0, "feature-twice", "R22", false},
    {"investigation", no_rating, "inv1", 0, "rating-missing", "R22", false},
    {"investigation", low_rating, "inv1", 0, "rating-contradicts", "R22", false},
    {"investigation", no_limitations, "inv1", 0, "limitations-missing", "R22", false},
    {"investigation", words_after_the_lock, "inv1", 0, "observation-altered", "R22", false},
    {"investigation", forbidden_limitation, "inv1", 0, "wording-forbidden", "R3", false},
    {"investigation", no_reasons, "inv1", 0, "reasons-missing", "R22", false},
    {"investigation", none_undisposed, "inv1", 0, "label-missing", "R22", false},
    {"investigation", none_no_reasons, "inv1", 0, "reasons-missing", "R26", false},
    {"investigation", again_no_reasons, "inv1", 0, "reasons-missing", "R21", false},
    {"investigation", nothing, "req1", 0, "requester-decides", "R13", true},
    /* background */
    {"background", no_background, "inv1", 0, "background-missing", "R22", false},
    {"background", no_conflicts, "inv1", 0, "conflicts-missing", "R22", false},
    {"background", forbidden_conflict, "inv1", 0, "wording-forbidden", "R3", false},
    {"background", conflict_no_reasons, "inv1", 0, "reasons-missing", "R22", false},
    {"background", return_no_reasons, "inv1", 0, "reasons-missing", "R22", false},
    {"background", nothing, "peer1", 0, "role-missing", "R31", true},
    /* peer */
    {"peer", nothing, "inv1", 0, "role-conflict", "R23", true},
    {"peer", nothing, "req1", 0, "requester-decides", "R13", true},
    {"peer", nothing, "legal1", 0, "role-missing", "R31", true},
    {"peer", mark_missing, "peer1", 0, "label-missing", "R23", false},
    {"peer", mark_twice, "peer1", 0, "label-twice", "R23", false},
    {"peer", mark_foreign, "peer1", 0, "label-unknown", "R23", false},
    {"peer", no_reasons, "peer1", 0, "reasons-missing", "R25", false},
    /* supervision */
    {"supervision", nothing, "sup2", 0, "not-the-supervisor", "R24", true},
    {"supervision", nothing, "acting2", 0, "not-the-supervisor", "R24", true},
    {"supervision", nothing, "acting3", 0, "not-the-supervisor", "R24", true},
    {"supervision", nothing, "inv2", 0, "role-missing", "R31", true},
    {"supervision", continue_no_reasons, "sup1", 0, "reasons-missing", "R25", false},
    {"supervision", negative_no_reasons, "sup1", 0, "reasons-missing", "R26", false},
};

static json_t *good(const char *stage, const char *signer)
{
    if (strcmp(stage, "intake") == 0)
        return good_intake(signer);
    if (strcmp(stage, "investigation") == 0)
        return good_comparison(signer);
    if (strcmp(stage, "background") == 0)
        return good_background(signer);
    if (strcmp(stage, "peer") == 0)
        return good_peer(signer, 1, "possible", "not");
    return casework_decision("supervision", 0, signer, "approve");
}

static bool is_answer(void *context, const char *key, json_t *row, struct error *error)
{
    (void)key, (void)error;
    const json_t *file = json_array_get(json_object_get(row, "files"), 0);
    if (strcmp(json_text(row, "kind"), "answer") == 0 && strstr(json_text(file, "text"), context) != NULL &&
        strncmp(json_text(row, "directory"), "review/answers/", 15) == 0)
        *(char *)context = '\0';
    return true;
}

static void refuse_one(const struct bad *bad)
{
    json_t *before = casework_docket(), *item = casework_item(bad->stage, 0), *decision;
    int incidents_before = casework_incidents();
    decision = good(bad->stage, bad->signer);
    bad->spoil(decision);
    instant signed_at = casework.now + bad->late;
    if (strcmp(bad->code, "training-expired") == 0)
        casework.now = signed_at;
    json_t *result = casework_hand_in_at(decision, bad->signer, signed_at);
    if (json_flag(result, "applied") || strcmp(json_text(result, "code"), bad->code) != 0 ||
        strcmp(json_text(result, "clause"), bad->clause) != 0)
        fail_msg("%s %s by %s: expected %s (%s), got %s (%s): %s", bad->stage, bad->code, bad->signer,
                 bad->code, bad->clause, json_text(result, "code"), json_text(result, "clause"),
                 json_text(result, "text"));
    json_t *after = casework_docket(), *item_after = casework_item(bad->stage, 0);
    assert_true(json_equal(before, after));
    assert_true(json_equal(item, item_after));
    assert_int_equal(casework_incidents() - incidents_before, bad->security ? 1 : 0);
    char code[100];
    snprintf(code, sizeof code, "%s", bad->code);
    GOOD(outbox_walk(casework.transaction, 0, is_answer, code, error));
    assert_int_equal(code[0], '\0');
    int64_t sequence;
    char hash[DIGEST_TEXT_SIZE], *line = NULL;
    GOOD(event_head(casework.transaction, &sequence, hash, error));
    GOOD(event_line(casework.transaction, bad->security ? sequence - 1 : sequence, &line, error));
    assert_non_null(strstr(line, "decision-refused"));
    free(line);
    json_decref(before);
    json_decref(after);
    json_decref(item);
    json_decref(item_after);
    json_decref(result);
}

/* One casebook for each stage, brought there once; each bad decision in a transaction that is undone. */
static void test_bad_decisions(void **state)
{
    (void)state;
    const size_t count = sizeof BAD / sizeof *BAD;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(BAD[i].stage, BAD[i - 1].stage) != 0) {
            casework_begin();
            casework_advance(BAD[i].stage);
        }
        struct transaction *outer = casework.transaction;
        instant now = casework.now;
        GOOD(transaction_begin(casework.casebook, outer, &casework.transaction, error));
        refuse_one(&BAD[i]);
        transaction_abort(casework.transaction);
        casework.transaction = outer;
        casework.now = now;
        if (i + 1 == count || strcmp(BAD[i].stage, BAD[i + 1].stage) != 0)
            casework_end();
    }
    print_message("%zu decisions refused\n", count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bad_decisions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
