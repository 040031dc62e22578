/*
 * Recording acknowledgements.
 *
 * Guarantees: the first acknowledgement of a subject stands; a later one is an event and changes nothing.
 * Does not attach or close anything: that follows from the record in the same transaction.
 */
#include "ingest/acknowledge.h"

#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"

static bool answer(struct transaction *transaction, const char *docket, const char *subject,
                   const char *outcome, const char *text, instant now, json_t **result, struct error *error)
{
    struct event event = {.actor = "case-management",
                          .role = "case-management",
                          .action = strcmp(outcome, "ACCEPT") == 0   ? "acknowledged"
                                    : strcmp(outcome, "REPEAT") == 0 ? "drop-repeated"
                                                                     : "drop-rejected",
                          .docket = docket,
                          .clause = subject == NULL || strcmp(subject, "intake") == 0 ? "R18" : "R27",
                          .outcome = subject};
    *result =
        json_pack("{ss,ss*,ss*,ss}", "outcome", outcome, "docket", docket, "subject", subject, "text", text);
    return event_append(transaction, now, &event, NULL, error);
}

bool ingest_acknowledge(struct transaction *transaction, const json_t *check, instant now, json_t **result,
                        struct error *error)
{
    const json_t *given = json_object_get(check, "acknowledgement");
    const json_t *fault = json_array_get(json_object_get(check, "faults"), 0);
    if (fault != NULL || !json_is_object(given))
        return answer(transaction, NULL, NULL, "REJECT", json_text(fault, "text"), now, result, error);
    const char *number = json_text(given, "docket"), *subject = json_text(given, "subject");
    json_t *docket = NULL;
    if (!docket_get(transaction, number, &docket, error)) {
        if (error->fault != FAULT_ABSENT)
            return false;
        return answer(transaction, NULL, subject, "REJECT", "There is no docket of that number.", now, result,
                      error);
    }
    json_t *acknowledged = json_object_at(docket, "acknowledged");
    bool done;
    if (json_object_get(acknowledged, subject) != NULL)
        done =
            answer(transaction, number, subject, "REPEAT", "It was acknowledged before.", now, result, error);
    else {
        json_put(acknowledged, subject,
                 json_pack("{ss,ss,ss}", "cmsRef", json_text(given, "cmsRef"), "at", json_text(given, "at"),
                           "by", json_text(given, "by")));
        done = docket_put(transaction, docket, error) &&
               answer(transaction, number, subject, "ACCEPT", "Acknowledged.", now, result, error);
    }
    json_decref(docket);
    return done;
}
