/*
 * Several gallery segments written anew as one, without photos that are to be gone for good.
 *
 * What a search finds does not change: the same photos with the same templates, each with the number of the
 * enrolment that brought it, so that a search of an earlier day can still be told from later ones (match/rerun.h).
 */
#ifndef LEADSPOOL_MATCH_SEGMENT_MERGE_H
#define LEADSPOOL_MATCH_SEGMENT_MERGE_H

#include <stdatomic.h>

#include "match/segment.h"

struct segment_source {
    const struct segment *segment;
    uint64_t round; /* of its photos that state none: the number in its own name */
};

/* Bytes of the file that holds `count` photos of segments with such a header; 0 when no file could. */
size_t segment_merged_size(const struct segment_header *header, uint64_t count);

/* Fills `bytes`, `length` of them and all zeros, with every photo of the sources but those of `leave_out`, in any
   order. `done` counts photos, may be NULL. FAULT_ENVIRONMENT names a damaged photo, one that two sources hold, one
   to be left out that none holds, or sources of different engines; FAULT_INTERNAL when the length is not that of what
   is left. Nothing in `bytes` counts then. */
bool segment_merge(const struct segment_source *sources, size_t source_count, const char *const *leave_out,
                   size_t leave_out_count, void *bytes, size_t length, _Atomic uint64_t *done,
                   struct error *error);

#endif
