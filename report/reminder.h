/*
 * The reminder that further images are still waited for (R20): a signed text in the command's folder.
 */
#ifndef LEADSPOOL_REPORT_REMINDER_H
#define LEADSPOOL_REPORT_REMINDER_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* Pure: the text, from the docket alone. */
void reminder_write(struct text *text, const struct settings *settings, const json_t *docket);

/* Put it in the outbox as reminder-N.txt and note in the docket ("reminders", "reminded") that this wait was
   reminded of. */
bool reminder_issue(struct transaction *transaction, const struct settings *settings, json_t *docket,
                    instant now, struct error *error);

#endif
