/*
 * One decision being heard: what is known about it so far. For the files of review/ among themselves.
 *
 * Every step returns true to go on. False with `refusal.code` set: the decision is refused; false without:
 * the casebook failed and `error` says how.
 */
#ifndef LEADSPOOL_REVIEW_HEARING_H
#define LEADSPOOL_REVIEW_HEARING_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "casebook/casebook.h"
#include "people/roster.h"
#include "review/refusal.h"
#include "review/states.h"
#include "schemas/settings.h"

struct hearing {
    struct transaction *transaction;
    const struct settings *settings;
    const struct roster *roster;
    const json_t *claim, *checked, *decision; /* decision NULL while unreadable */
    const char *signed_digest;
    instant now, arrived, signed_at;

    const struct person *person;  /* who signed, once known */
    const char *role;             /* acted in: "investigator", "peer", … */
    json_t *docket, *item, *hold; /* owned */
    enum docket_state state;
    enum action action;
    struct transition transition;
    struct refusal refusal;
    const char *issue;
    char *precedents; /* owned: other dockets that searched the picture chosen; NULL: none to be told */
    bool searched;    /* in one of them it was, in the others it waits for that */
};

/* Who signed: certificate or account on the roster, one person, the one the decision names. R31 R33 */
bool hearing_identify(struct hearing *hearing, struct error *error);
/* The docket and the item; the item is the one that stands, by digest. R13 */
bool hearing_find(struct hearing *hearing, struct error *error);
/* Role, training, certificate's and signing time, disjoint people, supervisor. R23 R24 R30 R31 */
bool hearing_entitle(struct hearing *hearing, struct error *error);
/* The part of it that is about the person alone: machine and casework apart, suspension, training. R30 R31 R48 */
bool hearing_person(struct hearing *hearing);
/* Is it no decision on a docket but the inspection of a tour? Its checks, and its record (R50). */
bool hearing_is_inspection(const struct hearing *hearing);
bool hearing_inspect(struct hearing *hearing, struct error *error);
/* Is it a judgement said anew? Which one it amends, by whom, and whether that is in force; what it would do to the
   counts; the docket with it (`substance` is taken over); and the items that show what it amends. */
bool hearing_is_amendment(const struct hearing *hearing);
bool hearing_find_amended(struct hearing *hearing, struct error *error);
void amended_circumstances(const struct hearing *hearing, struct circumstances *now);
void hearing_amend(struct hearing *hearing, json_t *substance);
bool amended_items(struct hearing *hearing, struct error *error);
/* Was the picture that this decision chooses searched under other dockets, which no supervisor has looked at? And the
   hold about that. R29 */
bool hearing_precedents(struct hearing *hearing, struct error *error);
bool hearing_hold(struct hearing *hearing, struct error *error);
/* What the state table says, with the circumstances of this docket. */
bool hearing_order(struct hearing *hearing, struct error *error);
/* Change docket, holds, queue, items; nothing is left to refuse. */
bool hearing_apply(struct hearing *hearing, struct error *error);

#endif
