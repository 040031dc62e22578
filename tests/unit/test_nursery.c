/*
 * Children of the daemon: questions are answered, and when a child dies each question and job still ends in
 * exactly one callback and the loop with a temporary failure.
 */
#include "tests/support/casebook.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/channel.h"
#include "base/files.h"
#include "spool/loop.h"
#include "spool/nursery.h"
#include "spool/service.h"
#include "spool/workers.h"

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
        if (strcmp(json_text(message, "op"), "keep quiet") == 0) {
            json_decref(message);
            continue;
        }
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
        /* The last one is its death: before it there is somebody to ask. */
        ask(service, i < QUESTIONS - 1 ? "keep quiet" : "die", &heard[i]);
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

/* --- workers that serve --- */

static const char manifest[] =
    "<request xmlns='urn:leadspool:request:1'><requestKind>new</requestKind></request>";

static void peek(struct nursery *nursery, job_done *done, void *context)
{
    json_t *parameters = json_object();
    int input = memory_file("manifest", manifest, strlen(manifest), NULL);
    assert_true(input >= 0);
    assert_done(nursery_run(nursery, "check-peek", parameters, &input, 1, done, context, error));
    json_decref(parameters);
}

/* The processes below the nursery; the last of them. */
static size_t workers_of(pid_t nursery, pid_t *last)
{
    char path[64];
    int pid = 0;
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)nursery, (int)nursery);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fscanf(file, "%d", &pid) == 1) {
        *last = pid;
        count++;
    }
    fclose(file);
    return count;
}

struct round {
    struct loop *loop;
    struct nursery *nursery;
    struct heard heard;
    unsigned left, replaced;
    int signal;
    pid_t worker;
    job_done *each; /* NULL: one_more */
};

static void round_begin(struct round *round)
{
    *round = (struct round){.loop = NULL};
    assert_done(loop_open(&round->loop, error));
    round->nursery = nursery_begin(round->loop);
}

static void round_end(struct round *round)
{
    nursery_stop(round->nursery);
    loop_close(round->loop);
}

static void one_more(void *context, const struct job_outcome *outcome)
{
    struct round *round = context;
    json_t *answer = NULL;
    pid_t worker = 0;
    assert_int_equal(outcome->exit, WORKER_DONE);
    assert_done(job_answer_json(outcome, &answer, error));
    assert_int_equal(json_array_size(json_object_get(answer, "files")), 0);
    json_decref(answer);
    if (workers_of(only_child(), &worker) == 1 && worker != round->worker) {
        round->replaced += round->worker != 0 ? 1 : 0;
        round->worker = worker;
    }
    if (--round->left == 0)
        loop_stop(round->loop);
    else
        peek(round->nursery, round->each != NULL ? round->each : one_more, round);
}

/* One process does them all, until it has done so many; then another one does. */
static void test_a_serving_worker_is_replaced_in_time(void **state)
{
    (void)state;
    struct round round;
    round_begin(&round);
    /* The first may be slow to go on a busy machine: the second is told from it once it is alone. */
    round.left = WORKER_JOBS_MOST + WORKER_JOBS_MOST / 2;
    peek(round.nursery, one_more, &round);
    assert_done(loop_run(round.loop, NULL, NULL, error));
    assert_int_equal(round.left, 0);
    assert_int_equal(round.replaced, 1);
    round_end(&round);
}

enum { LOOKS_MOST = 300, LOOK_PAUSE_MS = 100 };

static void until_it_is_gone(void *context)
{
    struct round *round = context;
    pid_t worker = 0;
    if (workers_of(only_child(), &worker) == 0 || --round->left == 0)
        loop_stop(round->loop);
    else
        assert_done(loop_after(round->loop, LOOK_PAUSE_MS, until_it_is_gone, round, error));
}

static void stop_after_the_last(void *context, const struct job_outcome *outcome)
{
    struct round *round = context;
    if (round->left > 1) {
        one_more(context, outcome);
        return;
    }
    kill(round->worker, SIGSTOP);
    round->left = LOOKS_MOST;
    until_it_is_gone(round);
}

