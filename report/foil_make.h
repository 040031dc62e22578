/*
 * What a records request has to have made: its documents found, the sheets of its parts, what its answer gives.
 *
 * One piece of work at a time, each in two transactions: foil_next reads what it is made of, foil_made records it. A crash
 * in between leaves the wish (index foil/wanted/<request>/<part>) and begins it anew.
 *
 * Work (one JSON object): {"what":"search|draw|read|export","request","part",
 *   "facts":{…} and "pictures":[digests]: as report/foil_pages.h has them, for a job or for a row of the outbox;
 *   of a search also "documents": of the part's record, "cursor","ended":bool,"unavailable":n}
 * The caller adds: of a search "proposals" (what render-foil-proposals answered), of the others "digest" and "size" of
 * the facts, canonical, in the vault.
 */
#ifndef LEADSPOOL_REPORT_FOIL_MAKE_H
#define LEADSPOOL_REPORT_FOIL_MAKE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* *work NULL on entry: begin the next one; NULL on return: there is none. Else a search that goes on: "more" true says
   that this slice did not fill a part, call again with it. Wishes that the state of their request has overtaken are struck off. */
bool foil_next(struct transaction *transaction, const struct settings *settings, instant now, json_t **work,
               struct error *error);

/* Record it, with the rows that follow. FAULT_REFUSED: the request changed meanwhile; it is begun anew. */
bool foil_made(struct transaction *transaction, const struct settings *settings, const json_t *work,
               instant now, struct error *error);

/* It could not be made: noted with the reason, until `leadspool retry` asks again. */
bool foil_failed(struct transaction *transaction, const json_t *work, const char *reason,
                 struct error *error);
/* All that failed is wanted again; *count of them. */
bool foil_retry(struct transaction *transaction, size_t *count, struct error *error);

#endif
