/*
 * The state table: one row for every pair of state and action that is allowed; a pair without a row is
 * refused.
 *
 * Rows whose outcome depends on more than the pair name a guard. Guarantees: pure, so that the unit test can
 * go through every pair and every reachable history to a stated depth. Neither stores a state nor causes
 * what follows from one.
 */
#include "review/states.h"

#include <stddef.h>
#include <string.h>

#include "base/language.h"

/* A guard settles what a row leaves open; it may refuse or choose another state. */
typedef void guard(struct transition *transition, const struct circumstances *now);

struct row {
    enum docket_state state;
    enum action action;
    enum docket_state next;
    const char *clause;
    guard *guard;
};

static void refuse(struct transition *transition, const char *clause, const char *text)
{
    transition->allowed = false;
    transition->clause = clause;
    transition->text = text;
}

static void all_holds(struct transition *transition, const struct circumstances *now)
{
    if (now->holds_open_after > 0)
        transition->next = DOCKET_HELD;
}

/* R29: the picture chosen was searched under another docket, and no supervisor has seen both. */
static void no_precedent(struct transition *transition, const struct circumstances *now)
{
    if (now->holds_open_after > 0) {
        transition->next = DOCKET_HELD;
        transition->clause = "R29";
    }
}

/* A peer who cannot say calls another peer: only verdicts that say something count towards the number. */
static void enough_peers(struct transition *transition, const struct circumstances *now)
{
    if (now->agreed + now->disagreed < now->min_peers)
        transition->next = DOCKET_PEER;
}

/* R25: no majority vote. One disagreement closes the way to a report out of this round, whatever the others
   say. */
static void unanimous(struct transition *transition, const struct circumstances *now)
{
    if (now->disagreed > 0)
        refuse(
            transition, "R25",
            _("a peer of this round disagreed: only a further round can be directed, and from round 2 on a "
              "negative outcome"));
    else if (now->agreed < now->min_peers)
        refuse(transition, "R23", _("fewer peers than the site requires have agreed in this round"));
    else if (!now->new_peer)
        refuse(transition, "R23", _("none of the peers of this round is new to the docket"));
}

static void next_round(struct transition *transition, const struct circumstances *now)
{
    (void)now;
    transition->new_round = true;
}

/* A first disagreement must be looked into before it may end the matter. */
static void not_at_once(struct transition *transition, const struct circumstances *now)
{
    if (now->disagreed > 0 && now->round < 2)
        refuse(transition, "R25",
               _("a peer disagreed in the first round: direct further investigation (continue) first"));
}

/* R25: what follows a disagreement is the supervisor's to direct, not the investigator's to take away. */
static void taken_back(struct transition *transition, const struct circumstances *now)
{
    if (now->disagreed > 0)
        refuse(transition, "R25",
               _("a peer of this round disagreed: the supervisor directs what follows; tell them"));
    transition->new_round = true;
}

static void nothing_owed(struct transition *transition, const struct circumstances *now)
{
    if (now->report_owed)
        transition->next = DOCKET_APPROVED;
}

