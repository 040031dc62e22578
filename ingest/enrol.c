/*
 * Admission of photographs to the gallery.
 *
 * Guarantees: all photographs of a packet or none; a photo id never changes its bytes; each gets the status
 * "pending", which the matching side turns into "enrolled", or "unmarked" when a person has to mark its
 * eyes. Does not decide whether the signer may: the
 * caller hands in the refusal.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/event.h"
#include "casebook/photo.h"
#include "ingest/admission.h"
#include "ingest/enrol_duplicates.h"
#include "ingest/enrol_marks.h"
#include "ingest/fault.h"

struct enrolling {
    struct admission admission;
    json_t *added; /* ids as members: a packet has thousands */
    json_t *seen;  /* by enrol_duplicate */
    int64_t known, marked;
    int64_t duplicates; /* of the same person, left out */
};

static bool compare_new(struct enrolling *enrolling, const json_t *photo, struct error *error)
{
    bool duplicate = false;
    if (!enrol_duplicate(&enrolling->admission, enrolling->seen, photo, &duplicate, error))
        return false;
    enrolling->duplicates += duplicate ? 1 : 0;
    return duplicate || json_put_flag(enrolling->added, json_text(photo, "photo"), true) ||
           admission_memory(error);
}

/* Which photographs are new; a known id with other bytes is a fault. Nothing is written yet. */
static bool compare(struct enrolling *enrolling, struct error *error)
{
    struct admission *admission = &enrolling->admission;
    size_t index;
    const json_t *photo;
    json_array_foreach(json_object_get(admission->check, "photos"), index, photo)
    {
        const char *id = json_text(photo, "photo");
        json_t *present = NULL;
        if (!book_get(admission->transaction, BOOK_PHOTOS, id, &present, error))
            return false;
        bool same = strcmp(json_text(present, "digest"), json_text(photo, "digest")) == 0;
        bool done = true;
        if (present == NULL)
            done = compare_new(enrolling, photo, error);
        else if (same)
            enrolling->known++;
        else
            done = admission_fault(
                admission, "photo-id-used", "REJECT", "R17", json_text(photo, "file"),
                _("give the new photograph an id of its own; withdraw the old one if it is wrong"),
                text_formatted(_("photo %s is in the gallery with other bytes"), id), error);
        json_decref(present);
        if (!done)
            return false;
    }
    return true;
}

static json_t *photo_record(const json_t *photo, const char *claim)
{
    static const char *const members[] = {"photo",          "person",     "digest", "source",
                                          "sourceCitation", "capturedAt", "eyes",   "biography"};
    json_t *record = json_object();
    bool done = record != NULL && json_put_text(record, "status", "pending") &&
                json_put_text(record, "packet", claim);
    if (done && json_object_get(photo, "eyes") != NULL)
        done = json_put_text(record, "eyesFoundBy", "keeper");
    for (size_t i = 0; done && i < sizeof members / sizeof *members; i++) {
        json_t *value = json_object_get(photo, members[i]);
        done = value == NULL || json_object_set(record, members[i], value) == 0;
    }
    if (!done) {
        json_decref(record);
        return NULL;
    }
    return record;
}

static bool is_new(const struct enrolling *enrolling, const char *id)
{
    return json_object_get(enrolling->added, id) != NULL;
}

static bool store(struct enrolling *enrolling, struct error *error)
{
    const struct admission *admission = &enrolling->admission;
    size_t index;
    const json_t *photo;
    json_array_foreach(json_object_get(admission->check, "photos"), index, photo)
    {
        if (!is_new(enrolling, json_text(photo, "photo")))
            continue;
        json_t *record = photo_record(photo, json_text(admission->claim, "claim"));
        bool done =
            record != NULL ? photo_put(admission->transaction, record, error) : admission_memory(error);
        json_decref(record);
        if (!done)
            return false;
    }
    return true;
}

/* New photographs whose eyes leadspool has to find. */
static size_t without_eyes(const struct enrolling *enrolling)
{
    size_t index, count = 0;
    const json_t *photo;
    json_array_foreach(json_object_get(enrolling->admission.check, "photos"), index, photo)
    {
        count += json_object_get(photo, "eyes") == NULL && is_new(enrolling, json_text(photo, "photo"));
    }
    return count;
}

