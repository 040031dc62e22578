/*
 * Photo records and their indexes.
 *
 * Guarantees: an index entry exists exactly when its record says so, since photo_put compares with the record it
 * replaces. Does not hold pictures: those are in the vault.
 */
#include "casebook/photo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"

enum { KEY_SIZE = 256, INDEXES = 5 };

static const struct {
    const char *word, *member;
} indexes[INDEXES] = {
    [PHOTO_BY_STATUS] = {"status", "status"}, [PHOTO_BY_PERSON] = {"person", "person"},
    [PHOTO_BY_DIGEST] = {"digest", "digest"}, [PHOTO_BY_CITATION] = {"citation", "sourceCitation"},
    [PHOTO_BY_FATE] = {"fate", NULL},
};

/* "photo/person/B000002/": what all keys of that value begin with. */
static bool prefix_write(enum photo_index index, const char *value, char *key, struct error *error)
{
    char text[DIGEST_TEXT_SIZE];
    /* A citation is whatever its writer calls it: its digest is of one length and has no slash. */
    if (index == PHOTO_BY_CITATION) {
        struct digest digest = digest_of(value, strlen(value));
        value = digest_text(&digest, text);
    }
    return snprintf(key, KEY_SIZE, "photo/%s/%s/", indexes[index].word, value) < KEY_SIZE ||
           error_set(error, FAULT_INTERNAL, "\"%.60s\" is too long for the index of photographs", value);
}

/* What the record says by which it is found; NULL: nothing. */
static const char *value_of(enum photo_index index, const json_t *photo)
{
    if (index == PHOTO_BY_FATE)
        return photo_fate(photo);
    /* Its status stays, but no search has to be told of it. */
    if (index == PHOTO_BY_STATUS && photo_fate(photo) != NULL && strcmp(photo_fate(photo), "gone") == 0)
        return NULL;
    return json_text_or_null(photo, indexes[index].member);
}

/* Is there an entry for that value? Nearly all photographs are enrolled: those need none by status. */
static bool has_entry(enum photo_index index, const char *value)
{
    return value != NULL && !(index == PHOTO_BY_STATUS && strcmp(value, "enrolled") == 0);
}

static bool entry_write(struct transaction *transaction, enum photo_index index, const char *value,
                        const char *photo, bool there, struct error *error)
{
    char key[KEY_SIZE + 64];
    if (!prefix_write(index, value, key, error))
        return false;
    size_t length = strlen(key);
    if ((size_t)snprintf(key + length, sizeof key - length, "%s", photo) >= sizeof key - length)
        return error_set(error, FAULT_INTERNAL, "photo id \"%.60s\" is too long for the index", photo);
    if (!there)
        return book_remove(transaction, BOOK_INDEX, key, error);
    json_t *entry = json_pack("{ss}", "photo", photo);
    bool done = entry != NULL
                    ? book_put(transaction, BOOK_INDEX, key, entry, error)
                    : error_set(error, FAULT_TEMPORARY, "out of memory while indexing a photograph");
    json_decref(entry);
    return done;
}

static bool index_update(struct transaction *transaction, enum photo_index index, const json_t *before,
                         const json_t *photo, struct error *error)
{
    const char *old = value_of(index, before), *new = value_of(index, photo);
    const char *id = json_text(photo, "photo");
    bool had = has_entry(index, old), has = has_entry(index, new);
    if (had && has && strcmp(old, new) == 0)
        return true;
    return (!had || entry_write(transaction, index, old, id, false, error)) &&
           (!has || entry_write(transaction, index, new, id, true, error));
}

bool photo_put(struct transaction *transaction, const json_t *photo, struct error *error)
{
    const char *id = json_text(photo, "photo");
    json_t *before = NULL;
    bool done = book_get(transaction, BOOK_PHOTOS, id, &before, error) &&
                book_put(transaction, BOOK_PHOTOS, id, photo, error);
    for (int i = 0; done && i < INDEXES; i++)
        done = index_update(transaction, (enum photo_index)i, before, photo, error);
    json_decref(before);
    return done || error_context(error, "storing photo %s", id);
}

struct finding {
    const char *member; /* of the entries */
    json_t *ids;
    size_t most;
};

static bool collect(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    struct finding *finding = context;
    if (json_array_append(finding->ids, json_object_get(value, finding->member)) != 0)
        return error_set(error, FAULT_TEMPORARY, "out of memory while looking for photographs");
    return --finding->most > 0;
}

