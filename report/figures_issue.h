/*
 * Issuing the figures of a period: from facts to a row of the outbox (R52 R53, L1).
 */
#ifndef LEADSPOOL_REPORT_FIGURES_ISSUE_H
#define LEADSPOOL_REPORT_FIGURES_ISSUE_H

#include "casebook/casebook.h"
#include "report/figures.h"
#include "schemas/settings.h"

/* "audit/out/E-000001-figures-public" and NUL. */
#define FIGURES_DIRECTORY_SIZE 64

/* Write the row that publishes figures.pdf and figures.json, signed, into a directory of their own under audit/out,
   and the event `figures-issued`. `facts` (report/figures.h) gets "extract", "issued" and who issues. `actor`: who
   asked. */
bool figures_issue(struct transaction *transaction, const struct settings *settings, json_t *facts,
                   const char *actor, instant now, char directory[FIGURES_DIRECTORY_SIZE],
                   struct error *error);

#endif
