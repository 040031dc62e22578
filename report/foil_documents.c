/*
 * Finding the documents of a records request.
 *
 * Guarantees: a slice looks at a bounded number of dockets; a part never holds more documents and pictures than one job
 * takes. A document is taken from the facts of its row, never from a published file.
 */
#include "report/foil_documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/outbox.h"
#include "casebook/photo.h"
#include "report/foil_clock.h"
#include "report/foil_common.h"
#include "report/foil_pages.h"

enum { SLICE_DOCKETS = 64, SLICE_MATCHES = 16 };

/* --- which dockets --- */

struct matching {
    const json_t *request;
    json_t *numbers;
    char last[80];
    size_t seen;
};

static bool in_scope(const json_t *request, const json_t *docket)
{
    const json_t *scope = json_object_get(request, "scope"), *asked = json_object_get(docket, "request");
    const char *number = json_text_or_null(scope, "caseNumber"),
               *command = json_text_or_null(scope, "command");
    instant at;
    int64_t from, to;
    if (number != NULL)
        return strcmp(number, json_text(asked, "caseNumber")) == 0 ||
               strcmp(number, json_text(asked, "complaintNumber")) == 0;
    return command != NULL && strcmp(command, json_text(docket, "command")) == 0 &&
           instant_parse(json_text(docket, "received"), &at, NULL) &&
           foil_day_parse(json_text(scope, "from"), &from) && foil_day_parse(json_text(scope, "to"), &to) &&
           foil_day_of(at) >= from && foil_day_of(at) <= to;
}

