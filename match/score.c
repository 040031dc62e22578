/*
 * Scores.
 *
 * Guarantees: sums are exact; the one division and the one square root are IEEE operations on them, so a
 * score can be computed again from the record's cohort values to the last digit.
 */
#include "match/score.h"

#include <math.h>
#include <string.h>

#include "photo/arithmetic.h"

void score_cohort_add(struct score_cohort *cohort, int64_t fused)
{
    cohort->count++;
    cohort->sum += (unsigned __int128)fused;
    cohort->squares += (unsigned __int128)fused * (unsigned __int128)fused;
}

int64_t score_of(const struct score_cohort *cohort, int64_t fused)
{
    double deviation = sqrt((double)(cohort->count * cohort->squares - cohort->sum * cohort->sum));
    if (!(deviation > 0))
        return 0;
    __int128 above = (__int128)fused * (__int128)cohort->count - (__int128)cohort->sum;
    return arithmetic_round((double)above / deviation * 1e6);
}

char *score_sum_text(unsigned __int128 sum, char text[SCORE_SUM_TEXT_SIZE])
{
    char digits[SCORE_SUM_TEXT_SIZE];
    int at = SCORE_SUM_TEXT_SIZE - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + (int)(sum % 10));
        sum /= 10;
    } while (sum != 0);
    memmove(text, digits + at, (size_t)(SCORE_SUM_TEXT_SIZE - at));
    return text;
}
