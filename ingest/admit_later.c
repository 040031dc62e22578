/*
 * Drops about a docket that exists: supplement, correction, withdrawal, corroboration.
 *
 * Guarantees: only the command of the docket may send them, and another command's docket is answered exactly
 * as one that does not exist; what the state does not allow is a REJECT that says why. Use and basis never
 * change.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/hold.h"
#include "casebook/queue.h"
#include "ingest/admission.h"
#include "ingest/fault.h"
#include "ingest/rules.h"

/* A docket as a sender speaks of it. */
static const char *state_words(enum docket_state state)
{
    switch (state) {
    case DOCKET_APPROVED:
    case DOCKET_NEGATIVE:
        return _("decided");
    case DOCKET_REFUSED:
        return _("refused");
    case DOCKET_LAPSED:
        return _("lapsed");
    case DOCKET_WITHDRAWN:
        return _("withdrawn");
    default:
        return _("closed");
    }
}

static bool reject(struct admission *admission, const char *code, const char *clause, const char *remedy,
                   char *text, struct error *error)
{
    admission->outcome = "REJECT";
    return admission_fault(admission, code, "REJECT", clause, "/request/docket", remedy, text, error);
}

/* Is the case still open, so that what comes in can still change its course? */
static bool before_approval(enum docket_state state)
{
    return state < DOCKET_APPROVED;
}

static bool count_receipt(struct admission *admission, struct error *error)
{
    return json_put_whole(admission->docket, "receipts", json_whole(admission->docket, "receipts", 0) + 1) ||
           admission_memory(error);
}

static bool supplement(struct admission *admission, enum docket_state state, struct error *error)
{
    size_t added = 0;
    const json_t *fault = json_array_get(admission->faults, 0);
    bool held = strcmp(admission->outcome, "HOLD") == 0;
    /* Holds keep a docket in HELD; one that is further on has no place for them. */
    if (held && state != DOCKET_AWAITING_IMAGES)
        return reject(
            admission, "images-need-a-decision", "R20",
            _("leave out the images that need one, or send them in a new request that relates to this "
              "docket"),
            text_formatted(_("some of the images need a decision, and docket %s is under way: it waits for "
                             "none"),
                           json_text(admission->docket, "docket")),
            error);
    if (!admit_images(admission, &added, error))
        return false;
    if (added == 0)
        return reject(admission, "images-known", "R20", _("send images the docket does not have yet"),
                      text_formatted(_("docket %s has every one of these images already"),
                                     json_text(admission->docket, "docket")),
                      error);
    if (!count_receipt(admission, error) || (held && !admit_holds(admission, error)) ||
        !json_put_whole(admission->result, "imagesAdded", (int64_t)added))
        return false;
    if (state != DOCKET_AWAITING_IMAGES) {
        admission->next_step =
            state == DOCKET_HELD || state == DOCKET_INTAKE
                ? _("The images are attached to the docket; the investigator selects the probe among all of "
                    "them.")
                : _("The images are attached to the docket. The investigator decides whether another "
                    "search is made with them.");
        return docket_put(admission->transaction, admission->docket, error);
    }
    return docket_change_state(admission->transaction, admission->docket, held ? DOCKET_HELD : DOCKET_INTAKE,
                               admission->now, NULL, NULL, held ? json_text_or_null(fault, "clause") : "R20",
                               error);
}

/* Which holds a member that was supplied answers. */
enum { CODES = 3 };
static const struct {
    const char *member;
    const char *codes[CODES];
} answers[] = {
    {"supervisorDiscussion",
     {"discussion-missing", "discussion-after-submission", "discussion-with-requester"}},
    {"priorSearches", {"prior-searches-missing", "prior-search-to-come", NULL}},
    {"cmsRef", {NULL, NULL, NULL}},
};

struct matching {
    const char *const *codes;
    json_t *numbers;
};

static bool note_matching(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    struct matching *matching = context;
    if (json_object_get(value, "closed") != NULL)
        return true;
    for (size_t i = 0; i < CODES; i++)
        if (matching->codes[i] != NULL && strcmp(json_text(value, "code"), matching->codes[i]) == 0 &&
            json_array_append(matching->numbers, json_object_get(value, "number")) != 0)
            return admission_memory(error);
    return true;
}

/* Take over one member, when it was missing or on hold; *taken counts. */
static bool correct_member(struct admission *admission, size_t which, json_t *closed, size_t *taken,
                           struct error *error)
{
    json_t *value = json_object_get(admission->request, answers[which].member);
    json_t *request = json_object_get(admission->docket, "request");
    const char *number = json_text(admission->docket, "docket");
    struct matching matching = {.codes = answers[which].codes, .numbers = json_array()};
    bool done = matching.numbers != NULL || admission_memory(error);
    if (value == NULL || !done)
        goto done;
    done = hold_walk(admission->transaction, number, note_matching, &matching, error);
    /* What was stated and is not in question stays as it was stated. */
    if (!done ||
        (json_object_get(request, answers[which].member) != NULL && json_array_size(matching.numbers) == 0))
        goto done;
    ++*taken;
    done = json_object_set(request, answers[which].member, value) == 0 || admission_memory(error);
    for (size_t i = 0; done && i < json_array_size(matching.numbers); i++) {
        json_t *hold = json_array_get(matching.numbers, i);
        done = hold_close(admission->transaction, number, json_integer_value(hold), "corrected",
                          json_text(json_object_get(admission->request, "requester"), "account"),
                          admission->now, error) &&
               (json_array_append(closed, hold) == 0 || admission_memory(error));
    }
done:
    json_decref(matching.numbers);
    return done;
}

