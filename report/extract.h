/*
 * A focused audit: which events of the log an auditor asked for, and the facts of the document about them (R52 R53).
 *
 * Pure: lines go in, in the order of the log; the same lines give the same facts.
 */
#ifndef LEADSPOOL_REPORT_EXTRACT_H
#define LEADSPOOL_REPORT_EXTRACT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

/* What is asked for; every member that is set narrows it. */
struct extract_query {
    const char *docket; /* NULL: of any */
    const char *person; /* NULL: of anybody */
    instant from;       /* inclusive */
    instant until;      /* exclusive */
};

/* Is the event (parsed) asked for? A person's are those they acted in, and those that name them in their outcome:
   "quill", "quill:roles". */
bool extract_wants(const struct extract_query *query, const json_t *event);

/* The document shows at most so many lines; events.jsonl has them all. */
enum { EXTRACT_LINES_SHOWN = 4000 };

/* Facts about the events: a new object {"events":0,"lines":[],"actions":{}}; NULL without memory. */
json_t *extract_facts(void);
/* Count an event and take it among the lines shown. */
bool extract_add(json_t *facts, const json_t *event, struct error *error);

#endif
