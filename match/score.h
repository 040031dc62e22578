/*
 * From fused values to scores: how far each lies above the mean of the searched gallery.
 *
 * A score is a whole number, millionths of a standard deviation. It orders a list and is kept in the search
 * record; it is no probability and never appears in a report.
 */
#ifndef LEADSPOOL_MATCH_SCORE_H
#define LEADSPOOL_MATCH_SCORE_H

#include <stdint.h>

/* Enough for a sum of 2^126: up to 2^38 photos whose fused values are all at their limit. */
#define SCORE_SUM_TEXT_SIZE 40

/* Exact sums of the fused values of all photos searched. */
struct score_cohort {
    uint64_t count;
    unsigned __int128 sum;
    unsigned __int128 squares;
};

void score_cohort_add(struct score_cohort *cohort, int64_t fused);

/* (fused - mean) / deviation in millionths, rounded; 0 when all fused values are equal. */
int64_t score_of(const struct score_cohort *cohort, int64_t fused);

/* Decimal digits of a sum, for the record. Returns `text`. */
char *score_sum_text(unsigned __int128 sum, char text[SCORE_SUM_TEXT_SIZE]);

#endif
