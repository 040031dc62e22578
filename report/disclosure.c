/*
 * Releases in the record.
 *
 * Guarantees: default deny; what leaves is an event and stands in the docket with recipient, purpose, condition and who
 * released and approved it; whether a document was recalled is asked when it is allowed and again when it is packed.
 */
#include "report/disclosure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/kept.h"
#include "casebook/outbox.h"
#include "report/disclosure_rules.h"
#include "report/discovery_letter.h"

static const char wanted_prefix[] = "disclosure/wanted/";

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while releasing something");
}

static void index_key(const char *docket, const char *id, char *key, size_t size)
{
    snprintf(key, size, "%s%s/%s", wanted_prefix, docket, id);
}

/* --- judging --- */

/* A report that a later recall took back; until a recall is delivered, that the docket forgot its report says so. */
static bool is_recalled(const json_t *docket, const json_t *document)
{
    size_t index;
    const json_t *other;
    if (strcmp(json_text(document, "what"), "report") != 0)
        return false;
    if (json_flag(docket, "recalled") || json_object_get(docket, "publishedReport") == NULL)
        return true;
    json_array_foreach(json_object_get(docket, "documents"), index, other)
    {
        if (strcmp(json_text(other, "what"), "recall") == 0 &&
            strcmp(json_text(other, "at"), json_text(document, "at")) >= 0)
            return true;
    }
    return false;
}

/* What the rules ask about each document. New reference. */
static json_t *documents_of(const json_t *docket, const json_t *names)
{
    size_t index;
    const json_t *name;
    json_t *list = json_array();
    json_array_foreach(names, index, name)
    {
        const json_t *document =
            json_find(json_object_get(docket, "documents"), "name", json_string_value(name));
        json_array_append_new(list, json_pack("{sO,ss,sb,sb,ss}", "name", name, "what",
                                              json_text(document, "what"), "published", document != NULL,
                                              "recalled", document != NULL && is_recalled(docket, document),
                                              "digest", json_text(document, "digest")));
    }
    return list;
}

static json_t *release_of(const json_t *docket, const char *id)
{
    return json_array_get(json_object_get(docket, "disclosures"),
                          (size_t)json_position(json_object_get(docket, "disclosures"), "disclosureId", id));
}

static bool allow(struct transaction *transaction, json_t *docket, const struct person *signer,
                  const struct person *approver, const json_t *disclosure, instant now, struct error *error)
{
    char at[INSTANT_TEXT_SIZE], key[200];
    const char *id = json_text(disclosure, "disclosureId");
    json_t *release = json_deep_copy(disclosure),
           *entry = json_pack("{ss,ss}", "docket", json_text(docket, "docket"), "id", id);
    const struct event event = {
        .actor = signer->id,
        .role = "releasing",
        .action = "disclosure-allowed",
        .docket = json_text(docket, "docket"),
        .object = json_text_or_null(json_object_get(disclosure, "recipient"), "fingerprint"),
        .clause = "R45",
        .outcome = json_text_or_null(json_object_get(disclosure, "condition"), "code")};
    index_key(json_text(docket, "docket"), id, key, sizeof key);
    json_put_text(release, "state", "wanted");
    json_put_text(release, "allowed", instant_text(now, at));
    json_put_text(release, "approvedBy", approver == NULL ? NULL : approver->id);
    bool done = (release != NULL && entry != NULL &&
                 json_array_append(json_array_at(docket, "disclosures"), release) == 0) ||
                memory(error);
    done = done && docket_put(transaction, docket, error) &&
           book_put(transaction, BOOK_INDEX, key, entry, error) &&
           event_append(transaction, now, &event, NULL, error);
    json_decref(release);
    json_decref(entry);
    return done;
}

