/*
 * What a compaction does to the record.
 *
 * Guarantees: one transaction: before it the old segments are the gallery, after it the new one; no photo is gone that
 * was not ordered to be, or that a legal hold keeps; each photo that goes is an event, and one more when its picture
 * is destroyed. Does not touch files.
 */
#include "match/compaction_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"
#include "casebook/photo.h"
#include "casebook/vault.h"
#include "match/compaction.h"
#include "match/segment_book.h"

static bool no_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while compacting the gallery");
}

/* --- orders --- */

bool compaction_order(struct transaction *transaction, const char *actor, instant now, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    json_t *order = json_pack("{ss,ss}", "by", actor, "at", instant_text(now, at));
    const struct event event = {
        .actor = actor, .role = "service", .action = "compaction-ordered", .clause = "R17", .outcome = "all"};
    bool done = order != NULL ? book_put(transaction, BOOK_COUNTERS, COMPACTION_ORDER, order, error) &&
                                    event_append(transaction, now, &event, NULL, error)
                              : no_memory(error);
    json_decref(order);
    return done;
}

bool compaction_begin(struct transaction *transaction, const struct settings *settings, instant now,
                      json_t **plan, struct error *error)
{
    json_t *order = NULL;
    int64_t number = 0;
    char name[64];
    if (!book_get(transaction, BOOK_COUNTERS, COMPACTION_ORDER, &order, error))
        return false;
    bool ordered = order != NULL, done = compaction_look(transaction, settings, ordered, now, plan, error);
    json_decref(order);
    if (done && *plan == NULL)
        return !ordered || book_remove(transaction, BOOK_COUNTERS, COMPACTION_ORDER, error);
    if (done && json_array_size(json_object_get(*plan, "segments")) > 0 &&
        json_whole(*plan, "count", 0) > 0) {
        done = counter_next(transaction, "segment", &number, error);
        snprintf(name, sizeof name, "segment-%06lld", (long long)number);
        done = done && (json_put_text(*plan, "name", name) || no_memory(error));
    }
    if (!done) {
        json_decref(*plan);
        *plan = NULL;
    }
    return done;
}

/* --- doing it --- */

static bool check_segment(struct transaction *transaction, const json_t *planned, struct error *error)
{
    json_t *record = NULL;
    if (!book_get(transaction, BOOK_SEGMENTS, json_text(planned, "name"), &record, error))
        return false;
    bool same = strcmp(json_text(record, "digest"), json_text(planned, "digest")) == 0 && record != NULL;
    json_decref(record);
    return same || error_set(error, FAULT_REFUSED, "the gallery changed while it was compacted");
}

static bool check_photo(struct transaction *transaction, const char *id, struct error *error)
{
    json_t *photo = NULL;
    if (!book_need(transaction, BOOK_PHOTOS, id, &photo, error))
        return false;
    const char *fate = photo_fate(photo);
    bool doomed = fate != NULL && strcmp(fate, "doomed") == 0;
    json_decref(photo);
    return doomed || error_set(error, FAULT_REFUSED, "photo %s is to be kept since", id);
}

static bool swap_segments(struct transaction *transaction, const json_t *plan, const json_t *result,
                          instant now, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    const char *name = result == NULL ? NULL : json_text(plan, "name");
    json_t *from = json_array(), *row;
    size_t i;
    bool done = from != NULL || no_memory(error);
    json_array_foreach(json_object_get(plan, "segments"), i, row)
    {
        json_array_append(from, json_object_get(row, "name"));
        done = done &&
               segment_book_retire(transaction, json_text(row, "name"), name, instant_text(now, at), error);
    }
    if (done && result != NULL) {
        json_t *record = json_pack(
            "{ss,sI,sO,sO,sO,ss,sO,sI}", "segment", name, "count", (json_int_t)json_whole(result, "count", 0),
            "digest", json_object_get(result, "digest"), "engine", json_object_get(result, "engine"), "root",
            json_object_get(result, "root"), "at", instant_text(now, at), "from", from, "newest",
            (json_int_t)json_whole(plan, "newest", 0));
        done = record != NULL
                   ? book_put(transaction, BOOK_SEGMENTS, name, record, error)
                   : error_set(error, FAULT_INTERNAL, "the answer about a merged segment lacks a member");
        json_decref(record);
    }
    const struct event event = {.action = "segments-compacted",
                                .object = json_text_or_null(result, "digest"),
                                .clause = "R17",
                                .outcome = name == NULL ? "none-left" : name};
    done = done && event_append(transaction, now, &event, NULL, error);
    json_decref(from);
    return done;
}

