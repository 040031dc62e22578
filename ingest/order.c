/*
 * Carrying out orders about photographs in the gallery.
 *
 * Guarantees: one transaction, so the next comparison knows; an event for each photograph, which names its bytes
 * and no person; a misspelt id keeps no other photograph from being sealed. Does not look after dockets that
 * show the photographs: the caller does, in the same transaction.
 */
#include "ingest/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "base/unicode.h"
#include "casebook/event.h"
#include "casebook/photo.h"
#include "ingest/admission.h"
#include "ingest/fault.h"
#include "ingest/seal.h"

enum { NAMED_MOST = 20, MISSING_MOST = 1500 }; /* ids not found that the answer lists, and bytes of them */

struct ordering {
    struct admission admission;
    const json_t *order;
    const char *keeper;
    json_t *targets; /* ids of the photographs, as an object so that each is there once */
    json_t *changed; /* ids */
    struct text missing;
    size_t missing_count, already;
    struct seal_order seal;
    bool pending;
};

bool order_is_of_hold(const json_t *check)
{
    const char *kind = json_text(json_object_get(check, "order"), "kind");
    return strcmp(kind, "hold") == 0 || strcmp(kind, "release") == 0;
}

/* Kinds that rest on one of the site's reasons, and are done for whatever is found. */
static const char *missing_text(const struct ordering *ordering)
{
    return ordering->missing.bytes == NULL ? "" : ordering->missing.bytes;
}

static int missing_fits(const struct ordering *ordering)
{
    return unicode_fits(missing_text(ordering), MISSING_MOST);
}

static bool ends_something(const struct ordering *ordering)
{
    const char *kind = json_text(ordering->order, "kind");
    return strcmp(kind, "seal") == 0 || strcmp(kind, "withdraw") == 0;
}

bool order_is(const json_t *claim)
{
    const json_t *files = json_object_get(claim, "files");
    return json_find(files, "name", "order.xml") != NULL && json_find(files, "name", "enrolment.xml") == NULL;
}

/* The ids one entry of the order names. */
static bool find_one(struct ordering *ordering, const json_t *entry, json_t *ids, struct error *error)
{
    static const struct {
        const char *by;
        enum photo_index index;
    } ways[] = {
        {"personId", PHOTO_BY_PERSON}, {"sha256", PHOTO_BY_DIGEST}, {"sourceCitation", PHOTO_BY_CITATION}};
    const char *by = json_text(entry, "by"), *value = json_text(entry, "value");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (strcmp(ways[i].by, by) == 0)
            return photo_find(ordering->admission.transaction, ways[i].index, value, NULL, SIZE_MAX, ids,
                              error);
    json_t *photo = NULL;
    if (!book_get(ordering->admission.transaction, BOOK_PHOTOS, value, &photo, error))
        return false;
    bool done =
        photo == NULL || json_array_append_new(ids, json_string(value)) == 0 || admission_memory(error);
    json_decref(photo);
    return done;
}

static bool find_all(struct ordering *ordering, struct error *error)
{
    size_t index, each;
    const json_t *entry, *id;
    json_array_foreach(json_object_get(ordering->order, "photos"), index, entry)
    {
        json_t *ids = json_array();
        bool done = ids != NULL ? find_one(ordering, entry, ids, error) : admission_memory(error);
        if (done && json_array_size(ids) == 0 && ordering->missing_count++ < NAMED_MOST)
            text_format(&ordering->missing, "%s%s %s", ordering->missing_count == 1 ? "" : ", ",
                        json_text(entry, "by"), json_text(entry, "value"));
        json_array_foreach(ids, each, id) done =
            done &&
            (json_put_flag(ordering->targets, json_string_value(id), true) || admission_memory(error));
        json_decref(ids);
        if (!done)
            return false;
    }
    return true;
}

static bool refuse(struct ordering *ordering, const char *code, const char *place, const char *remedy,
                   char *text, struct error *error)
{
    return admission_fault(&ordering->admission, code, "REJECT", "R17", place, remedy, text, error);
}

