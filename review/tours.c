/*
 * Which tours there were, and which nobody inspected.
 *
 * Guarantees: tours are reckoned in the zone's own days, so that one across a change of the clocks is an hour longer
 * or shorter and none is lost. Reads only.
 */
#include "review/tours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"

enum { DAY = 24 * 3600 * 1000 };

static struct civil civil_date(const char *date)
{
    return (struct civil){.year = (int)strtol(date, NULL, 10),
                          .month = (int)strtol(date + 5, NULL, 10),
                          .day = (int)strtol(date + 8, NULL, 10),
                          .hour = 12};
}

void tour_date_at(instant at, char date[TOUR_DATE_SIZE])
{
    struct civil civil = civil_of(at);
    snprintf(date, TOUR_DATE_SIZE, "%04u-%02u-%02u", (unsigned)civil.year % 10000,
             (unsigned)civil.month % 100, (unsigned)civil.day % 100);
}

bool tour_date_shift(const char *date, int days, char shifted[TOUR_DATE_SIZE])
{
    char same[TOUR_DATE_SIZE];
    if (strlen(date) != TOUR_DATE_SIZE - 1 || date[4] != '-' || date[7] != '-')
        return false;
    /* Noon to noon: a change of the clocks leaves the day alone. */
    instant noon = instant_of_civil(civil_date(date));
    tour_date_at(noon, same);
    tour_date_at(noon + (instant)days * DAY, shifted);
    return strcmp(same, date) == 0;
}

bool tour_day_begins(const char *date, instant *at)
{
    char same[TOUR_DATE_SIZE];
    if (!tour_date_shift(date, 0, same))
        return false;
    struct civil civil = civil_date(date);
    civil.hour = 0;
    *at = instant_of_civil(civil);
    return true;
}

static void make(const struct setting_tour *setting, const char *date, struct tour *tour)
{
    char last[TOUR_DATE_SIZE];
    struct civil start = civil_date(date);
    snprintf(tour->date, sizeof tour->date, "%s", date);
    tour->name = setting->name;
    start.hour = setting->start / 60;
    start.minute = setting->start % 60;
    tour->start = instant_of_civil(start);
    tour_date_shift(date, setting->end <= setting->start ? 1 : 0, last);
    struct civil end = civil_date(last);
    end.hour = setting->end / 60;
    end.minute = setting->end % 60;
    tour->end = instant_of_civil(end);
}

bool tour_of(const struct settings *settings, const char *date, const char *name, struct tour *tour)
{
    char same[TOUR_DATE_SIZE];
    if (!tour_date_shift(date, 0, same))
        return false;
    for (size_t i = 0; i < settings->tour_count; i++)
        if (strcmp(settings->tours[i].name, name) == 0) {
            make(&settings->tours[i], date, tour);
            return true;
        }
    return false;
}

bool tour_running(const struct settings *settings, instant at, struct tour *tour)
{
    char today[TOUR_DATE_SIZE], date[TOUR_DATE_SIZE];
    bool found = false;
    tour_date_at(at, today);
    for (int back = -1; back <= 0; back++)
        for (size_t i = 0; tour_date_shift(today, back, date) && i < settings->tour_count; i++) {
            struct tour one;
            make(&settings->tours[i], date, &one);
            if (one.start <= at && at < one.end && (!found || one.start >= tour->start)) {
                *tour = one;
                found = true;
            }
        }
    return found;
}

void tour_key(const char *date, const char *name, const char *person, char key[TOUR_KEY_SIZE])
{
    snprintf(key, TOUR_KEY_SIZE, "tour/%s/%s/%s", date, name, person);
}

static bool add_inspection(void *context, const char *key, json_t *value, struct error *error)
{
    const char *person = strrchr(key, '/');
    json_t *inspection = json_object();
    (void)error;
    json_put_text(inspection, "person", person == NULL ? "" : person + 1);
    json_copy_members(inspection, value, "at", "finding", "decision", NULL);
    json_array_append_new(context, inspection);
    return true;
}

