/*
 * `leadspool status`: the site in one screen.
 *
 * Counts only, through indexes and open rows: never walks what is done. Holds no biographical data.
 */
#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/hold.h"
#include "casebook/outbox.h"
#include "casebook/queue.h"
#include "match/plan.h"
#include "spool/alarms.h"
#include "spool/control_parts.h"
#include "spool/in_force.h"

/* Rows beyond this are not counted one by one: "at least" is enough to know that something is wrong. */
enum { COUNT_MOST = 5000 };

static bool add_states(struct control_question *question, struct error *error)
{
    json_t *states = json_object();
    if (!control_put(question, "states", states, error))
        return false;
    for (int state = 0; state < DOCKET_CLOSED; state++) {
        size_t count = 0;
        if (!docket_count_state(question->transaction, (enum docket_state)state, &count, error))
            return false;
        json_put_whole(states, docket_state_name((enum docket_state)state), (int64_t)count);
    }
    return true;
}

struct counting {
    json_t *counts;
    const char *member; /* whose text names the count; NULL = "count" alone */
    int64_t seen;
    char oldest[INSTANT_TEXT_SIZE];
    const char *since; /* member with the time an entry began to wait */
};

static bool count_one(void *context, const char *key, json_t *value, struct error *error)
{
    struct counting *counting = context;
    (void)key;
    (void)error;
    const char *name = counting->member == NULL ? "count" : json_text(value, counting->member);
    const char *since = json_text(value, counting->since);
    json_put_whole(counting->counts, name, json_whole(counting->counts, name, 0) + 1);
    if (strlen(since) < sizeof counting->oldest && *since != '\0' &&
        (counting->oldest[0] == '\0' || strcmp(since, counting->oldest) < 0))
        strcpy(counting->oldest, since);
    return ++counting->seen < COUNT_MOST;
}

/* The first one stands for all: its reason is most often theirs. */
static void note_first_stuck(const struct counting *counting, const char *what, const json_t *value)
{
    if (json_object_get(counting->counts, "firstStuck") == NULL)
        json_put(counting->counts, "firstStuck", json_sprintf("%s: %s", what, json_text(value, "reason")));
}

/* As count_one; of rows that are stuck the first says why. */
static bool count_row(void *context, const char *key, json_t *value, struct error *error)
{
    if (strcmp(json_text(value, "state"), "stuck") == 0)
        note_first_stuck(context, json_text(value, "directory"), value);
    return count_one(context, key, value, error);
}

/* As count_one; a search that failed too often is no more in its lane: it waits for an administrator. */
static bool count_queued(void *context, const char *key, json_t *value, struct error *error)
{
    if (json_whole(value, "attempts", 0) >= PLAN_ATTEMPTS_MOST) {
        json_put_text(value, "lane", "stuck");
        note_first_stuck(context, json_text(value, "docket"), value);
    }
    return count_one(context, key, value, error);
}

static bool add_queue(struct control_question *question, struct error *error)
{
    struct counting counting = {.counts = json_object(), .member = "lane", .since = "since"};
    if (!control_put(question, "queue", counting.counts, error) ||
        !queue_walk(question->transaction, QUEUE_ANY, count_queued, &counting, error))
        return false;
    if (counting.oldest[0] != '\0')
        json_put_text(counting.counts, "oldest", counting.oldest);
    return true;
}

static bool add_outbox(struct control_question *question, struct error *error)
{
    struct counting counting = {.counts = json_object(), .member = "state", .since = "created"};
    if (!control_put(question, "outbox", counting.counts, error) ||
        !outbox_walk(question->transaction, 0, count_row, &counting, error))
        return false;
    if (counting.oldest[0] != '\0')
        json_put_text(counting.counts, "oldest", counting.oldest);
    return true;
}

static bool add_claims(struct control_question *question, struct error *error)
{
    struct counting counting = {.counts = json_object(), .member = "state", .since = "arrived"};
    return control_put(question, "claims", counting.counts, error) &&
           book_walk(question->transaction, BOOK_CLAIMS, "", NULL, count_one, &counting, NULL, error);
}

