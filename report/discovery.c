/*
 * The duty of discovery in the record.
 *
 * Guarantees: whatever is handed over is an event of the docket and stands in its record; a volume's numbers and what it
 * holds are fixed in one transaction with its place in the outbox, so that no number is given twice; nothing is made
 * for an office that site.xml does not name. Draws and packs nothing: report/volume_worker.c does.
 */
#include "report/discovery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "casebook/vault.h"
#include "report/disclosure_rules.h"
#include "report/discovery_facts.h"
#include "report/discovery_letter.h"
#include "report/discovery_material.h"

enum { INPUTS_MOST = 200, KEY = 100, DATE = 16 };

static const char wanted_prefix[] = "discovery/wanted/", duty_prefix[] = "discovery/duty/";

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while looking after discovery");
}

static bool index_put(struct transaction *transaction, const char *prefix, const char *number,
                      struct error *error)
{
    char key[KEY];
    json_t *entry = json_pack("{ss}", "docket", number);
    snprintf(key, sizeof key, "%s%s", prefix, number);
    bool done = entry != NULL ? book_put(transaction, BOOK_INDEX, key, entry, error) : memory(error);
    json_decref(entry);
    return done;
}

static bool index_remove(struct transaction *transaction, const char *prefix, const char *number,
                         struct error *error)
{
    char key[KEY];
    snprintf(key, sizeof key, "%s%s", prefix, number);
    return book_remove(transaction, BOOK_INDEX, key, error);
}

/* --- the duty --- */

/* "2026-11-20" so many days later. */
static void later(const char *date, int days, char *due)
{
    char text[INSTANT_TEXT_SIZE + DATE];
    instant at = 0;
    snprintf(text, sizeof text, "%.10sT00:00:00Z", date);
    instant_parse(text, &at, NULL);
    instant_text(at + (instant)days * 24 * 3600 * 1000, text);
    snprintf(due, DATE, "%.10s", text);
}

static bool want(struct transaction *transaction, json_t *docket, const char *reason, const char *by,
                 instant now, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    json_t *duty = json_object_at(docket, "discovery");
    json_object_del(duty, "failed");
    return (json_put(duty, "wanted",
                     json_pack("{ss,ss,ss}", "reason", reason, "by", by, "at", instant_text(now, at))) ||
            memory(error)) &&
           docket_put(transaction, docket, error) &&
           index_put(transaction, wanted_prefix, json_text(docket, "docket"), error);
}

static bool chosen_of(struct transaction *transaction, const json_t *docket, json_t **material,
                      json_t **chosen, struct error *error)
{
    *chosen = NULL;
    if (!discovery_material(transaction, docket, material, error))
        return false;
    *chosen = discovery_new(*material, json_object_get(json_object_get(docket, "discovery"), "produced"),
                            INPUTS_MOST);
    return *chosen != NULL || memory(error);
}

static bool anything_new(struct transaction *transaction, const json_t *docket, bool *new,
                         struct error *error)
{
    json_t *material = NULL, *chosen = NULL;
    bool done = chosen_of(transaction, docket, &material, &chosen, error);
    *new = json_array_size(chosen) > 0;
    json_decref(material);
    json_decref(chosen);
    return done;
}

/* A docket at rest has nothing under way that would change what it says. */
static bool at_rest(const json_t *docket)
{
    return strcmp(json_text(docket, "state"), docket_state_name(DOCKET_CLOSED)) == 0;
}

static bool settle(struct transaction *transaction, json_t *docket, const char *by, instant now,
                   struct error *error)
{
    const json_t *duty = json_object_get(docket, "discovery");
    bool new = false;
    if (duty == NULL || !at_rest(docket) || json_object_get(duty, "wanted") != NULL ||
        json_object_get(duty, "failed") != NULL)
        return true;
    bool first = json_array_size(json_object_get(duty, "volumes")) == 0;
    return anything_new(transaction, docket, &new, error) &&
           (!new || want(transaction, docket, first ? "case-filed" : "supplement", by, now, error));
}

