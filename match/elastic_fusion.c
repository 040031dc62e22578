/*
 * From 56 distances to one whole number: each distance standardised over the searched gallery, z, and
 * exp(-0.6 z) added up.
 *
 * Guarantees: exp comes from arithmetic.h and is rounded to 20 binary places before anything is added, so the
 * sum does not depend on the order and the same cohort gives the same values on every machine.
 */
#include <math.h>
#include <stdlib.h>

#include "match/elastic.h"
#include "photo/arithmetic.h"

/* A block this many deviations better than the mean counts no more: keeps the sum below 2^44. */
#define BEST_DEVIATIONS 20.0

/* What a block counts that one of the photos lacks: the mean of exp(-0.6 z) for a normal z, exp(0.18). */
#define NEUTRAL 1255373

struct match_fusion {
    int64_t table[BLOCKS][DISTANCE_MOST + 1]; /* exp(-0.6 z) in units of 2^-20 */
};

bool elastic_fusion_make(const struct match_cohort *cohort, struct match_fusion **fusion, struct error *error)
{
    *fusion = malloc(sizeof **fusion);
    if (*fusion == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while scoring a search");
    for (int block = 0; block < BLOCKS; block++) {
        double count = cohort->counts[block] == 0 ? 1 : (double)cohort->counts[block];
        double mean = (double)cohort->sums[block] / count;
        /* count * squares - sum^2 is exact in 128 bits; subtracting rounded squares would not be. */
        unsigned __int128 spread = (unsigned __int128)cohort->counts[block] * cohort->squares[block] -
                                   (unsigned __int128)cohort->sums[block] * cohort->sums[block];
        double deviation = sqrt((double)spread) / count;
        for (int distance = 0; distance <= DISTANCE_MOST; distance++) {
            double z = deviation > 0 ? (distance - mean) / deviation : 0;
            z = z < -BEST_DEVIATIONS ? -BEST_DEVIATIONS : z;
            (*fusion)->table[block][distance] = arithmetic_round(arithmetic_exp(-0.6 * z) * 1048576);
        }
    }
    return true;
}

void elastic_fusion_free(struct match_fusion *fusion)
{
    free(fusion);
}

int64_t elastic_fuse(const struct match_fusion *fusion, const uint16_t *distances)
{
    int64_t sum = 0;
    for (int block = 0; block < BLOCKS; block++)
        sum += distances[block] <= DISTANCE_MOST ? fusion->table[block][distances[block]] : NEUTRAL;
    return sum;
}
