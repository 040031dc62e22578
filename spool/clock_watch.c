/*
 * Watching the clock: a step of more than a minute is an event.
 *
 * Guarantees: what slews slowly (NTP) is no step; a step is written once, with its size. Signing times,
 * training and windows are judged by this clock, so an auditor must be able to see when it jumped.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/log.h"
#include "casebook/event.h"
#include "spool/clock_watch.h"

enum { LOOK_MS = 10000, STEP_MS = 60000 };

struct clock_watch {
    struct daemon *daemon;
    int64_t offset; /* wall clock minus the clock that never jumps, at the last look */
    int64_t step;   /* of the event being written */
};

bool clock_stepped(int64_t offset_before, int64_t offset_now, int64_t *step)
{
    *step = offset_now - offset_before;
    return *step > STEP_MS || *step < -STEP_MS;
}

static bool write_event(struct transaction *transaction, void *context, struct error *error)
{
    const struct clock_watch *watch = context;
    char outcome[48];
    snprintf(outcome, sizeof outcome, "%+lld-ms", (long long)watch->step);
    struct event event = {.action = "clock-stepped", .outcome = outcome};
    return event_append(transaction, clock_now(), &event, NULL, error);
}

static void written(void *context, const struct error *error)
{
    (void)context;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "clock-stepped", "the event could not be written: %s", error->text);
}

static void look(void *context)
{
    struct clock_watch *watch = context;
    int64_t offset = clock_now() - clock_monotonic();
    struct commit commit = {.work = write_event, .done = written, .context = watch};
    if (clock_stepped(watch->offset, offset, &watch->step)) {
        log_line(LOG_LEVEL_WARNING, "clock-stepped",
                 "the clock jumped by %lld s: check the time service; signing times are judged by this clock",
                 (long long)watch->step / 1000);
        char said[80];
        snprintf(said, sizeof said, _("by %lld s"), (long long)watch->step / 1000);
        log_alarm_remember("clock-stepped", said);
        committer_hand(watch->daemon->committer, &commit, NULL);
    }
    watch->offset = offset;
    loop_after(watch->daemon->loop, LOOK_MS, look, watch, NULL);
}

bool clock_watch_open(struct daemon *daemon, struct clock_watch **watch, struct error *error)
{
    *watch = calloc(1, sizeof **watch);
    if (*watch == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while watching the clock");
    (*watch)->daemon = daemon;
    (*watch)->offset = clock_now() - clock_monotonic();
    return loop_after(daemon->loop, LOOK_MS, look, *watch, error);
}

void clock_watch_close(struct clock_watch *watch)
{
    free(watch);
}
