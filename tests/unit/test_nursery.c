/*
 * Children of the daemon: questions are answered, and when a child dies each question and job still ends in
 * exactly one callback and the loop with a temporary failure.
 */
#include "tests/support/casebook.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/channel.h"
#include "spool/loop.h"
#include "spool/nursery.h"
#include "spool/service.h"

enum { QUESTIONS = 3 };

struct heard {
    struct loop *loop;
    int called, stop_after;
    enum fault fault;
    enum worker_exit exit;
    int signal;
    bool was_stopping; /* when the callback came */
    char text[256];
};

static void heard_one(struct heard *heard)
{
    heard->was_stopping = loop_stopping(heard->loop);
    if (++heard->called == heard->stop_after)
        loop_stop(heard->loop);
}

/* --- a child asked questions --- */

/* Answers what it is asked; "die" ends it without an answer. */
static void echo(int channel, int directory, const void *argument)
{
    (void)directory;
    for (;;) {
        json_t *message = NULL;
        int file = -1;
        size_t count = 0;
        bool ended = false;
        struct error error = ERROR_NONE;
        if (!channel_receive(channel, &message, &file, 1, &count, &ended, &error) || ended)
            _exit(0);
        if (strcmp(json_text(message, "op"), "die") == 0)
            kill(getpid(), SIGKILL);
        bool good = strcmp(json_text(message, "op"), "fail") != 0;
        if (!good)
            error_set(&error, FAULT_INPUT, "asked to fail");
        service_answer(channel, message, json_pack("{ss}", "said", (const char *)argument), -1, good, &error);
        json_decref(message);
    }
}

static void answered(void *context, const json_t *answer, int file, const struct error *error)
{
    struct heard *heard = context;
    assert_int_equal(file, -1);
    heard->fault = error == NULL ? FAULT_NONE : error->fault;
    snprintf(heard->text, sizeof heard->text, "%.255s",
             error == NULL ? json_text(answer, "said") : error->text);
    heard_one(heard);
}

static void ask(struct service *service, const char *op, struct heard *heard)
{
    assert_done(service_ask(service, json_pack("{ss}", "op", op), -1, answered, heard, error));
}

static struct service *service_begin(struct loop *loop)
{
    struct service *service = NULL;
    int directory = open("/", O_RDONLY | O_DIRECTORY);
    assert_done(service_start(loop, "echo", echo, directory, "hello", NULL, NULL, &service, error));
    close(directory);
    return service;
}

static void test_a_child_answers(void **state)
{
    (void)state;
    struct loop *loop = NULL;
    assert_done(loop_open(&loop, error));
    struct service *service = service_begin(loop);
    struct heard good = {.loop = loop}, bad = {.loop = loop, .stop_after = 1};
    ask(service, "say", &good);
    ask(service, "fail", &bad);
    assert_int_equal(service_busy(service), 2);
    assert_int_equal(good.called, 0);
    assert_done(loop_run(loop, NULL, NULL, error));
    assert_int_equal(good.called, 1);
    assert_string_equal(good.text, "hello");
    assert_int_equal(bad.fault, FAULT_INPUT);
    assert_int_equal(service_busy(service), 0);
    service_stop(service);
    loop_close(loop);
}

static void test_a_dead_child_leaves_no_question_open(void **state)
{
    (void)state;
    struct loop *loop = NULL;
    assert_done(loop_open(&loop, error));
    struct service *service = service_begin(loop);
    struct heard heard[QUESTIONS];
    for (int i = 0; i < QUESTIONS; i++) {
        heard[i] = (struct heard){.loop = loop};
        ask(service, i == 0 ? "die" : "say", &heard[i]);
    }
    assert_fault(loop_run(loop, NULL, NULL, error), FAULT_TEMPORARY);
    for (int i = 0; i < QUESTIONS; i++) {
        assert_int_equal(heard[i].called, 1);
        assert_int_equal(heard[i].fault, FAULT_TEMPORARY);
        assert_true(heard[i].was_stopping);
    }
    struct heard late = {.loop = loop};
    assert_fault(service_ask(service, json_pack("{ss}", "op", "say"), -1, answered, &late, error),
                 FAULT_TEMPORARY);
    assert_int_equal(late.called, 0);
    service_stop(service);
    loop_close(loop);
}

/* --- the nursery --- */

static void job_ended(void *context, const struct job_outcome *outcome)
{
    struct heard *heard = context;
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    heard->exit = outcome->exit;
    heard->signal = outcome->signal;
    if (!job_answer_json(outcome, &answer, &error))
        snprintf(heard->text, sizeof heard->text, "%s", error.text);
    json_decref(answer);
    heard_one(heard);
}

/* The one child this process has now. */
static pid_t only_child(void)
{
    char path[64];
    int child = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &child), 1);
    fclose(file);
    return child;
}

static struct nursery *nursery_begin(struct loop *loop)
{
    static struct site site;
    struct nursery *nursery = NULL;
    site = (struct site){.directory = -1, .lock = -1, .account = geteuid(), .group = getegid()};
    assert_done(nursery_start(loop, &site, &nursery, error));
    return nursery;
}

static void start_job(struct nursery *nursery, const char *kind, struct heard *heard)
{
    json_t *parameters = json_object();
    assert_done(nursery_run(nursery, kind, parameters, NULL, 0, job_ended, heard, error));
    json_decref(parameters);
}

static void test_a_job_of_no_kind_is_for_a_person(void **state)
{
    (void)state;
    struct loop *loop = NULL;
    assert_done(loop_open(&loop, error));
    struct nursery *nursery = nursery_begin(loop);
    struct heard heard = {.loop = loop, .stop_after = 1};
    start_job(nursery, "no-such-kind", &heard);
    assert_int_equal(nursery_busy(nursery), 1);
    assert_done(loop_run(loop, NULL, NULL, error));
    assert_int_equal(heard.called, 1);
    assert_int_equal(heard.exit, WORKER_PERSON);
    assert_non_null(strstr(heard.text, "no-such-kind"));
    assert_int_equal(nursery_busy(nursery), 0);
    nursery_stop(nursery);
    loop_close(loop);
}

static void test_a_dead_nursery_leaves_no_job_open(void **state)
{
    (void)state;
    struct loop *loop = NULL;
    assert_done(loop_open(&loop, error));
    struct nursery *nursery = nursery_begin(loop);
    /* Stopped first, so that no job can end before the nursery does. */
    pid_t pid = only_child();
    kill(pid, SIGSTOP);
    struct heard heard[8];
    for (int i = 0; i < 8; i++) {
        heard[i] = (struct heard){.loop = loop};
        start_job(nursery, "no-such-kind", &heard[i]);
    }
    assert_int_equal(nursery_busy(nursery), 8);
    kill(pid, SIGKILL);
    assert_fault(loop_run(loop, NULL, NULL, error), FAULT_TEMPORARY);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(heard[i].called, 1);
        assert_int_equal(heard[i].exit, WORKER_RETRY);
        assert_true(heard[i].was_stopping);
    }
    assert_int_equal(nursery_busy(nursery), 0);
    nursery_stop(nursery);
    loop_close(loop);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_child_answers),
        cmocka_unit_test(test_a_dead_child_leaves_no_question_open),
        cmocka_unit_test(test_a_job_of_no_kind_is_for_a_person),
        cmocka_unit_test(test_a_dead_nursery_leaves_no_job_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
