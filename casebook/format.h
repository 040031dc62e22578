/*
 * The form of a casebook: which records it may hold, as a number that only grows.
 *
 * Record (counters) `format` {"value":n,"program":version}. A casebook without one is of form 1: those made before there was a number.
 * A program reads its own form and older ones, which `leadspool upgrade` brings up to date; never a newer one.
 */
#ifndef LEADSPOOL_CASEBOOK_FORMAT_H
#define LEADSPOOL_CASEBOOK_FORMAT_H

#include "casebook/casebook.h"

/* What this program writes. Raised with a step in casebook/format.c when an older program would misread a record. */
enum { CASEBOOK_FORMAT = 2 };

/* Is it one this program works with? FAULT_ENVIRONMENT: it is newer, or older and has to be upgraded first; the text says which. A
   casebook without any event is new: it gets this form. */
bool format_check(struct transaction *transaction, struct error *error);

bool format_get(struct transaction *transaction, int64_t *format, struct error *error);

/* What an upgrade does: from a form to the next. */
struct format_step {
    int from;
    const char *what; /* in words, one line */
};
/* NULL when there is none from that form. */
const struct format_step *format_step(int64_t from);
/* Do it, in one transaction, with an event. */
bool format_upgrade(struct transaction *transaction, int64_t from, const char *actor, struct error *error);

#endif
