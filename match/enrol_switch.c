/*
 * Which photos are still enrolled for another engine.
 *
 * Guarantees: found from the segments' own lists, so nothing walks the gallery; a photo that was enrolled anew is not taken
 * again, whatever a crash left. Sealed and withdrawn photos get no new template: one whose seal is lifted is enrolled then.
 */
#include "match/enrol_switch.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "casebook/event.h"
#include "casebook/photo.h"
#include "match/segment.h"
#include "match/segment_book.h"

const char *enrol_engine(const struct match_engine *engine, char text[ENROL_ENGINE_SIZE])
{
    snprintf(text, ENROL_ENGINE_SIZE, "%.31s %.31s", engine->id, engine->version);
    return text;
}

struct others {
    const char *engine;
    json_t *names; /* NULL: only counted */
    int64_t photos;
};

static bool note_other(void *context, const char *key, json_t *value, struct error *error)
{
    struct others *others = context;
    /* Records of segments that are gone lie under a name with a slash. */
    if (strchr(key, '/') != NULL || strcmp(json_text(value, "engine"), others->engine) == 0)
        return true;
    others->photos += json_whole(value, "count", 0);
    return others->names == NULL || json_array_append_new(others->names, json_string(key)) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while looking at segments");
}

bool enrol_switch_left(struct transaction *transaction, const char *engine, int64_t *photos,
                       struct error *error)
{
    struct others others = {.engine = engine};
    bool done = book_walk(transaction, BOOK_SEGMENTS, "", NULL, note_other, &others, NULL, error);
    *photos = others.photos;
    return done;
}

/* Is it in a segment of this engine already? The last answer is kept: photos come in the order of their segments. */
struct known {
    char name[64];
    bool current;
};

static bool enrolled_anew(struct transaction *transaction, const char *engine, const char *name,
                          struct known *known, struct error *error)
{
    if (strcmp(known->name, name) == 0)
        return known->current;
    json_t *record = NULL;
    if (!segment_book_get(transaction, name, &record, error))
        return false;
    snprintf(known->name, sizeof known->name, "%.63s", name);
    known->current = strcmp(json_text(record, "engine"), engine) == 0;
    json_decref(record);
    return known->current;
}

/* Sealed or withdrawn: it has no template any more, as when it was compacted away, so that lifting the seal enrols it
   (ingest/seal.c). */
static bool template_gone(struct transaction *transaction, json_t *photo, instant now, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    int64_t sequence = 0;
    struct event event = {.action = "photo-removed",
                          .object = json_text(photo, "digest"),
                          .clause = "R17",
                          .outcome = "engine-changed"};
    if (!event_append(transaction, now, &event, &sequence, error))
        return false;
    bool done = json_put(photo, "gone",
                         json_pack("{ss,ss,sI}", "segment", json_text(photo, "segment"), "at",
                                   instant_text(now, at), "event", (json_int_t)sequence)) ||
                error_set(error, FAULT_TEMPORARY, "out of memory while enrolling");
    json_object_del(photo, "segment");
    return done && photo_put(transaction, photo, error);
}

static bool gather(struct transaction *transaction, const struct segment *segment, const char *engine,
                   size_t most, instant now, json_t *photos, struct error *error)
{
    struct known known = {.name = ""};
    for (uint64_t i = 0; i < segment->header->count && json_array_size(photos) < most; i++) {
        char id[SEGMENT_ID_SIZE];
        json_t *photo = NULL;
        snprintf(id, sizeof id, "%.39s", segment_at(segment, i)->photo);
        if (!book_get(transaction, BOOK_PHOTOS, id, &photo, error))
            return false;
        bool old = json_text_or_null(photo, "segment") != NULL &&
                   !enrolled_anew(transaction, engine, json_text(photo, "segment"), &known, error);
        bool done = error->fault == FAULT_NONE;
        if (done && old && strcmp(json_text(photo, "status"), "enrolled") == 0)
            done = json_array_append(photos, photo) == 0 ||
                   error_set(error, FAULT_TEMPORARY, "out of memory while enrolling");
        else if (done && old)
            done = template_gone(transaction, photo, now, error);
        json_decref(photo);
        if (!done)
            return false;
    }
    return true;
}

static bool gather_from(struct transaction *transaction, int gallery, const char *name, const char *engine,
                        size_t most, instant now, json_t *photos, struct error *error)
{
    struct segment segment;
    int file = file_open(gallery, name, error);
    bool done = file >= 0 && segment_open(file, NULL, &segment, error);
    if (file >= 0)
        close(file);
    if (!done)
        return error_context(error, "enrolling the photos of segment %s for another engine", name);
    done = gather(transaction, &segment, engine, most, now, photos, error);
    segment_close(&segment);
    return done;
}

static bool retire(struct transaction *transaction, const char *name, instant now, struct error *error)
{
    struct event event = {.action = "segment-replaced", .clause = "R12", .outcome = name};
    return book_remove(transaction, BOOK_SEGMENTS, name, error) &&
           event_append(transaction, now, &event, NULL, error);
}

bool enrol_switch_next(struct transaction *transaction, int gallery, const char *engine, size_t most,
                       instant now, json_t **photos, struct error *error)
{
    struct others others = {.engine = engine, .names = json_array()};
    struct error own = ERROR_NONE;
    json_t *name;
    size_t i;
    *photos = json_array();
    bool done = others.names != NULL && *photos != NULL;
    if (!done)
        error_set(&own, FAULT_TEMPORARY, "out of memory while looking at segments");
    done = done && book_walk(transaction, BOOK_SEGMENTS, "", NULL, note_other, &others, NULL, &own);
    json_array_foreach(others.names, i, name)
    {
        const char *text = json_string_value(name);
        size_t before = json_array_size(*photos);
        if (!done || before >= most)
            break;
        done = gather_from(transaction, gallery, text, engine, most, now, *photos, &own) &&
               (json_array_size(*photos) > before || retire(transaction, text, now, &own));
    }
    json_decref(others.names);
    if (!done && error != NULL)
        *error = own;
    return done;
}
