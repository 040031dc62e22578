/*
 * The state table: every pair of state and action, and what holds on every history.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "review/disjoint.h"
#include "review/state_words.h"
#include "review/states.h"

/* What is allowed when the circumstances are the best (all holds released, all peers agree, nothing owed);
   "." = refused. Columns: HELD INTAKE AWAITING QUEUED MATCHING INVESTIGATION BACKGROUND PEER SUPERVISION
   APPROVED NEGATIVE REFUSED LAPSED WITHDRAWN CLOSED. A letter is the next state by its initial below. */
static const char LETTERS[] = "HIAQMVBPSYNRLWC";
static const struct {
    enum action action;
    const char *next;
} EXPECTED[] = {
    /*                                   HIAQMVBPSYNRLWC */
    {ACTION_HOLD_RELEASE, "I.............."},
    {ACTION_HOLD_REFUSE, "R.............."},
    {ACTION_INTAKE_CONFIRM, ".Q............."},
    {ACTION_INTAKE_UNSUITABLE, ".A............."},
    {ACTION_INTAKE_REFUSE, ".R............."},
    {ACTION_INVESTIGATION_CANDIDATE, ".....B........."},
    {ACTION_INVESTIGATION_NONE, ".....N........."},
    {ACTION_INVESTIGATION_SEARCH_AGAIN, ".....Q........."},
    {ACTION_BACKGROUND_PROCEED, "......P........"},
    {ACTION_BACKGROUND_RETURN, "......V........"},
    {ACTION_BACKGROUND_NONE, "......N........"},
    {ACTION_PEER_COMPLETE, ".......S......."},
    {ACTION_SUPERVISION_APPROVE, "........Y......"},
    {ACTION_SUPERVISION_CONTINUE, "........V......"},
    {ACTION_SUPERVISION_NEGATIVE, "........N......"},
    {ACTION_AMEND_COMPARISON, "......BPS......"},
    {ACTION_AMEND_BACKGROUND, ".......PS......"},
    {ACTION_AMEND_NAMING, "......VVV......"},
    {ACTION_AMEND_PEER, ".......SS......"},
    {ACTION_SUPPLEMENT, "HIIQMVBPS......"},
    {ACTION_CORRECTION, "IIAQMVBPS......"},
    {ACTION_WITHDRAWAL, "WWWWWWWWW......"},
    {ACTION_ACKNOWLEDGED, "...QMVBPSCN..WC"},
    {ACTION_PHOTO_SEALED, ".....VVVVV....."},
    {ACTION_RUN_STARTED, "...M..........."},
    {ACTION_RUN_FINISHED, "....V.........."},
    {ACTION_RUN_FAILED, "....Q.........."},
    {ACTION_PUBLISHED, ".........CCCCC."},
    {ACTION_LAPSED, "..L............"},
};

static const struct circumstances BEST = {.round = 1, .min_peers = 2, .agreed = 2, .new_peer = true};

static void test_every_pair(void **state)
{
    (void)state;
    assert_int_equal(sizeof EXPECTED / sizeof *EXPECTED, ACTION_COUNT);
    for (int i = 0; i < ACTION_COUNT; i++)
        for (int from = 0; from < DOCKET_STATE_COUNT; from++) {
            struct transition transition = state_after((enum docket_state)from, EXPECTED[i].action, &BEST);
            char expected = EXPECTED[i].next[from];
            if (transition.allowed != (expected != '.'))
                fail_msg("%s in %s: %s", action_name(EXPECTED[i].action),
                         docket_state_name((enum docket_state)from), transition.text);
            if (transition.allowed)
                assert_int_equal(LETTERS[transition.next], expected);
            else {
                assert_int_equal(transition.next, from);
                assert_true(strlen(transition.text) > 10);
                assert_true(transition.clause[0] == 'R');
            }
        }
}

static struct transition supervise(enum action action, int round, int agreed, int disagreed, bool new_peer)
{
    struct circumstances now = {
        .round = round, .min_peers = 2, .agreed = agreed, .disagreed = disagreed, .new_peer = new_peer};
    return state_after(DOCKET_SUPERVISION, action, &now);
}

