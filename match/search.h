/*
 * Search: every probe against every photo of the gallery that is not sealed or withdrawn.
 *
 * Small galleries are compared in full. Above a size, every photo is compared coarsely, or a hash of it, and the
 * likeliest share of the gallery in full. A likeness is a whole number; the threshold is that
 * of the whole gallery, ties included, so it does not depend on how the gallery is cut up. What is compared in
 * full is scored by the statistics of a cohort, the same 256 photos for every probe, chosen by the SHA-256 of
 * their ids; an engine that refines looks again at the best 1024.
 *
 * All probes of a search share one pass over the gallery, cut into units that threads take in turn. The answer
 * is the same, bit for bit, for any number of threads, any kernel, any group of probes and any division of the
 * gallery into segments: it depends on the photos, the probes and the parameters alone.
 *
 * A sealed photo is neither compared nor counted: it leaves no trace in any score.
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
#include "match/search_cut.h"
#include "match/segment.h"

/* Galleries of fewer photos are compared in full; of larger ones this many of a thousand. */
#define SEARCH_FULL_BELOW 1000000
#define SEARCH_SHARE 150
#define SEARCH_SHARE_HASH 80

/* What goes first where not all are compared in full: a coarse comparison, which loses next to nothing, or hashes, which
   are ten times as fast. An engine that has one of them only is asked for that one. */
enum search_first { SEARCH_COARSE, SEARCH_HASH };

/* By its word, "coarse" or "hash"; coarse where there is none. And the word. */
enum search_first search_first_of(const char *word);
const char *search_first_word(enum search_first first);
/* The thousandths compared in full where nobody says how many. */
unsigned search_share_of(enum search_first first);

struct search_request {
    const struct match_engine *engine;
    struct match_probe *const *probes;
    size_t probe_count;
    const struct segment *segments;
    size_t segment_count;
    const char *const *sealed; /* photo ids to leave out, in any order; unknown ids are no error */
    size_t sealed_count;
    const uint64_t *newest;  /* of each segment: photos of later enrolments are not there; NULL: all are */
    size_t length;           /* of the lists, in persons */
    uint64_t full_below;     /* photos; UINT64_MAX: always in full */
    enum search_first first; /* of larger ones */
    unsigned share;          /* 1 to 1000 thousandths of the gallery */
    unsigned threads;        /* 0: as many as this process may use processors */
    _Atomic uint64_t *done;  /* comparisons made so far, for people to look at; may be NULL */
    _Atomic uint64_t *total; /* likewise */
    const struct search_cut *cut; /* a part of the search, or its end; NULL: all of it at once */
};

/* What one probe found. */
struct search_list {
    struct candidates candidates; /* records borrowed from the segments */
    struct match_cohort cohort;   /* of the distances to the cohort's photos */
    struct score_cohort fused;    /* of their fused values */
    unsigned threshold;           /* least likeness that was compared in full; 0: all were */
    uint64_t compared;            /* photos compared in full */
    /* What the candidates' scores were computed by, of an engine that refines (engine.h): the probe's yardstick, and the
       standing of each candidate in their order. NULL otherwise. */
    uint8_t *yardstick, *standings;
};

struct search_result {
    struct digest snapshot; /* of the photos searched (snapshot.h) */
    struct digest cohort;   /* SHA-256 of the cohort's photo ids, 40 bytes each, in their order */
    uint64_t searched;      /* photos that every probe was compared with */
    uint64_t persons;       /* they show */
    uint64_t left_out;      /* photos present but sealed or withdrawn */
    bool in_two_stages;
    struct search_list *lists;
    size_t list_count; /* one a probe, in their order */
};

/* FAULT_ENVIRONMENT names a damaged photo, or one that two segments hold; FAULT_INPUT a parameter out of
   bounds. An empty gallery gives empty lists. */
bool search_run(const struct search_request *request, struct search_result *result, struct error *error);
void search_result_free(struct search_result *result);

#endif
