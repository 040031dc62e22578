/*
 * States of a docket as people of the unit read them.
 */
#ifndef LEADSPOOL_REVIEW_STATE_WORDS_H
#define LEADSPOOL_REVIEW_STATE_WORDS_H

#include "casebook/docket.h"

/* What goes behind "the docket now": "waits for its search". Never NULL. */
const char *state_words(enum docket_state state);

#endif
