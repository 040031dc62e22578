/*
 * The plan of the next run.
 *
 * Guarantees: reads no clock, does no I/O; the same queue and terms give the same answer. Nothing starves: only what
 * is due earlier goes first, and there is never an end of time for what is due later. Does not weigh cases
 * against each other in any other way.
 */
#include "match/plan.h"

enum { DAY_MINUTES = 24 * 60, MINUTE_MS = 60000 };

/* That minute of the civil day `days` after the one of `now`; days of other lengths than 24 hours come out right
   because the calendar, not the clock, is counted on. */
static instant minute_of_day(struct civil day, int days, int minute)
{
    /* Noon exists everywhere, and 24 hours on it is the next day whatever the clocks do. */
    struct civil noon = {.year = day.year, .month = day.month, .day = day.day, .hour = 12};
    struct civil there = civil_of(instant_of_civil(noon) + (instant)days * DAY_MINUTES * MINUTE_MS);
    there.hour = minute / 60;
    there.minute = minute % 60;
    there.second = 0;
    return instant_of_civil(there);
}

struct plan_window plan_window_at(int start, int end, instant now)
{
    struct civil today = civil_of(now);
    int length = end > start ? end - start : end - start + DAY_MINUTES;
    struct plan_window window = {.open = false};
    /* Yesterday's window may reach into today; tomorrow's is the next when today's is over. */
    for (int days = -1; days <= 1; days++) {
        window.opens = minute_of_day(today, days, start);
        window.closes = minute_of_day(today, end > start ? days : days + 1, end);
        if (window.closes <= window.opens)
            window.closes = window.opens + (instant)length * MINUTE_MS;
        if (now < window.closes)
            break;
    }
    window.open = now >= window.opens && now < window.closes;
    return window;
}

static instant due(const struct plan_entry *entry, const struct plan_terms *terms)
{
    return entry->priority ? entry->since : entry->since + terms->age_milliseconds;
}

static enum plan_rule rule_of(const struct plan_entry *entry, const struct plan_terms *terms)
{
    if (entry->attempts >= PLAN_ATTEMPTS_MOST)
        return PLAN_STUCK;
    if (entry->priority)
        return PLAN_AT_ONCE;
    return due(entry, terms) <= terms->now ? PLAN_AGED : PLAN_NIGHT;
}

static bool ready(const struct plan_entry *entry, const struct plan_terms *terms)
{
    enum plan_rule rule = rule_of(entry, terms);
    return rule == PLAN_AT_ONCE || rule == PLAN_AGED || (rule == PLAN_NIGHT && terms->window_open);
}

size_t plan_run(const struct plan_entry *entries, size_t count, const struct plan_terms *terms, bool *chosen)
{
    size_t taken = 0;
    for (size_t i = 0; i < count; i++)
        chosen[i] = false;
    while (taken < PLAN_PROBES_MOST) {
        size_t first = count;
        for (size_t i = 0; i < count; i++)
            if (!chosen[i] && ready(&entries[i], terms) &&
                (first == count || due(&entries[i], terms) < due(&entries[first], terms)))
                first = i;
        if (first == count)
            break;
        chosen[first] = true;
        taken++;
    }
    return taken;
}

struct plan_place plan_place_of(const struct plan_entry *entries, size_t count, size_t which,
                                const struct plan_terms *terms)
{
    struct plan_place place = {.rule = rule_of(&entries[which], terms), .ages = due(&entries[which], terms)};
    for (size_t i = 0; i < count; i++)
        if (i != which && rule_of(&entries[i], terms) != PLAN_STUCK &&
            (due(&entries[i], terms) < place.ages || (due(&entries[i], terms) == place.ages && i < which)))
            place.ahead++;
    return place;
}
