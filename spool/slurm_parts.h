/*
 * Between the files of the slurm process: slurm_child.c (searches and questions), slurm_place.c (the shared folder),
 * slurm_wait.c (tasks under way). Nobody else includes this.
 */
#ifndef LEADSPOOL_SPOOL_SLURM_PARTS_H
#define LEADSPOOL_SPOOL_SLURM_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "base/error.h"
#include "spool/site.h"

enum { SLURM_RESULT_MOST = 64 << 20, SLURM_JOB_SIZE = 32 };

struct place {
    const struct site *site;
    int channel, directory; /* the site's */
    int folder, gallery, probes, tasks, engines;
    char name[80];     /* of this site's jobs */
    json_t *withdrawn; /* dockets of the search under way that need no answer any more */
    json_t *later;     /* what the daemon said meanwhile and can wait */
    char misdeed[16];  /* of a vendor's engine, with which the search ended; "" = none */
    bool begun;        /* tasks of this search were looked for */
};

/* One task of a round. */
struct pending {
    char name[DIGEST_TEXT_SIZE];
    const json_t *task; /* borrowed */
    bool done, dropped; /* its answer was taken; nobody needs it any more */
    int faults;
    char job[SLURM_JOB_SIZE]; /* "JOB_NUMBER" as Slurm knows it; "": not submitted, or gone */
};

/* --- the folder --- */

bool slurm_place_open(struct place *place, struct error *error);
void slurm_place_close(struct place *place);
/* A picture that will be searched, under its digest. */
bool slurm_place_probe(const struct place *place, const char *digest, int file, struct error *error);
/* Copies of what the task needs beside probes, and the task; its name goes into `pending`. */
bool slurm_place_task(struct place *place, const json_t *task, struct pending *pending, struct error *error);
/* The run is in the record: probes, tasks and results go. */
void slurm_place_clean(const struct place *place);
/* Copies of segments that the gallery gave up go: they may hold what was to be destroyed. */
void slurm_place_forget(const struct place *place);

/* --- a round of tasks --- */

/* The answer of the `index`-th task; taken over. False ends the round. */
typedef bool slurm_take(void *context, size_t index, json_t *answer, struct error *error);
/* Until every task is done or dropped. FAULT_TEMPORARY when Slurm does not do them, FAULT_INPUT with place->misdeed for a
   vendor's engine that misbehaves. */
bool slurm_wait(struct place *place, struct pending *pending, size_t count, slurm_take *take, void *context,
                struct error *error);

#endif