bool disclosure_take(struct transaction *transaction, const struct settings *settings,
                     const struct roster *roster, const struct person *signer, const char *approver,
                     const json_t *disclosure, instant now, json_t *faults, const char **words,
                     struct error *error)
{
    const json_t *recipient = json_object_get(disclosure, "recipient");
    json_t *docket = NULL;
    char today[INSTANT_LOCAL_SIZE];
    instant_local(now, false, today);
    today[10] = '\0';
    if (!book_get(transaction, BOOK_DOCKETS, json_text(disclosure, "docket"), &docket, error))
        return false;
    json_t *documents = documents_of(docket, json_object_get(disclosure, "documents"));
    const struct disclosure_case facts = {
        .disclosure = disclosure,
        .signer = signer,
        .approver = roster_by_certificate(roster, approver),
        .approved = approver[0] != '\0',
        .verifier = roster_by_id(roster, json_text(json_object_get(recipient, "verified"), "by")),
        .agreement = settings_agreement(settings, json_text(recipient, "affiliation")),
        .today = today,
        .now = now,
        .docket_known = docket != NULL && json_object_get(docket, "disposed") == NULL,
        .documents = documents,
        .released_before = release_of(docket, json_text(disclosure, "disclosureId")) != NULL};
    bool done = (documents != NULL && disclosure_judge(&facts, faults)) || memory(error);
    *words = _("The package is made now, and lies below disclosure/out when it is finished.");
    if (done && json_array_size(faults) == 0)
        done = allow(transaction, docket, signer, facts.approver, disclosure, now, error);
    json_decref(documents);
    json_decref(docket);
    return done;
}

/* --- the package --- */

static json_t *files_of(const json_t *documents, json_t *digests, bool *recalled)
{
    size_t index;
    const json_t *document;
    json_t *files = json_array();
    *recalled = false;
    json_array_foreach(documents, index, document)
    {
        *recalled = *recalled || json_flag(document, "recalled");
        json_array_append_new(
            files, json_pack("{si,ss,ss,sO,sI}", "item", 0, "title", json_text(document, "name"), "name",
                             json_text(document, "name"), "digest", json_object_get(document, "digest"),
                             "input", (json_int_t)json_array_size(digests)));
        json_array_append(digests, json_object_get(document, "digest"));
    }
    return files;
}

static json_t *package_of(const struct settings *settings, const json_t *docket, const json_t *release,
                          json_int_t number, instant now, bool *recalled)
{
    json_t *documents = documents_of(docket, json_object_get(release, "documents")), *digests = json_array();
    json_t *files = files_of(documents, digests, recalled), *shown = json_object();
    const json_t *recipient = json_object_get(release, "recipient");
    char prefix[64], at[INSTANT_TEXT_SIZE];
    snprintf(prefix, sizeof prefix, "%s-R%lld-", json_text(docket, "docket"), (long long)number);
    json_copy_members(shown, release, "by", "at", "approvedBy", "purpose", "condition", NULL);
    json_put(shown, "recipient", json_deep_copy(recipient));
    json_object_del(json_object_get(shown, "recipient"), "certificate");
    const struct setting_agreement *agreement =
        settings_agreement(settings, json_text(recipient, "affiliation"));
    json_put_text(shown, "agreement", agreement == NULL ? NULL : agreement->reference);
    json_t *facts = json_pack(
        "{ss,sI,ss,ss,ss,ss,ss,ss,ss,sb,sI,so,so}", "docket", json_text(docket, "docket"), "volume", number,
        "edition", "release", "prefix", prefix, "issued", instant_text(now, at), "agency", settings->agency,
        "unit", settings->unit, "contact", settings->contact, "office", json_text(recipient, "affiliation"),
        "demonstration", settings->demonstration, "first", (json_int_t)1, "files", files, "release", shown);
    json_t *volume =
        json_pack("{ss,sO,sI,ss,ss,ss,s[{ss,ss,ss,ss,sI,so,so}]}", "docket", json_text(docket, "docket"),
                  "disclosure", json_object_get(release, "disclosureId"), "number", number, "office",
                  json_text(recipient, "affiliation"), "at", at, "letter", "release", "editions", "edition",
                  "release", "pem", json_text(recipient, "certificate"), "name", "released.tar.cms", "prefix",
                  prefix, "first", (json_int_t)1, "facts", facts, "digests", digests);
    json_decref(documents);
    return volume;
}

