/*
 * Recording an acknowledgement of case management.
 *
 * Guarantees: only of what there is to acknowledge, and dated so; the first acknowledgement of a subject stays. What
 * it sets free (attaching a report, closing a docket) is the caller's business.
 */
#include "ingest/acknowledge.h"

#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "ingest/admission.h"
#include "ingest/fault.h"
#include "ingest/words.h"

enum { DAY_MILLISECONDS = 24 * 3600 * 1000 };

/* Dated within a day of clocks between the confirmation of the basis and now. */
static bool at_its_time(const struct admission *admission, const json_t *acknowledgement)
{
    instant at, confirmed;
    const json_t *intake = json_object_get(admission->docket, "intake");
    return instant_parse(json_text(acknowledgement, "at"), &at, NULL) &&
           at <= admission->now + DAY_MILLISECONDS &&
           (!instant_parse(json_text(intake, "at"), &confirmed, NULL) || at >= confirmed - DAY_MILLISECONDS);
}

/* What case management cannot have on file yet (R18: the *confirmed* basis is documented). */
static bool too_early(struct admission *admission, const json_t *acknowledgement, struct error *error)
{
    const char *number = json_text(acknowledgement, "docket"),
               *subject = json_text(acknowledgement, "subject");
    if (strcmp(subject, "intake") == 0 && json_whole(admission->docket, "confirmations", 0) == 0 &&
        !admission_fault(admission, "nothing-confirmed-yet", "REJECT", "R18", "/acknowledgement/subject",
                         _("acknowledge it once the confirmation notice is there"),
                         text_formatted(_("the basis of docket %s is not confirmed yet"), number), error))
        return false;
    if (strcmp(subject, "report") == 0 && json_object_get(admission->docket, "publishedReport") == NULL &&
        !admission_fault(admission, "no-report-yet", "REJECT", "R27", "/acknowledgement/subject",
                         _("acknowledge the report once it is in the case management folder"),
                         text_formatted(_("docket %s has no report yet"), number), error))
        return false;
    if (!at_its_time(admission, acknowledgement) &&
        !admission_fault(admission, "acknowledged-at-no-time", "REJECT", "R18", "/acknowledgement/at",
                         _("state when it was put on file, in UTC"),
                         text_formatted(_("\"%s\" lies before the confirmation or in the future"),
                                        json_text(acknowledgement, "at")),
                         error))
        return false;
    static const char *const said[] = {"cmsRef", "by"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (words_length(json_text(acknowledgement, said[i])) == 0 &&
            !admission_fault(admission, "text-says-nothing", "REJECT", "R18",
                             i == 0 ? "/acknowledgement/cmsRef" : "/acknowledgement/by",
                             _("state the reference and who filed it"), strdup(_("there is no word in it")),
                             error))
            return false;
    return true;
}

static bool record(struct admission *admission, const json_t *acknowledgement, struct error *error)
{
    const char *number = json_text(acknowledgement, "docket"),
               *subject = json_text(acknowledgement, "subject");
    struct error own = ERROR_NONE;
    if (!docket_get(admission->transaction, number, &admission->docket, &own)) {
        if (own.fault == FAULT_ABSENT)
            return admission_fault(admission, "docket-unknown", "REJECT", "R18", "/acknowledgement/docket",
                                   _("correct the docket number"),
                                   text_formatted(_("there is no docket %s"), number), error);
        if (error != NULL)
            *error = own;
        return false;
    }
    if (!too_early(admission, acknowledgement, error))
        return false;
    if (json_array_size(admission->faults) > 0)
        return true;
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
    admission->next_step = accepted ? _("The acknowledgement is in the record of the docket.") : NULL;
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
