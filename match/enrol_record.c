/*
 * Enrolment in the casebook.
 *
 * Guarantees: a photo is `enrolled` only in the transaction that records its segment; a photo sealed
 * meanwhile stays sealed; one whose eyes were found says so, with the confidence, and one whose eyes a person
 * has to mark has no `eyes`, only `eyesProposed`. Which photos wait is an index of its own: an idle daemon never walks the gallery.
 */
#include "match/enrol_record.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "casebook/event.h"
#include "casebook/photo.h"
#include "match/segment.h"

bool enrol_round(struct transaction *transaction, char *segment, size_t size, struct error *error)
{
    json_t *round = NULL;
    bool done = book_get(transaction, BOOK_COUNTERS, "round", &round, error);
    snprintf(segment, size, "%s", json_text(round, "segment"));
    json_decref(round);
    return done;
}

bool enrol_round_begin(struct transaction *transaction, char *segment, size_t size, struct error *error)
{
    int64_t number = 0;
    if (!enrol_round(transaction, segment, size, error) || segment[0] != '\0')
        return segment[0] != '\0';
    if (!counter_next(transaction, "segment", &number, error))
        return false;
    snprintf(segment, size, "segment-%06lld", (long long)number);
    json_t *round = json_pack("{ss}", "segment", segment);
    bool done = round != NULL ? book_put(transaction, BOOK_COUNTERS, "round", round, error)
                              : error_set(error, FAULT_TEMPORARY, "out of memory while beginning a round");
    json_decref(round);
    return done;
}

bool enrol_pending(struct transaction *transaction, size_t most, json_t **photos, char *segment, size_t size,
                   struct error *error)
{
    json_t *ids = json_array(), *id;
    size_t index;
    *photos = json_array();
    bool done = ids != NULL && *photos != NULL
                    ? photo_find(transaction, PHOTO_BY_STATUS, "pending", NULL, most, ids, error)
                    : error_set(error, FAULT_TEMPORARY, "out of memory while looking for photographs");
    json_array_foreach(ids, index, id)
    {
        json_t *photo = NULL;
        done = done && book_need(transaction, BOOK_PHOTOS, json_string_value(id), &photo, error) &&
               (json_array_append(*photos, photo) == 0 ||
                error_set(error, FAULT_TEMPORARY, "out of memory while looking for photographs"));
        json_decref(photo);
    }
    json_decref(ids);
    if (!done || json_array_size(*photos) == 0)
        return done;
    return enrol_round_begin(transaction, segment, size, error);
}

static bool record_segment(struct transaction *transaction, const char *segment, int gallery, size_t count,
                           instant now, struct error *error)
{
    struct digest digest, root;
    struct segment opened;
    char text[DIGEST_TEXT_SIZE], root_text[DIGEST_TEXT_SIZE], card[2 * sizeof opened.header->engine],
        at[INSTANT_TEXT_SIZE];
    int file = file_open(gallery, segment, error);
    if (file < 0)
        return false;
    bool done = digest_of_file(file, &digest, NULL, error) && segment_open(file, NULL, &opened, error);
    close(file);
    if (!done)
        return false;
    memcpy(root.bytes, opened.header->root, sizeof root.bytes);
    snprintf(card, sizeof card, "%.31s %.31s", opened.header->engine, opened.header->engine_version);
    segment_close(&opened);
    json_t *record = json_pack("{ss,sI,ss,ss,ss,ss}", "segment", segment, "count", (json_int_t)count,
                               "digest", digest_text(&digest, text), "engine", card, "root",
                               digest_text(&root, root_text), "at", instant_text(now, at));
    struct event event = {.action = "photos-enrolled", .object = text, .clause = "R17", .outcome = segment};
    done = book_put(transaction, BOOK_SEGMENTS, segment, record, error) &&
           event_append(transaction, now, &event, NULL, error);
    json_decref(record);
    return done;
}

/* What the round found out about one photo, into its record. */
static bool photo_note(json_t *record, const json_t *photo, const char *segment)
{
    const char *outcome = json_text(photo, "outcome");
    const json_t *found = json_object_get(photo, "found");
    json_t *eyes = json_object_get(found, "eyes");
    bool enrolled = strcmp(outcome, "enrolled") == 0, done = true;
    /* Enrolled already: it was enrolled anew, for another engine. */
    bool anew = strcmp(json_text(record, "status"), "enrolled") == 0;
    if (anew || strcmp(json_text(record, "status"), "pending") == 0)
        done = json_put_text(record, "status", outcome);
    if (anew && !enrolled)
        json_object_del(record, "segment");
    if (done && eyes != NULL)
        done = json_object_set(record, enrolled ? "eyes" : "eyesProposed", eyes) == 0;
    if (done && found != NULL)
        done = json_put_whole(record, "confidence", json_whole(found, "confidence", 0)) &&
               (!enrolled || json_put_text(record, "eyesFoundBy", "finder"));
    if (done && json_object_get(photo, "width") != NULL)
        done = json_put_whole(record, "width", json_whole(photo, "width", 0)) &&
               json_put_whole(record, "height", json_whole(photo, "height", 0));
    return done && (!enrolled || json_put_text(record, "segment", segment)) &&
           json_put_text(record, "fault", json_text_or_null(photo, "fault"));
}

bool enrol_record(struct transaction *transaction, const char *segment, int gallery, const json_t *photos,
                  instant now, struct error *error)
{
    size_t index, enrolled = 0;
    json_t *photo;
    bool done = true;
    json_array_foreach(photos, index, photo)
    {
        json_t *current = NULL;
        if (!done || !book_need(transaction, BOOK_PHOTOS, json_text(photo, "photo"), &current, error))
            return false;
        enrolled += strcmp(json_text(photo, "outcome"), "enrolled") == 0;
        done = photo_note(current, photo, segment)
                   ? photo_put(transaction, current, error)
                   : error_set(error, FAULT_TEMPORARY, "out of memory while recording an enrolment");
        json_decref(current);
    }
    return done && book_remove(transaction, BOOK_COUNTERS, "round", error) &&
           (enrolled == 0 || record_segment(transaction, segment, gallery, enrolled, now, error));
}
