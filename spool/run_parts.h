/*
 * Between the files of a run: runs.c (beginning and end), run_probes.c (edits), run_search.c (the search).
 * Nobody else includes this.
 */
#ifndef LEADSPOOL_SPOOL_RUN_PARTS_H
#define LEADSPOOL_SPOOL_RUN_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "spool/state.h"

struct runs {
    struct daemon *daemon;
    bool starting, again;
    json_t *run;    /* what run_begin gave; NULL = none under way */
    json_t *answer; /* of match-search */
    json_t *asked;  /* its parameters */
    bool set_aside; /* the answer is quarantined: no docket is to blame */
    bool foreign;   /* the answer lists what the gallery does not have */
    size_t editing; /* which docket's probe is being edited */
    char *edited;
    size_t edited_length;
    char reason[ERROR_TEXT_SIZE]; /* why the whole run failed */
    size_t finishing;             /* dockets of the run whose end is not committed yet */
    instant since;                /* when the run began */
    int64_t compared_since;       /* when comparing began, of clock_monotonic; 0: it has not */
    bool distributed;             /* Slurm computes it */
    json_t *question;             /* what Slurm is asked; its probes are sent first */
    size_t sent;                  /* of them */
    bool looking;                 /* for dockets withdrawn while Slurm computes */
    json_t *withdrawn;            /* those found */
    size_t told;                  /* of them Slurm's process knows */
    bool recording;               /* it has its answer */
};

static inline json_t *run_docket_at(const struct runs *runs, size_t index)
{
    return json_array_get(json_object_get(runs->run, "dockets"), index);
}

/* Make the pictures that are to be searched, then search. */
void run_probes_make(struct runs *runs);
/* Search all probes without a fault; ends in run_finish. */
void run_search(struct runs *runs);
/* The answer of the search is there (taken over), or NULL with why it is not. */
void run_answered(struct runs *runs, json_t *answer, const struct error *error);
/* What a search answered, or NULL with why not and, if a vendor's engine is to blame, which misdeed (engines.h): checked,
   then recorded or set aside. */
void run_judged(struct runs *runs, json_t *answer, const char *misdeed, struct error *error);
/* The end of a search that was cut: `found` by its parts. Ends in run_finish. */
void run_search_end(struct runs *runs, const json_t *found);
/* Have Slurm search: `parameters` as of match-search, `probes` their digests. Ends in run_judged, run_search_end or run_finish
   if true is returned. */
bool run_slurm(struct runs *runs, json_t *parameters, const json_t *probes, struct error *error);
/* Something has changed: soon, look whether dockets that Slurm computes were withdrawn. */
void run_slurm_look(struct runs *runs);
/* The run is in the record: what Slurm was given of it goes. Nothing where there is no Slurm. */
void run_slurm_done(struct runs *runs);
/* Take the progress line away: the run is about to end. */
void run_progress_end(struct runs *runs);
/* Every docket of the run leaves MATCHING, with its list or back to the queue. */
void run_finish(struct runs *runs);

#endif
