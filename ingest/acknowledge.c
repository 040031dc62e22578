/*
 * Recording an acknowledgement of case management.
 *
 * Guarantees: only on dockets that wait for it or had it; the first acknowledgement of a subject stays. What
 * it sets free (attaching a report, closing a docket) is the caller's business.
 */
#include "ingest/acknowledge.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "ingest/admission.h"
#include "ingest/fault.h"
#include "ingest/receipt.h"

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
    if (strcmp(subject, "report") == 0 && json_whole(admission->docket, "reports", 0) == 0)
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
    char *directory = answer_place(NULL, "case-management/answers", json_text(admission->claim, "drop"),
                                   json_text(admission->claim, "digest"));
    admission->next_step = accepted ? "The acknowledgement is in the record of the docket." : NULL;
    json_t *facts = answer_facts(admission), *files = NULL, *row = NULL;
    bool done = false;
    if (directory == NULL || facts == NULL || !json_put_text(facts, "kind", "acknowledgement")) {
        admission_memory(error);
        goto done;
    }
    files = receipt_files(facts, "receipt-1", error);
    if (files == NULL)
        goto done;
    row = json_pack("{ss,ss,sO}", "kind", "receipt", "directory", directory, "files", files);
    done = row != NULL ? outbox_add(admission->transaction, row, admission->now, NULL, error)
                       : admission_memory(error);
    done = done &&
           answer_event(admission, accepted ? "acknowledgement-received" : "acknowledgement-refused", error);
done:
    free(directory);
    json_decref(facts);
    json_decref(files);
    json_decref(row);
    return done;
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
