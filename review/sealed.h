/*
 * A photograph of the gallery may not be shown any more: what becomes of a docket whose work shows it (R17).
 */
#ifndef LEADSPOOL_REVIEW_SEALED_H
#define LEADSPOOL_REVIEW_SEALED_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "casebook/casebook.h"
#include "people/roster.h"
#include "schemas/settings.h"

/* `photos` is an object whose keys are the ids. When the docket's named candidate is one of them, the docket moves
   as the state table says (ACTION_PHOTO_SEALED) and nobody is named any more; open items that show one of them are
   taken back and opened again without it. *moved tells that the state or the round is another. The docket is changed
   and stored. */
bool review_photo_sealed(struct transaction *transaction, const struct settings *settings,
                         const struct roster *roster, json_t *docket, const json_t *photos, instant now,
                         bool *moved, struct error *error);

#endif
