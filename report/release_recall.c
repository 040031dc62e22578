/*
 * Taking packages back before they are delivered.
 *
 * Guarantees: numbers and pages of a volume taken back are those of the one made in its place; the event names the
 * packages destroyed. What was delivered before stays delivered: its supplement says what was recalled.
 */
#include "report/release_recall.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/kept.h"
#include "casebook/outbox.h"
#include "report/disclosure.h"
#include "report/discovery_parts.h"

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while taking a package back");
}

static bool collect(void *context, const char *key, json_t *row, struct error *error)
{
    (void)key;
    return strcmp(json_text(row, "kind"), "volume") != 0 || json_array_append(context, row) == 0 ||
           memory(error);
}

/* The volume as if it had not been made: it is the last one, since a later one is wanted only after it. */
static bool unmake_volume(struct transaction *transaction, json_t *docket, const json_t *row, instant now,
                          struct error *error)
{
    static const char *const editions[] = {"core", "extended"};
    json_t *duty = json_object_get(docket, "discovery"), *volumes = json_object_get(duty, "volumes");
    int64_t number = json_whole(row, "volume", 0);
    json_t *volume = json_incref(discovery_volume_at(docket, number)), *value;
    json_t *produced = json_object_get(duty, "produced");
    const char *name;
    void *next;
    if (volume == NULL || (size_t)number != json_array_size(volumes)) {
        json_decref(volume);
        return error_set(error, FAULT_INTERNAL, "volume %lld of %s is not its last", (long long)number,
                         json_text(docket, "docket"));
    }
    json_object_foreach_safe(produced, next, name, value) if (json_integer_value(value) == number)
        json_object_del(produced, name);
    for (size_t i = 0; i < 2; i++) {
        const json_t *edition = json_object_get(volume, editions[i]);
        if (edition != NULL)
            json_put_whole(json_object_at(duty, "pages"), editions[i], json_whole(edition, "first", 1) - 1);
    }
    json_array_remove(volumes, (size_t)number - 1);
    bool done = discovery_wish(transaction, docket, json_text(volume, "reason"), "leadspool", now, error);
    json_decref(volume);
    return done;
}

/* Gone from the vault, by an event that names it. */
static bool dispose(struct transaction *transaction, const json_t *row, instant now, struct error *error)
{
    struct event event = {.action = "release-recalled",
                          .docket = json_text(row, "docket"),
                          .clause = "R17",
                          .outcome = "photo-sealed"};
    json_t *unused = json_array();
    const json_t *file;
    size_t i;
    bool done = unused != NULL || memory(error);
    json_array_foreach(json_object_get(row, "files"), i, file)
    {
        const char *digest = json_text_or_null(file, "digest");
        if (done && digest != NULL)
            done = kept_give_up(transaction, json_text(row, "docket"), "volume", digest, unused, error);
    }
    done = done && kept_dispose(transaction, unused, &event, now, NULL, error);
    json_decref(unused);
    return done;
}

/* Rows of one folder go in their order, so this comes before the one made anew. */
static bool remove_published(struct transaction *transaction, const json_t *row, instant now,
                             struct error *error)
{
    json_t *removal = json_pack("{ss,ss,ss,ss,s[]}", "kind", "remove", "docket", json_text(row, "docket"),
                                "directory", json_text(row, "directory"), "remove", "directory", "files");
    bool done = removal != NULL ? outbox_add(transaction, removal, now, NULL, error) : memory(error);
    json_decref(removal);
    return done;
}

static bool take_back(struct transaction *transaction, const json_t *row, instant now, struct error *error)
{
    json_t *docket = NULL;
    bool discovery = strcmp(json_text(row, "what"), "discovery") == 0;
    bool done = outbox_cancel(transaction, outbox_id(row), "photo-sealed", now, error) &&
                dispose(transaction, row, now, error) && remove_published(transaction, row, now, error) &&
                docket_get(transaction, json_text(row, "docket"), &docket, error) &&
                (discovery ? unmake_volume(transaction, docket, row, now, error)
                           : disclosure_again(transaction, docket, row, error));
    json_decref(docket);
    return done;
}

bool release_take_back(struct transaction *transaction, instant now, struct error *error)
{
    json_t *rows = json_array();
    bool done = rows != NULL ? outbox_walk(transaction, 0, collect, rows, error) : memory(error);
    for (size_t i = json_array_size(rows); done && i-- > 0;)
        done = take_back(transaction, json_array_get(rows, i), now, error);
    json_decref(rows);
    return done || error_context(error, "taking packages back");
}
