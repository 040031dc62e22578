/*
 * Seals and destructions since an event.
 *
 * Guarantees: in the order of the log; nothing that ends a use is left out. Changes nothing.
 */
#include "spool/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"
#include "casebook/photo.h"

struct replaying {
    struct transaction *transaction;
    json_t *rows;
    size_t left;
    int64_t last;
};

static bool ends_a_use(const char *action)
{
    static const char *const actions[] = {
        "photo-sealed",  "photo-unsealed",   "photo-withdrawn",   "photo-held",       "photo-released",
        "photo-removed", "photo-destroyed",  "docket-disposed",   "looks-disposed",   "worksheets-disposed",
        "drop-disposed", "release-disposed", "legal-hold-placed", "legal-hold-lifted"};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i], action) == 0)
            return true;
    return false;
}

static bool add_objects(struct replaying *replaying, json_t *row, int64_t sequence, struct error *error)
{
    char key[48];
    json_t *disposed = NULL;
    snprintf(key, sizeof key, "disposed/%016" PRId64, sequence);
    bool done = book_get(replaying->transaction, BOOK_INDEX, key, &disposed, error);
    if (done && disposed != NULL)
        json_object_set(row, "objects", json_object_get(disposed, "objects"));
    json_decref(disposed);
    return done;
}

static bool add_photos(struct replaying *replaying, json_t *row, const char *digest, struct error *error)
{
    json_t *ids = json_array();
    bool done = photo_find(replaying->transaction, PHOTO_BY_DIGEST, digest, NULL, SIZE_MAX, ids, error);
    if (done)
        json_object_set(row, "photos", ids);
    json_decref(ids);
    return done;
}

static bool visit(void *context, int64_t sequence, const char *line, size_t length, struct error *error)
{
    struct replaying *replaying = context;
    json_t *event = NULL;
    replaying->last = sequence;
    if (!json_read(line, length, &event, error))
        return false;
    const char *action = json_text(event, "action");
    bool done = true;
    if (ends_a_use(action)) {
        json_t *row = json_object();
        done = row != NULL && json_put_whole(row, "event", sequence);
        json_copy_members(row, event, "at", "action", "object", "docket", "outcome", "clause", NULL);
        if (done)
            done = strncmp(action, "photo-", 6) == 0
                       ? add_photos(replaying, row, json_text(event, "object"), error)
                       : add_objects(replaying, row, sequence, error);
        done = done && json_array_append(replaying->rows, row) == 0;
        json_decref(row);
    }
    json_decref(event);
    return done && --replaying->left > 0;
}

bool replay_list(struct transaction *transaction, int64_t from, size_t slice, json_t *rows, int64_t *next,
                 struct error *error)
{
    struct replaying replaying = {.transaction = transaction, .rows = rows, .left = slice};
    if (!event_walk(transaction, from, 0, visit, &replaying, error))
        return false;
    *next = replaying.left == 0 ? replaying.last + 1 : 0;
    return true;
}