bool discovery_settle(struct transaction *transaction, const struct settings *settings,
                      const struct roster *roster, const char *number, instant now, struct error *error)
{
    json_t *docket = NULL;
    (void)settings;
    (void)roster;
    bool done = docket_get(transaction, number, &docket, error) &&
                settle(transaction, docket, "leadspool", now, error);
    json_decref(docket);
    return done;
}

bool discovery_want(struct transaction *transaction, const struct settings *settings,
                    const struct roster *roster, json_t *docket, const char *by, instant now,
                    struct error *error)
{
    const json_t *duty = json_object_get(docket, "discovery");
    bool new = false;
    (void)roster;
    if (duty == NULL)
        return error_set(
            error, FAULT_REFUSED,
            "no office is owed discovery of %s: the filing of a case or an office's request comes "
            "first, signed, into discovery/in (R41)",
            json_text(docket, "docket"));
    if (settings_office(settings, json_text(duty, "office")) == NULL)
        return error_set(error, FAULT_REFUSED, "site.xml has no office %s", json_text(duty, "office"));
    if (json_object_get(duty, "wanted") != NULL)
        return error_set(error, FAULT_REFUSED, "a volume of %s is being made", json_text(docket, "docket"));
    if (!anything_new(transaction, docket, &new, error))
        return false;
    if (!new)
        return error_set(error, FAULT_REFUSED, "nothing came to %s that its volumes do not hold",
                         json_text(docket, "docket"));
    return want(transaction, docket, "request", by, now, error);
}

/* --- drops --- */

struct taking {
    struct transaction *transaction;
    const struct settings *settings;
    const json_t *discovery;
    const struct person *signer;
    json_t *docket, *faults;
    instant now;
    struct error *error;
};

static bool refuse(struct taking *taking, const char *code, const char *clause, const char *place,
                   const char *text, const char *remedy)
{
    return release_fault(taking->faults, code, clause, place, text, remedy) || memory(taking->error);
}

static bool judge_signer(struct taking *taking)
{
    const struct person *signer = taking->signer;
    if (signer == NULL || !person_may_sign(signer, SIGNING_DISCOVERY) ||
        person_suspended(signer, taking->now) || signer->trained_until <= taking->now)
        return refuse(taking, "signer-may-not-release", "R35", "discovery.xml.p7s",
                      "whoever signed it is no discovery clerk, or is suspended or without training",
                      "have it signed by a discovery clerk");
    return strcmp(signer->id, json_text(taking->discovery, "by")) == 0 ||
           refuse(taking, "released-by-another", "R31", "discovery.xml /discovery/by",
                  "it says that somebody else sends it than signed it", "name the signer");
}

/* Number n of the volumes handed over, or NULL. */
static json_t *volume_at(const json_t *docket, json_int_t number)
{
    size_t index;
    json_t *volume;
    json_array_foreach(json_object_get(json_object_get(docket, "discovery"), "volumes"), index, volume)
    {
        if (json_whole(volume, "number", 0) == number)
            return volume;
    }
    return NULL;
}

static bool judge_duty(struct taking *taking)
{
    const char *office = json_text(taking->discovery, "office"), *kind = json_text(taking->discovery, "kind");
    const json_t *duty = json_object_get(taking->docket, "discovery");
    char today[INSTANT_LOCAL_SIZE];
    instant_local(taking->now, false, today);
    if (taking->docket == NULL)
        return refuse(taking, "docket-unknown", "R41", "discovery.xml /discovery/docket",
                      "there is no such docket", "correct the docket number");
    if (settings_office(taking->settings, office) == NULL &&
        !refuse(taking, "office-unknown", "R41", "discovery.xml /discovery/office",
                "site.xml lists no such office, so nothing is encrypted to it", "name an office of site.xml"))
        return false;
    if (duty != NULL && strcmp(json_text(duty, "office"), office) != 0 &&
        !refuse(taking, "office-another", "R41", "discovery.xml /discovery/office",
                "another office was given this docket", "name that office; leadspool export lists it"))
        return false;
    if (strncmp(json_text(taking->discovery, "date"), today, 10) > 0 &&
        !refuse(taking, "date-in-the-future", "R41", "discovery.xml /discovery/date",
                "that day has not come yet", "correct the date"))
        return false;
    const json_t *volume = volume_at(taking->docket, json_whole(taking->discovery, "volume", 0));
    if (strcmp(kind, "acknowledgement") == 0 && json_text_or_null(volume, "delivered") == NULL)
        return refuse(taking, "volume-unknown", "R41", "discovery.xml /discovery/volume",
                      "no such volume was delivered", "correct the number of the volume");
    return true;
}

