/*
 * The fixed notices: their one place. Nobody edits them, neither site nor person.
 *
 * A document lists the notices it must show (report/documents.h); the render worker reads them back from what
 * was drawn and refuses the document when one is missing (R3, R28).
 */
#ifndef LEADSPOOL_REPORT_NOTICES_H
#define LEADSPOOL_REPORT_NOTICES_H

#include <stdbool.h>

#include "page/document.h"

enum notice {
    NOTICE_LEAD,         /* R28, R3: not probable cause, neither for an arrest nor for a warrant */
    NOTICE_INVESTIGATE,  /* R28, R4: further investigation is needed */
    NOTICE_WITNESS,      /* do not show to a witness */
    NOTICE_BESIDE,       /* the short form of all three, beside the candidate */
    NOTICE_NO_EXCLUSION, /* absence of a lead is not an exclusion */
    NOTICE_QUALITY,      /* a quality notice implies no outcome */
    NOTICE_NO_SEARCH,    /* refusal, withdrawal, lapse: says nothing about a person */
    NOTICE_ROUND,        /* a further round is no verdict on a candidate */
    NOTICE_RECALL,       /* R17: a report that must not be used any more */
    NOTICE_APPEAL,       /* R40: what a requester of records can do against a refusal */
    NOTICE_COUNT
};

struct notice_text {
    const char *key; /* in the XML twin */
    const char *title, *text;
};

/* In the language in force. */
struct notice_text notice_text(enum notice notice);

/* Draw it as a box. */
void notice_draw(struct document *document, enum notice notice);

/* Is it on a page, title and text whole? */
bool notice_shown(const struct document *document, enum notice notice);

#endif
