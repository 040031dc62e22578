/*
 * What is due by the site's retention schedule, and when (R38).
 *
 * Pure: records and rows of the schedule in, days out. No period is built in; what no row names is never due. Days are
 * "2026-11-22", where the site is. A period begins on the day of what it counts from, and what it covers is due on the
 * day so many years, months or days later (the last day of a month that has no such day).
 */
#ifndef LEADSPOOL_REPORT_RETENTION_RULES_H
#define LEADSPOOL_REPORT_RETENTION_RULES_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "schemas/settings.h"

#define RETENTION_DAY_SIZE 16

/* "docket-negative" of a closed docket; NULL of an open one and of one disposed of. */
const char *retention_class(const json_t *docket);

/* The day on which what happened at `at` (UTC text) is due by that row; false when `at` is no time. */
bool retention_due(const struct setting_retention *row, const char *at, char day[RETENTION_DAY_SIZE]);
/* The day of an instant where the site is. */
const char *retention_day(instant at, char day[RETENTION_DAY_SIZE]);

/* Why nothing of this docket may be destroyed now, a sentence that needs no freeing; NULL: it may. An open docket, a
   legal hold, something that is still owed or on its way (`open_rows`: rows of the outbox not delivered). */
const char *retention_kept(const json_t *docket, size_t open_rows);

/* When the docket's row of `from` begins: "received", "closed", "looked" (the last look at it). "" when it has not. */
const char *retention_begins(const json_t *docket, const char *from);

/* Append to `entries` what of the docket is due on `as_of`: {"class","id":docket,"at","due","action","citation"}; the
   docket itself, or else its worksheets (`worksheets`: it has some that were not disposed of) and looks. False only when
   memory ran out. */
bool retention_judge_docket(const struct settings *settings, const json_t *docket, bool worksheets,
                            const char *as_of, json_t *entries);
/* The same for one thing of a class that began at `at`. */
bool retention_judge(const struct settings *settings, const char *class, const char *id, const char *at,
                     const char *as_of, json_t *entries);

/* Oldest first, at most so many; how many there are beyond is returned. Then the same records give the same list. */
size_t retention_order(json_t *entries, size_t most);

#endif
