/*
 * Admission of a request packet: which of the outcomes, in which order of precedence.
 *
 * Guarantees: an id binds only when the packet was accepted or held; a bound id never changes what it is
 * bound to; whatever the outcome there is one receipt and one event. Everything happens in the caller's
 * transaction: a failure here undoes all of it.
 */
#include "ingest/admit.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/incident.h"
#include "casebook/outbox.h"
#include "ingest/admission.h"
#include "ingest/fault.h"
#include "ingest/packet_limits.h"
#include "ingest/rules.h"

enum { REQUEST_ID_MOST = 64 };

bool admission_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "admitting a drop: out of memory");
}

bool admission_fault(struct admission *admission, const char *code, const char *outcome, const char *clause,
                     const char *place, const char *remedy, char *text, struct error *error)
{
    bool done = text != NULL && fault_add(admission->faults, &(struct fault_words){.code = code,
                                                                                   .outcome = outcome,
                                                                                   .place = place,
                                                                                   .clause = clause,
                                                                                   .text = text,
                                                                                   .remedy = remedy});
    free(text);
    return done || admission_memory(error);
}

/* What of the packet is too large, and what would not be. */
static char *too_large_words(const struct settings *settings, const char *name)
{
    struct text one = TEXT_EMPTY, all = TEXT_EMPTY;
    char *words = NULL;
    size_words(&one, settings->packet_file_bytes);
    size_words(&all, settings->packet_total_bytes);
    if (!one.failed && !all.failed)
        words =
            text_formatted(_("\"%s\" is larger than this site takes: %s in one file, %s in all files of a "
                             "packet"),
                           name, one.bytes, all.bytes);
    text_free(&one);
    text_free(&all);
    return words;
}

bool admission_specials(struct admission *admission, struct error *error)
{
    size_t index;
    const json_t *special;
    json_array_foreach(json_object_get(admission->claim, "specials"), index, special)
    {
        const char *what = json_text(special, "what"), *name = json_text(special, "name");
        bool large = strcmp(what, "too-large") == 0, many = strcmp(what, "too-many") == 0;
        bool changing = strcmp(what, "changing") == 0, unreadable = strcmp(what, "unreadable") == 0;
        char *text = many       ? text_formatted(_("the packet holds more files than this site takes (%d)"),
                                                 admission->settings->packet_files)
                     : large    ? too_large_words(admission->settings, name)
                     : changing ? text_formatted(_("\"%s\" went on changing while it was copied"), name)
                     : unreadable
                         ? text_formatted(_("\"%s\" cannot be read"), name)
                         : text_formatted(_("\"%s\" is no plain file (%s) and was not read"), name, what);
        if (!admission_fault(admission,
                             many || large ? "packet-too-large"
                             : changing    ? "still-changing"
                                           : "not-a-plain-file",
                             "REJECT", NULL, name,
                             many || large
                                 ? _("send fewer or smaller files; a supplement can bring more later")
                             : changing   ? _("send the packet again when nothing writes to it any more")
                             : unreadable ? _("let the service read it, and send the packet again")
                                          : _("put the files themselves into the packet"),
                             text, error))
            return false;
    }
    return true;
}

static bool request_key(const struct admission *admission, char **key, struct error *error)
{
    *key = text_formatted("%s/%s", admission->command, json_text(admission->request, "requestId"));
    return *key != NULL || admission_memory(error);
}

static bool refuse(struct admission *admission, struct error *error);

/* The first receipt went with the docket (R38): there is nothing to say again, and what was sent is no part of it. */
static bool refuse_disposed(struct admission *admission, struct error *error)
{
    char *text = text_formatted(_("this request was answered as docket %s, which was disposed of"),
                                json_text(admission->docket, "docket"));
    json_decref(admission->docket);
    admission->docket = NULL;
    admission->outcome = "REJECT";
    return admission_fault(admission, "request-disposed", "REJECT", "R38", "/request/requestId",
                           _("send a new request with an id of its own"), text, error) &&
           refuse(admission, error);
}