static bool event(struct taking *taking, const char *action, const char *outcome)
{
    const struct event what = {.actor = taking->signer->id,
                               .role = "discovery-clerk",
                               .action = action,
                               .docket = json_text(taking->docket, "docket"),
                               .clause = "R41",
                               .outcome = outcome};
    return event_append(taking->transaction, taking->now, &what, NULL, taking->error);
}

static bool acknowledge(struct taking *taking)
{
    const json_t *sent = taking->discovery;
    json_t *volume = volume_at(taking->docket, json_whole(sent, "volume", 0));
    char outcome[32];
    snprintf(outcome, sizeof outcome, "volume-%lld", (long long)json_whole(sent, "volume", 0));
    if (json_object_get(volume, "acknowledged") != NULL)
        return true;
    return (json_put(volume, "acknowledged",
                     json_pack("{ss,ss,ss}", "date", json_text(sent, "date"), "receivedBy",
                               json_text(sent, "receivedBy"), "by", taking->signer->id)) ||
            memory(taking->error)) &&
           docket_put(taking->transaction, taking->docket, taking->error) &&
           event(taking, "discovery-acknowledged", outcome);
}

/* What the clerk withholds holds for all volumes from now on. */
static bool withhold(struct taking *taking, json_t *duty)
{
    size_t index;
    const json_t *item;
    char number[8];
    json_array_foreach(json_object_get(taking->discovery, "withhold"), index, item)
    {
        snprintf(number, sizeof number, "%lld", (long long)json_whole(item, "number", 0));
        if (!json_put_text(json_object_at(duty, "withheld"), number, json_text(item, "basis")))
            return memory(taking->error);
    }
    return true;
}

static bool open_duty(struct taking *taking, const char **words)
{
    const json_t *sent = taking->discovery;
    const char *number = json_text(taking->docket, "docket");
    const struct setting_office *office = settings_office(taking->settings, json_text(sent, "office"));
    bool filed = strcmp(json_text(sent, "kind"), "case-filed") == 0;
    json_t *duty = json_object_at(taking->docket, "discovery");
    char due[DATE];
    later(json_text(sent, "date"), office->days, due);
    bool done = duty != NULL && json_put_text(duty, "office", office->name) &&
                json_put_text(duty, "caseReference", json_text_or_null(sent, "caseReference"));
    if (done && filed && json_object_get(duty, "filed") == NULL)
        done = json_put_text(duty, "filed", json_text(sent, "date")) && json_put_text(duty, "due", due);
    if (done)
        json_object_del(duty, "failed");
    if (!(done || memory(taking->error)) || !withhold(taking, duty) ||
        !docket_put(taking->transaction, taking->docket, taking->error) ||
        !index_put(taking->transaction, duty_prefix, number, taking->error) ||
        !event(taking, filed ? "discovery-due" : "discovery-requested", office->name))
        return false;
    *words =
        at_rest(taking->docket)
            ? "A volume of what no earlier one holds is made now; leadspool export tells how it stands."
            : "The docket is still worked on: the volume is made when it closes, or at once with leadspool "
              "export discovery.";
    if (filed)
        return settle(taking->transaction, taking->docket, taking->signer->id, taking->now, taking->error);
    *words = "A volume of what no earlier one holds is made now; leadspool export tells how it stands.";
    bool new = false;
    if (!anything_new(taking->transaction, taking->docket, &new, taking->error))
        return false;
    if (!new)
        *words = "The office has everything there is; nothing new is made.";
    return !new || json_object_get(duty, "wanted") != NULL ||
           want(taking->transaction, taking->docket, "request", taking->signer->id, taking->now,
                taking->error);
}