/* Is the picture that of another photograph of the gallery, too? */
static bool shared(struct transaction *transaction, const json_t *photo, bool *others, struct error *error)
{
    json_t *ids = json_array(), *id;
    size_t i;
    bool done = ids != NULL ? photo_find(transaction, PHOTO_BY_DIGEST, json_text(photo, "digest"), NULL, 1000,
                                         ids, error)
                            : no_memory(error);
    *others = false;
    json_array_foreach(ids, i, id)
    {
        json_t *other = NULL;
        if (!done || strcmp(json_string_value(id), json_text(photo, "photo")) == 0)
            continue;
        done = book_need(transaction, BOOK_PHOTOS, json_string_value(id), &other, error);
        *others = *others || (done && json_object_get(other, "destroyed") == NULL);
        json_decref(other);
    }
    json_decref(ids);
    return done;
}

/* The picture itself: given up by the gallery, and disposed of unless somebody else uses it. */
static bool destroy(struct transaction *transaction, json_t *photo, instant now, struct error *error)
{
    static const char *const members[] = {"biography",  "eyes",  "eyesProposed", "eyesFoundBy",
                                          "confidence", "width", "height"};
    struct digest digest;
    json_t *object = NULL;
    bool others = false, used = true;
    int64_t left = 0, sequence = 0;
    if (!digest_parse(json_text(photo, "digest"), &digest))
        return error_set(error, FAULT_ENVIRONMENT, "the record of a photo has no digest");
    bool done = shared(transaction, photo, &others, error) &&
                book_get(transaction, BOOK_VAULT, json_text(photo, "digest"), &object, error);
    if (done && object != NULL && !others) {
        done = vault_give_up(transaction, &digest, VAULT_GALLERY_FILE, &left, error);
        used = left > 0;
    }
    const struct event event = {.action = "photo-destroyed",
                                .object = json_text(photo, "digest"),
                                .clause = "R17",
                                .outcome = used ? "picture-in-use"
                                                : json_text(json_object_get(photo, "seal"), "reason")};
    done = done && event_append(transaction, now, &event, &sequence, error) &&
           (used || vault_dispose(transaction, &digest, sequence, error)) &&
           (json_put_whole(photo, "destroyed", sequence) || no_memory(error));
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_object_del(photo, members[i]);
    json_decref(object);
    return done;
}

static bool take_away(struct transaction *transaction, const char *id, instant now, struct error *error)
{
    json_t *photo = NULL;
    char at[INSTANT_TEXT_SIZE];
    int64_t sequence = 0;
    if (!book_need(transaction, BOOK_PHOTOS, id, &photo, error))
        return false;
    const char *segment = json_text_or_null(photo, "segment");
    const struct event event = {.action = "photo-removed",
                                .object = json_text(photo, "digest"),
                                .clause = "R17",
                                .outcome = json_text(json_object_get(photo, "seal"), "reason")};
    bool done = segment == NULL || event_append(transaction, now, &event, &sequence, error);
    if (done && (segment != NULL || json_object_get(photo, "gone") == NULL)) {
        json_t *gone = json_pack("{ss*,ss}", "segment", segment, "at", instant_text(now, at));
        done = (sequence == 0 || json_put_whole(gone, "event", sequence)) && json_put(photo, "gone", gone);
        done = done || no_memory(error);
        json_object_del(photo, "segment");
    }
    done = done &&
           (!photo_destroys(photo) || json_object_get(photo, "destroyed") != NULL ||
            destroy(transaction, photo, now, error)) &&
           photo_put(transaction, photo, error);
    json_decref(photo);
    return done || error_context(error, "removing photo %s", id);
}

bool compaction_record(struct transaction *transaction, const json_t *plan, const json_t *result, instant now,
                       struct error *error)
{
    static const char *const lists[] = {"leave_out", "loose"};
    const json_t *segments = json_object_get(plan, "segments"), *row;
    bool done = true;
    size_t i;
    json_array_foreach(segments, i, row) done = done && check_segment(transaction, row, error);
    for (size_t list = 0; list < 2; list++)
        json_array_foreach(json_object_get(plan, lists[list]), i, row) done =
            done && check_photo(transaction, json_string_value(row), error);
    if (done && result != NULL && json_whole(result, "count", -1) != json_whole(plan, "count", 0))
        done =
            error_set(error, FAULT_INTERNAL, "a merged segment holds another number of photos than planned");
    done = done && (json_array_size(segments) == 0 || swap_segments(transaction, plan, result, now, error));
    for (size_t list = 0; list < 2; list++)
        json_array_foreach(json_object_get(plan, lists[list]), i, row) done =
            done && take_away(transaction, json_string_value(row), now, error);
    return done || error_context(error, "compacting the gallery");
}
