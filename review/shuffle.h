/*
 * The shuffle of pictures on an item: from a recorded seed, the same on every machine. Pure.
 *
 * Generator: SplitMix64. Order: Fisher-Yates from the last place down, each place drawn without bias (a draw
 * in the remainder that does not divide evenly is drawn again).
 */
#ifndef LEADSPOOL_REVIEW_SHUFFLE_H
#define LEADSPOOL_REVIEW_SHUFFLE_H

#include <stddef.h>
#include <stdint.h>

/* The first eight bytes, big endian, of SHA-256 over "leadspool-shuffle-1", docket, stage, round, slot and
   the digest of the search record in canonical form, each followed by a newline. The search record holds
   scores, which no peer sees: so a peer cannot work out from the item which picture was put first. */
uint64_t shuffle_seed(const char *docket, const char *stage, int64_t round, int64_t slot,
                      const char *search_digest);

/* A permutation of 0 … count-1 into `order`. */
void shuffle_order(uint64_t seed, size_t *order, size_t count);

#endif
