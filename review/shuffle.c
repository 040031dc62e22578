/*
 * Shuffling pictures from a seed.
 *
 * Guarantees: the exact recipe of shuffle.h, in whole numbers alone: a recorded seed is evidence only when
 * anybody can repeat it. Does not choose the pictures.
 */
#include "review/shuffle.h"

#include "base/digest.h"
#include "base/text.h"

uint64_t shuffle_seed(const char *docket, const char *stage, int64_t round, int64_t slot,
                      const char *search_digest)
{
    struct text of = TEXT_EMPTY;
    text_format(&of, "leadspool-shuffle-1\n%s\n%s\n%lld\n%lld\n%s\n", docket, stage, (long long)round,
                (long long)slot, search_digest);
    struct digest digest = digest_of(of.bytes, of.length);
    text_free(&of);
    uint64_t seed = 0;
    for (size_t i = 0; i < 8; i++)
        seed = seed << 8 | digest.bytes[i];
    return seed;
}

static uint64_t next(uint64_t *state)
{
    uint64_t mixed = *state += 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    return mixed ^ mixed >> 31;
}

static size_t draw(uint64_t *state, size_t below)
{
    uint64_t uneven = (UINT64_MAX % below + 1) % below;
    uint64_t value;
    do {
        value = next(state);
    } while (value > UINT64_MAX - uneven);
    return (size_t)(value % below);
}

void shuffle_order(uint64_t seed, size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t last = count; last > 1; last--) {
        size_t other = draw(&seed, last), kept = order[last - 1];
        order[last - 1] = order[other];
        order[other] = kept;
    }
}
