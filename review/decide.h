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

/*
 * `claim`: the claim record (owner, arrived, drop). `checked`: the answer of check-decision
 * {"faults","decision","signer"}. `signed_digest`: SHA-256 of the file as dropped, 64 digits. True when the
 * decision was judged, applied or refused; false only when the casebook or memory failed (then the
 * transaction is to be aborted).
 *
 * *result (new reference):
 *   {"applied":bool,"repeated":bool,"wait":bool,"docket"?,"state"?,"stage"?,"outcome"?,"clause"?,"code"?,"text",
 *    "issue"?}
 *   repeated  these bytes were judged before; `text` repeats that answer, nothing was changed
 *   wait      the revocation list is out of date: nothing was recorded, the drop is to be offered again later
 *   issue     what the flows have to do now: "confirmation-notice" (R18; the docket is queued; probe.searched
 *             is missing while its edits have not been made), "quality-notice", "refusal", "search" (queued
 *             again), "negative-report", "report", "continue" (a further round). Absent: nothing.
 *
 * The answer for the signer is an outbox row in review/answers/<person id or "unknown">/<drop name>.txt; new
 * items of the docket's new state are opened in the same transaction.
 */
bool review_decide(struct transaction *transaction, const struct settings *settings,
                   const struct roster *roster, const json_t *claim, const json_t *checked,
                   const char *signed_digest, instant now, json_t **result, struct error *error);

#endif
