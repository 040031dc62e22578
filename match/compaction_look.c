/*
 * What there is to compact, from the casebook.
 *
 * Guarantees: looks at the segments that are searched now and at the photos that are to go, never at the whole
 * gallery. Changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/photo.h"
#include "match/compaction.h"
#include "match/compaction_record.h"
#include "match/segment_book.h"

/* Photos taken away in one transaction; more wait for the next. */
enum { DOOMED_MOST = 20000 };

static bool no_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while looking at the gallery");
}

/* --- what there is --- */

struct looking {
    struct transaction *transaction;
    json_t *rows;    /* of segments: {"name","count","digest","newest","engine","doomed","oldest"} */
    json_t *current; /* name of the segment a photo was enrolled in -> row of the one that holds it */
    json_t *of;      /* doomed photo -> row */
    json_t *loose;
};

static bool look_at_segments(struct looking *looking, struct error *error)
{
    json_t *records = json_array(), *record;
    size_t i;
    bool done = records != NULL ? segment_book_all(looking->transaction, records, error) : no_memory(error);
    json_array_foreach(records, i, record)
    {
        json_t *row =
            json_pack("{ss,sI,ss,sI,ss,sI}", "name", json_text(record, "segment"), "count",
                      (json_int_t)json_whole(record, "count", 0), "digest", json_text(record, "digest"),
                      "newest", (json_int_t)segment_book_newest(record), "engine",
                      json_text(record, "engine"), "doomed", (json_int_t)0);
        done = done && (json_array_append_new(looking->rows, row) == 0 || no_memory(error));
    }
    json_decref(records);
    return done;
}

/* The row of the segment that holds what was enrolled in `segment`; NULL when none does. */
static bool row_of(struct looking *looking, const char *segment, json_t **row, struct error *error)
{
    json_t *record = NULL;
    *row = json_object_get(looking->current, segment);
    if (*row != NULL)
        return true;
    if (!segment_book_current(looking->transaction, segment, &record, error))
        return false;
    *row = (json_t *)(uintptr_t)json_find(looking->rows, "name", json_text(record, "segment"));
    json_decref(record);
    return *row == NULL || json_object_set(looking->current, segment, *row) == 0 || no_memory(error);
}

static bool look_at_photo(struct looking *looking, const char *id, struct error *error)
{
    json_t *photo = NULL, *row = NULL;
    instant since = 0;
    if (!book_need(looking->transaction, BOOK_PHOTOS, id, &photo, error))
        return false;
    const char *segment = json_text_or_null(photo, "segment");
    bool done = segment == NULL || row_of(looking, segment, &row, error);
    instant_parse(json_text(json_object_get(photo, "seal"), "at"), &since, NULL);
    if (done && row == NULL)
        done = json_array_append_new(looking->loose, json_string(id)) == 0 || no_memory(error);
    else if (done) {
        int64_t doomed = json_whole(row, "doomed", 0), oldest = json_whole(row, "oldest", since);
        done = (json_put_whole(row, "doomed", doomed + 1) &&
                json_put_whole(row, "oldest", since < oldest ? since : oldest) &&
                json_object_set(looking->of, id, row) == 0) ||
               no_memory(error);
    }
    json_decref(photo);
    return done;
}

static bool look_at_photos(struct looking *looking, struct error *error)
{
    json_t *ids = json_array(), *id;
    size_t i;
    bool done = ids != NULL
                    ? photo_find(looking->transaction, PHOTO_BY_FATE, "doomed", NULL, DOOMED_MOST, ids, error)
                    : no_memory(error);
    json_array_foreach(ids, i, id) done = done && look_at_photo(looking, json_string_value(id), error);
    json_decref(ids);
    return done;
}

/* --- the plan --- */

static bool choose(const struct looking *looking, const struct compaction_terms *terms, size_t *chosen,
                   struct error *error)
{
    size_t count = json_array_size(looking->rows), i;
    struct compaction_segment *segments = calloc(count + 1, sizeof *segments);
    enum compaction_reason *reasons = calloc(count + 1, sizeof *reasons);
    json_t *row;
    bool done = (segments != NULL && reasons != NULL) || no_memory(error);
    json_array_foreach(looking->rows, i, row)
    {
        if (done)
            segments[i] = (struct compaction_segment){.engine = json_text(row, "engine"),
                                                      .count = (uint64_t)json_whole(row, "count", 0),
                                                      .doomed = (uint64_t)json_whole(row, "doomed", 0),
                                                      .oldest = json_whole(row, "oldest", 0)};
    }
    if (done)
        *chosen = compaction_plan(segments, count, terms, reasons);
    json_array_foreach(looking->rows, i, row) done =
        done && (reasons[i] == COMPACTION_NONE ||
                 json_put_text(row, "reason", compaction_reason_word(reasons[i])) || no_memory(error));
    free(segments);
    free(reasons);
    return done;
}

static json_t *plan_of(const struct looking *looking)
{
    json_t *segments = json_array(), *leave_out = json_array(), *row;
    int64_t left = 0, newest = 0;
    const char *id;
    size_t i;
    json_array_foreach(looking->rows, i, row)
    {
        if (json_object_get(row, "reason") == NULL)
            continue;
        json_array_append(segments, row);
        left += json_whole(row, "count", 0) - json_whole(row, "doomed", 0);
        newest = json_whole(row, "newest", 0) > newest ? json_whole(row, "newest", 0) : newest;
    }
    json_object_foreach(looking->of, id, row)
    {
        if (json_object_get(row, "reason") != NULL)
            json_array_append_new(leave_out, json_string(id));
    }
    return json_pack("{so,so,sO,sI,sI,sI}", "segments", segments, "leave_out", leave_out, "loose",
                     looking->loose, "count", (json_int_t)left, "newest", (json_int_t)newest, "doomed",
                     (json_int_t)json_object_size(looking->of) + (json_int_t)json_array_size(looking->loose));
}

bool compaction_look(struct transaction *transaction, const struct settings *settings, bool ordered,
                     instant now, json_t **plan, struct error *error)
{
    struct looking looking = {.transaction = transaction,
                              .rows = json_array(),
                              .current = json_object(),
                              .of = json_object(),
                              .loose = json_array()};
    const struct compaction_terms terms = {.segments_most = (size_t)settings->compaction_segments,
                                           .doomed_percent = settings->compaction_percent,
                                           .wait_milliseconds = settings->compaction_milliseconds,
                                           .now = now,
                                           .ordered = ordered};
    size_t chosen = 0;
    *plan = NULL;
    bool done =
        (looking.rows != NULL && looking.current != NULL && looking.of != NULL && looking.loose != NULL) ||
        no_memory(error);
    done = done && look_at_segments(&looking, error) && look_at_photos(&looking, error) &&
           choose(&looking, &terms, &chosen, error);
    if (done && (chosen > 0 || json_array_size(looking.loose) > 0))
        done = (*plan = plan_of(&looking)) != NULL || no_memory(error);
    json_decref(looking.rows);
    json_decref(looking.current);
    json_decref(looking.of);
    json_decref(looking.loose);
    return done;
}
