/*
 * Exact search: every probe against every photo of the gallery that is not sealed or withdrawn.
 *
 * All probes of a search share one pass over the gallery, cut into blocks that threads take in turn.
 * Distances are whole numbers and are added up per photo, never per thread, so the answer is the same for any
 * number of threads, any kernel and any division of the gallery into segments.
 *
 * A sealed photo is neither compared nor counted in the cohort: it leaves no trace in any score.
 */
#ifndef LEADSPOOL_MATCH_SEARCH_H
#define LEADSPOOL_MATCH_SEARCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "match/candidates.h"
#include "match/engine.h"
#include "match/score.h"
#include "match/segment.h"

struct search_request {
    const struct match_engine *engine;
    struct match_probe *const *probes;
    size_t probe_count;
    const struct segment *segments;
    size_t segment_count;
    const char *const *sealed; /* photo ids to leave out, in any order; unknown ids are no error */
    size_t sealed_count;
    size_t length;           /* of the lists, in persons */
    unsigned threads;        /* 0: as many as this process may use processors */
    _Atomic uint64_t *done;  /* comparisons made so far, for people to look at; may be NULL */
    _Atomic uint64_t *total; /* likewise */
};

/* What one probe found. */
struct search_list {
    struct candidates candidates; /* records borrowed from the segments */
    struct match_cohort cohort;   /* of the distances */
    struct score_cohort fused;    /* of the fused values */
};

struct search_result {
    struct digest snapshot; /* Merkle root over the photos searched */
    uint64_t searched;      /* photos compared with each probe */
    uint64_t persons;       /* they show */
    uint64_t left_out;      /* photos present but sealed or withdrawn */
    struct search_list *lists;
    size_t list_count; /* one a probe, in their order */
};

/* FAULT_ENVIRONMENT names a damaged photo; FAULT_INPUT a list length out of bounds. An empty
   gallery gives empty lists. */
bool search_run(const struct search_request *request, struct search_result *result, struct error *error);
void search_result_free(struct search_result *result);

#endif