bool discovery_take(struct transaction *transaction, const struct settings *settings,
                    const struct roster *roster, const struct person *signer, const json_t *discovery,
                    instant now, json_t *faults, const char **words, struct error *error)
{
    struct taking taking = {.transaction = transaction,
                            .settings = settings,
                            .discovery = discovery,
                            .signer = signer,
                            .faults = faults,
                            .now = now,
                            .error = error};
    (void)roster;
    *words = "The receipt of the volume is in the record.";
    bool done = book_get(transaction, BOOK_DOCKETS, json_text(discovery, "docket"), &taking.docket, error) &&
                judge_signer(&taking) && judge_duty(&taking);
    if (done && json_array_size(faults) == 0)
        done = strcmp(json_text(discovery, "kind"), "acknowledgement") == 0 ? acknowledge(&taking)
                                                                            : open_duty(&taking, words);
    json_decref(taking.docket);
    return done;
}

/* --- volumes --- */

struct first {
    char docket[64];
};

static bool take_first(void *context, const char *key, json_t *value, struct error *error)
{
    struct first *first = context;
    (void)key;
    (void)error;
    snprintf(first->docket, sizeof first->docket, "%s", json_text(value, "docket"));
    return false;
}

static bool strike(struct transaction *transaction, json_t *docket, struct error *error)
{
    json_object_del(json_object_get(docket, "discovery"), "wanted");
    return index_remove(transaction, wanted_prefix, json_text(docket, "docket"), error) &&
           docket_put(transaction, docket, error);
}

static bool add_edition(struct transaction *transaction, const struct volume_setting *setting, bool extended,
                        json_t *editions, struct error *error)
{
    json_t *edition = NULL;
    if (!discovery_edition(transaction, setting, extended, &edition, error))
        return false;
    return edition == NULL || json_array_append_new(editions, edition) == 0 || memory(error);
}

static bool volume_of(struct transaction *transaction, const struct settings *settings,
                      const struct roster *roster, json_t *docket, instant now, json_t **volume,
                      struct error *error)
{
    json_t *material = NULL, *chosen = NULL, *editions = json_array(), *keys = json_array();
    const json_t *duty = json_object_get(docket, "discovery"), *one;
    char at[INSTANT_TEXT_SIZE];
    size_t index;
    bool done = chosen_of(transaction, docket, &material, &chosen, error);
    if (done && json_array_size(chosen) == 0)
        done = strike(transaction, docket, error);
    else if (done) {
        const struct volume_setting setting = {.settings = settings,
                                               .roster = roster,
                                               .docket = docket,
                                               .material = material,
                                               .chosen = chosen,
                                               .number =
                                                   (int)json_array_size(json_object_get(duty, "volumes")) + 1,
                                               .now = now};
        done = add_edition(transaction, &setting, false, editions, error) &&
               add_edition(transaction, &setting, true, editions, error);
        json_array_foreach(chosen, index, one) json_array_append(keys, json_object_get(one, "key"));
        if (done) {
            *volume = json_pack("{ss,si,ss,ss,sO,sO}", "docket", json_text(docket, "docket"), "number",
                                setting.number, "office", json_text(duty, "office"), "at",
                                instant_text(now, at), "keys", keys, "editions", editions);
            done = *volume != NULL || memory(error);
        }
    }
    json_decref(material);
    json_decref(chosen);
    json_decref(editions);
    json_decref(keys);
    return done;
}

