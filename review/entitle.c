/*
 * May this person decide this, at this time?
 *
 * Guarantees: role, training and time are judged both for the moment of signing and for receipt; nobody acts
 * in two of the disjoint parts of one docket (requester, investigator, peer, supervisor). Does not: look at
 * what was decided.
 */
#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/hold.h"
#include "casebook/photo.h"
#include "review/disjoint.h"
#include "review/hearing.h"

static const struct {
    const char *stage;
    enum signing signing;
    const char *role;
    const char *clause;
} STAGES[] = {
    {"intake", SIGNING_INTAKE, "investigator", "R18"},
    {"investigation", SIGNING_INVESTIGATION, "investigator", "R22"},
    {"background", SIGNING_BACKGROUND, "investigator", "R22"},
    {"peer", SIGNING_PEER, "peer", "R23"},
    {"supervision", SIGNING_SUPERVISION, "supervisor", "R24"},
};

/* Machine and casework are kept apart, whatever other roles the roster gives. */
static bool check_machine(struct hearing *hearing)
{
    const struct person *person = hearing->person;
    if (person_has(person, ROLE_VENDOR))
        return refusal_security(&hearing->refusal, "vendor-decides", "R48",
                                "%s works for a vendor; a vendor neither opens nor signs casework",
                                person->id);
    if (person_has(person, ROLE_ADMINISTRATOR))
        return refusal_security(&hearing->refusal, "administrator-decides", "R47",
                                "%s administers the site; an administrator signs no casework", person->id);
    return true;
}

static bool check_suspended(struct hearing *hearing)
{
    const struct person *person = hearing->person;
    char since[INSTANT_LOCAL_SIZE];
    if (person->disabled)
        return refusal_security(
            &hearing->refusal, "account-disabled", "R31",
            "the directory knows no account of %s, or it is disabled: nothing signed counts", person->id);
    return !(person_suspended(person, hearing->signed_at) || person_suspended(person, hearing->arrived)) ||
           refusal_security(&hearing->refusal, "person-suspended", "R31",
                            "%s is suspended since %s: nothing signed or handed in from then on counts",
                            person->id, instant_local(person->suspended_since, false, since));
}

static bool check_role(struct hearing *hearing)
{
    const char *stage = json_text(hearing->decision, "stage");
    const struct person *person = hearing->person;
    if (hearing->hold != NULL) {
        hearing->role = json_text(hearing->hold, "role");
        if (!person_may_release(person, hearing->role))
            return refusal_security(&hearing->refusal, "role-missing", "R31",
                                    "this hold (%s) is decided by the role %s, which %s does not hold",
                                    json_text(hearing->hold, "clause"), hearing->role, person->id);
        if (strcmp(hearing->role, "supervisor") == 0 && !person_has(person, ROLE_SUPERVISOR) &&
            !(person_acts(person, hearing->signed_at) && person_acts(person, hearing->arrived)))
            return refusal_security(&hearing->refusal, "acting-over", "R24",
                                    "the term of %s as acting supervisor did not run at that time",
                                    person->id);
        return true;
    }
    for (size_t i = 0; i < sizeof STAGES / sizeof *STAGES; i++) {
        if (strcmp(STAGES[i].stage, stage) != 0)
            continue;
        hearing->role = STAGES[i].role;
        return person_may_sign(person, STAGES[i].signing) ||
               refusal_security(&hearing->refusal, "role-missing", "R31", "%s does not hold the role %s",
                                person->id, STAGES[i].role);
    }
    return refusal_set(&hearing->refusal, "stage-unknown", "R13", "there is no stage \"%s\"", stage);
}

static bool check_training(struct hearing *hearing)
{
    instant until = hearing->person->trained_until;
    char text[INSTANT_LOCAL_SIZE];
    if (until == 0)
        return refusal_security(&hearing->refusal, "training-missing", "R30",
                                "no training of %s is on record", hearing->person->id);
    if (hearing->signed_at >= until || hearing->arrived >= until)
        return refusal_security(&hearing->refusal, "training-expired", "R30",
                                "the training of %s was valid until %s only", hearing->person->id,
                                instant_local(until, false, text));
    return true;
}

static bool check_time(struct hearing *hearing)
{
    instant opened = 0;
    const char *since = json_text_or_null(hearing->item, "published");
    instant_parse(since == NULL ? json_text(hearing->item, "opened") : since, &opened, NULL);
    int64_t tolerance = hearing->settings->clock_tolerance_milliseconds;
    char signed_text[INSTANT_LOCAL_SIZE], other[INSTANT_LOCAL_SIZE];
    instant_local(hearing->signed_at, true, signed_text);
    /* Signing times have whole seconds: one signed within the second of publication is not too early. */
    if (hearing->signed_at + 999 < opened - tolerance)
        return refusal_set(&hearing->refusal, "signed-too-early", "R31",
                           "signed at %s, before the item was published (%s): set the clock and sign again",
                           signed_text, instant_local(opened, true, other));
    if (hearing->signed_at > hearing->arrived + tolerance)
        return refusal_set(&hearing->refusal, "signed-too-late", "R31",
                           "signed at %s, after it arrived here (%s): set the clock and sign again",
                           signed_text, instant_local(hearing->arrived, true, other));
    return true;
}

