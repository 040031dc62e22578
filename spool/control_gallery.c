/*
 * `leadspool gallery stat|list|verify|compact`: what the gallery holds, in slices.
 *
 * No biography is told here. Checking segment files is the command's own work (command/gallery.c): they never
 * change once the record names them, and hashing them here would keep the committer from its work.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "casebook/photo.h"
#include "match/compaction_record.h"
#include "spool/control_parts.h"

/* Photo records are small: more of them fit the time of a slice. */
enum { PHOTOS_SLICE = 4 * CONTROL_SLICE };

struct photos {
    const char *status, *person, *source, *citation; /* filters, or NULL */
    json_t *rows;                                    /* of a list, or NULL */
    json_t *counts;                                  /* of a stat, or NULL */
    int looked_at;
    char last[256];
};

static bool visit_photo(void *context, const char *key, json_t *value, struct error *error)
{
    static const char *const members[] = {"photo",      "person",  "status", "source", "sourceCitation",
                                          "capturedAt", "segment", "fault",  "digest", "eyesFoundBy"};
    static const char *const lasting[] = {"gone", "destroyed", "legalHold"};
    static const char *const values[] = {"confidence", "eyesProposed", "width", "height"};
    struct photos *photos = context;
    const char *status = json_text(value, "status");
    (void)error;
    if (photos->counts != NULL)
        json_put_whole(photos->counts, status, json_whole(photos->counts, status, 0) + 1);
    if (photos->rows != NULL && (photos->status == NULL || strcmp(photos->status, status) == 0) &&
        (photos->source == NULL || strcmp(photos->source, json_text(value, "source")) == 0) &&
        (photos->citation == NULL || strcmp(photos->citation, json_text(value, "sourceCitation")) == 0) &&
        (photos->person == NULL || strcmp(photos->person, json_text(value, "person")) == 0)) {
        json_t *row = json_object();
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
            json_put_text(row, members[i], json_text_or_null(value, members[i]));
        for (size_t i = 0; i < sizeof values / sizeof *values; i++)
            if (json_object_get(value, values[i]) != NULL)
                json_object_set(row, values[i], json_object_get(value, values[i]));
        for (size_t i = 0; i < sizeof lasting / sizeof *lasting; i++)
            if (json_object_get(value, lasting[i]) != NULL)
                json_object_set(row, lasting[i], json_object_get(value, lasting[i]));
        const json_t *seal = json_object_get(value, "seal");
        json_put_text(row, "sealedFor", json_text_or_null(seal, "reason"));
        json_put_text(row, "sealedAt", json_text_or_null(seal, "at"));
        json_put_text(row, "sealEffect", json_text_or_null(seal, "effect"));
        json_array_append_new(photos->rows, row);
    }
    if (++photos->looked_at < PHOTOS_SLICE)
        return true;
    snprintf(photos->last, sizeof photos->last, "%s", key);
    return false;
}

static bool walk_photos(struct control_question *question, struct photos *photos, struct error *error)
{
    const char *after = json_text_or_null(question->arguments, "more");
    return book_walk(question->transaction, BOOK_PHOTOS, "", after, visit_photo, photos, NULL, error) &&
           (photos->last[0] == '\0' || control_more(question, photos->last, error));
}

static bool put_live(struct control_question *question, const char *member, const json_t *live,
                     struct error *error)
{
    json_t *value = json_object_get(live, member);
    return value == NULL || json_is_null(value) ||
           control_put(question, member, json_deep_copy(value), error);
}

/* Photos that are to be compacted away. */
static bool put_doomed(struct control_question *question, struct error *error)
{
    json_t *ids = json_array();
    bool done = photo_find(question->transaction, PHOTO_BY_FATE, "doomed", NULL, SIZE_MAX, ids, error) &&
                control_put(question, "doomed", json_integer((json_int_t)json_array_size(ids)), error);
    json_decref(ids);
    return done;
}

bool control_gallery_stat(struct control_question *question, struct error *error)
{
    struct photos photos = {.counts = json_object()};
    const json_t *live = question->context->live;
    bool done = control_put(question, "photos", photos.counts, error);
    /* What is under way, once. */
    if (done && json_object_get(question->arguments, "more") == NULL)
        done = put_live(question, "enrolment", live, error) &&
               put_live(question, "compaction", live, error) && put_doomed(question, error);
    return done && walk_photos(question, &photos, error);
}

bool control_gallery_list(struct control_question *question, struct error *error)
{
    struct photos photos = {.rows = json_array(),
                            .status = json_text_or_null(question->arguments, "status"),
                            .source = json_text_or_null(question->arguments, "source"),
                            .person = json_text_or_null(question->arguments, "person"),
                            .citation = json_text_or_null(question->arguments, "citation")};
    return control_put(question, "rows", photos.rows, error) && walk_photos(question, &photos, error);
}

static bool visit_segment(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    return json_array_append(context, value) == 0 || error_set(error, FAULT_TEMPORARY, "out of memory");
}

/* What `gallery compact` would do, and unless it is only asked about, the order to do it. */
bool control_gallery_compact(struct control_question *question, struct error *error)
{
    const struct control_context *context = question->context;
    bool dry = json_flag(question->arguments, "dryRun");
    json_t *plan = NULL;
    if (!compaction_look(question->transaction, context->site->settings, true, context->now, &plan, error))
        return false;
    json_t *segments = json_object_get(plan, "segments");
    size_t removed =
        json_array_size(json_object_get(plan, "leave_out")) + json_array_size(json_object_get(plan, "loose"));
    bool done =
        control_put(question, "segments", segments == NULL ? json_array() : json_incref(segments), error) &&
        control_put(question, "left", json_integer((json_int_t)json_whole(plan, "count", 0)), error) &&
        control_put(question, "removed", json_integer((json_int_t)removed), error) &&
        control_put(question, "ordered", json_boolean(!dry && plan != NULL), error) &&
        control_put(question, "daemon", json_boolean(context->live != NULL), error);
    /* The daemon looks for work when it sees this. */
    if (done && !dry && plan != NULL)
        done = compaction_order(question->transaction, question->asker->name, context->now, error) &&
               control_put(question, "wake", json_true(), error);
    json_decref(plan);
    return done;
}

bool control_gallery_segments(struct control_question *question, struct error *error)
{
    json_t *rows = json_array();
    return control_put(question, "rows", rows, error) &&
           book_walk(question->transaction, BOOK_SEGMENTS, "segment-", NULL, visit_segment, rows, NULL,
                     error);
}
