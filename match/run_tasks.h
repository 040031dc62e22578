/*
 * A run cut into tasks that know nothing of each other, for machines that share a folder and no memory.
 *
 * A task is some probes against the whole gallery of the run. What is found for a probe does not depend on the probes
 * searched with it (match/search.h), so answers of tasks, put side by side, are the answer of the whole, byte for
 * byte. A task's name is the digest of what it asks: done twice it is done once, and what is found under its name
 * answers it whoever computed it.
 */
#ifndef LEADSPOOL_MATCH_RUN_TASKS_H
#define LEADSPOOL_MATCH_RUN_TASKS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "base/error.h"

/* The tasks of a search, pure: an array of {"schema":1,"engine":{"id","version"},"parameters":of match-search,
   "probes":[digest]}. `parameters` are those of the whole search, `probes` the digests of its probes in their order;
   each task has at most `most`. New reference; NULL when memory ran out. */
json_t *run_tasks(const json_t *parameters, const json_t *probes, size_t most);

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
