/*
 * What one job may use up, in a process that does one after another.
 *
 * Guarantees: time is processor time of this process, so a busy machine ends nobody; between jobs no alarm is
 * set. The limits here are for what a hostile packet makes honest code do: code that was taken over could lift
 * them up to the kernel's hard limits, which only the parent set, and is found by its processor time.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "base/worker.h"

static struct {
    bool prepared;
    rlim_t space; /* bytes at the start */
    rlim_t job;   /* what the job may have in all */
} budget;

bool worker_budget_prepare(struct error *error)
{
    size_t space = 0;
    if (!sandbox_address_space(&space, error))
        return false;
    budget.space = (rlim_t)space;
    budget.prepared = true;
    return true;
}

static void limit_space(rlim_t bytes)
{
#ifndef __SANITIZE_ADDRESS__
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0)
        return;
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    setrlimit(RLIMIT_AS, &limit);
#else
    (void)bytes;
#endif
}

static void set_alarm(long seconds, long microseconds, struct itimerval *left)
{
    const struct itimerval alarm = {.it_value = {.tv_sec = seconds, .tv_usec = microseconds}};
    setitimer(ITIMER_PROF, &alarm, left);
}

void worker_budget_begin(unsigned milliseconds, size_t bytes)
{
    if (!budget.prepared)
        return;
    milliseconds *= WORKER_SLOWER;
    budget.job = budget.space + bytes;
    limit_space(budget.job);
    set_alarm(milliseconds / 1000, milliseconds % 1000 * 1000L, NULL);
}

void worker_budget_end(void)
{
    if (!budget.prepared)
        return;
    set_alarm(0, 0, NULL);
    limit_space(RLIM_INFINITY);
}

void worker_allow(struct worker_allowance *allowance, unsigned milliseconds, size_t bytes)
{
    struct itimerval left = {0};
    *allowance = (struct worker_allowance){0};
    if (!budget.prepared)
        return;
    milliseconds *= WORKER_SLOWER;
    set_alarm(milliseconds / 1000, milliseconds % 1000 * 1000L, &left);
    limit_space(budget.job + bytes);
    allowance->seconds = left.it_value.tv_sec;
    allowance->microseconds = left.it_value.tv_usec;
}

void worker_allow_end(const struct worker_allowance *allowance)
{
    if (!budget.prepared)
        return;
    set_alarm(allowance->seconds, allowance->microseconds, NULL);
    limit_space(budget.job);
}
