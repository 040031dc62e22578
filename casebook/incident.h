/*
 * Incidents: what somebody has to look into (a wrong folder, a signature of the wrong person, a clock step).
 *
 * Filing writes the record and an event `incident-filed`; the words stay in the record, never in the event.
 */
#ifndef LEADSPOOL_CASEBOOK_INCIDENT_H
#define LEADSPOOL_CASEBOOK_INCIDENT_H

#include "base/clock.h"
#include "casebook/casebook.h"

#define INCIDENT_ID_SIZE 16 /* "I-000001" and NUL, with room */

struct incident {
    const char *kind;   /* one word: "command-mismatch" */
    const char *clause; /* "R20" */
    const char *text;   /* what happened, in words */
    const char *docket; /* optional */
    const char *person; /* optional; the person id or account concerned */
};

/* `id` (INCIDENT_ID_SIZE bytes; may be NULL) is its name. */
bool incident_file(struct transaction *transaction, const struct incident *incident, instant now, char *id,
                   struct error *error);

#endif
