/*
 * Slurm's commands, as the slurm process runs them: sbatch, squeue, scancel.
 */
#ifndef LEADSPOOL_SPOOL_SLURM_COMMANDS_H
#define LEADSPOOL_SPOOL_SLURM_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* A job of `count` tasks that run `script` (text of a shell script) with SLURM_ARRAY_TASK_ID from 0. Its id goes into
   `job`. FAULT_TEMPORARY when Slurm does not take it now. */
struct slurm_submission {
    const char *name, *folder, *partition; /* partition "" = the default */
    const char *script;
    size_t count;
    int minutes; /* a task's limit */
};
bool slurm_submit(const struct slurm_submission *submission, char *job, size_t size, struct error *error);

/* The unfinished tasks of all jobs of that name, "JOB_NUMBER" a line; the caller frees them. NULL while Slurm does not
   answer. */
char *slurm_unfinished(const char *name);

/* End all jobs of that name; that there are none, or that nobody answers, is no error. */
void slurm_cancel(const char *name);
/* End one task, "JOB_NUMBER"; likewise. */
void slurm_cancel_task(const char *task);

#endif
