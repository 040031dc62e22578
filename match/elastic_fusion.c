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

/* exp(-0.6 z) in units of 2^-20. What is looked up is half as large as the whole numbers it stands for, so that the part of it that
   photos reach stays in the first cache; the few that do not fit stand beside it. */
#define LARGE UINT32_MAX
enum { BEYOND = DISTANCE_MOST + 1 }; /* the place of distances that could not be taken */
struct match_fusion {
    uint32_t table[BLOCKS][BEYOND + 1];
    int64_t large[BLOCKS][BEYOND];
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
            int64_t value = arithmetic_round(arithmetic_exp(-0.6 * z) * 1048576);
            (*fusion)->large[block][distance] = value;
            (*fusion)->table[block][distance] = value < LARGE ? (uint32_t)value : LARGE;
        }
        (*fusion)->table[block][BEYOND] = NEUTRAL;
    }
    return true;
}

void elastic_fusion_free(struct match_fusion *fusion)
{
    free(fusion);
}

/* As elastic_fuse, of distances some of which stand beside the table. */
static int64_t fuse_large(const struct match_fusion *fusion, const uint16_t *distances)
{
    int64_t sum = 0;
    for (int block = 0; block < BLOCKS; block++)
        sum += distances[block] < BEYOND ? fusion->large[block][distances[block]] : NEUTRAL;
    return sum;
}

int64_t elastic_fuse(const struct match_fusion *fusion, const uint16_t *distances)
{
    int64_t sum = 0;
    bool large = false;
    for (int block = 0; block < BLOCKS; block++) {
        uint32_t value = fusion->table[block][distances[block] < BEYOND ? distances[block] : BEYOND];
        large |= value == LARGE;
        sum += value;
    }
    return large ? fuse_large(fusion, distances) : sum;
}