static const struct row TABLE[] = {
    {DOCKET_HELD, ACTION_HOLD_RELEASE, DOCKET_INTAKE, "", all_holds},
    {DOCKET_HELD, ACTION_HOLD_REFUSE, DOCKET_REFUSED, "", NULL},
    {DOCKET_HELD, ACTION_SUPPLEMENT, DOCKET_HELD, "", NULL},
    {DOCKET_HELD, ACTION_CORRECTION, DOCKET_INTAKE, "R29", all_holds},
    {DOCKET_HELD, ACTION_WITHDRAWAL, DOCKET_WITHDRAWN, "", NULL},

    {DOCKET_INTAKE, ACTION_INTAKE_CONFIRM, DOCKET_QUEUED, "R18", no_precedent},
    {DOCKET_INTAKE, ACTION_INTAKE_UNSUITABLE, DOCKET_AWAITING_IMAGES, "R20", NULL},
    {DOCKET_INTAKE, ACTION_INTAKE_REFUSE, DOCKET_REFUSED, "R18", NULL},
    {DOCKET_INTAKE, ACTION_SUPPLEMENT, DOCKET_INTAKE, "", NULL},
    {DOCKET_INTAKE, ACTION_CORRECTION, DOCKET_INTAKE, "", NULL},
    {DOCKET_INTAKE, ACTION_WITHDRAWAL, DOCKET_WITHDRAWN, "", NULL},

    {DOCKET_AWAITING_IMAGES, ACTION_SUPPLEMENT, DOCKET_INTAKE, "R20", all_holds},
    {DOCKET_AWAITING_IMAGES, ACTION_LAPSED, DOCKET_LAPSED, "R20", NULL},
    {DOCKET_AWAITING_IMAGES, ACTION_CORRECTION, DOCKET_AWAITING_IMAGES, "", NULL},
    {DOCKET_AWAITING_IMAGES, ACTION_WITHDRAWAL, DOCKET_WITHDRAWN, "", NULL},

    {DOCKET_QUEUED, ACTION_RUN_STARTED, DOCKET_MATCHING, "", NULL},
    {DOCKET_QUEUED, ACTION_SUPPLEMENT, DOCKET_QUEUED, "", NULL},
    {DOCKET_QUEUED, ACTION_ACKNOWLEDGED, DOCKET_QUEUED, "R18", NULL},
    {DOCKET_QUEUED, ACTION_CORRECTION, DOCKET_QUEUED, "", NULL},
    {DOCKET_QUEUED, ACTION_WITHDRAWAL, DOCKET_WITHDRAWN, "", NULL},

    {DOCKET_MATCHING, ACTION_RUN_FINISHED, DOCKET_INVESTIGATION, "R21", NULL},
    {DOCKET_MATCHING, ACTION_RUN_FAILED, DOCKET_QUEUED, "", NULL},
    {DOCKET_MATCHING, ACTION_SUPPLEMENT, DOCKET_MATCHING, "", NULL},
    {DOCKET_MATCHING, ACTION_ACKNOWLEDGED, DOCKET_MATCHING, "R18", NULL},
    {DOCKET_MATCHING, ACTION_CORRECTION, DOCKET_MATCHING, "", NULL},
    {DOCKET_MATCHING, ACTION_WITHDRAWAL, DOCKET_WITHDRAWN, "", NULL},

    {DOCKET_INVESTIGATION, ACTION_INVESTIGATION_CANDIDATE, DOCKET_BACKGROUND, "R22", NULL},
    {DOCKET_INVESTIGATION, ACTION_INVESTIGATION_NONE, DOCKET_NEGATIVE, "R26", NULL},
    {DOCKET_INVESTIGATION, ACTION_INVESTIGATION_SEARCH_AGAIN, DOCKET_QUEUED, "R21", NULL},
    {DOCKET_INVESTIGATION, ACTION_SUPPLEMENT, DOCKET_INVESTIGATION, "", NULL},
    {DOCKET_INVESTIGATION, ACTION_ACKNOWLEDGED, DOCKET_INVESTIGATION, "R18", NULL},
    {DOCKET_INVESTIGATION, ACTION_PHOTO_SEALED, DOCKET_INVESTIGATION, "R17", NULL},
    {DOCKET_INVESTIGATION, ACTION_CORRECTION, DOCKET_INVESTIGATION, "", NULL},
    {DOCKET_INVESTIGATION, ACTION_WITHDRAWAL, DOCKET_WITHDRAWN, "", NULL},

    {DOCKET_BACKGROUND, ACTION_BACKGROUND_PROCEED, DOCKET_PEER, "R22", NULL},
    {DOCKET_BACKGROUND, ACTION_BACKGROUND_RETURN, DOCKET_INVESTIGATION, "R22", NULL},
    {DOCKET_BACKGROUND, ACTION_BACKGROUND_NONE, DOCKET_NEGATIVE, "R26", NULL},
    {DOCKET_BACKGROUND, ACTION_AMEND_COMPARISON, DOCKET_BACKGROUND, "R22", NULL},
    {DOCKET_BACKGROUND, ACTION_AMEND_NAMING, DOCKET_INVESTIGATION, "R22", NULL},
    {DOCKET_BACKGROUND, ACTION_SUPPLEMENT, DOCKET_BACKGROUND, "", NULL},
    {DOCKET_BACKGROUND, ACTION_ACKNOWLEDGED, DOCKET_BACKGROUND, "R18", NULL},
    {DOCKET_BACKGROUND, ACTION_PHOTO_SEALED, DOCKET_INVESTIGATION, "R17", NULL},
    {DOCKET_BACKGROUND, ACTION_CORRECTION, DOCKET_BACKGROUND, "", NULL},
    {DOCKET_BACKGROUND, ACTION_WITHDRAWAL, DOCKET_WITHDRAWN, "", NULL},

    {DOCKET_PEER, ACTION_PEER_COMPLETE, DOCKET_SUPERVISION, "R23", enough_peers},
    {DOCKET_PEER, ACTION_AMEND_COMPARISON, DOCKET_PEER, "R22", NULL},
    {DOCKET_PEER, ACTION_AMEND_BACKGROUND, DOCKET_PEER, "R22", NULL},
    {DOCKET_PEER, ACTION_AMEND_NAMING, DOCKET_INVESTIGATION, "R22", next_round},
    {DOCKET_PEER, ACTION_AMEND_PEER, DOCKET_SUPERVISION, "R23", enough_peers},
    {DOCKET_PEER, ACTION_SUPPLEMENT, DOCKET_PEER, "", NULL},
    {DOCKET_PEER, ACTION_ACKNOWLEDGED, DOCKET_PEER, "R18", NULL},
    {DOCKET_PEER, ACTION_PHOTO_SEALED, DOCKET_INVESTIGATION, "R17", next_round},
    {DOCKET_PEER, ACTION_CORRECTION, DOCKET_PEER, "", NULL},
    {DOCKET_PEER, ACTION_WITHDRAWAL, DOCKET_WITHDRAWN, "", NULL},

    {DOCKET_SUPERVISION, ACTION_SUPERVISION_APPROVE, DOCKET_APPROVED, "R24", unanimous},
    {DOCKET_SUPERVISION, ACTION_SUPERVISION_CONTINUE, DOCKET_INVESTIGATION, "R25", next_round},
    {DOCKET_SUPERVISION, ACTION_SUPERVISION_NEGATIVE, DOCKET_NEGATIVE, "R26", not_at_once},
    {DOCKET_SUPERVISION, ACTION_AMEND_COMPARISON, DOCKET_SUPERVISION, "R22", NULL},
    {DOCKET_SUPERVISION, ACTION_AMEND_BACKGROUND, DOCKET_SUPERVISION, "R22", NULL},
    {DOCKET_SUPERVISION, ACTION_AMEND_NAMING, DOCKET_INVESTIGATION, "R22", taken_back},
    {DOCKET_SUPERVISION, ACTION_AMEND_PEER, DOCKET_SUPERVISION, "R23", enough_peers},
    {DOCKET_SUPERVISION, ACTION_SUPPLEMENT, DOCKET_SUPERVISION, "", NULL},
    {DOCKET_SUPERVISION, ACTION_ACKNOWLEDGED, DOCKET_SUPERVISION, "R18", NULL},
    {DOCKET_SUPERVISION, ACTION_PHOTO_SEALED, DOCKET_INVESTIGATION, "R17", next_round},
    {DOCKET_SUPERVISION, ACTION_CORRECTION, DOCKET_SUPERVISION, "", NULL},
    {DOCKET_SUPERVISION, ACTION_WITHDRAWAL, DOCKET_WITHDRAWN, "", NULL},

    {DOCKET_APPROVED, ACTION_PUBLISHED, DOCKET_CLOSED, "R27", nothing_owed},
    {DOCKET_APPROVED, ACTION_ACKNOWLEDGED, DOCKET_CLOSED, "R27", nothing_owed},
    {DOCKET_APPROVED, ACTION_PHOTO_SEALED, DOCKET_INVESTIGATION, "R17", next_round},

    {DOCKET_NEGATIVE, ACTION_PUBLISHED, DOCKET_CLOSED, "R26", NULL},
    {DOCKET_NEGATIVE, ACTION_ACKNOWLEDGED, DOCKET_NEGATIVE, "R18", NULL},
    {DOCKET_REFUSED, ACTION_PUBLISHED, DOCKET_CLOSED, "", NULL},
    {DOCKET_LAPSED, ACTION_PUBLISHED, DOCKET_CLOSED, "", NULL},
    {DOCKET_WITHDRAWN, ACTION_PUBLISHED, DOCKET_CLOSED, "", NULL},
    {DOCKET_WITHDRAWN, ACTION_ACKNOWLEDGED, DOCKET_WITHDRAWN, "R18", NULL},
    {DOCKET_CLOSED, ACTION_ACKNOWLEDGED, DOCKET_CLOSED, "R18", NULL},
};