static bool add_tour(struct transaction *transaction, const struct settings *settings,
                     const struct tour *tour, instant now, json_t *report, struct error *error)
{
    char key[TOUR_KEY_SIZE], at[INSTANT_TEXT_SIZE];
    json_t *row = json_object(), *inspections = json_array_at(row, "inspections");
    json_array_append_new(json_object_get(report, "tours"), row);
    json_put_text(row, "date", tour->date);
    json_put_text(row, "tour", tour->name);
    json_put_text(row, "start", instant_text(tour->start, at));
    json_put_text(row, "end", instant_text(tour->end, at));
    tour_key(tour->date, tour->name, "", key);
    if (!book_walk(transaction, BOOK_INDEX, key, NULL, add_inspection, inspections, NULL, error))
        return false;
    bool inspected = json_array_size(inspections) > 0;
    bool open = now < tour->end + settings->tour_filing_milliseconds;
    json_put_text(row, "state", inspected ? "inspected" : open ? "open" : "missing");
    if (!inspected && !open)
        json_put_whole(report, "missing", json_whole(report, "missing", 0) + 1);
    return true;
}

/* Since when tours are watched: the first day of site.xml, else the moment of the first event; `date` is "" before there
   is any record. */
static bool first_day(struct transaction *transaction, const struct settings *settings,
                      char date[TOUR_DATE_SIZE], instant *begun, struct error *error)
{
    struct error own = ERROR_NONE;
    char *line = NULL;
    json_t *event = NULL;
    *begun = 0;
    snprintf(date, TOUR_DATE_SIZE, "%.10s", settings->tours_since);
    if (date[0] != '\0')
        return true;
    if (!event_line(transaction, 1, &line, &own))
        return own.fault == FAULT_ABSENT || (*error = own, false);
    if (json_read(line, strlen(line), &event, &own) && instant_parse(json_text(event, "at"), begun, NULL))
        tour_date_at(*begun, date);
    json_decref(event);
    free(line);
    return true;
}

static bool add_tours(struct transaction *transaction, const struct settings *settings, const char *from,
                      const char *to, instant now, json_t *report, struct error *error)
{
    char date[TOUR_DATE_SIZE], first[TOUR_DATE_SIZE];
    instant begun = 0;
    bool done = first_day(transaction, settings, first, &begun, error);
    snprintf(date, sizeof date, "%s", done && strcmp(first, from) > 0 ? first : from);
    bool none = first[0] == '\0' || settings->tour_count == 0;
    for (int day = 0; done && !none && day < TOUR_DAYS_MOST && strcmp(date, to) <= 0; day++) {
        char next[TOUR_DATE_SIZE];
        for (size_t i = 0; done && i < settings->tour_count; i++) {
            struct tour tour;
            make(&settings->tours[i], date, &tour);
            done = tour.start > now || tour.end <= begun ||
                   add_tour(transaction, settings, &tour, now, report, error);
        }
        if (!tour_date_shift(date, 1, next))
            break;
        memcpy(date, next, sizeof date);
    }
    return done;
}

bool tours_report(struct transaction *transaction, const struct settings *settings, const char *from,
                  const char *to, instant now, json_t **report, struct error *error)
{
    char same[TOUR_DATE_SIZE], at[INSTANT_TEXT_SIZE];
    *report = NULL;
    if (!tour_date_shift(from, 0, same) || !tour_date_shift(to, 0, same) || strcmp(from, to) > 0)
        return error_set(error, FAULT_USAGE, "%s to %s is no span of days", from, to);
    json_t *made = json_pack("{s:s,s:s,s:s,s:i,s:[]}", "from", from, "to", to, "at", instant_text(now, at),
                             "missing", 0, "tours");
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for the tours");
    if (!add_tours(transaction, settings, from, to, now, made, error)) {
        json_decref(made);
        return false;
    }
    *report = made;
    return true;
}
