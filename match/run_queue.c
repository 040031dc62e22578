/*
 * The queue of searches, read for planning, and its waiting said in words.
 *
 * Guarantees: what `why` says is computed by the same rules as the run itself; a lane full of urgent or of stuck
 * dockets hides no other lane. Starts nothing and writes nothing.
 */
#include "match/run_queue.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/queue.h"

enum { HOUR_MS = 3600 * 1000 };

struct reading {
    struct run_queue *queue;
    size_t of_lane;
    bool failed;
};

static struct plan_entry entry_of(const json_t *entry)
{
    struct plan_entry plan = {.priority = strcmp(json_text(entry, "lane"), "routine") != 0,
                              .attempts = (int)json_whole(entry, "attempts", 0)};
    struct error unread = ERROR_NONE;
    /* One whose time cannot be read has waited for ever rather than not at all. */
    if (!instant_parse(json_text(entry, "since"), &plan.since, &unread))
        plan.since = 0;
    return plan;
}

static bool read_entry(void *context, const char *key, json_t *value, struct error *error)
{
    struct reading *reading = context;
    struct run_queue *queue = reading->queue;
    struct plan_entry plan = entry_of(value);
    (void)key;
    if (plan.attempts >= PLAN_ATTEMPTS_MOST)
        return true;
    queue->dockets[queue->count] = strdup(json_text(value, "docket"));
    if (queue->dockets[queue->count] == NULL) {
        reading->failed = true;
        return error_set(error, FAULT_TEMPORARY, "out of memory while reading the queue");
    }
    queue->entries[queue->count++] = plan;
    return ++reading->of_lane < RUN_QUEUE_LANE_MOST;
}

bool run_queue_read(struct transaction *transaction, struct run_queue *queue, struct error *error)
{
    static const enum queue_lane lanes[] = {QUEUE_PRIORITY, QUEUE_ROUTINE};
    *queue = (struct run_queue){.entries = calloc(2 * RUN_QUEUE_LANE_MOST, sizeof *queue->entries),
                                .dockets = calloc(2 * RUN_QUEUE_LANE_MOST, sizeof *queue->dockets)};
    if (queue->entries == NULL || queue->dockets == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while reading the queue");
    for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++) {
        struct reading reading = {.queue = queue};
        if (!queue_walk(transaction, lanes[i], read_entry, &reading, error) || reading.failed)
            return false;
    }
    return true;
}

void run_queue_free(struct run_queue *queue)
{
    for (size_t i = 0; i < queue->count; i++)
        free(queue->dockets[i]);
    free(queue->dockets);
    free(queue->entries);
    *queue = (struct run_queue){.count = 0};
}

struct plan_terms run_terms(const struct settings *settings, instant now, bool overnight)
{
    struct plan_window window = plan_window_at(settings->overnight_start, settings->overnight_end, now);
    return (struct plan_terms){
        .now = now, .window_open = overnight || window.open, .age_milliseconds = settings->age_milliseconds};
}

static void say_ahead(struct text *words, size_t ahead)
{
    if (ahead == 0)
        text_add(words, _("None comes before it.\n"));
    else if (ahead >= RUN_QUEUE_LANE_MOST)
        text_format(words, _("At least %zu come before it; a run takes %d.\n"), ahead, PLAN_PROBES_MOST);
    else
        text_format(words,
                    language_plural("%zu comes before it; a run takes %d.\n",
                                    "%zu come before it; a run takes %d.\n", ahead),
                    ahead, PLAN_PROBES_MOST);
}

static void say_place(struct text *words, const struct settings *settings, const struct plan_place *place,
                      instant now)
{
    char opens[INSTANT_LOCAL_SIZE], ages[INSTANT_LOCAL_SIZE];
    int64_t hours = settings->age_milliseconds / HOUR_MS;
    struct plan_window window = plan_window_at(settings->overnight_start, settings->overnight_end, now);
    if (place->rule == PLAN_AT_ONCE)
        text_add(words, _("It is queued in the priority lane: such searches start at once, at any hour. "));
    else if (place->rule == PLAN_AGED)
        text_format(words,
                    _("It is queued in the routine lane and has waited longer than %" PRId64
                      " hours: it is searched at once, before newer priority requests. "),
                    hours);
    else {
        text_format(words,
                    _("It is queued in the routine lane, searched between %02d:%02d and %02d:%02d (%s): "),
                    settings->overnight_start / 60, settings->overnight_start % 60,
                    settings->overnight_end / 60, settings->overnight_end % 60, settings->zone);
        if (window.open)
            text_format(words, _("now, until %s. "), instant_local(window.closes, false, opens));
        else
            text_format(words, _("next from %s. "), instant_local(window.opens, false, opens));
        text_format(
            words,
            _("If it still waits at %s, %" PRId64 " hours after it was queued, it goes first at any hour. "),
            instant_local(place->ages, false, ages), hours);
    }
    say_ahead(words, place->ahead);
}

bool run_queue_why(struct transaction *transaction, const struct settings *settings, const json_t *docket,
                   instant now, struct text *words, struct error *error)
{
    struct run_queue queue = {.count = 0};
    json_t *entry = NULL;
    const char *number = json_text(docket, "docket");
    bool done = queue_get(transaction, docket, &entry, error) &&
                (entry == NULL || run_queue_read(transaction, &queue, error));
    if (!done || entry == NULL)
        goto done;
    struct plan_terms terms = run_terms(settings, now, false);
    struct plan_entry own = entry_of(entry);
    if (own.attempts >= PLAN_ATTEMPTS_MOST) {
        text_format(words,
                    _("It is queued for a search, but stuck: the search failed %d times. leadspool retry %s "
                      "counts anew.\n"),
                    own.attempts, number);
        goto done;
    }
    for (size_t i = 0; i < queue.count; i++)
        if (strcmp(queue.dockets[i], number) == 0) {
            struct plan_place place = plan_place_of(queue.entries, queue.count, i, &terms);
            say_place(words, settings, &place, now);
            goto done;
        }
    text_format(words, _("It is queued in the %s lane; more than %d that came earlier wait there too.\n"),
                json_text(entry, "lane"), RUN_QUEUE_LANE_MOST);
done:
    json_decref(entry);
    run_queue_free(&queue);
    return done;
}
