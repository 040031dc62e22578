/*
 * Alarms: what an administrator has to know of a site, each with a code, how grave it is, and a page in docs/alarms/.
 *
 * `status`, `check` and the metrics file say the same because all ask here.
 */
#ifndef LEADSPOOL_SPOOL_ALARMS_H
#define LEADSPOOL_SPOOL_ALARMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

enum alarm_severity { ALARM_WARNING = 1, ALARM_CRITICAL = 2 };

/* Critical: something stops, or nobody is protected by a rule any more. Warning: it will, or somebody is kept waiting. */
struct alarm {
    const char *code; /* one word; docs/alarms/CODE.md */
    enum alarm_severity severity;
    const char *means; /* one line, no full stop */
};
extern const struct alarm alarms[];
extern const size_t alarm_count;

/* NULL when there is no such code. */
const struct alarm *alarm_find(const char *code);
const char *alarm_severity_name(enum alarm_severity severity);

/* Pure. What `status` (an answer to it, with or without "live") gives reason for, the gravest first, at most one of a
   code and thing: [{"code","severity":"warning|critical","text"}]. New reference, NULL when memory ran out. What the
   daemon logged as an alarm counts for a day. */
json_t *alarms_of(const json_t *status, instant now);

#endif