static bool finish(struct transaction *transaction, json_t *docket, json_t *release, const char *state,
                   struct error *error)
{
    char key[200];
    index_key(json_text(docket, "docket"), json_text(release, "disclosureId"), key, sizeof key);
    return (json_put_text(release, "state", state) || memory(error)) &&
           book_remove(transaction, BOOK_INDEX, key, error) && docket_put(transaction, docket, error);
}

bool disclosure_again(struct transaction *transaction, json_t *docket, const json_t *row, struct error *error)
{
    char key[200];
    const char *number = json_text(docket, "docket"), *id = json_text(row, "disclosure");
    json_t *release = release_of(docket, id), *entry = json_pack("{ss,ss}", "docket", number, "id", id);
    index_key(number, id, key, sizeof key);
    json_object_del(release, "digest");
    bool done =
        (release != NULL && entry != NULL && json_put_text(release, "state", "wanted")) || memory(error);
    done = done && docket_put(transaction, docket, error) &&
           book_put(transaction, BOOK_INDEX, key, entry, error);
    json_decref(entry);
    return done;
}

struct first {
    char docket[64], id[64];
};

static bool take_first(void *context, const char *key, json_t *value, struct error *error)
{
    struct first *first = context;
    (void)key;
    (void)error;
    snprintf(first->docket, sizeof first->docket, "%s", json_text(value, "docket"));
    snprintf(first->id, sizeof first->id, "%s", json_text(value, "id"));
    return false;
}

static bool strike_recalled(struct transaction *transaction, json_t *docket, json_t *release, instant now,
                            struct error *error)
{
    const struct event event = {.action = "disclosure-stopped",
                                .docket = json_text(docket, "docket"),
                                .clause = "R17",
                                .outcome = "recalled"};
    return finish(transaction, docket, release, "recalled", error) &&
           event_append(transaction, now, &event, NULL, error);
}

bool disclosure_next(struct transaction *transaction, const struct settings *settings, instant now,
                     json_t **volume, struct error *error)
{
    *volume = NULL;
    for (;;) {
        struct first first = {"", ""};
        json_t *docket = NULL;
        bool recalled = false;
        if (!book_walk(transaction, BOOK_INDEX, wanted_prefix, NULL, take_first, &first, NULL, error))
            return false;
        if (first.docket[0] == '\0')
            return true;
        if (!docket_get(transaction, first.docket, &docket, error))
            return false;
        long position = json_position(json_object_get(docket, "disclosures"), "disclosureId", first.id);
        json_t *release = release_of(docket, first.id);
        *volume = package_of(settings, docket, release, position + 1, now, &recalled);
        bool done = *volume != NULL || memory(error);
        if (done && recalled) {
            json_decref(*volume);
            *volume = NULL;
            done = strike_recalled(transaction, docket, release, now, error);
        }
        json_decref(docket);
        if (!done || *volume != NULL)
            return done;
    }
}

static bool add_row(struct transaction *transaction, const struct settings *settings, const json_t *volume,
                    const json_t *docket, instant now, struct error *error)
{
    struct text letter = TEXT_EMPTY, read_me = TEXT_EMPTY;
    char directory[200], name[40];
    const json_t *edition = json_array_get(json_object_get(volume, "editions"), 0);
    snprintf(directory, sizeof directory, "disclosure/out/%s/release-%lld", json_text(volume, "docket"),
             (long long)json_whole(volume, "number", 1));
    snprintf(name, sizeof name, "release-%lld.xml", (long long)json_whole(volume, "number", 1));
    bool done = discovery_letter(&letter, settings, volume, docket, error) && text_done(&letter, error) &&
                discovery_read_me(&read_me, settings, volume, error) && text_done(&read_me, error);
    json_t *row =
        !done ? NULL
              : json_pack("{ss,ss,ss,ss,sO,s[{ss,sO,sb},{ss,ss,sb},{ss,ss,sb}]}", "kind", "volume", "what",
                          "disclosure", "docket", json_text(volume, "docket"), "directory", directory,
                          "disclosure", json_object_get(volume, "disclosure"), "files", "name",
                          json_text(edition, "name"), "digest", json_object_get(edition, "digest"), "sign", 0,
                          "name", name, "text", letter.bytes, "sign", 1, "name", "READ-ME.txt", "text",
                          read_me.bytes, "sign", 0);
    done = done && (row != NULL ? outbox_add(transaction, row, now, NULL, error) : memory(error));
    json_decref(row);
    text_free(&letter);
    text_free(&read_me);
    return done;
}

