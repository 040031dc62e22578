/*
 * Amended judgements: a decision that says anew what its signer said before (R22, R23).
 *
 * Guarantees: only who signed amends, only the judgement in force, only while the round goes on; what was signed first
 * stays in the docket beside it, as it does in the book of decisions. A review never counts for more than it did: an
 * agreement may be taken back, a disagreement not, so that nobody can be talked out of one (R25).
 */
#include <string.h>

#include "base/json.h"
#include "review/disjoint.h"
#include "review/hearing.h"
#include "review/items.h"

bool hearing_is_amendment(const struct hearing *hearing)
{
    return json_text_or_null(hearing->decision, "amends") != NULL;
}

/* The signed part of the docket that this decision's stage speaks of, as it is in force; borrowed, NULL when there is
   none (any more). */
static json_t *part_in_force(const struct hearing *hearing)
{
    const char *stage = json_text(hearing->decision, "stage");
    if (strcmp(stage, "investigation") == 0)
        return json_object_get(hearing->docket, "comparison");
    if (strcmp(stage, "background") == 0)
        return json_object_get(hearing->docket, "background");
    size_t i;
    json_t *peer;
    json_array_foreach(json_object_get(hearing->docket, "peers"), i, peer)
    {
        if (strcmp(stage, "peer") == 0 &&
            json_whole(peer, "round", 0) == json_whole(hearing->item, "round", 1) &&
            json_whole(peer, "slot", 0) == json_whole(hearing->item, "slot", 1))
            return peer;
    }
    return NULL;
}

static bool check_signer(struct hearing *hearing, struct error *error)
{
    const char *amends = json_text(hearing->decision, "amends"), *id = hearing->person->id;
    struct refusal *refusal = &hearing->refusal;
    json_t *before = NULL;
    if (!book_get(hearing->transaction, BOOK_DECISIONS, amends, &before, error))
        return false;
    bool applied = strcmp(json_text(before, "outcome"), "applied") == 0;
    bool own = strcmp(json_text(before, "by"), id) == 0;
    json_decref(before);
    if (!applied)
        return refusal_set(refusal, "amends-unknown", "R13", "no decision %.12s... ever counted", amends);
    return own || refusal_security(refusal, "amends-another", "R31",
                                   "the decision %.12s... is not of %s: a judgement is amended by whoever "
                                   "signed it",
                                   amends, id);
}

bool hearing_find_amended(struct hearing *hearing, struct error *error)
{
    const json_t *decision = hearing->decision;
    struct refusal *refusal = &hearing->refusal;
    const char *stage = json_text(decision, "stage"), *outcome = json_text(decision, "outcome");
    if (!check_signer(hearing, error))
        return false;
    if (!action_of_amendment(stage, outcome, &hearing->action))
        return refusal_set(
            refusal, "amends-not-so", "R13",
            "a decision of %s is not amended to \"%s\": a comparison may stay \"candidate\" or "
            "become \"none\", a background check \"proceed\" or \"return\", a review is "
            "\"complete\"",
            stage, outcome);
    json_t *part = part_in_force(hearing);
    if (part == NULL || strcmp(json_text(part, "decision"), json_text(decision, "amends")) != 0 ||
        json_whole(part, "round", 0) != json_whole(hearing->docket, "round", 1))
        return refusal_set(refusal, "amends-outdated", "R13",
                           "the decision %.12s... is not in force: it was amended before, or its round is "
                           "over",
                           json_text(decision, "amends"));
    if (hearing->action == ACTION_AMEND_COMPARISON &&
        strcmp(json_text(part, "named"), json_text(decision, "named")) != 0)
        return refusal_set(refusal, "amends-naming", "R22",
                           "%s was named, and others have gone on from that: take the naming back (outcome "
                           "none), then name another",
                           json_text(part, "named"));
    return true;
}

static enum verdict verdict_of(const struct hearing *hearing)
{
    return peer_verdict(json_object_get(hearing->decision, "marks"), json_object_get(hearing->item, "labels"),
                        json_text(json_object_get(hearing->docket, "named"), "photo"));
}

/* The one that says less for a report: agree, cannot-say, disagree. */
static const char *lesser(const char *before, enum verdict after)
{
    if (strcmp(before, "disagree") == 0 || after == VERDICT_DISAGREE)
        return "disagree";
    return strcmp(before, "cannot-say") == 0 ? before : verdict_name(after);
}

void amended_circumstances(const struct hearing *hearing, struct circumstances *now)
{
    if (hearing->action != ACTION_AMEND_PEER)
        return;
    const char *before = json_text(part_in_force(hearing), "verdict");
    const char *after = lesser(before, verdict_of(hearing));
    now->agreed += (strcmp(after, "agree") == 0) - (strcmp(before, "agree") == 0);
    now->disagreed += (strcmp(after, "disagree") == 0) - (strcmp(before, "disagree") == 0);
    now->undecided += (strcmp(after, "cannot-say") == 0) - (strcmp(before, "cannot-say") == 0);
}

/* What stood before goes behind, oldest first. */
static void put_behind(json_t *part, json_t *next)
{
    json_t *earlier = json_object_get(part, "amended") == NULL
                          ? json_array()
                          : json_deep_copy(json_object_get(part, "amended"));
    json_t *before = json_deep_copy(part);
    json_object_del(before, "amended");
    json_array_append_new(earlier, before);
    json_put(next, "amended", earlier);
}

void hearing_amend(struct hearing *hearing, json_t *substance)
{
    json_t *docket = hearing->docket, *part = part_in_force(hearing);
    put_behind(part, substance);
    if (hearing->action == ACTION_AMEND_PEER) {
        json_put_text(substance, "verdict", lesser(json_text(part, "verdict"), verdict_of(hearing)));
        json_object_clear(part);
        json_object_update(part, substance);
        json_decref(substance);
        return;
    }
    json_put(docket,
             strcmp(json_text(hearing->decision, "stage"), "background") == 0 ? "background" : "comparison",
             substance);
    if (hearing->action == ACTION_AMEND_NAMING)
        json_object_del(docket, "named");
}

/* The item of the state that shows what was amended is out of date: another takes its place. */
bool amended_items(struct hearing *hearing, struct error *error)
{
    static const char *const stages[DOCKET_STATE_COUNT] = {
        [DOCKET_BACKGROUND] = "background", [DOCKET_SUPERVISION] = "supervision"};
    const char *stage = stages[hearing->state];
    return stage == NULL || hearing->transition.next != hearing->state ||
           review_close(hearing->transaction, json_text(hearing->docket, "docket"), stage, NULL, hearing->now,
                        error);
}