static bool correction(struct admission *admission, enum docket_state state, struct error *error)
{
    size_t taken = 0, open = 0;
    json_t *closed = json_array_at(admission->result, "closedHolds");
    if (closed == NULL)
        return admission_memory(error);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (!correct_member(admission, i, closed, &taken, error))
            return false;
    if (taken == 0)
        return reject(
            admission, "correction-not-needed", "R29",
            _("nothing to do if nothing is missing; to change a statement, withdraw the request and "
              "send a new one"),
            strdup(_("everything the correction states was stated before and is not in question")), error);
    if (!count_receipt(admission, error) ||
        !hold_count_open(admission->transaction, json_text(admission->docket, "docket"), &open, error))
        return false;
    if (state == DOCKET_HELD && open == 0)
        admission->next_step = _("The docket waits for nothing more; an investigator takes it up.");
    if (state == DOCKET_HELD && open == 0)
        return docket_change_state(admission->transaction, admission->docket, DOCKET_INTAKE, admission->now,
                                   NULL, NULL, "R29", error);
    if (state == DOCKET_HELD)
        admission->next_step =
            _("The correction is in the record; the docket still waits for the other decisions named "
              "on its first receipt.");
    return docket_put(admission->transaction, admission->docket, error);
}

static bool withdrawal(struct admission *admission, struct error *error)
{
    return count_receipt(admission, error) &&
           (json_put_text(admission->docket, "withdrawn", json_text(admission->request, "reason")) ||
            admission_memory(error)) &&
           queue_remove(admission->transaction, admission->docket, error) &&
           docket_change_state(admission->transaction, admission->docket, DOCKET_WITHDRAWN, admission->now,
                               json_text(json_object_get(admission->request, "requester"), "account"),
                               "requester", NULL, error);
}

static bool corroboration(struct admission *admission, struct error *error)
{
    json_t *record = json_copy(json_object_get(admission->request, "corroboration"));
    bool done = record != NULL && json_put_text(record, "received", json_text(admission->claim, "arrived")) &&
                json_array_append(json_array_at(admission->docket, "corroborations"), record) == 0;
    json_decref(record);
    return (done || admission_memory(error)) && count_receipt(admission, error) &&
           docket_put(admission->transaction, admission->docket, error);
}

/* Does the docket's state take such a packet at all? A fault when not. */
static bool state_takes_it(struct admission *admission, unsigned kind, enum docket_state state,
                           struct error *error)
{
    const char *number = json_text(admission->docket, "docket"), *is = state_words(state);
    bool reported = state == DOCKET_APPROVED ||
                    (state == DOCKET_CLOSED && json_object_get(admission->docket, "publishedReport") != NULL);
    if (kind == KIND_CORROBORATION)
        return reported || reject(admission, "nothing-to-corroborate", "R4",
                                  _("nothing to do if this is the docket you mean: wait for its report"),
                                  text_formatted(_("docket %s has no possible-match report"), number), error);
    if (before_approval(state))
        return true;
    switch (kind) {
    case KIND_SUPPLEMENT:
        return reject(admission, "docket-closed-to-images", "R20",
                      _("send a new request that relates to this docket"),
                      text_formatted(_("docket %s is %s and takes no more images"), number, is), error);
    case KIND_CORRECTION:
        return reject(
            admission, "docket-closed-to-corrections", "R29",
            _("nothing to do for this docket; ask the unit if the answer still matters"),
            text_formatted(_("docket %s is %s, and its request can no longer be corrected"), number, is),
            error);
    default:
        return reject(admission, "docket-closed-to-withdrawal", NULL,
                      _("nothing to do: no search is made for it any more"),
                      text_formatted(_("docket %s is %s already, and cannot be withdrawn"), number, is),
                      error);
    }
}

bool admit_later_look(struct admission *admission, struct error *error)
{
    const char *number = json_text(admission->request, "docket");
    unsigned kind = request_kind(admission->request);
    struct error own = ERROR_NONE;
    enum docket_state state;
    json_t *docket = NULL;
    if (number[0] == '\0')
        return true;
    if (!docket_get(admission->transaction, number, &docket, &own) && own.fault != FAULT_ABSENT) {
        if (error != NULL)
            *error = own;
        return false;
    }
    if (docket == NULL || strcmp(json_text(docket, "command"), admission->command) != 0) {
        json_decref(docket);
        return reject(admission, "docket-unknown", NULL,
                      _("correct the number of the docket; it stands on the first receipt"),
                      text_formatted(_("your command has no docket %s"), number), error);
    }
    admission->docket = docket;
    return docket_state_of(docket, &state, error) && state_takes_it(admission, kind, state, error) &&
           admission_agrees(admission, error) &&
           (kind != KIND_SUPPLEMENT || admission_event_images(admission, error));
}

bool admit_later(struct admission *admission, struct error *error)
{
    enum docket_state state;
    if (!docket_state_of(admission->docket, &state, error))
        return false;
    switch (request_kind(admission->request)) {
    case KIND_SUPPLEMENT:
        return supplement(admission, state, error);
    case KIND_CORRECTION:
        return correction(admission, state, error);
    case KIND_WITHDRAWAL:
        return withdrawal(admission, error);
    case KIND_CORROBORATION:
        return corroboration(admission, error);
    default:
        return error_set(error, FAULT_INTERNAL, "a request without a kind was let through by the schema");
    }
}
