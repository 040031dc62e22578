/*
 * The lock of what was written down about the probe alone, before a candidate was shown.
 *
 * Tamper-evidence, not secrecy: the candidates' pictures are in the same file. The digest binds the words to the
 * item and to the time of the lock, so that words changed after a candidate was seen no longer agree with it.
 */
#ifndef LEADSPOOL_REVIEW_OBSERVATION_H
#define LEADSPOOL_REVIEW_OBSERVATION_H

#include <jansson.h>
#include <stdbool.h>

#include "base/digest.h"

/* SHA-256 over these lines, each ended by a newline: "leadspool-observation-1"; the digest of item.xml; lockedAt;
   "conditions" and, when there are any, a blank and their text; for each part, in the order given, its component,
   visibility and, when there is one, the note, with blanks between. Additions are not in it. False only when
   memory ran out. `observation`: spool/INTERNALS.md §4, "decision (parsed)". */
bool observation_digest(const json_t *observation, const char *item, struct digest *digest);

#endif
