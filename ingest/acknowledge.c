/*
 * Recording an acknowledgement of case management.
 *
 * Guarantees: only on dockets that wait for it or had it; the first acknowledgement of a subject stays. What
 * it sets free (attaching a report, closing a docket) is the caller's business.
 */
#include "ingest/acknowledge.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "ingest/admission.h"
#include "ingest/fault.h"

/* A docket that was never confirmed has nothing to acknowledge. */
static bool record(struct admission *admission, const json_t *acknowledgement, struct error *error)
{
    const char *number = json_text(acknowledgement, "docket"),
               *subject = json_text(acknowledgement, "subject");
    struct error own = ERROR_NONE;
    if (!docket_get(admission->transaction, number, &admission->docket, &own)) {
        if (own.fault == FAULT_ABSENT)
            return admission_fault(admission, "docket-unknown", "REJECT", "R18", "/acknowledgement/docket",
                                   "correct the docket number",
                                   text_formatted("there is no docket %s", number), error);
        if (error != NULL)
            *error = own;
        return false;
    }
    if (strcmp(subject, "report") == 0 && json_object_get(admission->docket, "publishedReport") == NULL)
        return admission_fault(admission, "no-report-yet", "REJECT", "R27", "/acknowledgement/subject",
                               "acknowledge the report once it is in the case management folder",
                               text_formatted("docket %s has no report yet", number), error);
    json_t *all = json_object_at(admission->docket, "acknowledged");
    if (json_object_get(all, subject) != NULL)
        return true;
    json_t *one = json_pack("{ss,ss,ss}", "cmsRef", json_text(acknowledgement, "cmsRef"), "at",
                            json_text(acknowledgement, "at"), "by", json_text(acknowledgement, "by"));
    return (all != NULL && one != NULL && json_object_set_new(all, subject, one) == 0)
               ? docket_put(admission->transaction, admission->docket, error)
               : admission_memory(error);
}

static bool answer(struct admission *admission, struct error *error)
{
    bool accepted = strcmp(admission->outcome, "ACCEPT") == 0;
    admission->next_step = accepted ? "The acknowledgement is in the record of the docket." : NULL;
    return answer_add_in(admission, "case-management/answers", "acknowledgement", NULL, error) &&
           answer_event(admission, accepted ? "acknowledgement-received" : "acknowledgement-refused", error);
}

bool ingest_acknowledge(struct transaction *transaction, const struct settings *settings, const json_t *claim,
                        const json_t *check, instant now, json_t **result, struct error *error)
{
    const json_t *acknowledgement = json_object_get(check, "acknowledgement");
    struct admission admission = {.transaction = transaction,
                                  .settings = settings,
                                  .claim = claim,
                                  .check = check,
                                  .faults = json_deep_copy(json_object_get(check, "faults")),
                                  .now = now};
    bool done = false;
    *result = NULL;
    if (admission.faults == NULL) {
        admission_memory(error);
        goto done;
    }
    if (!admission_specials(&admission, error))
        goto done;
    if (json_array_size(admission.faults) == 0 && json_is_object(acknowledgement) &&
        !record(&admission, acknowledgement, error))
        goto done;
    admission.outcome = fault_outcome(admission.faults);
    if (!answer(&admission, error))
        goto done;
    *result = json_pack("{ss,ss*,ss*,sO}", "outcome", admission.outcome, "docket",
                        json_text_or_null(acknowledgement, "docket"), "subject",
                        json_text_or_null(acknowledgement, "subject"), "faults", admission.faults);
    done = *result != NULL || admission_memory(error);
done:
    if (!done)
        error_context(error, "recording the acknowledgement %s", json_text(claim, "claim"));
    json_decref(admission.faults);
    json_decref(admission.docket);
    return done;
}