/* What became of an accepted packet and what follows; NULL when memory ran out. */
static char *accepted_words(const struct enrolling *enrolling)
{
    struct text words = TEXT_EMPTY;
    size_t added = json_object_size(enrolling->added), blind = without_eyes(enrolling);
    text_format(&words, _("New photographs: %zu; %lld were there already."), added,
                (long long)enrolling->known);
    if (enrolling->duplicates > 0)
        text_format(&words,
                    _(" Left out, since the gallery has the very same picture of that person under another "
                      "id: %lld."),
                    (long long)enrolling->duplicates);
    if (enrolling->marked > 0)
        text_format(&words, _(" Eyes marked in photographs sent before: %lld."),
                    (long long)enrolling->marked);
    if (added + (size_t)enrolling->marked > 0)
        text_add(&words,
                 _(" Each is searched once it is enrolled; leadspool gallery list --status faulty shows "
                   "those that could not be."));
    if (blind > 0)
        text_format(
            &words,
            _(" Eyes are sought in %zu of them; where they are not found with confidence a list of what to "
              "mark follows in gallery/out/unmarked, and leadspool gallery list --unmarked shows it."),
            blind);
    if (text_done(&words, NULL))
        return words.bytes;
    text_free(&words);
    return NULL;
}

static bool answer(struct enrolling *enrolling, struct error *error)
{
    struct admission *admission = &enrolling->admission;
    bool accepted = strcmp(admission->outcome, "ACCEPT") == 0;
    char *words =
        accepted
            ? accepted_words(enrolling)
            : strdup(_("No photograph of this packet was taken. Correct everything listed above and send "
                       "the packet again."));
    if (words == NULL)
        return admission_memory(error);
    admission->next_step = words;
    bool done = answer_add_in(
        admission, "gallery/out", "enrolment",
        json_text_or_null(json_object_get(admission->check, "enrolment"), "enrolmentId"), error);
    admission->next_step = NULL;
    free(words);
    return done;
}

static bool event(const struct enrolling *enrolling, struct error *error)
{
    const struct admission *admission = &enrolling->admission;
    bool accepted = strcmp(admission->outcome, "ACCEPT") == 0;
    const struct event what = {.actor = json_text_or_null(admission->claim, "owner"),
                               .role = "sender",
                               .action = accepted ? "photos-received" : "gallery-rejected",
                               .object = json_text_or_null(admission->claim, "digest"),
                               .clause = "R17",
                               .outcome = admission->outcome};
    return event_append(admission->transaction, admission->now, &what, NULL, error);
}

bool ingest_enrol(struct transaction *transaction, const struct settings *settings, const json_t *claim,
                  const json_t *check, const char *refusal, instant now, json_t **result, struct error *error)
{
    struct enrolling enrolling = {.admission = {.transaction = transaction,
                                                .settings = settings,
                                                .claim = claim,
                                                .check = check,
                                                .now = now},
                                  .added = json_object(),
                                  .seen = json_object()};
    struct admission *admission = &enrolling.admission;
    bool done = false;
    *result = NULL;
    admission->faults = json_deep_copy(json_object_get(check, "faults"));
    if (admission->faults == NULL || enrolling.added == NULL || enrolling.seen == NULL) {
        admission_memory(error);
        goto done;
    }
    for (size_t i = 0; i < json_array_size(admission->faults); i++) {
        const json_t *fault = json_array_get(admission->faults, i);
        if (strcmp(json_text(fault, "outcome"), "WAIT") == 0) {
            error_set(error, FAULT_TEMPORARY, "%s", json_text(fault, "text"));
            goto done;
        }
    }
    if (refusal != NULL && !fault_has(admission->faults, "signature-missing") &&
        !admission_fault(admission, "signer-may-not-enrol", "REJECT", "R31", "enrolment.xml.p7s",
                         _("have the packet signed by a gallery keeper of this site"), strdup(refusal),
                         error))
        goto done;
    if (!admission_specials(admission, error) || !compare(&enrolling, error) ||
        !enrol_marks_compare(admission, error))
        goto done;
    admission->outcome = fault_outcome(admission->faults);
    /* Nobody releases a hold on a packet for the gallery: what is not accepted is rejected. */
    if (strcmp(admission->outcome, "HOLD") == 0)
        admission->outcome = "REJECT";
    bool accepted = strcmp(admission->outcome, "ACCEPT") == 0;
    if (!accepted)
        json_object_clear(enrolling.added);
    if ((accepted && !(store(&enrolling, error) && enrol_marks_store(admission, &enrolling.marked, error))) ||
        !answer(&enrolling, error) || !event(&enrolling, error) ||
        (strcmp(admission->outcome, "QUARANTINE") == 0 && !answer_note_quarantine(admission, error)))
        goto done;
    *result = json_pack("{ss,sI,sI,sI,sO}", "outcome", admission->outcome, "added",
                        (json_int_t)json_object_size(enrolling.added), "known", (json_int_t)enrolling.known,
                        "marked", (json_int_t)enrolling.marked, "faults", admission->faults);
    done = *result != NULL || admission_memory(error);
done:
    if (!done)
        error_context(error, "admitting the enrolment %s", json_text(claim, "claim"));
    json_decref(admission->faults);
    json_decref(enrolling.added);
    json_decref(enrolling.seen);
    return done;
}