static bool check_disjoint(struct hearing *hearing)
{
    const char *requester =
        json_text(json_object_get(json_object_get(hearing->docket, "request"), "requester"), "account");
    const struct person *person = hearing->person;
    if (strcmp(requester, person->account) == 0)
        return refusal_security(&hearing->refusal, "requester-decides", "R13",
                                "%s made this request and takes no part in deciding it", person->id);
    if (json_object_get(json_object_get(hearing->docket, "recused"), person->id) != NULL)
        return refusal_set(&hearing->refusal, "recused", "R31",
                           "%s is recused from this docket and takes no further part in it", person->id);
    enum part part = hearing->hold != NULL ? PART_HOLDER : part_of_role(hearing->role);
    unsigned held = 0;
    const json_t *roles = json_object_get(json_object_get(hearing->docket, "people"), person->id);
    for (size_t i = 0; i < json_array_size(roles); i++)
        held |= part_of_role(json_string_value(json_array_get(roles, i)));
    if (!part_may_join(held, part))
        return refusal_security(
            &hearing->refusal, "role-conflict", part == PART_SUPERVISOR ? "R24" : "R23",
            "%s already took part in %s in another role; investigator, peers and supervisor are "
            "different people",
            person->id, json_text(hearing->docket, "docket"));
    return true;
}

static bool check_supervisor(struct hearing *hearing)
{
    if (strcmp(json_text(hearing->decision, "stage"), "supervision") != 0)
        return true;
    const char *id = json_text(hearing->docket, "investigator"), *why = "";
    const struct person *investigator = roster_by_id(hearing->roster, id);
    if (investigator == NULL)
        return refusal_set(
            &hearing->refusal, "investigator-unknown", "R24",
            "the investigator %s is not on the roster any more: nobody is that one's supervisor", id);
    if (!roster_supervises(hearing->roster, hearing->person, investigator, hearing->signed_at, &why) ||
        !roster_supervises(hearing->roster, hearing->person, investigator, hearing->arrived, &why))
        return refusal_security(&hearing->refusal, "not-the-supervisor", "R24",
                                "the final review belongs to the supervisor of %s: %s", id, why);
    return true;
}

/* Once in a round; and one of the round's peers must be new to the docket, so the last open slot is kept for
 * one. */
static bool check_peer(struct hearing *hearing)
{
    if (strcmp(json_text(hearing->decision, "stage"), "peer") != 0 || hearing_is_amendment(hearing))
        return true;
    struct peers_of_round peers =
        peers_count(hearing->docket, json_whole(hearing->docket, "round", 1), hearing->person->id);
    if (peers.has_reviewed)
        return refusal_security(&hearing->refusal, "peer-twice", "R23",
                                "%s has already reviewed this round of %s", hearing->person->id,
                                json_text(hearing->docket, "docket"));
    bool is_new = !peers.knows_docket;
    int deciding = peers.agreed + peers.disagreed;
    if (!is_new && !peers.has_new && deciding + 1 >= hearing->settings->min_peers)
        return refusal_set(
            &hearing->refusal, "peer-not-new", "R23",
            "one peer of each round has to be new to the docket, and this is the last review of the "
            "round: another peer has to do it");
    return true;
}

bool hearing_person(struct hearing *hearing)
{
    return check_machine(hearing) && check_suspended(hearing) && check_training(hearing);
}

bool hearing_entitle(struct hearing *hearing, struct error *error)
{
    (void)error;
    return check_machine(hearing) && check_suspended(hearing) && check_role(hearing) &&
           check_training(hearing) && check_time(hearing) && check_disjoint(hearing) &&
           check_supervisor(hearing) && check_peer(hearing);
}

/* R17: a photo sealed or withdrawn meanwhile is neither put forward nor reported, whoever has signed what
 * before. */
static bool check_photo(struct hearing *hearing, struct error *error)
{
    const char *id = json_text(json_object_get(hearing->docket, "named"), "photo");
    if (hearing->action == ACTION_INVESTIGATION_CANDIDATE)
        id = json_text(json_object_get(hearing->item, "labels"), json_text(hearing->decision, "named"));
    else if (hearing->action != ACTION_BACKGROUND_PROCEED && hearing->action != ACTION_AMEND_COMPARISON &&
             hearing->action != ACTION_AMEND_BACKGROUND && hearing->action != ACTION_SUPERVISION_APPROVE)
        return true;
    json_t *photo = NULL;
    if (!book_get(hearing->transaction, BOOK_PHOTOS, id, &photo, error))
        return false;
    bool shown = photo_may_be_shown(photo);
    json_decref(photo);
    return shown ||
           refusal_set(&hearing->refusal, "photo-sealed", "R17",
                       "the photo named was sealed or withdrawn and may not be put forward any more");
}

bool hearing_order(struct hearing *hearing, struct error *error)
{
    if (!check_photo(hearing, error) || !hearing_precedents(hearing, error))
        return false;
    struct circumstances now = {.round = (int)json_whole(hearing->docket, "round", 1),
                                .min_peers = hearing->settings->min_peers};
    struct peers_of_round peers = peers_count(hearing->docket, now.round, hearing->person->id);
    now.agreed = peers.agreed;
    now.disagreed = peers.disagreed;
    now.undecided = peers.undecided;
    now.new_peer = peers.has_new;
    if (hearing->hold != NULL) {
        size_t open = 0;
        if (!hold_count_open(hearing->transaction, json_text(hearing->docket, "docket"), &open, error))
            return false;
        now.holds_open_after = (int)open - 1;
    }
    if (hearing->action == ACTION_INTAKE_CONFIRM)
        now.holds_open_after = hearing->precedents != NULL;
    if (hearing->action == ACTION_PEER_COMPLETE)
        count_verdict(peer_verdict(json_object_get(hearing->decision, "marks"),
                                   json_object_get(hearing->item, "labels"),
                                   json_text(json_object_get(hearing->docket, "named"), "photo")),
                      &now);
    amended_circumstances(hearing, &now);
    hearing->transition = state_after(hearing->state, hearing->action, &now);
    if (!hearing->transition.allowed)
        return refusal_set(&hearing->refusal, "not-now", hearing->transition.clause, "%s",
                           hearing->transition.text);
    return true;
}
