/*
 * Packages on their way out when photographs are sealed (R17).
 */
#ifndef LEADSPOOL_REPORT_RELEASE_RECALL_H
#define LEADSPOOL_REPORT_RELEASE_RECALL_H

#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"

/* Every package of discovery or disclosure that is in the outbox and not delivered goes no further: its row is cancelled,
   what of it may lie on the share is removed, the package itself is disposed of, and it is wanted again, so that it is
   made anew of what may be shown now. Which photographs a package shows is not asked: it is encrypted by now, and making
   one anew costs little. */
bool release_take_back(struct transaction *transaction, instant now, struct error *error);

#endif
