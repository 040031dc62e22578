/*
 * The notice that the basis of a request was confirmed, and that its requester documents that (R18).
 */
#ifndef LEADSPOOL_REPORT_CONFIRMATION_H
#define LEADSPOOL_REPORT_CONFIRMATION_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/text.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* The notice as plain text, at most 72 columns. Pure. */
void confirmation_write(struct text *text, const struct settings *settings, const json_t *docket);

/* One outbox row for it, for the command's folder. */
bool confirmation_issue(struct transaction *transaction, const struct settings *settings, json_t *docket,
                        instant now, struct error *error);

#endif