bool discovery_next(struct transaction *transaction, const struct settings *settings,
                    const struct roster *roster, instant now, json_t **volume, struct error *error)
{
    *volume = NULL;
    for (;;) {
        struct first first = {""};
        json_t *docket = NULL;
        if (!book_walk(transaction, BOOK_INDEX, wanted_prefix, NULL, take_first, &first, NULL, error))
            return false;
        if (first.docket[0] == '\0')
            return true;
        bool done = docket_get(transaction, first.docket, &docket, error) &&
                    volume_of(transaction, settings, roster, docket, now, volume, error);
        json_decref(docket);
        if (!done)
            return error_context(error, "discovery of %s", first.docket);
        if (*volume != NULL)
            return true;
    }
}

/* Its files and letters into the outbox. */
static bool add_row(struct transaction *transaction, const struct settings *settings, const json_t *volume,
                    const json_t *docket, instant now, struct error *error)
{
    struct text letter = TEXT_EMPTY, read_me = TEXT_EMPTY;
    char directory[300], name[40], number[16];
    size_t index;
    const json_t *edition;
    json_t *files = json_array();
    snprintf(number, sizeof number, "%lld", (long long)json_whole(volume, "number", 1));
    snprintf(directory, sizeof directory, "discovery/%s/%s/volume-%s", json_text(volume, "office"),
             json_text(volume, "docket"), number);
    snprintf(name, sizeof name, "volume-%s.xml", number);
    bool done = discovery_letter(&letter, settings, volume, docket, error) && text_done(&letter, error) &&
                discovery_read_me(&read_me, settings, volume, error) && text_done(&read_me, error);
    json_array_foreach(json_object_get(volume, "editions"), index, edition)
        json_array_append_new(files, json_pack("{ss,ss,sb}", "name", json_text(edition, "name"), "digest",
                                               json_text(edition, "digest"), "sign", 0));
    if (done) {
        json_array_append_new(files, json_pack("{ss,ss,sb}", "name", name, "text", letter.bytes, "sign", 1));
        json_array_append_new(
            files, json_pack("{ss,ss,sb}", "name", "READ-ME.txt", "text", read_me.bytes, "sign", 0));
        json_t *row = json_pack("{ss,ss,ss,ss,sO,sO}", "kind", "volume", "what", "discovery", "docket",
                                json_text(volume, "docket"), "directory", directory, "files", files, "volume",
                                json_object_get(volume, "number"));
        done = row != NULL ? outbox_add(transaction, row, now, NULL, error) : memory(error);
        json_decref(row);
    }
    json_decref(files);
    text_free(&letter);
    text_free(&read_me);
    return done;
}

static bool take_edition(struct transaction *transaction, json_t *docket, json_t *record,
                         const json_t *edition, instant now, struct error *error)
{
    const char *kind = json_text(edition, "edition");
    struct digest digest;
    if (!digest_parse(json_text(edition, "digest"), &digest))
        return error_set(error, FAULT_INTERNAL, "a volume without a digest");
    const struct event what = {.action = "discovery-made",
                               .docket = json_text(docket, "docket"),
                               .object = json_text(edition, "digest"),
                               .clause = "R41",
                               .outcome = kind};
    json_t *kept = json_object_at(record, kind);
    json_copy_members(kept, edition, "first", "last", "digest", "size", "sums", NULL);
    return vault_reference(transaction, &digest, (uint64_t)json_whole(edition, "size", 0), "volume", error) &&
           (json_put_whole(json_object_at(json_object_at(docket, "discovery"), "pages"), kind,
                           json_whole(edition, "last", 0)) ||
            memory(error)) &&
           event_append(transaction, now, &what, NULL, error);
}

/* What the volume was made for must still be what is next: else its numbers are not right any more. */
static bool still_next(const json_t *duty, const json_t *volume, struct error *error)
{
    size_t index;
    const json_t *edition;
    bool same = json_whole(volume, "number", 0) ==
                    (json_int_t)json_array_size(json_object_get(duty, "volumes")) + 1 &&
                json_object_get(duty, "wanted") != NULL &&
                strcmp(json_text(duty, "office"), json_text(volume, "office")) == 0;
    json_array_foreach(json_object_get(volume, "editions"), index, edition) same =
        same && json_whole(edition, "first", 0) ==
                    json_whole(json_object_get(duty, "pages"), json_text(edition, "edition"), 0) + 1;
    return same || error_set(error, FAULT_REFUSED, "the docket changed while a volume was made");
}

