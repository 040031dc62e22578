/*
 * The certificate of a disposal (R38), PDF and XML, both signed, in retention/out/<D-000001>.
 *
 * Facts: those of report/extract_issue.h ("extract" is the disposal), and "by","approvedBy","at","reason","citation",
 * "asOf","list","objects":n,"disposed":[entries with "event","objects"],"kept":[entries with "kept": why].
 */
#ifndef LEADSPOOL_REPORT_DISPOSAL_CERTIFICATE_H
#define LEADSPOOL_REPORT_DISPOSAL_CERTIFICATE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* Issue it from what the record holds of the disposal (report/retention_take.h), once all is done. */
bool disposal_certificate(struct transaction *transaction, const struct settings *settings,
                          const char *disposal, instant now, struct error *error);

#endif
