/*
 * The duty of discovery in the record.
 *
 * Guarantees: nothing is made for an office that site.xml does not name, and nothing twice; every document issued and
 * every decision is material from its own transaction on. The documents of the clerk are taken in discovery_take.c,
 * volumes made in discovery_volumes.c.
 */
#include "report/discovery.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "report/discovery_material.h"
#include "report/discovery_parts.h"

enum { INPUTS_MOST = 200, KEY = 100 };

const char discovery_wanted_prefix[] = "discovery/wanted/";
const char discovery_duty_prefix[] = "discovery/duty/";

bool discovery_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while looking after discovery");
}

bool discovery_index_put(struct transaction *transaction, const char *prefix, const char *number,
                         struct error *error)
{
    char key[KEY];
    json_t *entry = json_pack("{ss}", "docket", number);
    snprintf(key, sizeof key, "%s%s", prefix, number);
    bool done =
        entry != NULL ? book_put(transaction, BOOK_INDEX, key, entry, error) : discovery_memory(error);
    json_decref(entry);
    return done;
}

bool discovery_index_remove(struct transaction *transaction, const char *prefix, const char *number,
                            struct error *error)
{
    char key[KEY];
    snprintf(key, sizeof key, "%s%s", prefix, number);
    return book_remove(transaction, BOOK_INDEX, key, error);
}

/* --- the duty --- */

bool discovery_wish(struct transaction *transaction, json_t *docket, const char *reason, const char *by,
                    instant now, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    json_t *duty = json_object_at(docket, "discovery");
    json_object_del(duty, "failed");
    return (json_put(duty, "wanted",
                     json_pack("{ss,ss,ss}", "reason", reason, "by", by, "at", instant_text(now, at))) ||
            discovery_memory(error)) &&
           docket_put(transaction, docket, error) &&
           discovery_index_put(transaction, discovery_wanted_prefix, json_text(docket, "docket"), error);
}

bool discovery_chosen(struct transaction *transaction, const json_t *docket, json_t **material,
                      json_t **chosen, struct error *error)
{
    *chosen = NULL;
    if (!discovery_material(transaction, docket, material, error))
        return false;
    *chosen = discovery_new(*material, json_object_get(json_object_get(docket, "discovery"), "produced"),
                            INPUTS_MOST);
    return *chosen != NULL || discovery_memory(error);
}

bool discovery_anything_new(struct transaction *transaction, const json_t *docket, bool *new,
                            struct error *error)
{
    json_t *material = NULL, *chosen = NULL;
    bool done = discovery_chosen(transaction, docket, &material, &chosen, error);
    *new = json_array_size(chosen) > 0;
    json_decref(material);
    json_decref(chosen);
    return done;
}

/* A docket at rest has nothing under way that would change what it says. */
bool discovery_at_rest(const json_t *docket)
{
    return strcmp(json_text(docket, "state"), docket_state_name(DOCKET_CLOSED)) == 0;
}

bool discovery_rest(struct transaction *transaction, json_t *docket, const char *by, instant now,
                    struct error *error)
{
    const json_t *duty = json_object_get(docket, "discovery");
    bool new = false;
    if (duty == NULL || !discovery_at_rest(docket) || json_object_get(duty, "wanted") != NULL ||
        json_object_get(duty, "failed") != NULL)
        return true;
    bool first = json_array_size(json_object_get(duty, "volumes")) == 0;
    return discovery_anything_new(transaction, docket, &new, error) &&
           (!new || discovery_wish(transaction, docket, first ? "case-filed" : "supplement", by, now, error));
}

bool discovery_settle(struct transaction *transaction, const struct settings *settings,
                      const struct roster *roster, const char *number, instant now, struct error *error)
{
    json_t *docket = NULL;
    (void)settings;
    (void)roster;
    bool done = docket_get(transaction, number, &docket, error) &&
                discovery_rest(transaction, docket, "leadspool", now, error);
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
    if (!discovery_anything_new(transaction, docket, &new, error))
        return false;
    if (!new)
        return error_set(error, FAULT_REFUSED, "nothing came to %s that its volumes do not hold",
                         json_text(docket, "docket"));
    return discovery_wish(transaction, docket, "request", by, now, error);
}

/* Number n of the volumes handed over, or NULL. */
json_t *discovery_volume_at(const json_t *docket, json_int_t number)
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
    done = (done || discovery_memory(error)) && (!new || docket_put(transaction, docket, error));
    json_decref(docket);
    return done;
}

bool discovery_note_decision(struct transaction *transaction, const char *docket, const char *received,
                             const char *digest, struct error *error)
{
    char key[200];
    json_t *entry = json_pack("{ss}", "docket", docket);
    snprintf(key, sizeof key, "decision/%s/%s/%s", docket, received, digest);
    bool done =
        entry != NULL ? book_put(transaction, BOOK_INDEX, key, entry, error) : discovery_memory(error);
    json_decref(entry);
    return done;
}