bool discovery_made(struct transaction *transaction, const struct settings *settings, const json_t *volume,
                    instant now, struct error *error)
{
    json_t *docket = NULL, *record = json_object();
    size_t index;
    const json_t *one;
    char at[INSTANT_TEXT_SIZE];
    bool done = docket_get(transaction, json_text(volume, "docket"), &docket, error);
    json_t *duty = json_object_get(docket, "discovery");
    done = done && still_next(duty, volume, error);
    json_array_foreach(json_object_get(volume, "editions"), index, one) done =
        done && take_edition(transaction, docket, record, one, now, error);
    if (done) {
        json_put_whole(record, "number", json_whole(volume, "number", 1));
        json_put_text(record, "at", instant_text(now, at));
        json_put_text(record, "reason", json_text(json_object_get(duty, "wanted"), "reason"));
        json_array_foreach(json_object_get(volume, "keys"), index, one) json_put_whole(
            json_object_at(duty, "produced"), json_string_value(one), json_whole(volume, "number", 1));
        done = json_array_append(json_array_at(duty, "volumes"), record) == 0 || memory(error);
    }
    done = done && add_row(transaction, settings, volume, docket, now, error) &&
           strike(transaction, docket, error);
    json_decref(record);
    json_decref(docket);
    return done || error_context(error, "volume %lld of discovery of %s",
                                 (long long)json_whole(volume, "number", 1), json_text(volume, "docket"));
}

bool discovery_failed(struct transaction *transaction, const json_t *volume, const char *reason, instant now,
                      struct error *error)
{
    json_t *docket = NULL;
    bool done = docket_get(transaction, json_text(volume, "docket"), &docket, error);
    const struct event what = {.action = "discovery-failed",
                               .docket = json_text(docket, "docket"),
                               .clause = "R41",
                               .outcome = "failed"};
    done = done && (json_put_text(json_object_at(docket, "discovery"), "failed", reason) || memory(error)) &&
           strike(transaction, docket, error) && event_append(transaction, now, &what, NULL, error);
    json_decref(docket);
    return done;
}

bool discovery_delivered(struct transaction *transaction, const json_t *row, instant now, struct error *error)
{
    json_t *docket = NULL;
    char at[INSTANT_TEXT_SIZE], what[64];
    json_int_t number = json_whole(row, "volume", 0);
    bool done = docket_get(transaction, json_text(row, "docket"), &docket, error);
    json_t *volume = volume_at(docket, number);
    const char *office = json_text(json_object_get(docket, "discovery"), "office");
    snprintf(what, sizeof what, "discovery-%s", office);
    const struct event event = {.action = "released",
                                .docket = json_text(docket, "docket"),
                                .object = json_text(json_object_get(volume, "core"), "digest"),
                                .clause = "R41",
                                .outcome = what};
    int64_t sequence = 0;
    if (done && volume != NULL) {
        done = event_append(transaction, now, &event, &sequence, error);
        json_put_text(volume, "delivered", instant_text(now, at));
        char *words = text_formatted("volume %lld of discovery to %s", (long long)number, office);
        json_array_append_new(json_array_at(docket, "releases"),
                              json_pack("{ss,ss,ss,ss,sI}", "at", at, "by", "leadspool", "what",
                                        words == NULL ? "discovery" : words, "clause", "R41", "event",
                                        (json_int_t)sequence));
        free(words);
        done = done && docket_put(transaction, docket, error) &&
               settle(transaction, docket, "leadspool", now, error);
    }
    json_decref(docket);
    return done;
}

/* --- what becomes material --- */

