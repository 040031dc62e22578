/*
 * Letting requests lapse whose further images did not come in the site's time (R20).
 *
 * Guarantees: a lapse is a state of its own with a notice of its own, never a negative result; one transaction
 * for all that are due. When that is follows from the record alone (docket_lapses_at), so a daemon that was
 * down makes up for it at its start.
 */
#include "spool/lapse.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/docket.h"
#include "review/states.h"
#include "spool/flows.h"

enum { LOOK_MS = 3600 * 1000 };

struct due {
    instant now;
    int days;
    json_t *dockets;
};

static bool collect(void *context, const char *key, json_t *docket, struct error *error)
{
    const struct due *due = context;
    instant at;
    if (!docket_lapses_at(docket, due->days, &at) || at > due->now)
        return true;
    return json_array_append_new(due->dockets, json_string(key)) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while looking for requests that lapse");
}

static bool lapse(struct transaction *transaction, const struct site *site, const char *number, instant now,
                  struct error *error)
{
    json_t *docket = NULL;
    if (!docket_get(transaction, number, &docket, error))
        return false;
    struct circumstances circumstances = {.round = (int)json_whole(docket, "round", 1)};
    struct transition next = state_after(DOCKET_AWAITING_IMAGES, ACTION_LAPSED, &circumstances);
    bool done = docket_change_state(transaction, docket, next.next, now, NULL, NULL, next.clause, error) &&
                flow_settle_docket(transaction, site, number, now, error);
    json_decref(docket);
    return done;
}

static bool lapse_all(struct transaction *transaction, void *context, struct error *error)
{
    const struct daemon *daemon = context;
    struct due due = {
        .now = clock_now(), .days = daemon->site->settings->lapse_days, .dockets = json_array()};
    json_t *number;
    size_t index;
    bool done = docket_walk_state(transaction, DOCKET_AWAITING_IMAGES, collect, &due, error);
    json_array_foreach(due.dockets, index, number) done =
        done && lapse(transaction, daemon->site, json_string_value(number), due.now, error);
    json_decref(due.dockets);
    return done;
}

static void lapsed(void *context, const struct error *error)
{
    struct daemon *daemon = context;
    const struct settings *settings = daemon->site->settings;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "lapse", "requests that are due could not lapse: %s", error->text);
    for (size_t i = 0; error == NULL && i < settings->command_count; i++)
        publisher_index(daemon->publisher, settings->commands[i].name);
    daemon_wake(daemon);
}

static void look(void *context)
{
    struct daemon *daemon = context;
    struct commit commit = {.work = lapse_all, .done = lapsed, .context = daemon};
    committer_hand(daemon->committer, &commit, NULL);
    loop_after(daemon->loop, LOOK_MS, look, daemon, NULL);
}

bool lapse_open(struct daemon *daemon, struct error *error)
{
    return loop_after(daemon->loop, 0, look, daemon, error);
}