static bool check_reason(struct ordering *ordering, struct error *error)
{
    const char *reason = json_text(ordering->order, "reason");
    ordering->seal.effect =
        !ends_something(ordering) ? "" : seal_effect(ordering->admission.settings, reason);
    return ordering->seal.effect != NULL ||
           refuse(ordering, "seal-reason-unknown", "order.xml /order/reason",
                  _("use a reason that site.xml lists in sealReasons, or have it added there"),
                  text_formatted(_("\"%s\" is no reason of this site"), reason), error);
}

static bool check_signer(struct ordering *ordering, const char *refusal, struct error *error)
{
    struct admission *admission = &ordering->admission;
    const char *by = json_text_or_null(ordering->order, "orderedBy");
    if (fault_has(admission->faults, "signature-missing"))
        return true;
    if (refusal != NULL)
        return admission_fault(admission, "signer-may-not-order", "REJECT", "R31", "order.xml.p7s",
                               order_is_of_hold(admission->check)
                                   ? _("have the order signed by somebody of the legal bureau")
                                   : _("have the order signed by a gallery keeper of this site"),
                               strdup(refusal), error);
    return by == NULL || strcmp(by, ordering->keeper) == 0 ||
           admission_fault(
               admission, "ordered-by-another", "REJECT", "R31", "order.xml /order/orderedBy",
               _("orderedBy is the roster id of whoever signs"),
               text_formatted(_("the order says it is by %s and is signed by %s"), by, ordering->keeper),
               error);
}

/* One of the kinds, each with its event and its word. */
static const struct order_kind {
    const char *kind, *action, *done;
} kinds[] = {{"seal", "photo-sealed", N_("sealed")},
             {"unseal", "photo-unsealed", N_("unsealed")},
             {"withdraw", "photo-withdrawn", N_("withdrawn")},
             {"hold", "photo-held", N_("put under a legal hold")},
             {"release", "photo-released", N_("released from their legal hold")}};

static const struct order_kind *kind_of(const struct ordering *ordering)
{
    size_t at = 0;
    while (at + 1 < sizeof kinds / sizeof kinds[0] && strcmp(kinds[at].kind, ordering->seal.kind) != 0)
        at++;
    return &kinds[at];
}

static bool event(const struct ordering *ordering, const json_t *photo, struct error *error)
{
    const struct event what = {.actor = ordering->keeper,
                               .role =
                                   order_is_of_hold(ordering->admission.check) ? "legal" : "gallery-keeper",
                               .action = kind_of(ordering)->action,
                               .object = json_text(photo, "digest"),
                               .clause = "R17",
                               .outcome = ordering->seal.reason};
    return event_append(ordering->admission.transaction, ordering->admission.now, &what, NULL, error);
}

/* What cannot be done to a photograph, as a fault; the photograph stays as it is. */
static bool note_refused(struct ordering *ordering, const char *id, enum seal_outcome outcome,
                         struct error *error)
{
    if (outcome == SEAL_IRREVERSIBLE)
        return refuse(ordering, "seal-not-reversible", id, _("leave it out"),
                      text_formatted(_("photo %s is sealed for a reason that cannot be lifted"), id), error);
    if (outcome == SEAL_WITHDRAWN)
        return refuse(ordering, "photo-withdrawn", id, _("enrol it anew, under an id of its own"),
                      text_formatted(_("photo %s was withdrawn, which is not a seal"), id), error);
    return refuse(ordering, "photo-destroyed", id, _("enrol it anew, if the agency still holds it lawfully"),
                  text_formatted(_("photo %s was destroyed"), id), error);
}

static bool apply_one(struct ordering *ordering, const char *id, struct error *error)
{
    json_t *photo = NULL;
    if (!book_need(ordering->admission.transaction, BOOK_PHOTOS, id, &photo, error))
        return false;
    enum seal_outcome outcome = seal_apply(ordering->admission.settings, &ordering->seal, photo);
    bool done;
    if (outcome == SEAL_DONE) {
        ordering->pending = ordering->pending || strcmp(json_text(photo, "status"), "pending") == 0;
        done = photo_put(ordering->admission.transaction, photo, error) && event(ordering, photo, error) &&
               (json_array_append_new(ordering->changed, json_string(id)) == 0 || admission_memory(error));
    } else if (outcome == SEAL_ALREADY) {
        ordering->already++;
        done = true;
    } else
        done =
            outcome == SEAL_NO_MEMORY ? admission_memory(error) : note_refused(ordering, id, outcome, error);
    json_decref(photo);
    return done;
}

