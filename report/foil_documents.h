/*
 * The documents of a records request: found among the outbox rows of its dockets, and as facts of a part.
 */
#ifndef LEADSPOOL_REPORT_FOIL_DOCUMENTS_H
#define LEADSPOOL_REPORT_FOIL_DOCUMENTS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* Go on with a search (report/foil_make.h) for a slice; "more" is set. Documents are those issued of the dockets in the
   request's scope, in the order of dockets and rows. One whose pictures were destroyed cannot be drawn again: it is
   counted as "unavailable". */
bool foil_search(struct transaction *transaction, const json_t *request, json_t *work, struct error *error);

/* Facts and pictures of a part of these documents ({"number","docket","row",…}); `boxes` may be NULL. Each sealed picture
   is said to be (R17). New references. */
bool foil_facts(struct transaction *transaction, const struct settings *settings, const json_t *request,
                int64_t part, const json_t *documents, const json_t *boxes, instant now, json_t **facts,
                json_t **pictures, struct error *error);

#endif
