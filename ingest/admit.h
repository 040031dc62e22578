/*
 * Admission: what becomes of a checked drop in the casebook. Called by the committer inside the transaction
 * that also commits the claim and the references to the vault: after the commit the sender has an answer.
 *
 * Every drop gets one receipt row in the outbox and one event (drop-accepted, drop-held, drop-rejected,
 * drop-quarantined, drop-repeated, drop-incomplete, photos-received, gallery-rejected). A drop that was
 * refused has its receipt in
 *     out/<command>/refused/<drop>-<12 of its digest>/       the request could be read
 *     out/<command>/unreadable/<drop>-<12 of its digest>/    it could not
 * an accepted one in out/<command>/<docket>/receipt-N.{xml,txt}.
 */
#ifndef LEADSPOOL_INGEST_ADMIT_H
#define LEADSPOOL_INGEST_ADMIT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* A request packet. `claim` and `check` as of spool/INTERNALS.md; borrowed, not changed. *result (new
   reference) is
   {"outcome":"ACCEPT|HOLD|REJECT|QUARANTINE|REPEAT","kind"?,"docket"?,"state"?:of the docket now,
    "made"?:the docket as it was stored, if it is new,"closedHolds"?:[numbers a correction closed],"imagesAdded"?:n,
    "faults":[…]}.
   `docket` is the docket concerned also of a refused later drop only when it is the command's own. Opening
   and closing items is the caller's business. "outcome" follows from what comes first of
     bound id, same packet  -> REPEAT: the first receipt is published again, nothing else changes
     bound id, other bytes  -> QUARANTINE; the first receipt stays
     any REJECT fault       -> REJECT; the id is not bound
     HOLD faults            -> HOLD: docket HELD with one hold row a fault
     none                   -> ACCEPT. */
bool ingest_admit(struct transaction *transaction, const struct settings *settings, const json_t *claim,
                  const json_t *check, instant now, json_t **result, struct error *error);

/* An enrolment packet. `refusal` says in words why its signer may not enrol, NULL when they may. Photographs
   become rows of BOOK_PHOTOS, status "pending"; one known with the same digest is skipped and the receipt
   says so; a known id with other bytes rejects the packet. *result
   {"outcome":"ACCEPT|REJECT|QUARANTINE","added":n, "known":n,"marked":n,"faults":[…]}; marked photographs become
   "pending" again. A fault of outcome WAIT
   (stale revocation list) is FAULT_TEMPORARY: try again later. */
bool ingest_enrol(struct transaction *transaction, const struct settings *settings, const json_t *claim,
                  const json_t *check, const char *refusal, instant now, json_t **result,
                  struct error *error);

/* A packet that lies unfinished for too long, or is mistaken: says what is missing, decides nothing. `missing` is an
   array (may be empty) of {"name","like"?:the file that looks like it} and {"folder":name}; the drop has no claim yet. Called again for the same drop it answers in the same
   directory. */
bool ingest_incomplete(struct transaction *transaction, const struct settings *settings, const char *command,
                       const char *drop, const char *owner, const json_t *missing, instant now,
                       struct error *error);

#endif
