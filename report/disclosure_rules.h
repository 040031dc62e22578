/*
 * May this leave the agency? The policy's rules about disclosure, pure: facts in, faults out (R31, R34 to R36, R42 to
 * R46). What no rule allows is refused.
 *
 * The seven conditions of R45, one of which identifying information needs:
 *   D1  authorised in writing by the subject, or by a parent or guardian of one who is a minor or not legally
 *       competent; and approved by the privacy officer
 *   D2  required by law, and approved by the privacy officer
 *   D3  furthers the agency's mission, and approved by the privacy officer
 *   D4  pre-approved by the city's chief privacy officer
 *   D5  designated as routine by the privacy officer, whose signature says so
 *   D6  in connection with a crime committed, or credibly attempted or impending
 *   D7  in connection with a city agency's open investigation of the welfare of a minor or incompetent person
 */
#ifndef LEADSPOOL_REPORT_DISCLOSURE_RULES_H
#define LEADSPOOL_REPORT_DISCLOSURE_RULES_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "people/roster.h"
#include "schemas/settings.h"

struct disclosure_case {
    const json_t *disclosure;      /* of check-disclosure (ingest/release_worker.h) */
    const struct person *signer;   /* NULL: nobody on the roster */
    const struct person *approver; /* the same of the second signature; NULL too when there is none */
    bool approved;                 /* there is a second signature, and it is good */
    const struct person *verifier; /* who verified the recipient, on the roster; NULL */
    const struct setting_agreement *agreement; /* with the recipient's affiliation; NULL: none */
    const char *today;                         /* "2026-11-20" where the site is */
    instant now;
    bool docket_known;
    /* The documents asked for: [{"name","what": of its outbox row, "recalled": bool, "published": bool}]. */
    const json_t *documents;
    bool released_before; /* this disclosureId */
};

/* Append what forbids it to `faults`, each {"code","outcome":"REJECT","place","clause","text","remedy"}; none appended:
   it may leave. False only when memory ran out. */
bool disclosure_judge(const struct disclosure_case *facts, json_t *faults);

/* One fault of that form, for the files that judge releases. */
bool release_fault(json_t *faults, const char *code, const char *clause, const char *place, const char *text,
                   const char *remedy);

#endif
