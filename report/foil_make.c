/*
 * What a records request has to have made, begun.
 *
 * Guarantees: wishes are met in the order of their keys; one that the state of its request has overtaken is struck off,
 * one that failed waits to be asked for again. Recorded in foil_made.c.
 */
#include "report/foil_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/foil_common.h"
#include "report/foil_documents.h"
#include "report/foil_pages.h"

static const char wanted_prefix[] = FOIL_WANTED;

bool foil_in_time(enum foil_state state, const char *what)
{
    if (strcmp(what, "search") == 0)
        return state == FOIL_SEARCHING;
    if (strcmp(what, "export") == 0)
        return state == FOIL_ANSWERING;
    return state <= FOIL_READING;
}

void foil_wish_key(const json_t *wish, char *key)
{
    snprintf(key, FOIL_KEY_SIZE, "%s%.32s/%04lld", wanted_prefix, json_text(wish, "request"),
             (long long)json_whole(wish, "part", 0));
}

/* --- beginning --- */

struct first {
    char request[40], what[16];
    int64_t part;
};

static bool take_first(void *context, const char *key, json_t *value, struct error *error)
{
    struct first *first = context;
    (void)key;
    (void)error;
    if (json_object_get(value, "failed") != NULL)
        return true;
    snprintf(first->request, sizeof first->request, "%.32s", json_text(value, "request"));
    snprintf(first->what, sizeof first->what, "%.12s", json_text(value, "what"));
    first->part = json_whole(value, "part", 0);
    return false;
}

/* What is proposed of sealed pictures and the boxes do not cover. */
static json_t *sealed_left(const json_t *proposals, const json_t *boxes)
{
    size_t index;
    const json_t *box;
    json_t *sealed = json_array();
    json_array_foreach((json_t *)(uintptr_t)proposals, index, box)
    {
        if (json_flag(box, "mandatory"))
            json_array_append(sealed, (json_t *)(uintptr_t)box);
    }
    json_t *left = foil_uncovered(sealed, boxes);
    json_decref(sealed);
    return left;
}

/* To begin with: what was drawn last, and sealed pictures; else what is proposed. Counted from 1. New reference. */
static json_t *boxes_to_draw(const json_t *part)
{
    const json_t *previous = json_object_get(part, "previous"),
                 *proposals = json_object_get(part, "proposals");
    json_t *boxes = json_deep_copy(previous != NULL ? previous : proposals), *box;
    size_t index;
    if (previous != NULL) {
        json_t *left = sealed_left(proposals, previous);
        json_array_extend(boxes, left);
        json_decref(left);
    }
    json_array_foreach(boxes, index, box)
    {
        json_t *own = json_deep_copy(box);
        json_put_whole(own, "number", (int64_t)index + 1);
        json_array_set_new(boxes, index, own);
    }
    return boxes;
}

static bool begin_drawn(struct transaction *transaction, const struct settings *settings,
                        const json_t *request, json_t *work, instant now, struct error *error)
{
    const char *what = json_text(work, "what");
    json_t *part = NULL, *boxes = NULL, *facts = NULL, *pictures = NULL;
    int64_t number = json_whole(work, "part", 0);
    bool done = foil_part_get(transaction, json_text(request, "request"), number, &part, error);
    const json_t *redactions = json_object_get(part, "redactions");
    if (done && strcmp(what, "draw") == 0)
        boxes = boxes_to_draw(part);
    else
        boxes = json_incref(json_object_get(redactions, "boxes"));
    done = done && foil_facts(transaction, settings, request, number, json_object_get(part, "documents"),
                              boxes, now, &facts, &pictures, error);
    if (done && strcmp(what, "read") == 0)
        json_put_text(facts, "redactions", json_text(redactions, "digest"));
    json_decref(boxes);
    json_decref(part);
    return done ? json_put(work, "facts", facts) && json_put(work, "pictures", pictures) : false;
}

