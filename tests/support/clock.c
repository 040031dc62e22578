/*
 * The clock that tests link instead of base/clock.c: real time plus LEADSPOOL_TEST_CLOCK milliseconds, so
 * that a test can live through a night or a lapse in a second. The shipped binary does not contain it.
 */
#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

static int64_t milliseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

instant clock_now(void)
{
    const char *shift = getenv("LEADSPOOL_TEST_CLOCK");
    return milliseconds(CLOCK_REALTIME) + (shift == NULL ? 0 : strtoll(shift, NULL, 10));
}

int64_t clock_monotonic(void)
{
    return milliseconds(CLOCK_MONOTONIC);
}
