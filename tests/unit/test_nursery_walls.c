/*
 * Where the walls of workers cannot be put up nothing is looked at, and it is said to be the machine's trouble: no sender did it,
 * and nobody's third attempt counts.
 */
#include "tests/support/casebook.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>

#include "base/files.h"
#include "spool/loop.h"
#include "spool/nursery.h"

/* As on a machine whose service manager forbids what walls are made of. Of this process and its children, for good. */
static void forbid_filters(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    assert_non_null(filter);
    assert_int_equal(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(seccomp), 0), 0);
    assert_int_equal(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1,
                                      SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP)),
                     0);
    assert_int_equal(seccomp_load(filter), 0);
    seccomp_release(filter);
}

struct heard {
    struct loop *loop;
    int called;
    enum worker_exit exit;
    struct error error;
};

static void ended(void *context, const struct job_outcome *outcome)
{
    struct heard *heard = context;
    json_t *answer = NULL;
    heard->called++;
    heard->exit = outcome->exit;
    assert_false(job_answer_json(outcome, &answer, &heard->error));
    json_decref(answer);
    loop_stop(heard->loop);
}

static void run(const char *kind)
{
    static struct site site;
    struct heard heard = {.called = 0};
    struct nursery *nursery = NULL;
    site = (struct site){.directory = -1, .lock = -1, .account = geteuid(), .group = getegid()};
    assert_done(loop_open(&heard.loop, error));
    assert_done(nursery_start(heard.loop, &site, &nursery, error));
    json_t *parameters = json_object();
    int input = memory_file("input", "x", 1, NULL);
    assert_done(nursery_run(nursery, kind, parameters, &input, 1, ended, &heard, error));
    json_decref(parameters);
    assert_done(loop_run(heard.loop, NULL, NULL, error));
    assert_int_equal(heard.called, 1);
    assert_int_equal(heard.exit, WORKER_OUTSIDE);
    assert_int_equal(heard.error.fault, FAULT_ENVIRONMENT);
    assert_non_null(strstr(heard.error.text, "entering the sandbox"));
    nursery_stop(nursery);
    loop_close(heard.loop);
}

static void test_a_worker_of_one_job(void **state)
{
    (void)state;
    run("check-decision");
}

static void test_a_worker_that_serves(void **state)
{
    (void)state;
    run("check-peek");
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    forbid_filters();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_worker_of_one_job),
                                       cmocka_unit_test(test_a_worker_that_serves)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