/* The first answer once more: the same bytes under the same names. */
static bool repeat(struct admission *admission, const json_t *bound, struct error *error)
{
    json_t *first = NULL, *again = NULL;
    bool done = false;
    admission->outcome = "REPEAT";
    if (!docket_get(admission->transaction, json_text(bound, "docket"), &admission->docket, error) ||
        !outbox_get(admission->transaction, json_whole(bound, "row", 0), &first, error))
        goto done;
    if (json_object_get(admission->docket, "disposed") != NULL) {
        done = refuse_disposed(admission, error);
        goto done;
    }
    again = json_pack("{ss,ss,ss,sO}", "kind", "receipt", "docket", json_text(bound, "docket"), "directory",
                      json_text(first, "directory"), "files", json_object_get(first, "files"));
    done = again != NULL ? outbox_add(admission->transaction, again, admission->now, NULL, error)
                         : admission_memory(error);
    done = done && answer_event(admission, "drop-repeated", error);
done:
    json_decref(first);
    json_decref(again);
    return done;
}

/* Attempts of the security kind are looked into (R37). */
static bool file_incidents(struct admission *admission, struct error *error)
{
    static const struct {
        const char *code, *clause, *text;
    } kinds[] = {
        {"command-other", "R31",
         N_("a packet names another command than the one whose folder it was dropped in")},
        {"political-activity-elsewhere", "R9",
         N_("a command other than the Intelligence Bureau asked about political activity")},
        {"request-id-used", "R37", N_("a request id was used again with other bytes")},
        {"hostile-xml", "R37", N_("a packet holds a document made to harm its reader")},
        {"archive-path", "R37", N_("a .zip file holds names that lead out of the packet")},
        {"archive-bomb", "R37", N_("a .zip file was made to burst when it is unpacked")},
        {"archive-foreign-bytes", "R37", N_("a .zip file hides bytes that belong to none of its files")},
        {"archive-inconsistent", "R37", N_("a .zip file says two things about what it holds")},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct incident incident = {.kind = kinds[i].code,
                                          .clause = kinds[i].clause,
                                          .text = language_text(kinds[i].text),
                                          .docket = NULL,
                                          .person = json_text_or_null(admission->claim, "owner")};
        if (fault_has(admission->faults, kinds[i].code) &&
            !incident_file(admission->transaction, &incident, admission->now, NULL, error))
            return false;
    }
    return true;
}

static bool refuse(struct admission *admission, struct error *error)
{
    bool quarantine = strcmp(admission->outcome, "QUARANTINE") == 0;
    return answer_add(admission, NULL, error) &&
           answer_event(admission, quarantine ? "drop-quarantined" : "drop-rejected", error) &&
           (!quarantine || answer_note_quarantine(admission, error)) && file_incidents(admission, error);
}

/* Receipt, binding and event of what was accepted or held. */
static bool accept(struct admission *admission, const char *key, struct error *error)
{
    int64_t row = 0;
    if (!answer_add(admission, &row, error))
        return false;
    json_t *binding =
        json_pack("{ss,ss,ss,ss,sI}", "outcome", admission->outcome, "docket",
                  json_text(admission->docket, "docket"), "packet", json_text(admission->claim, "digest"),
                  "claim", json_text(admission->claim, "claim"), "row", (json_int_t)row);
    bool done = binding != NULL ? book_put(admission->transaction, BOOK_REQUESTS, key, binding, error)
                                : admission_memory(error);
    json_decref(binding);
    return done &&
           answer_event(admission, strcmp(admission->outcome, "HOLD") == 0 ? "drop-held" : "drop-accepted",
                        error);
}

/* What is longer the schema has refused, and is no key of the record. */
static bool has_request_id(const struct admission *admission)
{
    const char *id = json_text(admission->request, "requestId");
    return id[0] != '\0' && strlen(id) <= REQUEST_ID_MOST;
}

