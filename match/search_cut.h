/*
 * A search cut into parts of the gallery, for machines that share no memory.
 *
 * What a part finds of a probe is either how many of its photos have which likeness (SEARCH_COUNT), whose sums over all
 * parts give the threshold of the whole gallery, ties included; or the photos of the part that may be among the best of the
 * whole (SEARCH_COMPARE). From all parts' finds SEARCH_FINISH makes the result of the whole search, bit for bit: the
 * best of the parts' best are the best. Every part opens the whole gallery (who is in it, the cohort and the snapshot are of
 * the whole) and reads hashes and templates of its own photos only.
 *
 * Not for an engine that finds the best itself: its list is of what it was given.
 */
#ifndef LEADSPOOL_MATCH_SEARCH_CUT_H
#define LEADSPOOL_MATCH_SEARCH_CUT_H

#include <stddef.h>
#include <stdint.h>

/* Likeness >> SEARCH_LIKENESS_SHIFT is the step that a photo is counted in. */
#define SEARCH_LIKENESS_STEPS 4096
#define SEARCH_LIKENESS_SHIFT 4
#define SEARCH_PARTS_MOST 1000

enum search_step { SEARCH_COUNT, SEARCH_COMPARE, SEARCH_FINISH };

/* A photo that may be among the best: its place among all photos of the segments in their order, from 0, and by what it is
   ranked. */
struct search_place {
    uint64_t photo;
    int64_t fused;
};

/* Of one probe. COUNT gives steps. COMPARE takes the threshold, gives compared and places (allocated). FINISH takes threshold,
   compared and places, of all parts together; more places than are needed are no fault. */
struct search_found {
    uint32_t steps[SEARCH_LIKENESS_STEPS];
    unsigned threshold;
    uint64_t compared;
    struct search_place *places;
    size_t place_count;
};

struct search_cut {
    enum search_step step;
    unsigned part, parts;       /* part < parts; of COUNT and COMPARE */
    struct search_found *found; /* of each probe of the request */
    size_t found_count;
};

/* The least likeness that is compared in full, so that at least `share` thousandths of `living` photos are, all of one step or
   none. `steps`: how many photos have which likeness. */
unsigned search_threshold(const uint64_t *steps, uint64_t living, unsigned share);

#endif
