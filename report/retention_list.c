/*
 * What is due, gathered.
 *
 * Guarantees: the same record gives the same list; what is gathered in slices is judged again before it is disposed of
 * (report/retention_dispose.c). Disposes of nothing.
 */
#include "report/retention_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"
#include "casebook/outbox.h"

#define LISTS "retention/list/"
static const instant MONTH = INT64_C(31) * 24 * 3600 * 1000;

enum phase { DOCKETS, EXTRACTS, DROPS, DONE };

struct retention_gathering {
    json_t *entries;
    char as_of[RETENTION_DAY_SIZE];
    enum phase phase;
    char after[96];
    int left; /* of the slice */
    struct transaction *transaction;
    const struct settings *settings;
};

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while looking for what is due");
}

struct retention_gathering *retention_gather_begin(const char *as_of, struct error *error)
{
    struct retention_gathering *gathering = calloc(1, sizeof *gathering);
    if (gathering == NULL || (gathering->entries = json_array()) == NULL) {
        free(gathering);
        memory(error);
        return NULL;
    }
    snprintf(gathering->as_of, sizeof gathering->as_of, "%s", as_of);
    return gathering;
}

void retention_gather_end(struct retention_gathering *gathering)
{
    if (gathering != NULL)
        json_decref(gathering->entries);
    free(gathering);
}

int64_t retention_row_of(const char *id)
{
    return strncmp(id, "row-", 4) == 0 ? strtoll(id + 4, NULL, 10) : 0;
}

/* Rows that left and were not disposed of. */
static bool judge_rows(struct retention_gathering *gathering, const char *owner, const char *kind,
                       struct error *error)
{
    json_t *ids = json_array(), *id;
    size_t i;
    bool done = ids != NULL ? outbox_rows_of(gathering->transaction, owner, kind, ids, error) : memory(error);
    json_array_foreach(ids, i, id)
    {
        json_t *row = NULL;
        char name[32];
        if (!done || !(done = outbox_get(gathering->transaction, json_integer_value(id), &row, error)))
            continue;
        snprintf(name, sizeof name, "row-%s", json_text(row, "row"));
        if (json_object_get(row, "disposed") == NULL && json_object_get(row, "cancelled") == NULL)
            done = retention_judge(gathering->settings, "release", name, json_text(row, "delivered"),
                                   gathering->as_of, gathering->entries) ||
                   memory(error);
        json_decref(row);
    }
    json_decref(ids);
    return done;
}

static bool visit_docket(void *context, const char *key, json_t *docket, struct error *error)
{
    struct retention_gathering *gathering = context;
    size_t before = json_array_size(gathering->entries);
    snprintf(gathering->after, sizeof gathering->after, "%s", key);
    if (!retention_judge_docket(gathering->settings, docket,
                                json_object_get(docket, "worksheetsDisposed") == NULL, gathering->as_of,
                                gathering->entries))
        return memory(error);
    bool whole = json_array_size(gathering->entries) > before &&
                 strncmp(json_text(json_array_get(gathering->entries, before), "class"), "docket-", 7) == 0;
    if (!whole && settings_retention(gathering->settings, "release") != NULL &&
        retention_kept(docket, 0) == NULL && !judge_rows(gathering, key, "volume", error))
        return false;
    return --gathering->left > 0;
}

static bool visit_drop(void *context, const char *key, json_t *drop, struct error *error)
{
    struct retention_gathering *gathering = context;
    char class[64], name[64];
    const char *rest = key + sizeof "drop/" - 1, *slash = strchr(rest, '/');
    snprintf(gathering->after, sizeof gathering->after, "%s", key);
    if (slash == NULL)
        return true;
    snprintf(class, sizeof class, "%.*s", (int)(slash - rest), rest);
    snprintf(name, sizeof name, "drop-%s", slash + 1);
    /* What asked for a release counts as one from the day it came. */
    if (!retention_judge(gathering->settings, class, name, json_text(drop, "at"), gathering->as_of,
                         gathering->entries))
        return memory(error);
    return --gathering->left > 0;
}

bool retention_gather(struct transaction *transaction, const struct settings *settings,
                      struct retention_gathering *gathering, int slice, bool *finished, struct error *error)
{
    const char *after = gathering->after[0] == '\0' ? NULL : gathering->after;
    gathering->transaction = transaction;
    gathering->settings = settings;
    gathering->left = slice;
    bool done = true;
    if (settings->retention_count == 0)
        gathering->phase = DONE;
    if (gathering->phase == DOCKETS)
        done = book_walk(transaction, BOOK_DOCKETS, "", after, visit_docket, gathering, NULL, error);
    else if (gathering->phase == EXTRACTS)
        done = settings_retention(settings, "release") == NULL ||
               judge_rows(gathering, OUTBOX_EXTRACTS, "extract", error);
    else if (gathering->phase == DROPS)
        done = book_walk(transaction, BOOK_INDEX, "drop/", after, visit_drop, gathering, NULL, error);
    if (done && gathering->phase != DONE && (gathering->left > 0 || gathering->phase == EXTRACTS)) {
        gathering->phase++;
        gathering->after[0] = '\0';
    }
    *finished = gathering->phase == DONE;
    return done;
}

