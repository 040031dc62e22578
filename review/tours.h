/*
 * Tours of duty and their inspections (R50).
 *
 * A tour is known by the day it began, in the site's zone, and its name in site.xml. An inspection is a record of the
 * index, `tour/<date>/<name>/<person>`, written when its signed file was taken in (review/inspection.c).
 */
#ifndef LEADSPOOL_REVIEW_TOURS_H
#define LEADSPOOL_REVIEW_TOURS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

#define TOUR_DATE_SIZE 11
#define TOUR_KEY_SIZE 160

struct tour {
    char date[TOUR_DATE_SIZE]; /* "2026-11-22" */
    const char *name;          /* of the settings */
    instant start, end;        /* from inclusive, until exclusive */
};

/* Pure, in the process's zone: the tour that began on that day; false when there is no such day or name. */
bool tour_of(const struct settings *settings, const char *date, const char *name, struct tour *tour);

/* Pure: the one that runs at that instant; of several, the one that began last. */
bool tour_running(const struct settings *settings, instant at, struct tour *tour);

/* Pure: the day `days` after (before, when negative) the given one; false when that is no day. */
bool tour_date_shift(const char *date, int days, char shifted[TOUR_DATE_SIZE]);
/* The first instant of a day of the site's zone; false for what is no date. */
bool tour_day_begins(const char *date, instant *at);
void tour_date_at(instant at, char date[TOUR_DATE_SIZE]);

/* The key of an inspection; person "" for the prefix of all. */
void tour_key(const char *date, const char *name, const char *person, char key[TOUR_KEY_SIZE]);

/* Of every tour that began from the one day to the other (at most TOUR_DAYS_MOST of them), not before the site's
   tours do and not after `now`:
     {"from","to","at","missing":n,"tours":[{"date","tour","start","end","state":"inspected|missing|open",
      "inspections":[{"person","at","finding","decision"}]}]}
   `open`: it runs, or an inspection of it may still be filed. New reference. */
enum { TOUR_DAYS_MOST = 400 };
bool tours_report(struct transaction *transaction, const struct settings *settings, const char *from,
                  const char *to, instant now, json_t **report, struct error *error);

#endif
