/*
 * Answering a drop that asks for something to leave.
 *
 * Guarantees: one receipt and one event, whatever the outcome. Decides nothing: report/ does, and hands its faults in.
 */
#include "ingest/release.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/event.h"
#include "ingest/admission.h"
#include "ingest/fault.h"

bool ingest_release_ready(const json_t *check, struct error *error)
{
    size_t index;
    const json_t *fault;
    json_array_foreach(json_object_get(check, "faults"), index, fault)
    {
        if (strcmp(json_text(fault, "outcome"), "WAIT") == 0)
            return error_set(error, FAULT_TEMPORARY, "%s", json_text(fault, "text"));
    }
    return true;
}

bool ingest_release(struct transaction *transaction, const struct settings *settings, const json_t *claim,
                    const char *kind, const char *id, const char *docket, json_t *faults, const char *next,
                    instant now, json_t **result, struct error *error)
{
    struct admission admission = {
        .transaction = transaction, .settings = settings, .claim = claim, .faults = faults, .now = now};
    char folder[32], action[32];
    *result = NULL;
    if (!admission_specials(&admission, error))
        return false;
    admission.outcome = fault_outcome(faults);
    if (strcmp(admission.outcome, "HOLD") == 0)
        admission.outcome = "REJECT"; /* nobody releases a hold on it */
    bool accepted = strcmp(admission.outcome, "ACCEPT") == 0;
    admission.next_step = accepted ? next
                          : strcmp(kind, "retention") == 0
                              ? _("Nothing was done. What is listed above says why.")
                              : _("Nothing left the building. What is listed above says why.");
    snprintf(folder, sizeof folder, "%s/out", kind);
    snprintf(action, sizeof action, "%s-%s", kind, accepted ? "received" : "refused");
    const struct event event = {.actor = json_text_or_null(claim, "owner"),
                                .role = "sender",
                                .action = action,
                                .docket = docket,
                                .object = json_text_or_null(claim, "digest"),
                                .clause = json_text_or_null(json_array_get(faults, 0), "clause"),
                                .outcome = admission.outcome};
    if (!answer_add_in(&admission, folder, kind, id, error) ||
        !event_append(transaction, now, &event, NULL, error) ||
        (strcmp(admission.outcome, "QUARANTINE") == 0 && !answer_note_quarantine(&admission, error)))
        return false;
    *result = json_pack("{ss,ss*,sO}", "outcome", admission.outcome, "docket", docket, "faults", faults);
    return *result != NULL || admission_memory(error);
}
