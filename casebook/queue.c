/*
 * The queue: entries under keys that sort by lane, arrival and docket.
 *
 * Guarantees: a docket is in the queue once at most, whatever lane its record names. Does not start runs.
 */
#include "casebook/queue.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

enum { KEY_SIZE = 160 };

static const char *const lanes[] = {[QUEUE_PRIORITY] = "priority", [QUEUE_ROUTINE] = "routine"};
static const char *const prefixes[] = {
    [QUEUE_PRIORITY] = "0-priority/", [QUEUE_ROUTINE] = "1-routine/", [QUEUE_ANY] = ""};

const char *queue_lane_name(enum queue_lane lane)
{
    return lane == QUEUE_ANY ? NULL : lanes[lane];
}

static bool key_write(const json_t *docket, enum queue_lane lane, char *key, struct error *error)
{
    const char *received = json_text(docket, "received"), *number = json_text(docket, "docket");
    if (received[0] == '\0' || number[0] == '\0' ||
        snprintf(key, KEY_SIZE, "%s%s/%s", prefixes[lane], received, number) >= KEY_SIZE)
        return error_set(error, FAULT_INTERNAL, "docket \"%s\" received \"%s\" cannot be queued", number,
                         received);
    return true;
}

static bool lane_of(const json_t *docket, enum queue_lane *lane, struct error *error)
{
    for (*lane = QUEUE_PRIORITY; *lane < QUEUE_ANY; (*lane)++)
        if (strcmp(json_text(docket, "lane"), lanes[*lane]) == 0)
            return true;
    return error_set(error, FAULT_INTERNAL, "docket %s has the lane \"%s\": it must be priority or routine",
                     json_text(docket, "docket"), json_text(docket, "lane"));
}

/* The entry, the lane it is in and its key; *entry is NULL when there is none. */
static bool find(struct transaction *transaction, const json_t *docket, json_t **entry, enum queue_lane *lane,
                 char *key, struct error *error)
{
    for (*lane = QUEUE_PRIORITY; *lane < QUEUE_ANY; (*lane)++) {
        if (!key_write(docket, *lane, key, error) || !book_get(transaction, BOOK_QUEUE, key, entry, error))
            return false;
        if (*entry != NULL)
            return true;
    }
    return true;
}

bool queue_get(struct transaction *transaction, const json_t *docket, json_t **entry, struct error *error)
{
    enum queue_lane lane;
    char key[KEY_SIZE];
    return find(transaction, docket, entry, &lane, key, error);
}

bool queue_add(struct transaction *transaction, const json_t *docket, instant now, struct error *error)
{
    enum queue_lane lane, old;
    json_t *entry = NULL;
    char key[KEY_SIZE], when[INSTANT_TEXT_SIZE];
    if (!lane_of(docket, &lane, error) || !find(transaction, docket, &entry, &old, key, error))
        return false;
    bool done = entry != NULL && old == lane;
    if (done)
        goto done;
    if (entry != NULL) {
        if (!book_remove(transaction, BOOK_QUEUE, key, error))
            goto done;
        json_put_text(entry, "lane", lanes[lane]);
    } else {
        entry = json_pack("{s:s,s:s,s:s,s:i}", "docket", json_text(docket, "docket"), "lane", lanes[lane],
                          "since", instant_text(now, when), "attempts", 0);
    }
    if (entry == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory while queueing a docket");
        goto done;
    }
    done = key_write(docket, lane, key, error) && book_put(transaction, BOOK_QUEUE, key, entry, error);
done:
    json_decref(entry);
    return done;
}

bool queue_remove(struct transaction *transaction, const json_t *docket, struct error *error)
{
    char key[KEY_SIZE];
    for (enum queue_lane lane = QUEUE_PRIORITY; lane < QUEUE_ANY; lane++)
        if (!key_write(docket, lane, key, error) || !book_remove(transaction, BOOK_QUEUE, key, error))
            return false;
    return true;
}

bool queue_attempt(struct transaction *transaction, const json_t *docket, const char *reason,
                   int64_t *attempts, struct error *error)
{
    enum queue_lane lane;
    json_t *entry = NULL;
    char key[KEY_SIZE];
    if (!find(transaction, docket, &entry, &lane, key, error))
        return false;
    if (entry == NULL)
        return error_set(error, FAULT_ABSENT, "docket %s is not in the queue", json_text(docket, "docket"));
    int64_t count = json_whole(entry, "attempts", 0) + 1;
    json_object_del(entry, "reason");
    bool done = json_put_whole(entry, "attempts", count) && json_put_text(entry, "reason", reason);
    if (!done)
        error_set(error, FAULT_TEMPORARY, "out of memory while counting an attempt");
    else
        done = book_put(transaction, BOOK_QUEUE, key, entry, error);
    if (done && attempts != NULL)
        *attempts = count;
    json_decref(entry);
    return done;
}

bool queue_walk(struct transaction *transaction, enum queue_lane lane, book_visitor *visitor, void *context,
                struct error *error)
{
    return book_walk(transaction, BOOK_QUEUE, prefixes[lane], NULL, visitor, context, NULL, error);
}

static bool take_first(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    *(json_t **)context = json_incref(value);
    return false;
}

bool queue_next(struct transaction *transaction, enum queue_lane lane, json_t **entry, struct error *error)
{
    *entry = NULL;
    return queue_walk(transaction, lane, take_first, entry, error);
}