/* Could it be done to every photograph? Faults for those to which it cannot. */
static bool try_all(struct ordering *ordering, struct error *error)
{
    const char *id;
    json_t *value;
    json_object_foreach(ordering->targets, id, value)
    {
        json_t *photo = NULL;
        if (!book_need(ordering->admission.transaction, BOOK_PHOTOS, id, &photo, error))
            return false;
        enum seal_outcome outcome = seal_apply(ordering->admission.settings, &ordering->seal, photo);
        json_decref(photo);
        if (outcome != SEAL_DONE && outcome != SEAL_ALREADY && !note_refused(ordering, id, outcome, error))
            return false;
    }
    return true;
}

static bool apply_all(struct ordering *ordering, struct error *error)
{
    const char *id;
    json_t *value;
    int64_t generation;
    json_object_foreach(ordering->targets, id, value) if (!apply_one(ordering, id, error)) return false;
    return json_array_size(ordering->changed) == 0 ||
           counter_next(ordering->admission.transaction, "seals", &generation, error);
}

static bool check_targets(struct ordering *ordering, struct error *error)
{
    bool all = !ends_something(ordering);
    if (!find_all(ordering, error))
        return false;
    if (json_object_size(ordering->targets) == 0 || (all && ordering->missing_count > 0))
        return refuse(ordering, "photo-unknown", "order.xml /order/photos",
                      _("correct the ids; leadspool gallery list shows what is in the gallery"),
                      text_formatted(_("not in the gallery: %.*s%s"), missing_fits(ordering),
                                     missing_text(ordering),
                                     ordering->missing_count > NAMED_MOST ? ", …" : ""),
                      error);
    return !all || try_all(ordering, error);
}

static char *accepted_words(struct ordering *ordering)
{
    struct text words = TEXT_EMPTY;
    const char *kind = ordering->seal.kind, *effect = ordering->seal.effect;
    size_t changed = json_array_size(ordering->changed);
    text_format(&words, _("Photographs %s: %zu"), language_text(kind_of(ordering)->done), changed);
    if (ordering->already > 0)
        text_format(&words, _("; %zu were so already"), ordering->already);
    text_add(&words, ".");
    if (strcmp(kind, "unseal") == 0)
        text_add(&words, _(" They are searched again from the next comparison on."));
    else if (strcmp(kind, "hold") == 0)
        text_add(&words,
                 _(" Nothing of them is destroyed until the hold is released. What is sealed stays sealed."));
    else if (strcmp(kind, "release") == 0)
        text_add(&words, _(" What was ordered to be destroyed is destroyed from now on."));
    else {
        text_add(&words, _(" No comparison searches them from now on"));
        text_add(&words,
                 strcmp(effect, "search") == 0 ? "." : _(", and work that shows them is taken back."));
        if (strcmp(effect, "destroy") == 0)
            text_add(&words,
                     _(" They are marked for destruction. Worksheets, reports and volumes made before "
                       "are not: leadspool list "
                       "--photo ID names the dockets that hold such."));
    }
    if (ordering->missing_count > 0)
        text_format(&words, _(" NOT FOUND, and nothing done for: %.*s%s."), missing_fits(ordering),
                    missing_text(ordering), ordering->missing_count > NAMED_MOST ? _(", and more") : "");
    if (text_done(&words, NULL))
        return words.bytes;
    text_free(&words);
    return NULL;
}

