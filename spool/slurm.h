/*
 * Slurm: the process that submits the tasks of a run, waits for them and fetches their results.
 *
 * A folder all nodes share holds copies of gallery segments (`gallery/`), probes (`probes/`) and tasks
 * (`tasks/NAME.json`, `.result`, `.fault`; match/run_tasks.h). The record stays the truth: whatever Slurm forgets is
 * submitted again, whatever is computed twice is the same.
 */
#ifndef LEADSPOOL_SPOOL_SLURM_H
#define LEADSPOOL_SPOOL_SLURM_H

#include "spool/site.h"

/* The life of the service (spool/service.h); `argument` is a struct site *, `directory` the site's. Questions:
     {"op":"search"} with a file of tasks (JSON array); answer: a file with their answers, in order
     {"op":"clean"}  the run is in the record: probes, tasks and results go */
void slurm_serve(int channel, int directory, const void *argument);

/* One task, on a node: the `number`-th name (from 0) of the list `FOLDER/tasks/LIST`. A result already there is
   left. Its arithmetic runs behind the walls of a worker. */
bool slurm_task(const char *folder, const char *list, long number, struct error *error);

#endif