/* Code that was taken over need not go when it is told to. */
static void test_a_worker_that_does_not_go_is_ended(void **state)
{
    (void)state;
    struct round round;
    round_begin(&round);
    round.left = WORKER_JOBS_MOST;
    round.each = stop_after_the_last;
    peek(round.nursery, stop_after_the_last, &round);
    assert_done(loop_run(round.loop, NULL, NULL, error));
    assert_int_not_equal(round.left, 0);
    round_end(&round);
}

/* The worker is known now: it is stopped, given another job and ended with it. */
static void end_the_next(void *context, const struct job_outcome *outcome)
{
    struct round *round = context;
    assert_int_equal(outcome->exit, WORKER_DONE);
    assert_int_equal(workers_of(only_child(), &round->worker), 1);
    kill(round->worker, SIGSTOP);
    peek(round->nursery, job_ended, &round->heard);
    kill(round->worker, round->signal);
    kill(round->worker, SIGCONT);
}

static void ended_by(int signal, enum worker_exit wanted, const char *words)
{
    struct round round;
    pid_t worker = 0;
    round_begin(&round);
    round.signal = signal;
    round.heard = (struct heard){.loop = round.loop, .stop_after = 1};
    peek(round.nursery, end_the_next, &round);
    assert_done(loop_run(round.loop, NULL, NULL, error));
    assert_int_equal(round.heard.called, 1);
    assert_int_equal(round.heard.exit, wanted);
    assert_non_null(strstr(round.heard.text, words));
    assert_int_equal(workers_of(only_child(), &worker), 0);
    round_end(&round);
}

static void test_a_job_whose_serving_worker_dies_is_tried_again(void **state)
{
    (void)state;
    ended_by(SIGKILL, WORKER_RETRY, "signal 9");
}

/* It would take as long again. */
static void test_a_job_out_of_its_time_is_not_tried_again(void **state)
{
    (void)state;
    ended_by(SIGPROF, WORKER_FAULTY, "processor time");
}

/* --- what can wait --- */

struct order {
    struct loop *loop;
    char ended[8];
    size_t count;
    bool busy; /* drops are being answered */
};

static bool answers(void *context)
{
    const struct order *order = context;
    return order->busy;
}

static void note_end(struct order *order, char who)
{
    order->ended[order->count++] = who;
    if (order->count == 3)
        loop_stop(order->loop);
}

static void patient_ended(void *context, const struct job_outcome *outcome)
{
    (void)outcome;
    note_end(context, 'p');
}

static void urgent_ended(void *context, const struct job_outcome *outcome)
{
    (void)outcome;
    struct order *order = context;
    note_end(order, 'u');
    order->busy = false;
}

/* The first of them has its turn at once; the next waits for the drops. */
static void test_pages_wait_while_drops_are_answered(void **state)
{
    (void)state;
    struct order order = {.busy = true};
    assert_done(loop_open(&order.loop, error));
    struct nursery *nursery = nursery_begin(order.loop);
    nursery_yield(nursery, answers, &order);
    json_t *parameters = json_object();
    for (int i = 0; i < 2; i++)
        assert_done(nursery_run(nursery, "photo-measure", parameters, NULL, 0, patient_ended, &order, error));
    peek(nursery, urgent_ended, &order);
    json_decref(parameters);
    assert_done(loop_run(order.loop, NULL, NULL, error));
    assert_int_equal(order.ended[2], 'p');
    nursery_stop(nursery);
    loop_close(order.loop);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_child_answers),
        cmocka_unit_test(test_a_dead_child_leaves_no_question_open),
        cmocka_unit_test(test_a_job_of_no_kind_is_for_a_person),
        cmocka_unit_test(test_a_dead_nursery_leaves_no_job_open),
        cmocka_unit_test(test_a_serving_worker_is_replaced_in_time),
        cmocka_unit_test(test_a_worker_that_does_not_go_is_ended),
        cmocka_unit_test(test_a_job_whose_serving_worker_dies_is_tried_again),
        cmocka_unit_test(test_a_job_out_of_its_time_is_not_tried_again),
        cmocka_unit_test(test_pages_wait_while_drops_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
