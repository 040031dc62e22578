/*
 * Judging and applying one signed decision.
 *
 * Every condition has its own answer in words with its clause; a refused decision changes nothing but the
 * record of having been refused (decision, event, an incident where the refusal is of the security kind, an
 * answer for the signer). A decision counts once: the same signed bytes again are answered "already counted".
 */
#ifndef LEADSPOOL_REVIEW_DECIDE_H
#define LEADSPOOL_REVIEW_DECIDE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "casebook/casebook.h"
#include "people/roster.h"
#include "schemas/settings.h"

/* Signing time may lie this far outside [item's publication, receipt]: clocks differ. Milliseconds. */
#define DECISION_CLOCK_TOLERANCE (5 * 60 * 1000)

/*
 * `claim`: the claim record (owner, arrived, drop). `checked`: the answer of check-decision
 * {"faults","decision", "signer"}. `signed_digest`: SHA-256 of the .p7m as 64 digits. True when the decision
 * was judged, applied or refused; false only when the casebook or memory failed (then the transaction is to
 * be aborted). *result (new reference):
 * {"applied":bool,"repeated":bool,"docket"?,"state"?,"stage"?,"outcome"?,"clause"?,"code"?,
 * "text","issue"?:[…]}. `issue` names what the flows must write now: "quality-notice", "refusal",
 * "negative-report", "report", "confirmation-notice", "search" (the docket was put in the queue).
 */
bool review_decide(struct transaction *transaction, const struct settings *settings,
                   const struct roster *roster, const json_t *claim, const json_t *checked,
                   const char *signed_digest, instant now, json_t **result, struct error *error);

#endif
