/*
 * Whose uses of the vault's objects are whose.
 *
 * Guarantees: what is given up was counted; an object goes only when no other owner uses it; the event of a disposal
 * proves which objects it disposed of, by the digest of their sorted list. Does not decide what is due.
 */
#include "casebook/kept.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/event.h"

enum { KEY_SIZE = 256, UNITED = 64 };

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while noting what is kept");
}

const char *kept_owner_of_drop(const char *claim, char *owner)
{
    snprintf(owner, KEPT_OWNER_SIZE, "drop-%s", claim);
    return owner;
}

bool kept_note(struct transaction *transaction, const char *owner, const struct digest *digest,
               const char *kind, struct error *error)
{
    char key[KEY_SIZE], text[DIGEST_TEXT_SIZE];
    json_t *record = NULL;
    snprintf(key, sizeof key, "kept/%s/%s/%s", owner, kind, digest_text(digest, text));
    if (!book_get(transaction, BOOK_INDEX, key, &record, error))
        return false;
    if (record == NULL)
        record = json_object();
    bool done = json_put_whole(record, "count", json_whole(record, "count", 0) + 1)
                    ? book_put(transaction, BOOK_INDEX, key, record, error)
                    : memory(error);
    json_decref(record);
    return done;
}

bool kept_reference(struct transaction *transaction, const char *owner, const struct digest *digest,
                    uint64_t size, const char *kind, struct error *error)
{
    return vault_reference(transaction, digest, size, kind, error) &&
           (owner == NULL || owner[0] == '\0' || kept_note(transaction, owner, digest, kind, error));
}

/* `key` is a whole key of the index. */
static bool give_up(struct transaction *transaction, const char *key, const char *kind, const char *hex,
                    json_t *unused, struct error *error)
{
    json_t *record = NULL;
    struct digest digest;
    int64_t left = 0;
    if (!book_get(transaction, BOOK_INDEX, key, &record, error) || record == NULL)
        return error == NULL || error->fault == FAULT_NONE;
    int64_t count = json_whole(record, "count", 0);
    json_decref(record);
    if (!digest_parse(hex, &digest))
        return error_set(error, FAULT_ENVIRONMENT, "\"%s\" is no digest of an object", hex);
    if (!vault_give_up_some(transaction, &digest, kind, count, &left, error) ||
        !book_remove(transaction, BOOK_INDEX, key, error))
        return false;
    return left > 0 || json_array_append_new(unused, json_string(hex)) == 0 || memory(error);
}

bool kept_give_up(struct transaction *transaction, const char *owner, const char *kind, const char *digest,
                  json_t *unused, struct error *error)
{
    char key[KEY_SIZE];
    snprintf(key, sizeof key, "kept/%s/%s/%s", owner, kind, digest);
    return give_up(transaction, key, kind, digest, unused, error);
}

static bool collect(void *context, const char *key, json_t *value, struct error *error)
{
    (void)value;
    return json_array_append_new(context, json_string(key)) == 0 || memory(error);
}

bool kept_give_up_all(struct transaction *transaction, const char *owner, json_t *unused, struct error *error)
{
    char prefix[KEY_SIZE], kind[UNITED];
    json_t *keys = json_array(), *key;
    size_t i;
    int length = snprintf(prefix, sizeof prefix, "kept/%s/", owner);
    bool done = keys != NULL ? book_walk(transaction, BOOK_INDEX, prefix, NULL, collect, keys, NULL, error)
                             : memory(error);
    json_array_foreach(keys, i, key)
    {
        const char *rest = json_string_value(key) + length, *slash = strchr(rest, '/');
        if (!done || slash == NULL)
            continue;
        snprintf(kind, sizeof kind, "%.*s", (int)(slash - rest), rest);
        done = give_up(transaction, json_string_value(key), kind, slash + 1, unused, error);
    }
    json_decref(keys);
    return done || error_context(error, "giving up what %s has", owner);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, each once; and the digest of their lines, as sha256sum of the list gives it. */
static json_t *sorted(const json_t *unused, struct digest *digest)
{
    size_t count = json_array_size(unused);
    const char **names = calloc(count + 1, sizeof *names);
    json_t *list = json_array();
    struct text lines = TEXT_EMPTY;
    for (size_t i = 0; names != NULL && i < count; i++)
        names[i] = json_string_value(json_array_get(unused, i));
    if (names != NULL)
        qsort(names, count, sizeof *names, compare);
    for (size_t i = 0; names != NULL && i < count; i++)
        if (i == 0 || strcmp(names[i], names[i - 1]) != 0) {
            json_array_append_new(list, json_string(names[i]));
            text_format(&lines, "%s\n", names[i]);
        }
    if (names != NULL && text_done(&lines, NULL))
        *digest = digest_of(lines.bytes == NULL ? "" : lines.bytes, lines.length);
    else {
        json_decref(list);
        list = NULL;
    }
    text_free(&lines);
    free(names);
    return list;
}

bool kept_dispose(struct transaction *transaction, json_t *unused, struct event *event, instant now,
                  int64_t *sequence, struct error *error)
{
    struct digest digest;
    char hex[DIGEST_TEXT_SIZE], key[KEY_SIZE];
    int64_t number = 0;
    size_t i;
    json_t *list = sorted(unused, &digest), *each;
    if (list == NULL)
        return memory(error);
    event->object = digest_text(&digest, hex);
    bool done = event_append(transaction, now, event, &number, error);
    json_array_foreach(list, i, each)
    {
        struct digest object;
        done = done && digest_parse(json_string_value(each), &object) &&
               vault_dispose(transaction, &object, number, error);
    }
    snprintf(key, sizeof key, "disposed/%016" PRId64, number);
    json_t *record = json_pack("{sO,ss*}", "objects", list, "docket", event->docket);
    done = done && (record != NULL ? book_put(transaction, BOOK_INDEX, key, record, error) : memory(error));
    json_decref(record);
    json_decref(list);
    event->object = NULL;
    if (sequence != NULL)
        *sequence = number;
    return done;
}

bool kept_disposed_by(struct transaction *transaction, int64_t event, const char *object, const char *digest)
{
    char key[KEY_SIZE], hex[DIGEST_TEXT_SIZE];
    json_t *record = NULL, *each;
    struct digest found;
    bool named = false;
    size_t i;
    snprintf(key, sizeof key, "disposed/%016" PRId64, event);
    if (!book_get(transaction, BOOK_INDEX, key, &record, NULL) || record == NULL)
        return false;
    json_array_foreach(json_object_get(record, "objects"), i, each) named =
        named || strcmp(json_string_value(each), digest) == 0;
    json_t *list = sorted(json_object_get(record, "objects"), &found);
    named = named && list != NULL && strcmp(digest_text(&found, hex), object) == 0;
    json_decref(list);
    json_decref(record);
    return named;
}