/* A part that is looked at again has its documents; a new one is looked for. */
static bool begin_search(struct transaction *transaction, const struct settings *settings,
                         const json_t *request, json_t *work, instant now, struct error *error)
{
    int64_t number = json_whole(work, "part", 0);
    json_t *part = NULL, *facts = NULL, *pictures = NULL;
    if (number > 0 && !foil_part_get(transaction, json_text(request, "request"), number, &part, error))
        return false;
    if (part != NULL)
        json_object_set(work, "documents", json_object_get(part, "documents"));
    else if (json_object_get(work, "cursor") == NULL && json_object_get(request, "cursor") != NULL)
        json_object_set(work, "cursor", json_object_get(request, "cursor"));
    bool again = part != NULL;
    json_decref(part);
    if (!again && !foil_search(transaction, request, work, error))
        return false;
    if (json_flag(work, "more") || json_array_size(json_object_get(work, "documents")) == 0)
        return true;
    int64_t shown = again ? number : json_whole(request, "parts", 0) + 1;
    bool done = foil_facts(transaction, settings, request, shown, json_object_get(work, "documents"), NULL,
                           now, &facts, &pictures, error);
    return done ? json_put(work, "facts", facts) && json_put(work, "pictures", pictures) : false;
}

static bool next_wish(struct transaction *transaction, json_t **work, json_t **request, struct error *error)
{
    for (;;) {
        struct first first = {.part = -1};
        if (*work != NULL) {
            snprintf(first.request, sizeof first.request, "%.32s", json_text(*work, "request"));
            snprintf(first.what, sizeof first.what, "%.12s", json_text(*work, "what"));
            first.part = json_whole(*work, "part", 0);
        } else if (!book_walk(transaction, BOOK_INDEX, wanted_prefix, NULL, take_first, &first, NULL, error))
            return false;
        if (first.part < 0)
            return true;
        if (!foil_get(transaction, first.request, request, error))
            return false;
        if (foil_in_time(foil_state_of(*request), first.what)) {
            if (*work == NULL)
                *work = json_pack("{ss,ss,sI}", "request", first.request, "what", first.what, "part",
                                  (json_int_t)first.part);
            return *work != NULL || foil_memory(error);
        }
        json_decref(*request);
        *request = NULL;
        json_decref(*work);
        *work = NULL;
        if (!foil_unwant(transaction, first.request, first.part, error))
            return false;
    }
}

bool foil_next(struct transaction *transaction, const struct settings *settings, instant now, json_t **work,
               struct error *error)
{
    json_t *request = NULL;
    bool done = next_wish(transaction, work, &request, error);
    if (done && *work != NULL)
        done = (strcmp(json_text(*work, "what"), "search") == 0 ? begin_search : begin_drawn)(
            transaction, settings, request, *work, now, error);
    json_decref(request);
    if (!done) {
        json_decref(*work);
        *work = NULL;
    }
    return done;
}

/* --- what failed --- */

static bool put_wish(struct transaction *transaction, const json_t *wish, const char *reason,
                     struct error *error)
{
    char key[FOIL_KEY_SIZE];
    json_t *own = json_deep_copy(wish);
    json_object_del(own, "failed");
    foil_wish_key(wish, key);
    bool done = json_put_text(own, "failed", reason) ? book_put(transaction, BOOK_INDEX, key, own, error)
                                                     : foil_memory(error);
    json_decref(own);
    return done;
}

bool foil_failed(struct transaction *transaction, const json_t *work, const char *reason, struct error *error)
{
    json_t *wish = json_object();
    json_copy_members(wish, work, "request", "part", "what", NULL);
    bool done = put_wish(transaction, wish, reason, error);
    json_decref(wish);
    return done;
}

static bool collect_failed(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    return json_object_get(value, "failed") == NULL || json_array_append(context, value) == 0 ||
           foil_memory(error);
}

bool foil_retry(struct transaction *transaction, size_t *count, struct error *error)
{
    json_t *wishes = json_array();
    size_t index;
    const json_t *wish;
    bool done = book_walk(transaction, BOOK_INDEX, wanted_prefix, NULL, collect_failed, wishes, NULL, error);
    json_array_foreach(wishes, index, wish) done = done && put_wish(transaction, wish, NULL, error);
    *count = json_array_size(wishes);
    json_decref(wishes);
    return done;
}