static const char *const WAITS_FOR[] = {
    [DOCKET_HELD] = N_("the docket is held: it waits for the release or refusal of its holds"),
    [DOCKET_INTAKE] = N_("the docket waits for the investigator's intake decision"),
    [DOCKET_AWAITING_IMAGES] = N_("the docket waits for further images from the requester"),
    [DOCKET_QUEUED] = N_("the docket waits for a search run"),
    [DOCKET_MATCHING] = N_("the docket is being searched"),
    [DOCKET_INVESTIGATION] = N_("the docket waits for the investigator's comparison"),
    [DOCKET_BACKGROUND] = N_("the docket waits for the background check of the named candidate"),
    [DOCKET_PEER] = N_("the docket waits for peer reviews"),
    [DOCKET_SUPERVISION] = N_("the docket waits for the supervisor's final review"),
    [DOCKET_APPROVED] = N_("the docket is approved: send a new request that relates to it"),
    [DOCKET_NEGATIVE] =
        N_("the docket ended with nothing found or approved: send a new request that relates to it"),
    [DOCKET_REFUSED] = N_("the docket was refused: send a new request that relates to it"),
    [DOCKET_LAPSED] = N_("the docket lapsed for want of images: send a new request that relates to it"),
    [DOCKET_WITHDRAWN] = N_("the docket was withdrawn: send a new request that relates to it"),
    [DOCKET_CLOSED] = N_("the docket is closed: send a new request that relates to it"),
};

