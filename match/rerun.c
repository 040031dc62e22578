/*
 * Searching again from the record.
 *
 * Guarantees: the photos searched are those of the segments the record names, in whatever files compaction has put
 * them since, and the name of the set is compared,
 * so that "the same photos" is proven and not believed; a sealed photo is never compared. Searches nothing itself.
 */
#include "match/rerun.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/photo.h"
#include "match/engine.h"
#include "match/segment_book.h"

static bool conclude(json_t *plan, const char *outcome, struct text *words, struct error *error)
{
    bool done = text_done(words, error) &&
                (json_put_text(plan, "outcome", outcome) && json_put_text(plan, "text", words->bytes));
    text_free(words);
    return done;
}

static bool contains(const json_t *texts, const char *text)
{
    size_t i;
    const json_t *one;
    json_array_foreach(texts, i, one)
    {
        if (strcmp(json_string_value(one), text) == 0)
            return true;
    }
    return false;
}

/* --- what there is to search --- */

struct gathering {
    struct transaction *transaction;
    const char *at;        /* when the search was made */
    int64_t newest;        /* number of the last enrolment that it searched */
    const json_t *dropped; /* sealed while it ran: searched, and taken out of the list */
    json_t *gone;          /* every photo it could have searched that is sealed or withdrawn now */
    json_t *since;         /* those that were searched then */
    json_t *removed;       /* of these the ones compacted away: {"photo","at","event","rank"?} */
    const json_t *list;
};

/* Sealed at that time, and unsealed since. */
static bool sealed_then(const json_t *photo, const char *at)
{
    size_t i;
    const json_t *seal;
    json_array_foreach(json_object_get(photo, "seals"), i, seal)
    {
        const char *until = json_text_or_null(seal, "liftedAt");
        until = until == NULL ? json_text(seal, "replacedAt") : until;
        if (strcmp(json_text(seal, "at"), at) < 0 && strcmp(until, at) >= 0)
            return true;
    }
    return false;
}

/* What says where and when it went: the photo is in no file of the gallery any more. */
static bool note_removed(struct gathering *gathering, const char *id, const json_t *gone)
{
    const json_t *row = json_find(gathering->list, "photo", id);
    json_t *removed = json_pack("{ss,ss,sI}", "photo", id, "at", json_text(gone, "at"), "event",
                                (json_int_t)json_whole(gone, "event", 0));
    return (row == NULL || json_put_whole(removed, "rank", json_whole(row, "rank", 0))) &&
           json_array_append_new(gathering->removed, removed) == 0;
}

static bool gather_one(struct gathering *gathering, const char *id, const json_t *photo)
{
    const char *status = json_text(photo, "status"), *sealed = json_text(photo, "sealedAt");
    const json_t *gone = json_object_get(photo, "gone");
    bool sealed_now = strcmp(status, "sealed") == 0 || strcmp(status, "withdrawn") == 0;
    /* Not enrolled yet, or compacted away before. */
    if (photo_round(photo) == 0 || photo_round(photo) > gathering->newest ||
        (gone != NULL && strcmp(json_text(gone, "at"), gathering->at) < 0))
        return true;
    if (!sealed_now && !sealed_then(photo, gathering->at))
        return true;
    if (json_array_append_new(gathering->gone, json_string(id)) != 0)
        return false;
    if (!sealed_now ||
        (strcmp(sealed, gathering->at) < 0 && *sealed != '\0' && !contains(gathering->dropped, id)))
        return true;
    return json_array_append_new(gathering->since, json_string(id)) == 0 &&
           (gone == NULL || note_removed(gathering, id, gone));
}

/* Photos that are or were sealed are found by it: the rest of the gallery is not looked at. */
static bool gather_sealed(struct gathering *gathering, struct error *error)
{
    static const struct {
        enum photo_index index;
        const char *value;
    } ways[] = {{PHOTO_BY_STATUS, "sealed"},
                {PHOTO_BY_STATUS, "withdrawn"},
                {PHOTO_BY_FATE, "gone"},
                {PHOTO_BY_FATE, "lifted"}};
    json_t *ids = json_array(), *id;
    size_t i;
    bool done = ids != NULL;
    for (size_t way = 0; done && way < sizeof ways / sizeof *ways; way++)
        done =
            photo_find(gathering->transaction, ways[way].index, ways[way].value, NULL, SIZE_MAX, ids, error);
    json_array_foreach(ids, i, id)
    {
        json_t *photo = NULL;
        done = done && book_need(gathering->transaction, BOOK_PHOTOS, json_string_value(id), &photo, error) &&
               gather_one(gathering, json_string_value(id), photo);
        json_decref(photo);
    }
    json_decref(ids);
    return done || error->fault != FAULT_NONE ||
           error_set(error, FAULT_TEMPORARY, "out of memory while searching again");
}