static bool match(void *context, const char *key, json_t *value, struct error *error)
{
    struct matching *matching = context;
    (void)error;
    if (in_scope(matching->request, value))
        json_array_append_new(matching->numbers, json_string(key));
    snprintf(matching->last, sizeof matching->last, "%s", key);
    return ++matching->seen < SLICE_DOCKETS && json_array_size(matching->numbers) < SLICE_MATCHES;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of a list, the next ones after `after`, in order. */
static bool match_listed(struct matching *matching, const json_t *list, const char *after,
                         struct error *error)
{
    size_t count = json_array_size(list), index;
    const char **names = calloc(count + 1, sizeof *names);
    const json_t *one;
    if (names == NULL)
        return foil_memory(error);
    json_array_foreach((json_t *)(uintptr_t)list, index, one) names[index] = json_string_value(one);
    qsort(names, count, sizeof *names, by_text);
    for (size_t i = 0; i < count && json_array_size(matching->numbers) < SLICE_MATCHES; i++)
        if (strcmp(names[i], after) > 0 && (i == 0 || strcmp(names[i], names[i - 1]) != 0)) {
            json_array_append_new(matching->numbers, json_string(names[i]));
            snprintf(matching->last, sizeof matching->last, "%s", names[i]);
        }
    matching->seen = json_array_size(matching->numbers) == SLICE_MATCHES ? SLICE_DOCKETS : 0;
    free(names);
    return true;
}

/* --- which of their rows --- */

static const json_t *render_of(const json_t *row)
{
    const json_t *render = json_object_get(row, "rendered");
    bool issued =
        strcmp(json_text(row, "kind"), "report") == 0 || strcmp(json_text(row, "kind"), "notice") == 0;
    return issued && strcmp(json_text(row, "state"), "delivered") == 0 &&
                   json_object_get(row, "cancelled") == NULL &&
                   strcmp(json_text(render, "job"), "render-document") == 0 &&
                   json_is_object(json_object_get(json_object_get(render, "parameters"), "facts"))
               ? render
               : NULL;
}

static bool pictures_there(struct transaction *transaction, const json_t *render, bool *there,
                           struct error *error)
{
    size_t index;
    const json_t *picture;
    *there = true;
    json_array_foreach(json_object_get(render, "pictures"), index, picture)
    {
        json_t *object = NULL;
        if (!book_get(transaction, BOOK_VAULT, json_text(picture, "digest"), &object, error))
            return false;
        *there = *there && object != NULL && json_object_get(object, "disposed") == NULL;
        json_decref(object);
    }
    return true;
}

/* Is there room for it in the part? Its pictures are counted when there is. */
static bool fits(json_t *work, const json_t *render)
{
    json_t *digests = json_object_at(work, "digests"), *more = json_copy(digests);
    size_t index;
    const json_t *picture;
    json_array_foreach(json_object_get(render, "pictures"), index, picture)
        json_put_flag(more, json_text(picture, "digest"), true);
    bool first = json_array_size(json_object_get(work, "documents")) == 0;
    bool room = first || (json_array_size(json_object_get(work, "documents")) < FOIL_PART_DOCUMENTS &&
                          json_object_size(more) <= FOIL_PART_PICTURES);
    if (room)
        json_object_update(digests, more);
    json_decref(more);
    return room;
}

static bool put_cursor(json_t *work, const char *docket, int64_t row)
{
    return json_put(work, "cursor", json_pack("{ss,sI}", "docket", docket, "row", (json_int_t)row));
}

/* *full: the next document does not fit any more; the cursor stands before it. */
static bool take_row(struct transaction *transaction, const json_t *request, json_t *work, const char *docket,
                     int64_t id, bool *full, struct error *error)
{
    json_t *row = NULL, *documents = json_array_at(work, "documents");
    bool there = true, done = outbox_get(transaction, id, &row, error);
    const json_t *render = done ? render_of(row) : NULL;
    done = done && (render == NULL || pictures_there(transaction, render, &there, error));
    if (done && render != NULL && !there)
        json_put_whole(work, "unavailable", json_whole(work, "unavailable", 0) + 1);
    else if (done && render != NULL) {
        *full = !fits(work, render);
        if (!*full)
            done = json_array_append_new(
                       documents, json_pack("{sI,ss,sI,ss,ss}", "number",
                                            json_whole(request, "documents", 0) +
                                                (json_int_t)json_array_size(documents) + 1,
                                            "docket", docket, "row", (json_int_t)id, "document",
                                            json_text(json_object_get(render, "parameters"), "document"),
                                            "title", json_text(render, "name"))) == 0 ||
                   foil_memory(error);
    }
    json_decref(row);
    return done && (*full || put_cursor(work, docket, id) || foil_memory(error));
}

static bool take_docket(struct transaction *transaction, const json_t *request, json_t *work,
                        const char *docket, bool *full, struct error *error)
{
    const json_t *cursor = json_object_get(work, "cursor"), *id;
    int64_t after = strcmp(json_text(cursor, "docket"), docket) == 0 ? json_whole(cursor, "row", 0) : 0;
    json_t *ids = json_array();
    size_t index;
    bool done = outbox_rows_of(transaction, docket, NULL, ids, error);
    json_array_foreach(ids, index, id)
    {
        if (done && !*full && json_integer_value(id) > after)
            done = take_row(transaction, request, work, docket, json_integer_value(id), full, error);
    }
    /* All its rows are behind. */
    if (done && !*full)
        done = put_cursor(work, docket, INT64_MAX) || foil_memory(error);
    json_decref(ids);
    return done;
}

bool foil_search(struct transaction *transaction, const json_t *request, json_t *work, struct error *error)
{
    const json_t *cursor = json_object_get(work, "cursor"), *listed, *number;
    char after[80];
    bool full = false, unfinished = cursor != NULL && json_whole(cursor, "row", 0) != INT64_MAX;
    struct matching matching = {.request = request, .numbers = json_array()};
    size_t index;
    snprintf(after, sizeof after, "%.60s", json_text(cursor, "docket"));
    listed = json_object_get(json_object_get(request, "scope"), "dockets");
    if (unfinished) /* the docket in which the last part ended */
        json_array_append_new(matching.numbers, json_string(after));
    bool done = listed != NULL ? match_listed(&matching, listed, after, error)
                               : book_walk(transaction, BOOK_DOCKETS, "", after[0] == '\0' ? NULL : after,
                                           match, &matching, NULL, error);
    json_array_foreach(matching.numbers, index, number)
    {
        if (done && !full)
            done = take_docket(transaction, request, work, json_string_value(number), &full, error);
    }
    /* Beyond the last that matched, the walk has seen some that did not. */
    if (done && !full && matching.last[0] != '\0')
        done = put_cursor(work, matching.last, INT64_MAX) || foil_memory(error);
    bool ended = !full && matching.seen < SLICE_DOCKETS && json_array_size(matching.numbers) < SLICE_MATCHES;
    json_decref(matching.numbers);
    return done && ((json_put_flag(work, "ended", ended) && json_put_flag(work, "more", !full && !ended)) ||
                    foil_memory(error));
}

/* --- facts --- */

/* Is it the picture of a photograph that may not be shown? */
static bool is_sealed(struct transaction *transaction, const char *digest, bool *sealed, struct error *error)
{
    json_t *ids = json_array();
    size_t index;
    const json_t *id;
    *sealed = false;
    bool done = photo_find(transaction, PHOTO_BY_DIGEST, digest, NULL, 100, ids, error);
    json_array_foreach(ids, index, id)
    {
        json_t *photo = NULL;
        done = done && book_get(transaction, BOOK_PHOTOS, json_string_value(id), &photo, error);
        *sealed = *sealed || (photo != NULL && !photo_may_be_shown(photo));
        json_decref(photo);
    }
    json_decref(ids);
    return done;
}

static bool add_document(struct transaction *transaction, const json_t *of, json_t *list, json_t *pictures,
                         struct error *error)
{
    json_t *row = NULL, *document = json_object(), *picture;
    size_t index;
    bool done = outbox_get(transaction, json_whole(of, "row", 0), &row, error);
    const json_t *render = done ? json_object_get(row, "rendered") : NULL,
                 *parameters = json_object_get(render, "parameters");
    json_copy_members(document, of, "number", "docket", "document", "title", NULL);
    json_copy_members(document, parameters, "facts", NULL);
    json_copy_members(document, render, "pictures", NULL);
    const char *created = json_text_or_null(parameters, "created");
    done =
        done && (json_put_text(document, "created", created != NULL ? created : json_text(row, "created")) ||
                 foil_memory(error));
    json_array_foreach(json_object_get(document, "pictures"), index, picture)
    {
        const char *digest = json_text(picture, "digest");
        bool sealed = false;
        done = done && is_sealed(transaction, digest, &sealed, error) &&
               ((!sealed || json_put_flag(picture, "sealed", true)) || foil_memory(error)) &&
               (json_object_set_new(pictures, digest, json_true()) == 0 || foil_memory(error));
    }
    json_decref(row);
    return json_array_append_new(list, document) == 0 && done;
}

bool foil_facts(struct transaction *transaction, const struct settings *settings, const json_t *request,
                int64_t part, const json_t *documents, const json_t *boxes, instant now, json_t **facts,
                json_t **pictures, struct error *error)
{
    char issued[INSTANT_TEXT_SIZE];
    json_t *list = json_array(), *digests = json_object(), *value;
    const json_t *document;
    const char *digest;
    size_t index;
    bool done = true;
    json_array_foreach((json_t *)(uintptr_t)documents, index, document) done =
        done && add_document(transaction, document, list, digests, error);
    int64_t parts = json_whole(request, "parts", 0);
    *facts =
        json_pack("{ss,sI,sI,ss,ss,ss,ss,so,so}", "request", json_text(request, "request"), "part",
                  (json_int_t)part, "parts", (json_int_t)(parts < part ? part : parts), "issued",
                  instant_text(now, issued), "agency", settings->agency, "unit", settings->unit, "contact",
                  settings->contact, "exemptions", foil_exemptions(&settings->foil), "documents", list);
    *pictures = json_array();
    json_object_foreach(digests, digest, value) json_array_append_new(*pictures, json_string(digest));
    json_decref(digests);
    done = done && (*facts != NULL || foil_memory(error));
    if (done && settings->demonstration)
        json_put_flag(*facts, "demonstration", true);
    if (done && boxes != NULL)
        json_object_set(*facts, "boxes", (json_t *)(uintptr_t)boxes);
    return done;
}
