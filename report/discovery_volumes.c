/*
 * Volumes of discovery in the record: what is next, that it was made, that it was delivered.
 *
 * Guarantees: the numbers of a volume and what it holds are fixed in one transaction with its place in the outbox, so
 * that no number is given twice; a volume made of what has changed meanwhile is refused and made anew.
 */
#include "report/discovery.h"

#include <stdlib.h>

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/kept.h"
#include "casebook/outbox.h"
#include "casebook/photo.h"
#include "report/discovery_facts.h"
#include "report/discovery_letter.h"
#include "report/discovery_parts.h"

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
    return discovery_index_remove(transaction, discovery_wanted_prefix, json_text(docket, "docket"), error) &&
           docket_put(transaction, docket, error);
}

static bool add_edition(struct transaction *transaction, const struct volume_setting *setting, bool extended,
                        json_t *editions, struct error *error)
{
    json_t *edition = NULL;
    if (!discovery_edition(transaction, setting, extended, &edition, error))
        return false;
    return edition == NULL || json_array_append_new(editions, edition) == 0 || discovery_memory(error);
}

static bool volume_of(struct transaction *transaction, const struct settings *settings,
                      const struct roster *roster, json_t *docket, instant now, json_t **volume,
                      struct error *error)
{
    json_t *material = NULL, *chosen = NULL, *editions = json_array(), *keys = json_array();
    const json_t *duty = json_object_get(docket, "discovery"), *one;
    char at[INSTANT_TEXT_SIZE];
    size_t index;
    int64_t seals = 0;
    bool done = photo_seal_generation(transaction, &seals, error) &&
                discovery_chosen(transaction, docket, &material, &chosen, error);
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
            done = (*volume != NULL && json_put_whole(*volume, "seals", seals)) || discovery_memory(error);
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
        if (!book_walk(transaction, BOOK_INDEX, discovery_wanted_prefix, NULL, take_first, &first, NULL,
                       error))
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
        done = row != NULL ? outbox_add(transaction, row, now, NULL, error) : discovery_memory(error);
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
    return kept_reference(transaction, json_text(docket, "docket"), &digest,
                          (uint64_t)json_whole(edition, "size", 0), "volume", error) &&
           (json_put_whole(json_object_at(json_object_at(docket, "discovery"), "pages"), kind,
                           json_whole(edition, "last", 0)) ||
            discovery_memory(error)) &&
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
    int64_t seals = 0;
    done = done && still_next(duty, volume, error) && photo_seal_generation(transaction, &seals, error);
    /* A photograph sealed while it was packed may be in it (R17). */
    if (done && seals != json_whole(volume, "seals", -1))
        done = error_set(error, FAULT_REFUSED, "photographs were sealed while a volume was made");
    json_array_foreach(json_object_get(volume, "editions"), index, one) done =
        done && take_edition(transaction, docket, record, one, now, error);
    if (done) {
        json_put_whole(record, "number", json_whole(volume, "number", 1));
        json_put_text(record, "at", instant_text(now, at));
        json_put_text(record, "reason", json_text(json_object_get(duty, "wanted"), "reason"));
        json_array_foreach(json_object_get(volume, "keys"), index, one) json_put_whole(
            json_object_at(duty, "produced"), json_string_value(one), json_whole(volume, "number", 1));
        done = json_array_append(json_array_at(duty, "volumes"), record) == 0 || discovery_memory(error);
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
    done =
        done &&
        (json_put_text(json_object_at(docket, "discovery"), "failed", reason) || discovery_memory(error)) &&
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
    json_t *volume = discovery_volume_at(docket, number);
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
        char *words = text_formatted(_("volume %lld of discovery to %s"), (long long)number, office);
        json_array_append_new(json_array_at(docket, "releases"),
                              json_pack("{ss,ss,ss,ss,sI}", "at", at, "by", "leadspool", "what",
                                        words == NULL ? "discovery" : words, "clause", "R41", "event",
                                        (json_int_t)sequence));
        free(words);
        done = done && docket_put(transaction, docket, error) &&
               discovery_rest(transaction, docket, "leadspool", now, error);
    }
    json_decref(docket);
    return done;
}
