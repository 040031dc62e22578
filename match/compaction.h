/*
 * Planning of compaction, pure: which segments of the gallery are written anew, as one, and why.
 *
 * A segment is written anew when photos of it that were withdrawn or sealed for destruction have waited long enough or
 * are too large a share of it, and small ones when there are too many: then the largest group of like size, so that
 * each photo is rewritten a few times in the gallery's life, not with every enrolment.
 */
#ifndef LEADSPOOL_MATCH_COMPACTION_H
#define LEADSPOOL_MATCH_COMPACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/* A segment of so many photos is never merged with others: it would be rewritten for nothing. */
#define COMPACTION_LARGE 1000000
/* So many become one at a time: a worker is handed each as an open file. */
#define COMPACTION_SOURCES 128

enum compaction_reason {
    COMPACTION_NONE,
    COMPACTION_DUE,     /* doomed photos have waited as long as the site lets them */
    COMPACTION_SHARE,   /* they are too large a share of the segment */
    COMPACTION_MANY,    /* there are too many segments */
    COMPACTION_ORDERED, /* a person asked */
    COMPACTION_REASONS
};

struct compaction_segment {
    const char *engine; /* segments of different engines are never merged */
    uint64_t count, doomed;
    instant oldest; /* since when the first of the doomed waits; anything when there is none */
};

struct compaction_terms {
    size_t segments_most; /* 2 or more */
    int doomed_percent;   /* 1 to 100 */
    int64_t wait_milliseconds;
    instant now;
    bool ordered; /* whatever can be gained is */
};

/* Set `reasons` of each segment; returns how many are to become one together, 0 when nothing is to be done. */
size_t compaction_plan(const struct compaction_segment *segments, size_t count,
                       const struct compaction_terms *terms, enum compaction_reason *reasons);

/* "due", "share", "many", "ordered". */
const char *compaction_reason_word(enum compaction_reason reason);

#endif