static void test_guards(void **state)
{
    (void)state;
    struct circumstances now = BEST;
    now.holds_open_after = 1;
    assert_int_equal(state_after(DOCKET_HELD, ACTION_HOLD_RELEASE, &now).next, DOCKET_HELD);
    assert_int_equal(state_after(DOCKET_HELD, ACTION_CORRECTION, &now).next, DOCKET_HELD);
    assert_int_equal(state_after(DOCKET_AWAITING_IMAGES, ACTION_SUPPLEMENT, &now).next, DOCKET_HELD);
    assert_int_equal(state_after(DOCKET_INTAKE, ACTION_INTAKE_CONFIRM, &now).next, DOCKET_HELD);
    assert_string_equal(state_after(DOCKET_INTAKE, ACTION_INTAKE_CONFIRM, &now).clause, "R29");
    now.agreed = 1;
    assert_int_equal(state_after(DOCKET_PEER, ACTION_PEER_COMPLETE, &now).next, DOCKET_PEER);
    now.disagreed = 1;
    assert_int_equal(state_after(DOCKET_PEER, ACTION_PEER_COMPLETE, &now).next, DOCKET_SUPERVISION);
    now.undecided = 5, now.disagreed = 0;
    assert_int_equal(state_after(DOCKET_PEER, ACTION_PEER_COMPLETE, &now).next, DOCKET_PEER);
    now.report_owed = true;
    assert_int_equal(state_after(DOCKET_APPROVED, ACTION_PUBLISHED, &now).next, DOCKET_APPROVED);
    assert_int_equal(state_after(DOCKET_APPROVED, ACTION_ACKNOWLEDGED, &now).next, DOCKET_APPROVED);

    assert_true(supervise(ACTION_SUPERVISION_APPROVE, 1, 2, 0, true).allowed);
    assert_string_equal(supervise(ACTION_SUPERVISION_APPROVE, 1, 2, 1, true).clause, "R25");
    assert_string_equal(supervise(ACTION_SUPERVISION_APPROVE, 1, 9, 1, true).clause, "R25");
    assert_string_equal(supervise(ACTION_SUPERVISION_APPROVE, 1, 1, 0, true).clause, "R23");
    assert_string_equal(supervise(ACTION_SUPERVISION_APPROVE, 2, 2, 0, false).clause, "R23");
    assert_false(supervise(ACTION_SUPERVISION_NEGATIVE, 1, 1, 1, true).allowed);
    assert_true(supervise(ACTION_SUPERVISION_NEGATIVE, 2, 1, 1, true).allowed);
    assert_true(supervise(ACTION_SUPERVISION_NEGATIVE, 1, 2, 0, true).allowed);
    assert_true(supervise(ACTION_SUPERVISION_CONTINUE, 1, 1, 1, true).new_round);
    assert_true(supervise(ACTION_SUPERVISION_CONTINUE, 7, 1, 1, true).allowed);

    assert_true(supervise(ACTION_AMEND_NAMING, 1, 2, 0, true).new_round);
    assert_string_equal(supervise(ACTION_AMEND_NAMING, 1, 1, 1, true).clause, "R25");
    assert_int_equal(supervise(ACTION_AMEND_PEER, 1, 1, 1, true).next, DOCKET_SUPERVISION);
    assert_int_equal(supervise(ACTION_AMEND_PEER, 1, 1, 0, true).next, DOCKET_PEER);
}

static void test_names(void **state)
{
    (void)state;
    enum action action;
    assert_true(action_of_decision("supervision", "approve", &action));
    assert_int_equal(action, ACTION_SUPERVISION_APPROVE);
    assert_false(action_of_decision("intake", "approve", &action));
    assert_false(action_of_decision("", "", &action));
    assert_true(action_of_amendment("investigation", "none", &action));
    assert_int_equal(action, ACTION_AMEND_NAMING);
    assert_false(action_of_amendment("supervision", "approve", &action));
    assert_false(action_of_amendment("intake", "confirm", &action));
    assert_false(action_of_decision("amend-peer", "complete", &action));
    for (int i = 0; i < ACTION_COUNT; i++)
        assert_non_null(action_name((enum action)i));
}

/* --- every history ---
   A model docket with its requester and five more people who may do anything they are not kept from. Every situation that
   can be reached, in however many steps, is visited once; rounds from the third on count as one. */
enum { PEOPLE_COUNT = 6, REQUESTER = 5, TABLE_BITS = 22 };
enum passed { CONFIRMED = 1, SEARCHED = 2, COMPARED = 4, CHECKED = 8, REVIEWED = 16 };

struct situation {
    uint8_t state, round, agreed, disagreed, passed, reviewed,
        ever; /* reviewed: people of this round's peers */
    uint8_t parts[PEOPLE_COUNT];
};

static struct situation *seen;
static bool *taken;
static size_t visited, approvals;

