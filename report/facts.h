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

/* A report says when it was asked whether its candidate's photograph is sealed (R17), and leaves within the hour. Facts
   without a candidate are always fresh. */
#define FACTS_SEAL_FRESH (60 * 60 * 1000) /* milliseconds */
bool facts_seal_is_fresh(const json_t *facts, instant now);
/* Ask again. FAULT_REFUSED when it is sealed or withdrawn. */
bool facts_check_seal(struct transaction *transaction, json_t *facts, instant now, struct error *error);

#endif