static bool same_engine(const json_t *record, const json_t *card, json_t *plan, struct error *error)
{
    const json_t *then = json_object_get(record, "engine");
    struct text words = TEXT_EMPTY;
    if (card != NULL && json_equal((json_t *)(uintptr_t)card, (json_t *)(uintptr_t)then))
        return true;
    if (card == NULL)
        text_format(&words,
                    _("It was made with %s version %s; no engine is in use at this site now (leadspool "
                      "engine list)."),
                    json_text(then, "id"), json_text(then, "version"));
    else
        text_format(
            &words,
            _("It was made with %s version %s; this site has %s version %s. Scores of different versions "
              "say nothing about each other, so it is not made again. The version of leadspool of that day "
              "can."),
            json_text(then, "id"), json_text(then, "version"), json_text(card, "id"),
            json_text(card, "version"));
    return conclude(plan, "engine-differs", &words, error);
}

/* The file that holds a recorded segment's photos now joins the others. */
static bool add_current(struct transaction *transaction, const char *name, json_t *rows, json_t *names,
                        int64_t newest, struct error *error)
{
    json_t *now = NULL;
    if (!segment_book_current(transaction, name, &now, error))
        return false;
    const char *current = json_text_or_null(now, "segment");
    bool done = true;
    if (current != NULL && !contains(names, current)) {
        json_t *row =
            json_pack("{ss,sI,sO}", "name", current, "count", (json_int_t)json_whole(now, "count", 0),
                      "digest", json_object_get(now, "digest"));
        /* Of what was merged with later photos, only the earlier ones. */
        done = (segment_book_newest(now) <= newest || json_put_whole(row, "newest", newest)) &&
               json_array_append_new(rows, row) == 0 &&
               json_array_append_new(names, json_string(current)) == 0;
    }
    json_decref(now);
    return done || error_set(error, FAULT_TEMPORARY, "out of memory while searching again");
}

/* The files that hold the photos of the record's segments now; one that never was, or was another, ends it. */
static bool gather_segments(struct transaction *transaction, const json_t *record, json_t *plan, json_t *rows,
                            json_t *names, int64_t *newest, struct error *error)
{
    size_t i;
    const json_t *then;
    const json_t *segments = json_object_get(record, "segments");
    struct text words = TEXT_EMPTY;
    if (!json_is_array(segments)) {
        *newest = INT64_MAX; /* what was sealed since is not shown, wherever it was */
        text_add(&words, _("Its record does not name the files that were searched: an older version of "
                           "leadspool made it."));
        return conclude(plan, "gallery-gone", &words, error);
    }
    json_array_foreach(segments, i, then)
    {
        json_t *own = NULL;
        const char *name = json_text(then, "name");
        if (!segment_book_get(transaction, name, &own, error))
            return false;
        bool same = strcmp(json_text(own, "digest"), json_text(then, "digest")) == 0 && own != NULL;
        *newest = same && segment_book_newest(own) > *newest ? segment_book_newest(own) : *newest;
        json_decref(own);
        if (!same) {
            /* What was sealed since is not shown, wherever it was. */
            *newest = INT64_MAX;
            text_format(
                &words,
                _("The gallery of that day cannot be formed any more: its file %s is not in the record, or "
                  "is another one now. What was found then stands in the record; that it would be found "
                  "again cannot be shown."),
                name);
            return conclude(plan, "gallery-gone", &words, error);
        }
    }
    bool done = true;
    json_array_foreach(segments, i, then) done =
        done && add_current(transaction, json_text(then, "name"), rows, names, *newest, error);
    return done;
}

