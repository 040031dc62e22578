/*
 * Is a decision complete and consistent in itself, for its stage and outcome? Pure.
 *
 * What a peer must give may not depend on which photo is the named one, or the refusal would tell: so reasons
 * are asked of every peer.
 */
#ifndef LEADSPOOL_REVIEW_COMPLETE_H
#define LEADSPOOL_REVIEW_COMPLETE_H

#include <jansson.h>
#include <stdbool.h>

#include "review/refusal.h"
#include "review/states.h"

/* `decision`, `item` and `docket` are the records of INTERNALS §4. */
bool decision_complete(enum action action, const json_t *decision, const json_t *item, const json_t *docket,
                       struct refusal *refusal);

enum verdict { VERDICT_AGREE, VERDICT_DISAGREE, VERDICT_CANNOT_SAY };

/* What a peer's marks say about the photo named: agreement is the named one possible and no foil possible;
   the named one "cannot-say", with no foil possible, calls another peer; anything else is a disagreement. */
enum verdict peer_verdict(const json_t *marks, const json_t *labels, const char *named_photo);
const char *verdict_name(enum verdict verdict); /* "agree", "disagree", "cannot-say" */

#endif