static bool decide(struct admission *admission, struct error *error)
{
    char *key = NULL;
    json_t *bound = NULL;
    bool done = false;
    if (!admission_specials(admission, error))
        goto done;
    if (!has_request_id(admission)) {
        /* Nothing to answer to by id: whatever is wrong, it is refused. */
        admission->outcome =
            strcmp(fault_outcome(admission->faults), "QUARANTINE") == 0 ? "QUARANTINE" : "REJECT";
        done = refuse(admission, error);
        goto done;
    }
    if (!request_key(admission, &key, error) ||
        !book_get(admission->transaction, BOOK_REQUESTS, key, &bound, error))
        goto done;
    if (bound != NULL && strcmp(json_text(bound, "packet"), json_text(admission->claim, "digest")) == 0) {
        done = repeat(admission, bound, error);
        goto done;
    }
    if (bound != NULL &&
        !admission_fault(
            admission, "request-id-used", "QUARANTINE", "R37", "/request/requestId",
            _("send another request with an id of its own; to add to that docket send a supplement or a "
              "correction"),
            text_formatted(_("this request id was accepted before, as docket %s, with other content"),
                           json_text(bound, "docket")),
            error))
        goto done;
    if (bound == NULL &&
        (!admission_precedents(admission, error) || !admission_related(admission, error) ||
         ((request_kind(admission->request) & KIND_LATER) != 0 && !admit_later_look(admission, error))))
        goto done;
    admission->outcome = fault_outcome(admission->faults);
    bool open = strcmp(admission->outcome, "ACCEPT") == 0 || strcmp(admission->outcome, "HOLD") == 0;
    if (open && request_kind(admission->request) == KIND_NEW) {
        if (!admit_new(admission, error))
            goto done;
        if (!json_put(admission->result, "made", json_incref(admission->docket))) {
            admission_memory(error);
            goto done;
        }
    }
    if (open && request_kind(admission->request) != KIND_NEW && !admit_later(admission, error))
        goto done;
    open = strcmp(admission->outcome, "ACCEPT") == 0 || strcmp(admission->outcome, "HOLD") == 0;
    done = open ? accept(admission, key, error) : refuse(admission, error);
done:
    free(key);
    json_decref(bound);
    return done;
}

bool ingest_admit(struct transaction *transaction, const struct settings *settings, const json_t *claim,
                  const json_t *check, instant now, json_t **result, struct error *error)
{
    struct admission admission = {.transaction = transaction,
                                  .settings = settings,
                                  .claim = claim,
                                  .check = check,
                                  .command = json_text(claim, "command"),
                                  .now = now};
    const json_t *request = json_object_get(check, "request");
    bool done = false;
    *result = NULL;
    admission.request = json_is_object(request) ? request : NULL;
    admission.faults = json_deep_copy(json_object_get(check, "faults"));
    admission.result = json_object();
    if (admission.result == NULL || admission.faults == NULL) {
        admission_memory(error);
        goto done;
    }
    if (!decide(&admission, error))
        goto done;
    if (!json_put_text(admission.result, "outcome", admission.outcome) ||
        !json_put_text(admission.result, "kind", json_text_or_null(request, "kind")) ||
        !json_put_text(admission.result, "docket", json_text_or_null(admission.docket, "docket")) ||
        !json_put_text(admission.result, "state", json_text_or_null(admission.docket, "state")) ||
        !json_put(admission.result, "faults", json_incref(admission.faults))) {
        admission_memory(error);
        goto done;
    }
    *result = json_incref(admission.result);
    done = true;
done:
    if (!done)
        error_context(error, "admitting drop %s of %s", json_text(claim, "claim"), admission.command);
    json_decref(admission.result);
    json_decref(admission.faults);
    json_decref(admission.docket);
    return done;
}