static bool count_photos(void *context, const char *key, json_t *value, struct error *error)
{
    int64_t *photos = context;
    (void)key;
    (void)error;
    *photos += json_whole(value, "count", 0);
    return true;
}

struct listing_holds {
    struct transaction *transaction;
    json_t *list;
};

static bool list_hold(void *context, const char *key, json_t *hold, struct error *error)
{
    (void)key, (void)error;
    const json_t *steps = json_object_get(hold, "escalations");
    const json_t *last = json_array_get(steps, json_array_size(steps) - 1);
    if (json_object_get(hold, "closed") == NULL && last != NULL)
        json_array_append_new(context,
                              json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "docket", json_text(hold, "docket"),
                                        "hold", (json_int_t)json_whole(hold, "number", 0), "clause",
                                        json_text(hold, "clause"), "opened", json_text(hold, "opened"),
                                        "before", json_text(last, "role"), "at", json_text(last, "at")));
    return true;
}

static bool list_holds(void *context, const char *key, json_t *docket, struct error *error)
{
    const struct listing_holds *listing = context;
    (void)docket;
    return hold_walk(listing->transaction, key, list_hold, listing->list, error);
}

/* Holds nobody answered in the site's time. */
static bool add_escalated(struct control_question *question, struct error *error)
{
    struct listing_holds listing = {.transaction = question->transaction, .list = json_array()};
    return control_put(question, "escalated", listing.list, error) &&
           docket_walk_state(question->transaction, DOCKET_HELD, list_holds, &listing, error);
}

static bool add_gallery(struct control_question *question, struct error *error)
{
    int64_t photos = 0;
    return book_walk(question->transaction, BOOK_SEGMENTS, "segment-", NULL, count_photos, &photos, NULL,
                     error) &&
           control_put(question, "gallery", json_pack("{s:I}", "templates", (json_int_t)photos), error);
}

static bool add_counter(struct control_question *question, const char *member, const char *counter,
                        struct error *error)
{
    json_t *record = NULL;
    if (!book_get(question->transaction, BOOK_COUNTERS, counter, &record, error))
        return false;
    int64_t value = json_whole(record, "value", 0);
    json_decref(record);
    return control_put(question, member, json_integer(value), error);
}

bool control_status_files(struct control_question *question, struct error *error)
{
    json_t *paths = NULL;
    bool done = in_force_changed(question->transaction, question->context->site,
                                 question->context->live == NULL, &paths, error) &&
                (json_array_size(paths) == 0 || control_put(question, "changed", json_incref(paths), error));
    json_decref(paths);
    return done;
}

bool control_status(struct control_question *question, struct error *error)
{
    char hash[DIGEST_TEXT_SIZE], now[INSTANT_TEXT_SIZE];
    int64_t sequence = 0;
    const json_t *live = question->context->live;
    if (!event_head(question->transaction, &sequence, hash, error))
        return false;
    return control_put(question, "site", json_string(question->context->site->path), error) &&
           control_put(question, "at", json_string(instant_text(question->context->now, now)), error) &&
           control_put(question, "live", live == NULL ? json_null() : json_deep_copy(live), error) &&
           add_states(question, error) && add_queue(question, error) && add_outbox(question, error) &&
           add_claims(question, error) && add_escalated(question, error) && add_gallery(question, error) &&
           control_status_engine(question, error) && control_status_backup(question, error) &&
           control_status_files(question, error) && control_status_tours(question, error) &&
           control_status_foil(question, error) && control_status_people(question, error) &&
           add_counter(question, "incidents", "incident", error) &&
           control_put(question, "head",
                       json_pack("{s:I, s:s}", "sequence", (json_int_t)sequence, "hash", hash), error) &&
           control_put(question, "alarms", alarms_of(question->answer, question->context->now), error);
}
