/*
 * The facts of outgoing documents, read from the casebook (shapes: report/documents.h).
 */
#ifndef LEADSPOOL_REPORT_FACTS_H
#define LEADSPOOL_REPORT_FACTS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* Facts and pictures (both new references) of a document of the table in report/documents.h. `reason` is the
   negative report's; NULL otherwise. */
bool facts_gather(struct transaction *transaction, const struct settings *settings, const json_t *docket,
                  const char *document, const char *reason, int number, instant now, json_t **facts,
                  json_t **pictures, struct error *error);

#endif
