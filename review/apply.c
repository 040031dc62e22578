/*
 * What a decision changes, once nothing speaks against it.
 *
 * Guarantees: all of it in the caller's transaction – what was decided is written into the docket, the item
 * is closed, the state is the one the table gave, the new state's items are opened. Does not: write reports
 * or notices; it says which are due.
 */
#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/hold.h"
#include "casebook/queue.h"
#include "review/complete.h"
#include "review/hearing.h"
#include "review/items.h"

/* The members of the decision that are its substance, with who, when and which file. New reference. */
static json_t *substance(const struct hearing *hearing)
{
    static const char *const MEMBERS[] = {
        "outcome", "reasons",     "basis", "whatWouldHelp", "dispositions", "features",          "rating",
        "named",   "limitations", "items", "conflicts",     "observation",  "dissimilaritiesAt", "displays",
        "reading", "grids",       "amends"};
    char at[INSTANT_TEXT_SIZE];
    json_t *part = json_object();
    for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++) {
        json_t *value = json_object_get(hearing->decision, MEMBERS[i]);
        if (value != NULL)
            json_put(part, MEMBERS[i], json_deep_copy(value));
    }
    json_put_text(part, "by", hearing->person->id);
    json_put_text(part, "at", instant_text(hearing->signed_at, at));
    json_put_text(part, "decision", hearing->signed_digest);
    json_put_whole(part, "round", json_whole(hearing->docket, "round", 1));
    return part;
}

/* Why the docket is refused: the hold's rule, or that of intake. */
static void refuse_docket(struct hearing *hearing)
{
    json_t *refusal = substance(hearing);
    json_put_text(refusal, "clause", hearing->hold == NULL ? "R18" : json_text(hearing->hold, "clause"));
    json_put_text(refusal, "role", hearing->role);
    json_put(hearing->docket, "refusal", refusal);
    hearing->issue = "refusal";
}

/* R19: the image as submitted is what is searched, unless edits make another picture of it first. */
static void choose_probe(struct hearing *hearing)
{
    const json_t *chosen = json_object_get(hearing->decision, "probe");
    char at[INSTANT_TEXT_SIZE];
    const char *before = json_text(json_object_get(hearing->docket, "probe"), "image");
    json_t *probe = json_deep_copy(chosen);
    /* What was searched once stays known as searched (R29). */
    if (json_array_size(json_object_get(hearing->docket, "searches")) > 0 &&
        strcmp(before, json_text(chosen, "image")) != 0)
        json_array_append_new(json_array_at(hearing->docket, "earlierProbes"), json_string(before));
    json_t *edits = json_array_at(probe, "edits");
    if (json_array_size(edits) == 0)
        json_put_text(probe, "searched", json_text(chosen, "image"));
    if (json_object_get(probe, "eyes") == NULL) {
        const json_t *image =
            json_find(json_object_get(hearing->docket, "images"), "digest", json_text(chosen, "image"));
        if (image != NULL)
            json_put(probe, "eyes", json_deep_copy(json_object_get(image, "eyes")));
    }
    json_put_text(probe, "by", hearing->person->id);
    json_put_text(probe, "at", instant_text(hearing->signed_at, at));
    json_put(hearing->docket, "probe", probe);
}

static bool name_candidate(struct hearing *hearing, struct error *error)
{
    const char *label = json_text(hearing->decision, "named");
    const char *id = json_text(json_object_get(hearing->item, "labels"), label);
    json_t *photo = NULL, *named = json_object();
    bool done = book_need(hearing->transaction, BOOK_PHOTOS, id, &photo, error);
    json_put_text(named, "photo", id);
    json_put_text(named, "person", json_text(photo, "person"));
    json_put_text(named, "label", label);
    json_put(hearing->docket, "named", named);
    json_decref(photo);
    return done;
}

