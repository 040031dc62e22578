/*
 * A run cut into tasks that know nothing of each other, for machines that share a folder and no memory.
 *
 * A task is some probes against the gallery of the run, or against a part of it where one task would take much longer than a
 * minute. What is found for a probe does not depend on the probes searched with it (match/search.h), so answers of whole
 * tasks, put side by side, are the answer of the run, byte for byte; parts are added up (match/run_found.h) and finished
 * by one search more (match/search_cut.h). Parts take two rounds where there are two stages: first all count how alike
 * photos are, then all compare what lies above the threshold of the whole. A task's name is the digest of what it asks: done twice it is done once, and what is found under its name
 * answers it whoever computed it.
 */
#ifndef LEADSPOOL_MATCH_RUN_TASKS_H
#define LEADSPOOL_MATCH_RUN_TASKS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "base/error.h"

/* How a search is shared out, pure. */
struct run_limits {
    size_t probes;  /* of one task at most; the more share a pass, the better */
    int64_t photos; /* of one task at most; 0: as many as take about a minute */
    bool whole;     /* the engine cannot be cut: each task searches the whole gallery */
};
struct run_plan {
    size_t probes;  /* of one task */
    unsigned parts; /* of the gallery; 1: it is not cut */
    bool counts;    /* a round that counts comes first; it may show that there is one stage only */
};
void run_plan(const json_t *parameters, size_t probe_count, const struct run_limits *limits,
              struct run_plan *plan);

/* The tasks of one round, group by group, in each the parts in their order; `step` is "count" or "compare", `thresholds` an
   array of each group's, or NULL in the first round or when there is one. A group whose thresholds are null is left out.
   Otherwise as run_tasks. */
json_t *run_part_tasks(const json_t *parameters, const json_t *probes, const json_t *engine,
                       const struct run_plan *plan, const char *step, const json_t *thresholds);

/* The tasks of a search whose gallery is not cut, pure: an array of {"schema":1,"engine":{"id","version","object"?:digest
   of a vendor's},"parameters":of match-search,"probes":[digest]}. `parameters` are those of the whole search, `probes` the
   digests of its probes in their order; each task has at most `most`. New reference; NULL when memory ran out. */
json_t *run_tasks(const json_t *parameters, const json_t *probes, const json_t *engine, size_t most);

/* A task's name: 64 hexadecimal digits, DIGEST_TEXT_SIZE bytes. */
bool run_task_name(const json_t *task, char *name, struct error *error);

/* The answers of all tasks, in their order, as one; FAULT_ENVIRONMENT when two of them searched different things. New
   reference. */
bool run_tasks_merge(const json_t *answers, json_t **whole, struct error *error);

/* A result file: the SHA-256 of what follows, a line feed, the answer as canonical JSON. New string; NULL when memory
   ran out. */
char *run_result_write(const json_t *answer, size_t *length);
/* FAULT_INPUT when it is cut short or changed. New reference. */
bool run_result_read(const char *bytes, size_t length, json_t **answer, struct error *error);

#endif