bool disclosure_made(struct transaction *transaction, const struct settings *settings, const json_t *volume,
                     instant now, struct error *error)
{
    json_t *docket = NULL;
    const json_t *edition = json_array_get(json_object_get(volume, "editions"), 0);
    struct digest digest;
    bool recalled = false;
    if (!docket_get(transaction, json_text(volume, "docket"), &docket, error))
        return false;
    json_t *release = release_of(docket, json_text(volume, "disclosure"));
    json_t *documents = documents_of(docket, json_object_get(release, "documents")), *none = json_array();
    json_decref(files_of(documents, none, &recalled));
    json_decref(documents);
    json_decref(none);
    bool done = digest_parse(json_text(edition, "digest"), &digest) &&
                strcmp(json_text(release, "state"), "wanted") == 0 && !recalled;
    if (!done)
        error_set(error, FAULT_REFUSED, "the docket changed while a release was packed");
    done = done && json_put_text(release, "digest", json_text(edition, "digest")) &&
           kept_reference(transaction, json_text(docket, "docket"), &digest,
                          (uint64_t)json_whole(edition, "size", 0), "volume", error) &&
           add_row(transaction, settings, volume, docket, now, error) &&
           finish(transaction, docket, release, "made", error);
    json_decref(docket);
    return done;
}

bool disclosure_failed(struct transaction *transaction, const json_t *volume, const char *reason, instant now,
                       struct error *error)
{
    json_t *docket = NULL;
    if (!docket_get(transaction, json_text(volume, "docket"), &docket, error))
        return false;
    json_t *release = release_of(docket, json_text(volume, "disclosure"));
    const struct event event = {.action = "disclosure-stopped",
                                .docket = json_text(docket, "docket"),
                                .clause = "R35",
                                .outcome = "failed"};
    bool done = (json_put_text(release, "reason", reason) || memory(error)) &&
                finish(transaction, docket, release, "failed", error) &&
                event_append(transaction, now, &event, NULL, error);
    json_decref(docket);
    return done;
}

bool disclosure_delivered(struct transaction *transaction, const json_t *row, instant now,
                          struct error *error)
{
    json_t *docket = NULL;
    char at[INSTANT_TEXT_SIZE];
    int64_t sequence = 0;
    if (!docket_get(transaction, json_text(row, "docket"), &docket, error))
        return false;
    json_t *release = release_of(docket, json_text(row, "disclosure"));
    const char *condition = json_text(json_object_get(release, "condition"), "code");
    const struct event event = {.actor = json_text(release, "by"),
                                .role = "releasing",
                                .action = "released",
                                .docket = json_text(docket, "docket"),
                                .object = json_text_or_null(release, "digest"),
                                .clause = condition[0] == '\0' ? "R35" : "R45",
                                .outcome = condition[0] == '\0' ? "not-identifying" : condition};
    char *what = text_formatted(_("to %s, %s"), json_text(json_object_get(release, "recipient"), "name"),
                                json_text(json_object_get(release, "recipient"), "affiliation"));
    bool done = release != NULL && event_append(transaction, now, &event, &sequence, error);
    done = done &&
           ((json_put_text(release, "state", "released") &&
             json_put_text(release, "delivered", instant_text(now, at)) &&
             json_array_append_new(json_array_at(docket, "releases"),
                                   json_pack("{ss,ss,ss,ss,sI}", "at", at, "by", json_text(release, "by"),
                                             "what", what == NULL ? "" : what, "clause", event.clause,
                                             "event", (json_int_t)sequence)) == 0) ||
            memory(error)) &&
           docket_put(transaction, docket, error);
    free(what);
    json_decref(docket);
    return done || error->fault != FAULT_NONE ||
           error_set(error, FAULT_INTERNAL, "a release that the docket does not know was delivered");
}
