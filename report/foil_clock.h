/*
 * The statutory clock of a records request (R40): business days of the site, and what is due when.
 *
 * Source: Public Officers Law 89(3)(a) and 89(4)(a); the day counts are site.xml's. The day something came is not
 * counted; what would fall on a day off falls on the next business day. Days are numbers of days since 1970-01-01, of the site's zone. Pure.
 */
#ifndef LEADSPOOL_REPORT_FOIL_CLOCK_H
#define LEADSPOOL_REPORT_FOIL_CLOCK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "schemas/settings.h"

#define FOIL_DAY_SIZE 11 /* "2026-11-20" and NUL */

/* False when it is no day of the calendar. */
bool foil_day_parse(const char *date, int64_t *day);
char *foil_day_text(int64_t day, char *text);
/* The day an instant falls on in the process's zone. */
int64_t foil_day_of(instant at);

bool foil_business_day(const struct setting_foil *foil, int64_t day);
/* The `count`-th business day after `day`. */
int64_t foil_business_days_after(const struct setting_foil *foil, int64_t day, int count);
/* `count` days after `day`, or the next business day. */
int64_t foil_days_after(const struct setting_foil *foil, int64_t day, int count);

/* What the law asks for next of a request record (spool/INTERNALS.md §4), and by which day. */
enum foil_duty { FOIL_DUTY_NONE, FOIL_DUTY_ACKNOWLEDGE, FOIL_DUTY_ANSWER, FOIL_DUTY_APPEAL };
enum foil_duty foil_duty(const json_t *request, int64_t *day);
/* "foil-acknowledgement", "foil-answer", "foil-appeal-answer"; "" for none. */
const char *foil_duty_name(enum foil_duty duty);
/* Has that day passed? */
bool foil_overdue(const json_t *request, int64_t today);

#endif
