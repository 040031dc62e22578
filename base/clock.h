/*
 * Time: the one clock of the program, and its written forms.
 *
 * An instant is milliseconds since 1970-01-01T00:00:00Z, without leap seconds. Everything stored is UTC;
 * the site's IANA zone serves windows, tours and business days only. The shipped binary has no override:
 * tests link tests/support/clock.c instead of clock.c.
 */
#ifndef LEADSPOOL_BASE_CLOCK_H
#define LEADSPOOL_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef int64_t instant;

/* "2026-11-22T12:30:37.123Z" and its NUL. */
#define INSTANT_TEXT_SIZE 25

/* Now, from CLOCK_REALTIME. */
instant clock_now(void);

/* Milliseconds that never jump, for time-outs and settling; not comparable between boots. */
int64_t clock_monotonic(void);

/* "2026-11-22T12:30:37.123Z" into `text` (INSTANT_TEXT_SIZE bytes). Years 0000 to 9999. Returns `text`. */
char *instant_text(instant at, char *text);

/* An xs:dateTime in UTC ("Z", optional fraction of a second); anything else, a missing zone and
   24:00:00 included, is FAULT_INPUT. */
bool instant_parse(const char *text, instant *at, struct error *error);

/* The civil year, month, day, hour, minute of an instant in the process's zone (zone_use). */
struct civil {
    int year, month, day, hour, minute, second, weekday; /* month 1-12, weekday 0 = Sunday */
};

/* Make `zone` (an IANA name such as America/New_York) the process's zone. FAULT_ENVIRONMENT when the
   system has no such zone. Not for use after threads were started. */
bool zone_use(const char *zone, struct error *error);

struct civil civil_of(instant at);

/* An instant as people of the process's zone read it: "2026-11-22 09:05 EST", or with the seconds. Returns `text`,
   INSTANT_LOCAL_SIZE bytes. */
#define INSTANT_LOCAL_SIZE 48
char *instant_local(instant at, bool seconds, char *text);

/* The same of a stored UTC text; what is none is copied as it is, NULL gives "". */
char *instant_local_of(const char *utc, bool seconds, char *text);

/* The instant of a civil time in the process's zone: a time that does not exist (spring forward) is the
   next that does, a repeated one its first. */
instant instant_of_civil(struct civil civil);

#endif
