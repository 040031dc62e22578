/*
 * Holds that nobody answers: brought before the roles the site names, step by step. No hold is ever released by
 * time.
 */
#ifndef LEADSPOOL_REVIEW_ESCALATE_H
#define LEADSPOOL_REVIEW_ESCALATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* Pure: the step of that number (from 0) for holds under a clause: the site's steps for that clause if it names
   any, else its steps without a clause, by hours. NULL when there are no more. */
const struct setting_escalation *escalation_step(const struct settings *settings, const char *clause,
                                                 size_t number);

/* Take every step that is due by `now` for the open holds of all held dockets, each once: noted in the hold
   ("escalations":[{"hours","role","at"}]), an event `hold-escalated`, and a signed escalation-N.txt in the
   hold's folder. *taken counts them. What is due follows from the record alone. */
bool review_escalate(struct transaction *transaction, const struct settings *settings, instant now,
                     size_t *taken, struct error *error);

#endif
