/*
 * What time brings about: requests whose further images did not come in the site's time are reminded of, and
 * lapse (R20); holds nobody answers are brought before whom the site names.
 *
 * Guarantees: a lapse is a state of its own with a notice of its own, never a negative result; no hold is released
 * by time; one transaction for all that are due. When that is follows from the record alone, so a daemon that was
 * down makes up for it at its start, and none is told twice.
 */
#include "spool/lapse.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/docket.h"
#include "report/foil.h"
#include "report/issue.h"
#include "review/escalate.h"
#include "review/states.h"
#include "spool/flows.h"
#include "spool/heads.h"

enum { LOOK_MS = 600 * 1000 };

struct due {
    instant now;
    const struct settings *settings;
    json_t *lapse, *remind; /* numbers of dockets */
};

static bool collect(void *context, const char *key, json_t *docket, struct error *error)
{
    const struct due *due = context;
    const struct settings *settings = due->settings;
    instant at;
    if (!docket_lapses_at(docket, settings->lapse_days, &at))
        return true;
    bool reminded = settings->reminder_days == 0 ||
                    strcmp(json_text(docket, "reminded"), json_text(docket, "since")) == 0;
    json_t *list = NULL;
    if (at <= due->now)
        list = due->lapse;
    else if (!reminded && at - (instant)settings->reminder_days * 24 * 3600 * 1000 <= due->now)
        list = due->remind;
    return list == NULL || json_array_append_new(list, json_string(key)) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while looking for requests that lapse");
}

static bool remind(struct transaction *transaction, const struct site *site, const char *number, instant now,
                   struct error *error)
{
    json_t *docket = NULL;
    bool done = docket_get(transaction, number, &docket, error) &&
                report_issue(transaction, site->settings, docket, "reminder", now, error);
    json_decref(docket);
    return done;
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

static bool all_due(struct transaction *transaction, void *context, struct error *error)
{
    const struct daemon *daemon = context;
    const struct site *site = daemon->site;
    struct due due = {
        .now = clock_now(), .settings = site->settings, .lapse = json_array(), .remind = json_array()};
    json_t *number;
    size_t index, escalated = 0;
    bool done = docket_walk_state(transaction, DOCKET_AWAITING_IMAGES, collect, &due, error);
    json_array_foreach(due.lapse, index, number) done =
        done && lapse(transaction, site, json_string_value(number), due.now, error);
    json_array_foreach(due.remind, index, number) done =
        done && remind(transaction, site, json_string_value(number), due.now, error);
    done = done && review_escalate(transaction, site->settings, due.now, &escalated, error) &&
           foil_expire(transaction, site->settings, due.now, error) &&
           (daemon->options->drain || heads_daily(transaction, site->settings, due.now, error));
    if (done && escalated > 0)
        log_line(LOG_LEVEL_WARNING, "hold-escalated", "%zu; leadspool status lists them", escalated);
    json_decref(due.lapse);
    json_decref(due.remind);
    return done;
}

static void lapsed(void *context, const struct error *error)
{
    struct daemon *daemon = context;
    const struct settings *settings = daemon->site->settings;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "lapse", "what is due could not be done: %s", error->text);
    for (size_t i = 0; error == NULL && i < settings->command_count; i++)
        publisher_index(daemon->publisher, settings->commands[i].name);
    daemon_wake(daemon);
}

static void look(void *context)
{
    struct daemon *daemon = context;
    struct commit commit = {.work = all_due, .done = lapsed, .context = daemon};
    committer_hand(daemon->committer, &commit, NULL);
    loop_after(daemon->loop, LOOK_MS, look, daemon, NULL);
}

bool lapse_open(struct daemon *daemon, struct error *error)
{
    return loop_after(daemon->loop, 0, look, daemon, error);
}