bool rerun_prepare(struct transaction *transaction, const json_t *record, const json_t *card, json_t **plan,
                   struct error *error)
{
    json_t *rows = json_array(), *names = json_array(), *gone = json_array(), *since = json_array();
    json_t *removed = json_array();
    const json_t *probe = json_array_get(json_object_get(record, "probes"), 0);
    const json_t *set = json_object_get(record, "parameters");
    struct gathering gathering = {.transaction = transaction,
                                  .at = json_text(record, "at"),
                                  .dropped = json_object_get(record, "dropped"),
                                  .list = json_object_get(record, "list"),
                                  .gone = gone,
                                  .since = since,
                                  .removed = removed};
    *plan = json_pack("{sO,sO,sO,sO,ss}", "record", record, "sealed", since, "removed", removed, "segments",
                      names, "probe", json_text(probe, "digest"));
    bool done = *plan != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while searching again");
    done = done && gather_segments(transaction, record, *plan, rows, names, &gathering.newest, error) &&
           gather_sealed(&gathering, error) && same_engine(record, card, *plan, error);
    if (done && json_array_size(gone) == (size_t)json_whole(record, "suppressed", 0)) {
        json_array_clear(since);
        json_array_clear(removed);
    }
    if (done) {
        json_t *parameters =
            json_pack("{s[{ss,sO?}],sO,sO}", "probes", "id", json_text(record, "search"), "eyes",
                      json_object_get(probe, "eyes"), "segments", rows, "sealed", gone);
        /* Records made before there was a choice say nothing of it. */
        json_put_text(parameters, "first", "hash");
        if (parameters != NULL)
            json_object_update(parameters, (json_t *)(uintptr_t)set);
        /* Should photos of the cohort be gone, single scores can still be computed. */
        if (parameters != NULL && json_array_size(since) > 0 && json_object_get(record, "measures") != NULL)
            json_object_set(parameters, "measures", json_object_get(record, "measures"));
        done = json_put(*plan, "parameters", parameters) ||
               error_set(error, FAULT_TEMPORARY, "out of memory while searching again");
    }
    json_decref(rows);
    json_decref(names);
    json_decref(gone);
    json_decref(since);
    json_decref(removed);
    return done;
}

/* --- what came out --- */

json_t *rerun_rows(const json_t *plan)
{
    size_t i;
    json_t *row, *rows = json_array();
    json_array_foreach(json_object_get(json_object_get(plan, "record"), "list"), i, row)
    {
        if (!contains(json_object_get(plan, "sealed"), json_text(row, "photo")))
            json_array_append(rows, row);
    }
    return rows;
}

static bool equal(const json_t *a, const char *a_name, const json_t *b, const char *b_name)
{
    const json_t *one = json_object_get(a, a_name), *other = json_object_get(b, b_name);
    return one == NULL || json_equal((json_t *)(uintptr_t)one, (json_t *)(uintptr_t)other);
}

/* The first thing that is not as recorded, or NULL. */
static const char *difference(const json_t *record, const json_t *answer, const json_t *result)
{
    static const struct {
        const char *recorded, *found, *what;
        bool of_probe;
    } members[] = {
        {"engine", "engine", N_("the engine's card"), false},
        {"snapshot", "snapshot", N_("the photos searched"), false},
        {"count", "searched", N_("the number of photos"), false},
        {"persons", "persons", N_("the number of persons"), false},
        {"stages", "stages", N_("the number of stages"), false},
        {"cohort_photos", "cohort_photos", N_("the photos scores are measured against"), false},
        {"cohort", "cohort", N_("the statistics scores are measured against"), true},
        {"threshold", "threshold", N_("the threshold of the first stage"), true},
        {"compared", "compared", N_("the number of full comparisons"), true},
        {"list", "candidates", N_("the list"), true},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!equal(record, members[i].recorded, members[i].of_probe ? result : answer, members[i].found))
            return language_text(members[i].what);
    return NULL;
}

/* Is every recorded row that may still be shown found again, with its very score? */
static bool rows_found(const json_t *plan, const json_t *result)
{
    size_t i, j;
    const json_t *row, *candidate;
    json_t *rows = rerun_rows(plan);
    bool found = true;
    json_array_foreach(rows, i, row)
    {
        bool same = false;
        json_array_foreach(json_object_get(result, "candidates"), j, candidate)
        {
            same = same || (strcmp(json_text(candidate, "photo"), json_text(row, "photo")) == 0 &&
                            json_whole(candidate, "score", 0) == json_whole(row, "score", -1));
        }
        found = found && same;
    }
    json_decref(rows);
    return found;
}