static bool first_time(const struct situation *situation)
{
    uint64_t hash = 1469598103934665603u;
    const uint8_t *bytes = (const uint8_t *)situation;
    for (size_t i = 0; i < sizeof *situation; i++)
        hash = (hash ^ bytes[i]) * 1099511628211u;
    size_t at = hash >> (64 - TABLE_BITS);
    for (; taken[at]; at = (at + 1) & ((1u << TABLE_BITS) - 1))
        if (memcmp(&seen[at], situation, sizeof *situation) == 0)
            return false;
    taken[at] = true;
    seen[at] = *situation;
    visited++;
    assert_true(visited < (1u << TABLE_BITS) / 2);
    return true;
}

static void check(const struct situation *situation)
{
    unsigned all = 0;
    int of_part[3] = {0};
    if (situation->state != DOCKET_APPROVED)
        return;
    approvals++;
    /* R23: somebody of this round's peers saw the docket for the first time. */
    assert_int_not_equal(situation->reviewed & ~situation->ever, 0);
    for (int i = 0; i < PEOPLE_COUNT; i++) {
        unsigned parts = situation->parts[i];
        if (i == REQUESTER) {
            assert_int_equal(parts, PART_REQUESTER);
            assert_int_equal((situation->reviewed | situation->ever) & 1 << i, 0);
            continue;
        }
        all |= parts;
        if ((parts & PART_PEER) == 0)
            assert_int_equal((situation->reviewed | situation->ever) & 1 << i, 0);
        of_part[0] += (parts & PART_INVESTIGATOR) != 0;
        of_part[1] += (parts & PART_PEER) != 0;
        of_part[2] += (parts & PART_SUPERVISOR) != 0;
        assert_true((parts & (parts - 1)) == 0); /* nobody in two parts */
    }
    assert_int_equal(all, PART_INVESTIGATOR | PART_PEER | PART_SUPERVISOR);
    assert_true(of_part[0] >= 1 && of_part[1] >= 2 && of_part[2] >= 1);
    assert_int_equal(situation->passed, CONFIRMED | SEARCHED | COMPARED | CHECKED | REVIEWED);
    assert_int_equal(situation->disagreed, 0);
    assert_true(situation->agreed >= 2);
}

static enum part part_of_action(enum action action)
{
    if (action >= ACTION_INTAKE_CONFIRM && action <= ACTION_BACKGROUND_NONE)
        return PART_INVESTIGATOR;
    return action == ACTION_PEER_COMPLETE ? PART_PEER : PART_SUPERVISOR;
}

static void pass(struct situation *next, enum action action, const struct transition *transition)
{
    if (action == ACTION_INTAKE_CONFIRM)
        next->passed = CONFIRMED;
    if (action == ACTION_RUN_FINISHED)
        next->passed = CONFIRMED | SEARCHED;
    if (action == ACTION_INVESTIGATION_CANDIDATE)
        next->passed |= COMPARED;
    if (action == ACTION_BACKGROUND_PROCEED)
        next->passed |= CHECKED;
    if (transition->next == DOCKET_SUPERVISION &&
        (action == ACTION_PEER_COMPLETE || action == ACTION_AMEND_PEER))
        next->passed |= REVIEWED;
    if (transition->next == DOCKET_PEER)
        next->passed &= (uint8_t)~REVIEWED;
    if (transition->next == DOCKET_INVESTIGATION && action != ACTION_SUPPLEMENT &&
        action != ACTION_ACKNOWLEDGED)
        next->passed &= CONFIRMED | SEARCHED;
    if (transition->new_round) {
        next->round = next->round < 3 ? (uint8_t)(next->round + 1) : 3;
        next->ever |= next->reviewed;
        next->agreed = next->disagreed = next->reviewed = 0;
    }
}

/* No path skips a stage: each state of review is entered from the one before it, by the action that ends that one. */
static void check_step(enum docket_state from, enum action action, enum docket_state to)
{
    static const struct {
        enum docket_state to, from;
        enum action action;
    } ways[] = {
        {DOCKET_MATCHING, DOCKET_QUEUED, ACTION_RUN_STARTED},
        {DOCKET_BACKGROUND, DOCKET_INVESTIGATION, ACTION_INVESTIGATION_CANDIDATE},
        {DOCKET_PEER, DOCKET_BACKGROUND, ACTION_BACKGROUND_PROCEED},
        {DOCKET_SUPERVISION, DOCKET_PEER, ACTION_PEER_COMPLETE},
        {DOCKET_SUPERVISION, DOCKET_PEER, ACTION_AMEND_PEER},
        {DOCKET_PEER, DOCKET_SUPERVISION, ACTION_AMEND_PEER},
        {DOCKET_APPROVED, DOCKET_SUPERVISION, ACTION_SUPERVISION_APPROVE},
    };
    assert_true(from != DOCKET_CLOSED || to == DOCKET_CLOSED);
    bool entered = false, listed = from == to;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        entered = entered || to == ways[i].to;
        listed = listed || (to == ways[i].to && from == ways[i].from && action == ways[i].action);
    }
    assert_true(listed || !entered);
}