bool discovery_note_document(struct transaction *transaction, const json_t *row, instant now,
                             struct error *error)
{
    json_t *docket = NULL;
    size_t index;
    const json_t *file;
    char at[INSTANT_TEXT_SIZE];
    if (!docket_get(transaction, json_text(row, "docket"), &docket, error))
        return false;
    bool done = true, new = false;
    instant_text(now, at);
    json_array_foreach(json_object_get(row, "files"), index, file)
    {
        const char *digest = json_text_or_null(file, "digest");
        json_t *documents = json_array_at(docket, "documents");
        if (digest == NULL || json_find(documents, "digest", digest) != NULL)
            continue;
        new = true;
        done = done && json_array_append_new(
                           documents, json_pack("{ss,ss,ss,ss}", "name", json_text(file, "name"), "what",
                                                json_text(row, "what"), "digest", digest, "at", at)) == 0;
    }
    done = (done || memory(error)) && (!new || docket_put(transaction, docket, error));
    json_decref(docket);
    return done;
}

bool discovery_note_decision(struct transaction *transaction, const char *docket, const char *received,
                             const char *digest, struct error *error)
{
    char key[200];
    json_t *entry = json_pack("{ss}", "docket", docket);
    snprintf(key, sizeof key, "decision/%s/%s/%s", docket, received, digest);
    bool done = entry != NULL ? book_put(transaction, BOOK_INDEX, key, entry, error) : memory(error);
    json_decref(entry);
    return done;
}

/* --- how it stands --- */

struct standing {
    struct transaction *transaction;
    const char *today;
    json_t *duties;
};

static size_t count_with(const json_t *volumes, const char *member)
{
    size_t index, count = 0;
    const json_t *volume;
    json_array_foreach(volumes, index, volume) count += json_object_get(volume, member) != NULL;
    return count;
}

static const char *waits_for(const json_t *docket, const json_t *duty, size_t volumes, size_t delivered,
                             size_t acknowledged)
{
    if (json_text_or_null(duty, "failed") != NULL)
        return json_text(duty, "failed");
    if (json_object_get(duty, "wanted") != NULL)
        return "a volume is being made";
    if (volumes == 0)
        return at_rest(docket) ? "a volume is to be made" : "the docket to close";
    if (delivered < volumes)
        return "delivery";
    return acknowledged < volumes ? "the office's receipt" : "nothing";
}

static bool add_duty(void *context, const char *key, json_t *value, struct error *error)
{
    struct standing *standing = context;
    json_t *docket = NULL;
    (void)key;
    if (!docket_get(standing->transaction, json_text(value, "docket"), &docket, error))
        return false;
    const json_t *duty = json_object_get(docket, "discovery"), *volumes = json_object_get(duty, "volumes");
    const char *due = json_text(duty, "due");
    size_t made = json_array_size(volumes), delivered = count_with(volumes, "delivered"),
           acknowledged = count_with(volumes, "acknowledged");
    bool owed = made == 0 || acknowledged < made;
    json_t *one = json_pack(
        "{ss,ss,ss*,ss*,sb,sI,sI,sI,ss}", "docket", json_text(docket, "docket"), "office",
        json_text(duty, "office"), "filed", json_text_or_null(duty, "filed"), "due",
        json_text_or_null(duty, "due"), "overdue", owed && due[0] != '\0' && strcmp(due, standing->today) < 0,
        "volumes", (json_int_t)made, "delivered", (json_int_t)delivered, "acknowledged",
        (json_int_t)acknowledged, "waits", waits_for(docket, duty, made, delivered, acknowledged));
    json_decref(docket);
    return (one != NULL && json_array_append_new(standing->duties, one) == 0) || memory(error);
}

bool discovery_duties(struct transaction *transaction, const char *today, json_t **duties,
                      struct error *error)
{
    struct standing standing = {.transaction = transaction, .today = today, .duties = json_array()};
    *duties = standing.duties;
    return standing.duties != NULL
               ? book_walk(transaction, BOOK_INDEX, duty_prefix, NULL, add_duty, &standing, NULL, error)
               : memory(error);
}
