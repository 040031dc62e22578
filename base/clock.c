/*
 * The clock that ships: CLOCK_REALTIME and CLOCK_MONOTONIC, nothing else.
 *
 * Tests link tests/support/clock.c in its place. Written forms and the zone are in instant.c.
 */
#include "base/clock.h"

#include <time.h>

static int64_t milliseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

instant clock_now(void)
{
    return milliseconds(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return milliseconds(CLOCK_MONOTONIC);
}
