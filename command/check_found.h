/*
 * What `leadspool check` found: kept, judged, and printed with the gravest first.
 */
#ifndef LEADSPOOL_COMMAND_CHECK_FOUND_H
#define LEADSPOOL_COMMAND_CHECK_FOUND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* What monitoring systems expect: OK, WARNING, CRITICAL, UNKNOWN. */
enum verdict { VERDICT_OK, VERDICT_WARNING, VERDICT_CRITICAL, VERDICT_UNKNOWN };

struct finding {
    enum verdict worst;
    size_t count, criticals, warnings;
    json_t *list; /* {"verdict","what","who","text","page"}, in the order in which it was looked for */
    int pipe;     /* beyond 0: findings go there, a line each (command/check_apart.h) */
};

/* `page` is the alarm whose page says what to do (docs/alarms/). */
bool found(struct finding *finding, enum verdict verdict, const char *page, const char *what, const char *who,
           const char *text, struct error *error);
/* One from elsewhere, in the form of the list; the reference is taken over. */
bool found_add(struct finding *finding, json_t *one, struct error *error);

/* One line a finding, or one JSON object. */
bool found_print(const struct finding *finding, bool json, struct error *error);

/* One line for a monitoring system: up to four findings behind the names of their pages, how many more, and after a bar the
   figures of `status` (NULL: none). `failure` with a fault: the site could not be asked. */
void found_print_line(const struct finding *finding, const json_t *status, const struct error *failure);

#endif
