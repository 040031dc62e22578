/*
 * The worker kinds of a vendor's engine, each a process of its own for one job (spool/workers.h: `loads`).
 *
 *   inputs      the engine's shared object first, then those of the kind
 *   parameters  those of the kind, and "object":{"digest":SHA-256}; "seconds" and "mebibytes" are limits of the
 *               process, which the nursery sets
 *
 * "engine-describe"  answer: the engine's card (engine.h), {"card":{…}}
 * "engine-template"  as match-template; "engine-search" as match-search (match_worker.h)
 * "engine-trial"     vendor_trial.h
 *
 * Exit: WORKER_FAULTY is the engine's fault, the error text what it did. Of the rest of a vendor's mischief
 * – a crash, no answer in time – the process that waits learns from how this one ended.
 */
#ifndef LEADSPOOL_MATCH_VENDOR_WORKER_H
#define LEADSPOOL_MATCH_VENDOR_WORKER_H

#include "base/worker.h"

worker_function engine_describe_worker, engine_template_worker, engine_search_worker, engine_trial_worker;

/* Before the rest of the walls is up: load the object that is the first input. */
bool engine_worker_load(const struct worker_job *job, struct error *error);

#endif