/* What a peer said, as the docket keeps it. New reference. */
static json_t *peer_substance(const struct hearing *hearing)
{
    const json_t *marks = json_object_get(hearing->decision, "marks");
    const json_t *labels = json_object_get(hearing->item, "labels");
    const char *named = json_text(json_object_get(hearing->docket, "named"), "photo");
    char at[INSTANT_TEXT_SIZE];
    int64_t foils = 0;
    json_t *peer = json_object();
    json_put_whole(peer, "round", json_whole(hearing->docket, "round", 1));
    json_put_whole(peer, "slot", json_whole(hearing->item, "slot", 1));
    json_put_text(peer, "by", hearing->person->id);
    json_put_text(peer, "at", instant_text(hearing->signed_at, at));
    json_put_text(peer, "verdict", verdict_name(peer_verdict(marks, labels, named)));
    for (size_t i = 0; i < json_array_size(marks); i++) {
        const json_t *entry = json_array_get(marks, i);
        if (strcmp(json_text(labels, json_text(entry, "label")), named) == 0)
            json_put_text(peer, "named", json_text(entry, "mark"));
        else
            foils += strcmp(json_text(entry, "mark"), "possible") == 0;
    }
    json_put_whole(peer, "foilsPossible", foils);
    json_put_text(peer, "reasons", json_text_or_null(hearing->decision, "reasons"));
    json_put_text(peer, "decision", hearing->signed_digest);
    return peer;
}

static void end_round(struct hearing *hearing, const char *outcome)
{
    char closed[INSTANT_TEXT_SIZE];
    json_t *round = json_object();
    json_put_whole(round, "round", json_whole(hearing->docket, "round", 1));
    json_put_text(round, "outcome", outcome);
    json_put_text(round, "closed", instant_text(hearing->now, closed));
    json_array_append_new(json_array_at(hearing->docket, "rounds"), round);
}

/* A hand-over is allowed, and is an event: the supervisor who counts is that of whoever compared last. */
static bool take_over(struct hearing *hearing, struct error *error)
{
    const char *before = json_text(hearing->docket, "investigator");
    bool same = strcmp(before, hearing->person->id) == 0;
    struct event event = {.actor = hearing->person->id,
                          .role = "investigator",
                          .action = "investigator-changed",
                          .docket = json_text(hearing->docket, "docket"),
                          .outcome = hearing->person->id};
    if (!same && before[0] != '\0' && !event_append(hearing->transaction, hearing->now, &event, NULL, error))
        return false;
    json_put_text(hearing->docket, "investigator", hearing->person->id);
    return true;
}

