/*
 * The state table of records requests.
 *
 * Guarantees: total: every pair of state and action has an answer, and the answer is no unless the table says yes. No
 * path leads to ANSWERING with something to give but through redaction, reading and sign-off, nor, where something
 * identifies, but through the privacy officer. Who acts is not asked here (report/foil_rules.h).
 */
#include "report/foil_states.h"

#include <string.h>

#include "base/language.h"

static const struct {
    const char *name, *waits;
} states[FOIL_STATE_COUNT] = {
    [FOIL_SEARCHING] = {"SEARCHING", N_("its documents to be found and its sheets to be drawn")},
    [FOIL_REDACTION] = {"REDACTION", N_("a records clerk to draw and code the boxes on the sheet")},
    [FOIL_READING] = {"READING", N_("a second reader of records, not the one who drew the boxes")},
    [FOIL_PRIVACY] = {"PRIVACY", N_("the privacy officer, since something that identifies is to leave")},
    [FOIL_SIGN_OFF] = {"SIGN_OFF", N_("records to sign off what is to leave")},
    [FOIL_ANSWER] = {"ANSWER", N_("records to answer")},
    [FOIL_ANSWERING] = {"ANSWERING", N_("the answer to be drawn, read back and published")},
    [FOIL_ANSWERED] = {"ANSWERED", N_("an appeal, as long as one may come")},
    [FOIL_APPEALED] = {"APPEALED", N_("legal to answer the appeal")},
    [FOIL_CLOSED] = {"CLOSED", N_("nothing")},
    [FOIL_WITHDRAWN] = {"WITHDRAWN", N_("nothing")},
};

static struct foil_transition to(enum foil_state next)
{
    return (struct foil_transition){.allowed = true, .next = next};
}

static struct foil_transition no(const char *why)
{
    return (struct foil_transition){.why = why};
}

/* While the agency owes its answer. */
static bool owes(enum foil_state state)
{
    return state <= FOIL_ANSWER;
}

static struct foil_transition redact(enum foil_state state, enum foil_action action,
                                     const struct foil_circumstances *now)
{
    enum foil_state agreed = now->identifying ? FOIL_PRIVACY : FOIL_SIGN_OFF;
    if (action == FOIL_REDACT && state == FOIL_REDACTION)
        return to(now->parts_left ? FOIL_REDACTION : FOIL_READING);
    if (action == FOIL_AGREE && state == FOIL_READING)
        return to(now->parts_left ? FOIL_READING : agreed);
    if (action == FOIL_RETURN && state == FOIL_READING)
        return to(FOIL_REDACTION);
    if (action == FOIL_APPROVE && state == FOIL_PRIVACY)
        return to(FOIL_SIGN_OFF);
    if (action == FOIL_REFUSE && state == FOIL_PRIVACY)
        return to(FOIL_REDACTION);
    if (action == FOIL_SIGN && state == FOIL_SIGN_OFF)
        return to(FOIL_ANSWER);
    if (action == FOIL_SEND_BACK && state == FOIL_SIGN_OFF)
        return to(FOIL_REDACTION);
    return no(NULL);
}

static struct foil_transition answer(enum foil_state state, enum foil_action action,
                                     const struct foil_circumstances *now)
{
    if (action == FOIL_DENY && owes(state))
        return to(FOIL_ANSWERING);
    if (state != FOIL_ANSWER)
        return no(action == FOIL_DENY ? NULL
                                      : _("the boxes must be read by a second reader and signed off first"));
    if (action == FOIL_GRANT)
        return now->redacted ? no(_("something is under a box: that is a partial grant"))
                             : to(FOIL_ANSWERING);
    return now->redacted ? to(FOIL_ANSWERING) : no(_("nothing is under a box: that is a grant"));
}

static struct foil_transition appeal(enum foil_state state, const struct foil_circumstances *now)
{
    if (state == FOIL_ANSWERED)
        return now->appealable ? to(FOIL_APPEALED)
                               : no(_("the last day for an appeal has passed, or nothing was withheld"));
    if (!owes(state))
        return no(NULL);
    return now->overdue ? to(FOIL_APPEALED) : no(_("it was not answered yet, and its day has not passed"));
}

static struct foil_transition withdraw(enum foil_state state)
{
    if (owes(state))
        return to(FOIL_WITHDRAWN);
    return state == FOIL_APPEALED ? to(FOIL_CLOSED) : no(NULL);
}

struct foil_transition foil_after(enum foil_state state, enum foil_action action,
                                  const struct foil_circumstances *now)
{
    switch (action) {
    case FOIL_FOUND:
        if (state != FOIL_SEARCHING)
            return no(NULL);
        return to(FOIL_REDACTION);
    case FOIL_EXTEND:
        return owes(state) ? to(state) : no(NULL);
    case FOIL_GRANT:
    case FOIL_PART:
    case FOIL_DENY:
        return answer(state, action, now);
    case FOIL_PUBLISHED:
        return state == FOIL_ANSWERING ? to(FOIL_ANSWERED) : no(NULL);
    case FOIL_APPEAL:
        return appeal(state, now);
    case FOIL_APPEAL_WON:
        return state == FOIL_APPEALED ? to(FOIL_SEARCHING) : no(NULL);
    case FOIL_APPEAL_LOST:
        return state == FOIL_APPEALED ? to(FOIL_CLOSED) : no(NULL);
    case FOIL_WITHDRAW:
        return withdraw(state);
    case FOIL_CHANGED:
        return state <= FOIL_ANSWERING ? to(FOIL_SEARCHING) : no(NULL);
    case FOIL_EXPIRED:
        return state == FOIL_ANSWERED && !now->appealable ? to(FOIL_CLOSED) : no(NULL);
    default:
        return redact(state, action, now);
    }
}

const char *foil_state_name(enum foil_state state)
{
    return states[state].name;
}

const char *foil_state_waits(enum foil_state state)
{
    return language_text(states[state].waits);
}

bool foil_state_parse(const char *name, enum foil_state *state)
{
    for (int i = 0; i < FOIL_STATE_COUNT; i++)
        if (strcmp(states[i].name, name) == 0) {
            *state = (enum foil_state)i;
            return true;
        }
    return false;
}
