/*
 * What may happen to a records request, and what it becomes (R40, R13): one table, pure. What is not in it is refused.
 *
 * | state | waits for |
 * | SEARCHING | the documents and the sheets of all parts |
 * | REDACTION | the clerk's boxes for every part |
 * | READING | the second reader, for every part |
 * | PRIVACY | the privacy officer: something that identifies is to leave (R45) |
 * | SIGN_OFF | records |
 * | ANSWER | the answer |
 * | ANSWERING | exports, logs and the letter, to be drawn, read back and published |
 * | ANSWERED | an appeal, as long as one may come |
 * | APPEALED | the appeals officer |
 * | CLOSED WITHDRAWN | nothing |
 */
#ifndef LEADSPOOL_REPORT_FOIL_STATES_H
#define LEADSPOOL_REPORT_FOIL_STATES_H

#include <stdbool.h>

enum foil_state {
    FOIL_SEARCHING,
    FOIL_REDACTION,
    FOIL_READING,
    FOIL_PRIVACY,
    FOIL_SIGN_OFF,
    FOIL_ANSWER,
    FOIL_ANSWERING,
    FOIL_ANSWERED,
    FOIL_APPEALED,
    FOIL_CLOSED,
    FOIL_WITHDRAWN,
    FOIL_STATE_COUNT
};

enum foil_action {
    FOIL_FOUND,      /* the last sheet is in the outbox, or nothing was found */
    FOIL_REDACT,     /* the boxes of one part */
    FOIL_AGREE,      /* of one part */
    FOIL_RETURN,     /* by the second reader */
    FOIL_APPROVE,    /* by the privacy officer */
    FOIL_REFUSE,     /* the same */
    FOIL_SIGN,       /* by records */
    FOIL_SEND_BACK,  /* the same */
    FOIL_EXTEND,     /* a later day */
    FOIL_GRANT,      /* everything */
    FOIL_PART,       /* what is not under a box */
    FOIL_DENY,       /* nothing */
    FOIL_PUBLISHED,  /* the letter with the answer left */
    FOIL_APPEAL,     /* came */
    FOIL_APPEAL_WON, /* wholly or partly: it is answered anew */
    FOIL_APPEAL_LOST,
    FOIL_WITHDRAW,
    FOIL_CHANGED, /* a photograph it shows was sealed: its sheets are drawn anew */
    FOIL_EXPIRED, /* no appeal can come any more */
    FOIL_ACTION_COUNT
};

struct foil_circumstances {
    bool parts_left;  /* other parts still wait for the same step */
    bool identifying; /* a proposed box was lifted, or does not cover any more */
    bool redacted;    /* at least one box */
    bool overdue;     /* no answer on its day: an appeal may come (89(4)(a)) */
    bool appealable;  /* the last day for an appeal has not passed, and something was withheld */
};

struct foil_transition {
    bool allowed;
    enum foil_state next;
    const char *why; /* what forbids it, where a condition does; static */
};

struct foil_transition foil_after(enum foil_state state, enum foil_action action,
                                  const struct foil_circumstances *now);

/* "SIGN_OFF" */
const char *foil_state_name(enum foil_state state);
bool foil_state_parse(const char *name, enum foil_state *state);
/* "the second reader": what a state waits for, in words. */
const char *foil_state_waits(enum foil_state state);

#endif