static bool write_substance(struct hearing *hearing, struct error *error)
{
    json_t *docket = hearing->docket;
    switch (hearing->action) {
    case ACTION_HOLD_RELEASE:
    case ACTION_HOLD_REFUSE:
        if (hearing->action == ACTION_HOLD_REFUSE)
            refuse_docket(hearing);
        return hold_close(hearing->transaction, json_text(docket, "docket"),
                          json_whole(hearing->hold, "number", 0), json_text(hearing->decision, "outcome"),
                          hearing->person->id, hearing->now, error);
    case ACTION_INTAKE_CONFIRM:
        if (hearing->transition.next == DOCKET_HELD)
            return hearing_hold(hearing, error) && take_over(hearing, error);
        choose_probe(hearing);
        json_put(docket, "intake", substance(hearing));
        hearing->issue = "confirmation-notice";
        return take_over(hearing, error);
    case ACTION_INTAKE_UNSUITABLE:
        json_put(docket, "intake", substance(hearing));
        hearing->issue = "quality-notice";
        return take_over(hearing, error);
    case ACTION_INTAKE_REFUSE:
        json_put(docket, "intake", substance(hearing));
        refuse_docket(hearing);
        return take_over(hearing, error);
    case ACTION_INVESTIGATION_CANDIDATE:
        json_put(docket, "comparison", substance(hearing));
        return take_over(hearing, error) && name_candidate(hearing, error);
    case ACTION_INVESTIGATION_NONE:
        json_put(docket, "comparison", substance(hearing));
        hearing->issue = "negative-report";
        end_round(hearing, "none-identified");
        return take_over(hearing, error);
    case ACTION_INVESTIGATION_SEARCH_AGAIN:
        if (json_object_get(hearing->decision, "probe") != NULL)
            choose_probe(hearing);
        json_put_text(docket, "searchReason", json_text(hearing->decision, "reasons"));
        hearing->issue = "search";
        return take_over(hearing, error);
    case ACTION_BACKGROUND_PROCEED:
        json_put(docket, "background", substance(hearing));
        return take_over(hearing, error);
    case ACTION_BACKGROUND_RETURN:
        json_put(docket, "background", substance(hearing));
        json_object_del(docket, "named");
        return take_over(hearing, error);
    case ACTION_BACKGROUND_NONE:
        json_put(docket, "background", substance(hearing));
        json_object_del(docket, "named");
        hearing->issue = "negative-report";
        end_round(hearing, "none-identified");
        return take_over(hearing, error);
    case ACTION_PEER_COMPLETE:
        json_array_append_new(json_array_at(hearing->docket, "peers"), peer_substance(hearing));
        return true;
    case ACTION_AMEND_COMPARISON:
    case ACTION_AMEND_BACKGROUND:
        hearing_amend(hearing, substance(hearing));
        return true;
    case ACTION_AMEND_NAMING:
        hearing_amend(hearing, substance(hearing));
        if (hearing->transition.new_round)
            end_round(hearing, "taken-back");
        return true;
    case ACTION_AMEND_PEER:
        hearing_amend(hearing, peer_substance(hearing));
        return true;
    case ACTION_SUPERVISION_APPROVE:
        json_put(docket, "supervision", substance(hearing));
        hearing->issue = "report";
        end_round(hearing, "approved");
        return true;
    case ACTION_SUPERVISION_CONTINUE:
        json_put(docket, "supervision", substance(hearing));
        json_object_del(docket, "named");
        hearing->issue = "continue";
        end_round(hearing, "continued");
        return true;
    case ACTION_SUPERVISION_NEGATIVE:
        json_put(docket, "supervision", substance(hearing));
        hearing->issue = "negative-report";
        end_round(hearing, "not-approved");
        return true;
    default:
        return error_set(error, FAULT_INTERNAL, "no decision does %s", action_name(hearing->action));
    }
}

bool hearing_apply(struct hearing *hearing, struct error *error)
{
    struct transaction *transaction = hearing->transaction;
    json_t *docket = hearing->docket;
    const char *number = json_text(docket, "docket");
    const struct transition *transition = &hearing->transition;
    if (!write_substance(hearing, error) ||
        (hearing_is_amendment(hearing) && !amended_items(hearing, error)) ||
        !docket_person_add(docket, hearing->person->id, hearing->hold != NULL ? "hold" : hearing->role) ||
        !review_close_item(transaction, hearing->item, hearing->person->id, hearing->now, error))
        return false;
    bool moved = transition->next != hearing->state;
    /* A refused hold ends the docket: what else is asked of anybody about it goes away. */
    if (moved && !review_close(transaction, number, NULL, hearing->person->id, hearing->now, error))
        return false;
    if (transition->new_round)
        json_put_whole(docket, "round", json_whole(docket, "round", 1) + 1);
    if (!(moved ? docket_change_state(transaction, docket, transition->next, hearing->now,
                                      hearing->person->id, hearing->role, transition->clause, error)
                : docket_put(transaction, docket, error)))
        return false;
    if (transition->next == DOCKET_QUEUED && !queue_add(transaction, docket, hearing->now, error))
        return false;
    hearing->state = transition->next;
    return review_open(transaction, hearing->settings, hearing->roster, docket, hearing->now, error);
}
