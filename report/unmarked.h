/*
 * The list of photographs whose eyes a person has to mark, for the gallery keeper.
 */
#ifndef LEADSPOOL_REPORT_UNMARKED_H
#define LEADSPOOL_REPORT_UNMARKED_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* A row for gallery/out/unmarked/<round>.txt, when any of `photos` has the "outcome" "unmarked"
   (match/enrol_record.h says what they hold). `round` is the name of the round's segment. */
bool report_unmarked(struct transaction *transaction, const struct settings *settings, const char *round,
                     const json_t *photos, instant now, struct error *error);

#endif
