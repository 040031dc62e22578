/*
 * The words for each state.
 *
 * Guarantees: pure; every state has words. What a command reads of its own requests stands in ingest/index.c.
 */
#include "review/state_words.h"

#include "base/language.h"

const char *state_words(enum docket_state state)
{
    static const char *const words[DOCKET_STATE_COUNT] = {
        [DOCKET_HELD] = N_("is held until a named role has decided"),
        [DOCKET_INTAKE] = N_("waits for intake"),
        [DOCKET_AWAITING_IMAGES] = N_("waits for better images"),
        [DOCKET_QUEUED] = N_("waits for its search"),
        [DOCKET_MATCHING] = N_("is being searched"),
        [DOCKET_INVESTIGATION] = N_("waits for the comparison"),
        [DOCKET_BACKGROUND] = N_("waits for the background check"),
        [DOCKET_PEER] = N_("waits for peer reviews"),
        [DOCKET_SUPERVISION] = N_("waits for the supervisor's final review"),
        [DOCKET_APPROVED] = N_("is approved; its report is being filed"),
        [DOCKET_NEGATIVE] = N_("ends without a lead; its report is being filed"),
        [DOCKET_REFUSED] = N_("is refused"),
        [DOCKET_LAPSED] = N_("has lapsed: no better images came"),
        [DOCKET_WITHDRAWN] = N_("is withdrawn"),
        [DOCKET_CLOSED] = N_("is closed")};
    return state < DOCKET_STATE_COUNT && words[state] != NULL ? language_text(words[state])
                                                              : docket_state_name(state);
}
