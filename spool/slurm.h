/*
 * Slurm: the process that submits the tasks of a run, waits for them and fetches their results.
 *
 * A folder all nodes share holds copies of gallery segments (`gallery/`), probes (`probes/`) and tasks
 * (`tasks/NAME.json`, `.result`, `.fault`; match/run_tasks.h), and a vendor's engine (`engines/`). The record stays the truth: whatever Slurm forgets is
 * submitted again, whatever is computed twice is the same.
 */
#ifndef LEADSPOOL_SPOOL_SLURM_H
#define LEADSPOOL_SPOOL_SLURM_H

#include "spool/site.h"

/* The life of the service (spool/service.h); `argument` is a struct site *, `directory` the site's. Questions:
     {"op":"probe","digest"} with a file: the bytes of a probe of the next search; answer: it is in the folder
     {"op":"search"} with a file: {"parameters":of match-search,"probes":[digests],"engine":{"id","version","object"?}};
                     answer: a file with {"whole":answer of match-search} or, when the gallery was cut, {"found":what the
                     parts found (match/run_found.h)}; neither when no docket is left; "withdrawn":[dockets] are not in it.
                     Where it failed by a vendor's engine "misdeed":"crashed|late|malformed"
     {"op":"withdraw","docket"} during a search: what serves this docket alone is cancelled; no answer
     {"op":"clean"}  the run is in the record: probes, tasks and results go; no answer
     {"op":"forget"} copies of gallery files that are not the gallery's any more go; no answer */
void slurm_serve(int channel, int directory, const void *argument);

/* One task, on a node: the `number`-th name (from 0) of the list `FOLDER/tasks/LIST`. A result already there is
   left. Its arithmetic runs behind the walls of a worker. */
bool slurm_task(const char *folder, const char *list, long number, struct error *error);

#endif