/* --- lists that orders can name --- */

struct old_lists {
    json_t *keys;
    instant now;
};

static bool collect_old(void *context, const char *key, json_t *value, struct error *error)
{
    const struct old_lists *old = context;
    instant at = 0;
    if (instant_parse(json_text(value, "at"), &at, NULL) && old->now - at <= MONTH)
        return true;
    return json_array_append_new(old->keys, json_string(key)) == 0 || memory(error);
}

static bool forget_old(struct transaction *transaction, instant now, struct error *error)
{
    struct old_lists old = {.keys = json_array(), .now = now};
    size_t i;
    json_t *key;
    bool done = old.keys != NULL
                    ? book_walk(transaction, BOOK_INDEX, LISTS, NULL, collect_old, &old, NULL, error)
                    : memory(error);
    json_array_foreach(old.keys, i, key) done =
        done && book_remove(transaction, BOOK_INDEX, json_string_value(key), error);
    json_decref(old.keys);
    return done;
}

static bool keep_list(struct transaction *transaction, const json_t *list, const char *digest,
                      const char *actor, instant now, struct error *error)
{
    char key[128], at[INSTANT_TEXT_SIZE];
    snprintf(key, sizeof key, LISTS "%s", digest);
    json_t *record = json_pack("{sO,sO,ss}", "asOf", json_object_get(list, "asOf"), "entries",
                               json_object_get(list, "entries"), "at", instant_text(now, at));
    const struct event event = {
        .actor = actor, .role = "records", .action = "retention-listed", .object = digest, .clause = "R38"};
    bool done = forget_old(transaction, now, error) &&
                (record != NULL ? book_put(transaction, BOOK_INDEX, key, record, error) : memory(error)) &&
                event_append(transaction, now, &event, NULL, error);
    json_decref(record);
    return done;
}

bool retention_gather_take(struct transaction *transaction, struct retention_gathering *gathering, bool keep,
                           const char *actor, instant now, json_t **list, struct error *error)
{
    char hex[DIGEST_TEXT_SIZE];
    size_t beyond = retention_order(gathering->entries, RETENTION_LIST_MOST);
    *list = json_pack("{ss,sO}", "asOf", gathering->as_of, "entries", gathering->entries);
    char *text = json_canonical(*list);
    bool done = text != NULL || memory(error);
    if (done) {
        struct digest digest = digest_of(text, strlen(text));
        digest_text(&digest, hex);
    }
    if (done && keep && json_array_size(gathering->entries) > 0)
        done = keep_list(transaction, *list, hex, actor, now, error);
    done = done && ((json_put_text(*list, "list", hex) && json_put_whole(*list, "beyond", (int64_t)beyond)) ||
                    memory(error));
    free(text);
    if (!done) {
        json_decref(*list);
        *list = NULL;
    }
    return done;
}

bool retention_list_get(struct transaction *transaction, const char *digest, instant now, json_t **list,
                        struct error *error)
{
    char key[128];
    instant at = 0;
    snprintf(key, sizeof key, LISTS "%s", digest);
    if (!book_get(transaction, BOOK_INDEX, key, list, error))
        return false;
    if (*list != NULL && (!instant_parse(json_text(*list, "at"), &at, NULL) || now - at > MONTH)) {
        json_decref(*list);
        *list = NULL;
    }
    return true;
}

/* --- drops that came to no docket --- */

bool retention_last_row(struct transaction *transaction, int64_t *row, struct error *error)
{
    json_t *counter = NULL;
    if (!book_get(transaction, BOOK_COUNTERS, "outbox", &counter, error))
        return false;
    *row = json_whole(counter, "value", 0);
    json_decref(counter);
    return true;
}

bool retention_note_drop(struct transaction *transaction, const json_t *claim, const char *class,
                         int64_t first_row, const char *decision, instant now, struct error *error)
{
    char key[128], at[INSTANT_TEXT_SIZE];
    int64_t last = 0;
    snprintf(key, sizeof key, "drop/%s/%s", class, json_text(claim, "claim"));
    if (!retention_last_row(transaction, &last, error))
        return false;
    json_t *record = json_pack("{ss,s[I,I],ss*}", "at", instant_text(now, at), "rows", (json_int_t)first_row,
                               (json_int_t)last, "decision", decision);
    bool done = record != NULL ? book_put(transaction, BOOK_INDEX, key, record, error) : memory(error);
    json_decref(record);
    return done;
}