static bool answer(struct ordering *ordering, struct error *error)
{
    struct admission *admission = &ordering->admission;
    char *words =
        strcmp(admission->outcome, "ACCEPT") == 0
            ? accepted_words(ordering)
            : strdup(_("Nothing was done. Correct everything listed above and send the order again."));
    if (words == NULL)
        return admission_memory(error);
    admission->next_step = words;
    bool done = answer_add_in(admission, "gallery/out", "order",
                              json_text_or_null(ordering->order, "orderId"), error);
    admission->next_step = NULL;
    free(words);
    const struct event what = {.actor = json_text_or_null(admission->claim, "owner"),
                               .role = "sender",
                               .action = strcmp(admission->outcome, "ACCEPT") == 0 ? "order-received"
                                                                                   : "gallery-rejected",
                               .object = json_text_or_null(admission->claim, "digest"),
                               .clause = "R17",
                               .outcome = admission->outcome};
    return done && event_append(admission->transaction, admission->now, &what, NULL, error) &&
           (strcmp(admission->outcome, "QUARANTINE") != 0 || answer_note_quarantine(admission, error));
}

static bool wait_for_list(const json_t *faults, struct error *error)
{
    size_t index;
    const json_t *fault;
    json_array_foreach(faults, index, fault)
    {
        if (strcmp(json_text(fault, "outcome"), "WAIT") == 0)
            return error_set(error, FAULT_TEMPORARY, "%s", json_text(fault, "text"));
    }
    return true;
}

static bool carry_out(struct ordering *ordering, const char *refusal, struct error *error)
{
    struct admission *admission = &ordering->admission;
    if (!wait_for_list(admission->faults, error) || !check_signer(ordering, refusal, error) ||
        !admission_specials(admission, error))
        return false;
    /* A document nobody could read names no photographs. */
    if (ordering->order != NULL && !(check_reason(ordering, error) && check_targets(ordering, error)))
        return false;
    admission->outcome = fault_outcome(admission->faults);
    if (strcmp(admission->outcome, "HOLD") == 0)
        admission->outcome = "REJECT"; /* nobody releases a hold on an order */
    return (strcmp(admission->outcome, "ACCEPT") != 0 || apply_all(ordering, error)) &&
           answer(ordering, error);
}

bool ingest_order(struct transaction *transaction, const struct settings *settings, const json_t *claim,
                  const json_t *check, const char *keeper, const char *refusal, instant now, json_t **result,
                  struct error *error)
{
    const json_t *order = json_object_get(check, "order");
    char at[INSTANT_TEXT_SIZE];
    struct ordering ordering = {.admission = {.transaction = transaction,
                                              .settings = settings,
                                              .claim = claim,
                                              .check = check,
                                              .faults = json_deep_copy(json_object_get(check, "faults")),
                                              .now = now},
                                .order = order,
                                .keeper = keeper == NULL ? "" : keeper,
                                .targets = json_object(),
                                .changed = json_array(),
                                .missing = TEXT_EMPTY,
                                .seal = {.kind = json_text(order, "kind"),
                                         .reason = json_text(order, "reason"),
                                         .citation = json_text(order, "citation"),
                                         .effect = "",
                                         .order_id = json_text(order, "orderId"),
                                         .claim = json_text(claim, "claim"),
                                         .keeper = keeper == NULL ? "" : keeper,
                                         .at = instant_text(now, at)}};
    *result = NULL;
    bool done = (ordering.admission.faults != NULL && ordering.targets != NULL && ordering.changed != NULL) ||
                admission_memory(error);
    done = done && carry_out(&ordering, refusal, error);
    if (done) {
        *result = json_pack(
            "{ss,ss,ss,sO,sb,sO}", "outcome", ordering.admission.outcome, "kind", ordering.seal.kind,
            "effect", ordering.seal.effect == NULL ? "" : ordering.seal.effect, "photos", ordering.changed,
            "pending", (int)ordering.pending, "faults", ordering.admission.faults);
        done = *result != NULL || admission_memory(error);
    }
    if (!done)
        error_context(error, "carrying out the order %s", json_text(claim, "claim"));
    text_free(&ordering.missing);
    json_decref(ordering.admission.faults);
    json_decref(ordering.targets);
    json_decref(ordering.changed);
    return done;
}
