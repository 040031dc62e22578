/*
 * Which segments are written anew.
 *
 * Guarantees: what is due is never put off for what is merely many; the same gallery gives the same plan; a plan that
 * would change nothing is none, so that compaction comes to an end. Does no I/O.
 */
#include "match/compaction.h"

static enum compaction_reason reason_of(const struct compaction_segment *segment,
                                        const struct compaction_terms *terms)
{
    if (segment->doomed == 0)
        return COMPACTION_NONE;
    if (terms->now - segment->oldest >= terms->wait_milliseconds)
        return COMPACTION_DUE;
    if (segment->doomed * 100 >= segment->count * (uint64_t)terms->doomed_percent)
        return COMPACTION_SHARE;
    return terms->ordered ? COMPACTION_ORDERED : COMPACTION_NONE;
}

static bool same_engine(const struct compaction_segment *a, const struct compaction_segment *b)
{
    const char *x = a->engine, *y = b->engine;
    while (*x != '\0' && *x == *y)
        x++, y++;
    return *x == *y;
}

/* What one compaction has taken so far. */
struct taking {
    const struct compaction_segment *segments, *first;
    enum compaction_reason *reasons;
    size_t count, taken;
    uint64_t photos; /* that are left of those taken */
};

/* Segments up to eight times as large as the smallest of them are of like size: merged with its like a photo is
   rewritten about as often as the logarithm of the gallery to that base. */
static uint64_t group_most(uint64_t least)
{
    return (least > 0 ? least : 1) * 8;
}

static bool fits(const struct taking *taking, size_t at)
{
    const struct compaction_segment *segment = &taking->segments[at];
    return taking->first == NULL ||
           (taking->taken < COMPACTION_SOURCES && same_engine(taking->first, segment) &&
            taking->photos + segment->count - segment->doomed <= COMPACTION_LARGE);
}

static void take(struct taking *taking, size_t at, enum compaction_reason reason)
{
    if (taking->first == NULL)
        taking->first = &taking->segments[at];
    taking->reasons[at] = reason;
    taking->photos += taking->segments[at].count - taking->segments[at].doomed;
    taking->taken++;
}

/* May it be merged because there are too many? From `least` to `most` photos, and not taken yet. */
static bool is_small(const struct taking *taking, size_t at, uint64_t least, uint64_t most)
{
    uint64_t count = taking->segments[at].count;
    return taking->reasons[at] == COMPACTION_NONE && count < COMPACTION_LARGE && count >= least &&
           count <= most && fits(taking, at);
}

/* The smallest of these; `count` when there is none. */
static size_t smallest(const struct taking *taking, uint64_t least, uint64_t most)
{
    size_t found = taking->count;
    for (size_t i = 0; i < taking->count; i++)
        if (is_small(taking, i, least, most) &&
            (found == taking->count || taking->segments[i].count < taking->segments[found].count))
            found = i;
    return found;
}

/* The least size of the largest group of segments of like size: the smallest such group. */
static uint64_t group_begin(const struct taking *taking)
{
    uint64_t least = 0;
    size_t best = 0;
    for (size_t i = 0; i < taking->count; i++) {
        uint64_t from = taking->segments[i].count;
        size_t members = 0;
        for (size_t j = 0; is_small(taking, i, 0, COMPACTION_LARGE) && j < taking->count; j++)
            members += is_small(taking, j, from, group_most(from)) ? 1 : 0;
        if (members > best || (members > 0 && members == best && from < least)) {
            best = members;
            least = from;
        }
    }
    return least;
}

static void take_small(struct taking *taking, uint64_t least, uint64_t most, size_t wanted,
                       enum compaction_reason reason)
{
    size_t next;
    while (taking->taken < wanted && (next = smallest(taking, least, most)) < taking->count)
        take(taking, next, reason);
}

size_t compaction_plan(const struct compaction_segment *segments, size_t count,
                       const struct compaction_terms *terms, enum compaction_reason *reasons)
{
    struct taking taking = {.segments = segments, .reasons = reasons, .count = count};
    for (size_t i = 0; i < count; i++)
        reasons[i] = COMPACTION_NONE;
    for (int reason = COMPACTION_DUE; reason < COMPACTION_REASONS; reason++)
        for (size_t i = 0; i < count; i++)
            if ((int)reason_of(&segments[i], terms) == reason && fits(&taking, i))
                take(&taking, i, (enum compaction_reason)reason);
    bool doomed = taking.taken > 0;
    if (terms->ordered)
        take_small(&taking, 0, COMPACTION_LARGE, count, COMPACTION_ORDERED);
    else if (count - taking.taken + (doomed ? 1 : 0) > terms->segments_most) {
        uint64_t least = group_begin(&taking);
        take_small(&taking, least, group_most(least), count, COMPACTION_MANY);
        /* All of unlike sizes: the two smallest. */
        take_small(&taking, 0, COMPACTION_LARGE, 2, COMPACTION_MANY);
    }
    if (taking.taken == 1 && !doomed) {
        for (size_t i = 0; i < count; i++)
            reasons[i] = COMPACTION_NONE;
        return 0;
    }
    return taking.taken;
}

const char *compaction_reason_word(enum compaction_reason reason)
{
    static const char *const words[COMPACTION_REASONS] = {"none", "due", "share", "many", "ordered"};
    return words[reason];
}