bool photo_find(struct transaction *transaction, enum photo_index index, const char *value, const char *after,
                size_t most, json_t *ids, struct error *error)
{
    char prefix[KEY_SIZE], from[2 * KEY_SIZE];
    struct finding finding = {.member = "photo", .ids = ids, .most = most};
    if (!has_entry(index, value))
        return error_set(error, FAULT_INTERNAL, "photographs that are enrolled have no index");
    if (!prefix_write(index, value, prefix, error))
        return false;
    snprintf(from, sizeof from, "%s%s", prefix, after == NULL ? "" : after);
    return most == 0 || book_walk(transaction, BOOK_INDEX, prefix, after == NULL ? NULL : from, collect,
                                  &finding, NULL, error);
}

bool photo_sealed_ids(struct transaction *transaction, json_t *ids, struct error *error)
{
    return photo_find(transaction, PHOTO_BY_STATUS, "sealed", NULL, SIZE_MAX, ids, error) &&
           photo_find(transaction, PHOTO_BY_STATUS, "withdrawn", NULL, SIZE_MAX, ids, error);
}

bool photo_seal_generation(struct transaction *transaction, int64_t *generation, struct error *error)
{
    json_t *counter = NULL;
    bool done = book_get(transaction, BOOK_COUNTERS, "seals", &counter, error);
    *generation = json_whole(counter, "value", 0);
    json_decref(counter);
    return done;
}

bool photo_may_be_searched(const json_t *photo)
{
    return strcmp(json_text(photo, "status"), "enrolled") == 0;
}

bool photo_may_be_shown(const json_t *photo)
{
    const json_t *seal = json_object_get(photo, "seal");
    return photo_may_be_searched(photo) || (strcmp(json_text(photo, "status"), "sealed") == 0 &&
                                            strcmp(json_text(seal, "effect"), "search") == 0);
}

bool photo_destroys(const json_t *photo)
{
    return strcmp(json_text(json_object_get(photo, "seal"), "effect"), "destroy") == 0;
}

const char *photo_fate(const json_t *photo)
{
    bool ended = strcmp(json_text(photo, "status"), "withdrawn") == 0 || photo_destroys(photo);
    bool left = json_object_get(photo, "segment") != NULL || json_object_get(photo, "gone") == NULL ||
                (photo_destroys(photo) && json_object_get(photo, "destroyed") == NULL);
    if (ended && !left)
        return "gone";
    if (ended)
        return json_object_get(photo, "legalHold") == NULL ? "doomed" : NULL;
    return json_object_get(photo, "seal") == NULL && json_array_size(json_object_get(photo, "seals")) > 0
               ? "lifted"
               : NULL;
}

int64_t photo_segment_number(const char *segment)
{
    size_t end = strlen(segment), start = end;
    while (start > 0 && segment[start - 1] >= '0' && segment[start - 1] <= '9')
        start--;
    return end - start > 18 ? 0 : strtoll(segment + start, NULL, 10);
}

int64_t photo_round(const json_t *photo)
{
    const json_t *gone = json_object_get(photo, "gone");
    const char *segment = json_text_or_null(photo, "segment");
    return photo_segment_number(segment == NULL ? json_text(gone, "segment") : segment);
}

static bool report_key(const char *photo, const char *docket, char *key, struct error *error)
{
    return snprintf(key, KEY_SIZE, "photo/report/%s/%s", photo, docket) < KEY_SIZE ||
           error_set(error, FAULT_INTERNAL, "photo id \"%.60s\" is too long for the index", photo);
}

bool photo_report_note(struct transaction *transaction, const char *photo, const char *docket,
                       struct error *error)
{
    char key[KEY_SIZE];
    json_t *entry = json_pack("{ss}", "docket", docket);
    bool done = entry != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while indexing a report");
    done =
        done && report_key(photo, docket, key, error) && book_put(transaction, BOOK_INDEX, key, entry, error);
    json_decref(entry);
    return done;
}

bool photo_reports(struct transaction *transaction, const char *photo, json_t *dockets, struct error *error)
{
    char prefix[KEY_SIZE];
    struct finding finding = {.member = "docket", .ids = dockets, .most = SIZE_MAX};
    return report_key(photo, "", prefix, error) &&
           book_walk(transaction, BOOK_INDEX, prefix, NULL, collect, &finding, NULL, error);
}
