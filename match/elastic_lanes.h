/*
 * The 45 shifts as 48 lanes, for kernels with wide vectors. Not for others.
 */
#ifndef LEADSPOOL_MATCH_ELASTIC_LANES_H
#define LEADSPOOL_MATCH_ELASTIC_LANES_H

#include "match/elastic.h"

/* The lane of the shift one step beside another's, or -1 where there is none. */
int elastic_lane_beside(unsigned lane, int dy, int dx);

/* Price of a lane's shift; SHUT for the dead lanes at the end. */
int elastic_lane_price(unsigned lane);

/* The blocks beside a block: bit b for block b. */
uint64_t elastic_blocks_near(int block);

/* The third word becomes the parity of the first three. */
static inline void elastic_parities(uint64_t words[BLOCK_WORDS])
{
    words[2] ^= words[0] ^ words[1];
}

#endif