/* Does each recorded row that may still be shown have its very score, computed by the recorded measures? */
static bool rows_again(const json_t *plan, const json_t *again)
{
    size_t i;
    const json_t *row;
    json_t *rows = rerun_rows(plan);
    bool same = rows != NULL;
    json_array_foreach(rows, i, row) same =
        same && json_object_get(again, json_text(row, "photo")) != NULL &&
        json_whole(again, json_text(row, "photo"), 0) == json_whole(row, "score", -1);
    json_decref(rows);
    return same;
}

static void say_sealed(struct text *words, const json_t *sealed)
{
    size_t i;
    const json_t *photo;
    size_t count = json_array_size(sealed);
    text_format(words,
                language_plural("%zu photo searched then has been sealed or withdrawn since:",
                                "%zu photos searched then have been sealed or withdrawn since:", count),
                count);
    json_array_foreach(sealed, i, photo) text_format(words, " %s", json_string_value(photo));
    text_add(words, ". ");
}

/* By id and event, with the row of the list it was. */
static void say_removed(struct text *words, const json_t *removed)
{
    size_t i;
    const json_t *one;
    if (json_array_size(removed) == 0)
        return;
    text_add(words, _("Removed from the gallery for good:"));
    json_array_foreach(removed, i, one)
    {
        text_format(words, "%s %s (", i == 0 ? "" : ",", json_text(one, "photo"));
        if (json_object_get(one, "rank") != NULL)
            text_format(words, _("row %" PRId64 ", "), json_whole(one, "rank", 0));
        text_format(words, _("event %" PRId64 ")"), json_whole(one, "event", 0));
    }
    text_add(words, ". ");
}

bool rerun_compare(json_t *plan, const json_t *answer, struct error *error)
{
    const json_t *record = json_object_get(plan, "record"), *sealed = json_object_get(plan, "sealed");
    const json_t *result = json_array_get(json_object_get(answer, "probes"), 0);
    struct text words = TEXT_EMPTY;
    if (json_array_size(sealed) == 0) {
        const char *other = difference(record, answer, result);
        if (other != NULL)
            text_format(
                &words,
                _("It was made again and is not what was recorded; the first difference is in %s. Keep the "
                  "record and the gallery as they are and call your administrator."),
                other);
        else
            text_format(&words,
                        _("It was made again with the same probe, engine and %" PRId64
                          " photos, and gave the same list, bit for bit."),
                        json_whole(record, "count", 0));
        return conclude(plan, other != NULL ? "differs" : "reproduced", &words, error);
    }
    say_sealed(&words, sealed);
    say_removed(&words, json_object_get(plan, "removed"));
    const json_t *again = json_object_get(answer, "again");
    if (!equal(record, "cohort_photos", answer, "cohort_photos") && again != NULL) {
        bool same = rows_again(plan, again);
        text_add(
            &words,
            same ? _("Some of them are among the photos scores are measured against. Each row left was "
                     "computed again from its photo by the measures in the record, and has the same score, "
                     "bit for bit; the places of the others are not filled.")
                 : _("Rows left were computed again by the measures in the record, and are not what was "
                     "recorded. Keep the record and the gallery as they are and call your administrator."));
        return conclude(plan, same ? "reproduced-rows" : "differs", &words, error);
    }
    if (!equal(record, "cohort_photos", answer, "cohort_photos")) {
        text_add(
            &words,
            _("One of them is among the photos scores are measured against, so no score can be computed "
              "again. The list is shown as it was recorded, without them; their places are not filled."));
        return conclude(plan, "scores-changed", &words, error);
    }
    bool found = rows_found(plan, result);
    text_add(
        &words,
        found ? _("Made again without them, the rest of the list is the same, bit for bit; their places are "
                  "not filled.")
              : _("Made again without them, the rest of the list is not what was recorded. Keep the record "
                  "and the gallery as they are and call your administrator."));
    return conclude(plan, found ? "reproduced-part" : "differs", &words, error);
}