struct transition state_after(enum docket_state state, enum action action, const struct circumstances *now)
{
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        const struct row *row = &TABLE[i];
        if (row->state != state || row->action != action)
            continue;
        struct transition transition = {true, row->next, false, row->clause, ""};
        if (row->guard != NULL)
            row->guard(&transition, now);
        if (!transition.allowed)
            transition.next = state;
        return transition;
    }
    return (struct transition){false, state, false, "R13", language_text(WAITS_FOR[state])};
}

bool state_is_final(enum docket_state state)
{
    return state >= DOCKET_APPROVED;
}

static const struct {
    const char *stage, *outcome, *name;
} NAMES[] = {
    [ACTION_HOLD_RELEASE] = {"hold", "release", "hold-release"},
    [ACTION_HOLD_REFUSE] = {"hold", "refuse", "hold-refuse"},
    [ACTION_INTAKE_CONFIRM] = {"intake", "confirm", "intake-confirm"},
    [ACTION_INTAKE_UNSUITABLE] = {"intake", "unsuitable", "intake-unsuitable"},
    [ACTION_INTAKE_REFUSE] = {"intake", "refuse", "intake-refuse"},
    [ACTION_INVESTIGATION_CANDIDATE] = {"investigation", "candidate", "investigation-candidate"},
    [ACTION_INVESTIGATION_NONE] = {"investigation", "none", "investigation-none"},
    [ACTION_INVESTIGATION_SEARCH_AGAIN] = {"investigation", "search-again", "investigation-search-again"},
    [ACTION_BACKGROUND_PROCEED] = {"background", "proceed", "background-proceed"},
    [ACTION_BACKGROUND_RETURN] = {"background", "return", "background-return"},
    [ACTION_BACKGROUND_NONE] = {"background", "none", "background-none"},
    [ACTION_PEER_COMPLETE] = {"peer", "complete", "peer-complete"},
    [ACTION_SUPERVISION_APPROVE] = {"supervision", "approve", "supervision-approve"},
    [ACTION_SUPERVISION_CONTINUE] = {"supervision", "continue", "supervision-continue"},
    [ACTION_SUPERVISION_NEGATIVE] = {"supervision", "negative", "supervision-negative"},
    [ACTION_AMEND_COMPARISON] = {NULL, NULL, "amend-comparison"},
    [ACTION_AMEND_BACKGROUND] = {NULL, NULL, "amend-background"},
    [ACTION_AMEND_NAMING] = {NULL, NULL, "amend-naming"},
    [ACTION_AMEND_PEER] = {NULL, NULL, "amend-peer"},
    [ACTION_SUPPLEMENT] = {NULL, NULL, "supplement"},
    [ACTION_CORRECTION] = {NULL, NULL, "correction"},
    [ACTION_WITHDRAWAL] = {NULL, NULL, "withdrawal"},
    [ACTION_ACKNOWLEDGED] = {NULL, NULL, "acknowledged"},
    [ACTION_PHOTO_SEALED] = {NULL, NULL, "photo-sealed"},
    [ACTION_RUN_STARTED] = {NULL, NULL, "run-started"},
    [ACTION_RUN_FINISHED] = {NULL, NULL, "run-finished"},
    [ACTION_RUN_FAILED] = {NULL, NULL, "run-failed"},
    [ACTION_PUBLISHED] = {NULL, NULL, "published"},
    [ACTION_LAPSED] = {NULL, NULL, "lapsed"},
};

const char *action_name(enum action action)
{
    return NAMES[action].name;
}

bool action_of_decision(const char *stage, const char *outcome, enum action *action)
{
    for (int i = 0; i < ACTION_COUNT; i++) {
        if (NAMES[i].stage == NULL || strcmp(NAMES[i].stage, stage) != 0 ||
            strcmp(NAMES[i].outcome, outcome) != 0)
            continue;
        *action = (enum action)i;
        return true;
    }
    return false;
}

bool action_of_amendment(const char *stage, const char *outcome, enum action *action)
{
    static const struct {
        const char *stage, *outcome;
        enum action action;
    } amendments[] = {{"investigation", "candidate", ACTION_AMEND_COMPARISON},
                      {"investigation", "none", ACTION_AMEND_NAMING},
                      {"background", "proceed", ACTION_AMEND_BACKGROUND},
                      {"background", "return", ACTION_AMEND_NAMING},
                      {"peer", "complete", ACTION_AMEND_PEER}};
    for (size_t i = 0; i < sizeof amendments / sizeof *amendments; i++)
        if (strcmp(amendments[i].stage, stage) == 0 && strcmp(amendments[i].outcome, outcome) == 0) {
            *action = amendments[i].action;
            return true;
        }
    return false;
}
