/*
 * What one job of many may use up in its process: an alarm of processor time, a limit of memory, and more of both
 * while a picture is read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/worker.h"

static int in_a_child(int (*act)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGPROF, SIG_DFL);
        _exit(worker_budget_prepare(NULL) ? act() : 99);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static bool takes(size_t bytes)
{
    char *some = malloc(bytes);
    bool taken = some != NULL;
    free(some);
    return taken;
}

static int work_without_end(void)
{
    worker_budget_begin(20, 64 << 20);
    for (volatile unsigned i = 0; i < UINT_MAX; i++)
        continue;
    return 1;
}

static int decode_without_end(void)
{
    struct worker_allowance allowance;
    worker_budget_begin(60000, 64 << 20);
    worker_allow(&allowance, 20, 0);
    for (volatile unsigned i = 0; i < UINT_MAX; i++)
        continue;
    return 1;
}

static int use_an_allowance(void)
{
    struct worker_allowance allowance;
    worker_budget_begin(60000, 16 << 20);
    if (takes(32 << 20))
        return 1;
    worker_allow(&allowance, 60000, 64 << 20);
    if (!takes(32 << 20))
        return 2;
    worker_allow_end(&allowance);
    if (takes(32 << 20))
        return 3;
    worker_budget_end();
    return takes(32 << 20) ? 0 : 4;
}

static void test_a_job_ends_with_its_time(void **state)
{
    (void)state;
    int status = in_a_child(work_without_end);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF);
    status = in_a_child(decode_without_end);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF);
}

static void test_a_picture_may_take_what_it_needs(void **state)
{
    (void)state;
#ifndef __SANITIZE_ADDRESS__
    int status = in_a_child(use_an_allowance);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
#else
    (void)use_an_allowance; /* its shadow memory cannot be limited */
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_job_ends_with_its_time),
        cmocka_unit_test(test_a_picture_may_take_what_it_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
