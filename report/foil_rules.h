/*
 * Who may take which step of a records request, and when: pure, facts in, faults out (R13, R17, R31, R35, R40, R45).
 *
 * | kind | signed by |
 * | request, redactions, extension, answer, appeal, withdrawal | records |
 * | reading | records, nobody who drew boxes of that part |
 * | privacy | the privacy officer (condition D4: the city's), nobody who drew or read |
 * | sign-off | records, nobody who drew; whoever read, only where the roster has nobody else |
 * | appeal-answer | legal, nobody who took another step of the request |
 */
#ifndef LEADSPOOL_REPORT_FOIL_RULES_H
#define LEADSPOOL_REPORT_FOIL_RULES_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "people/roster.h"
#include "report/foil_states.h"
#include "schemas/settings.h"

struct foil_case {
    const json_t *step;          /* as check-foil answers (ingest/foil_worker.h) */
    const json_t *request;       /* the record; NULL: none of that number */
    const json_t *part;          /* the record of the part named; NULL: none */
    const struct person *signer; /* NULL: nobody on the roster */
    const struct roster *roster;
    const struct setting_foil *foil;
    instant now;
    int64_t today;      /* report/foil_clock.h */
    bool taken_before;  /* this foilId */
    bool scope_unknown; /* a docket or command of its scope does not exist */
    const char *boxes;  /* what is wrong with the boxes; NULL: nothing */
    size_t identifying; /* proposals that the boxes do not cover */
    size_t sealed;      /* of them pictures that are sealed */
};

/* Append what forbids it to `faults`; none appended: *transition is what the request becomes. False only when memory ran
   out. */
bool foil_judge(const struct foil_case *facts, json_t *faults, struct foil_transition *transition);

#endif
