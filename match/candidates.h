/*
 * A candidate list: the best persons of a search, each with the best of their photos.
 *
 * Order is total – score descending, then photo id ascending – and the list is the same in whatever order
 * photos are offered.
 */
#ifndef LEADSPOOL_MATCH_CANDIDATES_H
#define LEADSPOOL_MATCH_CANDIDATES_H

#include <stddef.h>
#include <stdint.h>

#include "match/segment.h"

/* Bounds of the list's length, in persons (domain of the field: 2 to 50, default 20). */
#define CANDIDATES_LEAST 2
#define CANDIDATES_DEFAULT 20
#define CANDIDATES_MOST 50

struct candidate {
    int64_t score;                       /* millionths of a standard deviation */
    const struct segment_record *record; /* borrowed from the segment */
};

struct candidates {
    size_t length; /* wanted, CANDIDATES_LEAST to CANDIDATES_MOST */
    size_t count;
    struct candidate list[CANDIDATES_MOST];
};

void candidates_offer(struct candidates *candidates, int64_t score, const struct segment_record *record);

#endif
