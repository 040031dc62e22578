/*
 * Incident records and their event.
 *
 * Guarantees: record and event stand or fall together, in the transaction of what gave rise to them. Tells
 * nobody: `leadspool status` counts incidents, an administrator reads them.
 */
#include "casebook/incident.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "casebook/event.h"

bool incident_file(struct transaction *transaction, const struct incident *incident, instant now, char *id,
                   struct error *error)
{
    int64_t number = 0;
    char name[INCIDENT_ID_SIZE], when[INSTANT_TEXT_SIZE];
    if (!counter_next(transaction, "incident", &number, error))
        return false;
    snprintf(name, sizeof name, "I-%06" PRId64, number);
    json_t *record = json_object();
    bool done =
        record != NULL && json_put_text(record, "incident", name) &&
        json_put_text(record, "at", instant_text(now, when)) &&
        json_put_text(record, "kind", incident->kind) && json_put_text(record, "clause", incident->clause) &&
        json_put_text(record, "text", incident->text) && json_put_text(record, "docket", incident->docket) &&
        json_put_text(record, "person", incident->person);
    if (!done) {
        error_set(error, FAULT_TEMPORARY, "out of memory while filing an incident");
    } else {
        struct event event = {.action = "incident-filed",
                              .docket = incident->docket,
                              .clause = incident->clause,
                              .outcome = name};
        done = book_put(transaction, BOOK_INCIDENTS, name, record, error) &&
               event_append(transaction, now, &event, NULL, error);
    }
    if (done && id != NULL)
        snprintf(id, INCIDENT_ID_SIZE, "%s", name);
    json_decref(record);
    return done;
}