static void explore(const struct situation *now);

static void step(const struct situation *now, enum action action, int person, int verdict)
{
    struct situation next = *now;
    if (person >= 0) {
        enum part part = part_of_action(action);
        if (!part_may_join(now->parts[person], part))
            return;
        next.parts[person] |= (uint8_t)part;
        if (part == PART_PEER) {
            if (now->reviewed & 1 << person)
                return;
            next.reviewed |= (uint8_t)(1 << person);
            next.agreed = (uint8_t)(next.agreed + (verdict == 0));
            next.disagreed = (uint8_t)(next.disagreed + (verdict == 1));
        }
    }
    /* A peer who had agreed says less, or the opposite; one who could not say disagrees. Nothing the other way. */
    if (action == ACTION_AMEND_PEER) {
        int undecided = __builtin_popcount(now->reviewed) - now->agreed - now->disagreed;
        if (verdict < 2 ? now->agreed == 0 : undecided == 0)
            return;
        next.agreed = (uint8_t)(next.agreed - (verdict < 2));
        next.disagreed = (uint8_t)(next.disagreed + (verdict != 1));
    }
    struct circumstances circumstances = {.round = now->round,
                                          .min_peers = 2,
                                          .agreed = next.agreed,
                                          .disagreed = next.disagreed,
                                          .new_peer = (next.reviewed & ~next.ever) != 0};
    struct transition transition = state_after((enum docket_state)now->state, action, &circumstances);
    if (!transition.allowed)
        return;
    next.state = (uint8_t)transition.next;
    check_step((enum docket_state)now->state, action, transition.next);
    pass(&next, action, &transition);
    check(&next);
    explore(&next);
}

/* No amendment opens the way to a report that was closed before it. */
static void check_amendments(const struct situation *now)
{
    static const struct {
        int agreed, disagreed;
    } worse[] = {{-1, 1}, {-1, 0}, {0, 1}};
    if (now->state != DOCKET_SUPERVISION)
        return;
    struct circumstances before = {.round = now->round,
                                   .min_peers = 2,
                                   .agreed = now->agreed,
                                   .disagreed = now->disagreed,
                                   .new_peer = (now->reviewed & ~now->ever) != 0};
    bool open = state_after(DOCKET_SUPERVISION, ACTION_SUPERVISION_APPROVE, &before).allowed;
    for (size_t i = 0; i < sizeof worse / sizeof *worse; i++) {
        struct circumstances after = before;
        after.agreed += worse[i].agreed;
        after.disagreed += worse[i].disagreed;
        assert_true(open || !state_after(DOCKET_SUPERVISION, ACTION_SUPERVISION_APPROVE, &after).allowed);
    }
}

static void explore(const struct situation *now)
{
    if (!first_time(now))
        return;
    check_amendments(now);
    for (int i = 0; i < ACTION_COUNT; i++) {
        enum action action = (enum action)i;
        bool by_person = action >= ACTION_INTAKE_CONFIRM && action <= ACTION_SUPERVISION_NEGATIVE;
        for (int person = by_person ? 0 : -1; person < (by_person ? PEOPLE_COUNT : 0); person++)
            for (int verdict = 0;
                 verdict < (action == ACTION_PEER_COMPLETE || action == ACTION_AMEND_PEER ? 3 : 1); verdict++)
                step(now, action, person, verdict);
    }
}

static void test_every_history(void **state)
{
    (void)state;
    seen = calloc(1u << TABLE_BITS, sizeof *seen);
    taken = calloc(1u << TABLE_BITS, sizeof *taken);
    assert_non_null(seen);
    assert_non_null(taken);
    struct situation start = {.state = DOCKET_HELD, .round = 1, .parts = {[REQUESTER] = PART_REQUESTER}};
    explore(&start);
    print_message("%zu situations, %zu approvals\n", visited, approvals);
    assert_true(approvals > 0);
    free(seen);
    free(taken);
}

/* No code stands where a person reads words. */
static void test_words(void **state)
{
    (void)state;
    for (int i = 0; i < DOCKET_STATE_COUNT; i++) {
        const char *words = state_words((enum docket_state)i);
        assert_non_null(strchr(words, ' '));
        assert_string_not_equal(words, docket_state_name((enum docket_state)i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pair), cmocka_unit_test(test_guards),        cmocka_unit_test(test_names),
        cmocka_unit_test(test_words),      cmocka_unit_test(test_every_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
