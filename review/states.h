/*
 * The states of a docket and what may follow what: the state table of the design, pure.
 *
 * Everything that moves a docket is an action (a signed decision, a drop, a run, a publication); the table
 * says for every pair of state and action the next state, or a refusal with the clause. No other code decides
 * a state.
 */
#ifndef LEADSPOOL_REVIEW_STATES_H
#define LEADSPOOL_REVIEW_STATES_H

#include <stdbool.h>

#include "casebook/docket.h"

enum action {
    /* signed decisions */
    ACTION_HOLD_RELEASE,
    ACTION_HOLD_REFUSE,
    ACTION_INTAKE_CONFIRM,
    ACTION_INTAKE_UNSUITABLE,
    ACTION_INTAKE_REFUSE,
    ACTION_INVESTIGATION_CANDIDATE,
    ACTION_INVESTIGATION_NONE,
    ACTION_INVESTIGATION_SEARCH_AGAIN,
    ACTION_BACKGROUND_PROCEED,
    ACTION_BACKGROUND_RETURN,
    ACTION_BACKGROUND_NONE,
    ACTION_PEER_COMPLETE,
    ACTION_SUPERVISION_APPROVE,
    ACTION_SUPERVISION_CONTINUE,
    ACTION_SUPERVISION_NEGATIVE,
    /* a signed decision amended by whoever signed it: never makes a report more likely than it was */
    ACTION_AMEND_COMPARISON, /* the same candidate, judged anew */
    ACTION_AMEND_BACKGROUND,
    ACTION_AMEND_NAMING, /* the naming is taken back */
    ACTION_AMEND_PEER,
    /* drops of the sender and of others */
    ACTION_SUPPLEMENT,
    ACTION_CORRECTION, /* supplies what was missing: a hold it answers is closed */
    ACTION_WITHDRAWAL,
    ACTION_ACKNOWLEDGED,
    ACTION_PHOTO_SEALED, /* the named photo was sealed after approval */
    /* the machine */
    ACTION_RUN_STARTED,
    ACTION_RUN_FINISHED,
    ACTION_RUN_FAILED, /* back to the queue, attempt n, with a reason */
    ACTION_PUBLISHED,  /* every document of the outcome is delivered */
    ACTION_LAPSED,     /* waited too long for images */
    ACTION_COUNT
};

/* What the table must know beyond state and action. Members that an action does not ask about are ignored. */
struct circumstances {
    int holds_open_after; /* HOLD_RELEASE, CORRECTION, SUPPLEMENT, INTAKE_CONFIRM: holds open once this was taken in */
    int round;            /* 1 for the first */
    int min_peers;
    int agreed, disagreed,
        undecided;     /* verdicts of this round, this decision included (cannot-say = undecided) */
    int slots_waiting; /* peer items of this round still open after this decision */
    bool new_peer;     /* somebody of this round's agreeing peers was no peer of an earlier round */
    bool report_owed;  /* PUBLISHED, ACKNOWLEDGED: the other of the two is still missing */
};

struct transition {
    bool allowed;
    enum docket_state next; /* when allowed; may be the state it was in */
    bool new_round;         /* the docket's round goes up by one */
    const char *clause;     /* cited in the event or the refusal: "R24"; "" when it is order alone */
    const char *text;       /* when refused: a sentence, static */
};

struct transition state_after(enum docket_state state, enum action action, const struct circumstances *now);

/* May the docket still be changed by anybody's casework? False for the four outcomes and CLOSED. */
bool state_is_final(enum docket_state state);

const char *action_name(enum action action); /* "supervision-approve" */
/* The action of a decision's stage and outcome: ("peer","complete"). */
bool action_of_decision(const char *stage, const char *outcome, enum action *action);
/* The action of an amendment of such a decision; false when none of that kind can be amended. */
bool action_of_amendment(const char *stage, const char *outcome, enum action *action);

#endif
