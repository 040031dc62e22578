/*
 * Both sides of asking a child process.
 *
 * Guarantees: each question is answered once; when the child dies, what was asked ends as FAULT_TEMPORARY
 * and the daemon stops, because what was half done can only be settled by start-up's recovery.
 */
#include "spool/service.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/json.h"
#include "base/log.h"

enum { STOP_MS = 5000, STOP_LOOK_MS = 2 };

struct question {
    json_int_t number;
    service_done *done;
    void *context;
    struct question *next;
};

struct service {
    struct loop *loop;
    const char *name;
    int channel;
    pid_t pid;
    json_int_t last;
    service_news *news;
    void *context;
    struct question *questions;
};

static void answer(struct service *service, json_int_t number, const json_t *message, int file,
                   const struct error *error)
{
    for (struct question **at = &service->questions; *at != NULL; at = &(*at)->next)
        if ((*at)->number == number) {
            struct question *question = *at;
            *at = question->next;
            question->done(question->context, message, file, error);
            free(question);
            return;
        }
}

static void take(struct service *service, const json_t *message, int file)
{
    struct error error = ERROR_NONE;
    if (json_object_get(message, "id") == NULL) {
        if (service->news != NULL)
            service->news(service->context, message);
        return;
    }
    bool ok = json_flag(message, "ok");
    if (!ok)
        error_set(&error, (enum fault)json_whole(message, "fault", FAULT_INTERNAL), "%s",
                  json_text(message, "error"));
    /* A sync that failed ends everything before anybody hears of it: nothing may be built on what was not written. */
    if (error.fault == FAULT_DURABILITY)
        loop_fail(service->loop, &error);
    answer(service, json_whole(message, "id", 0), message, file, ok ? NULL : &error);
}

bool service_end_with_daemon(void)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
}

bool service_keep(const int *files, size_t count)
{
    int moved[8];
    if (count > sizeof moved / sizeof moved[0])
        return false;
    /* First out of the way, then into place: a kept one may sit on another's number. */
    for (size_t i = 0; i < count; i++)
        if ((moved[i] = fcntl(files[i], F_DUPFD, 100)) < 0)
            return false;
    for (size_t i = 0; i < count; i++)
        if (dup3(moved[i], 3 + (int)i, O_CLOEXEC) < 0)
            return false;
    return close_range(3 + (unsigned)count, ~0U, 0) == 0;
}

static void ready(void *context)
{
    struct service *service = context;
    for (;;) {
        json_t *message = NULL;
        int file = -1;
        size_t count = 0;
        bool ended = false;
        struct error error = ERROR_NONE;
        if (!channel_receive(service->channel, &message, &file, 1, &count, &ended, &error)) {
            log_line(LOG_LEVEL_ERROR, "service-message", "%s: %s", service->name, error.text);
            return;
        }
        if (ended) {
            log_line(LOG_LEVEL_ALARM, "service-died", "the %s is gone; stopping", service->name);
            loop_unwatch(service->loop, service->channel);
            error_set(&error, FAULT_TEMPORARY, "the %s is gone", service->name);
            /* Stop first: who is told then that a question failed can see that nothing else will be done. */
            loop_fail(service->loop, &error);
            while (service->questions != NULL)
                answer(service, service->questions->number, NULL, -1, &error);
            return;
        }
        if (message == NULL)
            return;
        take(service, message, count > 0 ? file : -1);
        if (count > 0)
            close(file);
        json_decref(message);
    }
}

bool service_start(struct loop *loop, const char *name, service_life *life, int directory,
                   const void *argument, service_news *news, void *context, struct service **service,
                   struct error *error)
{
    int ends[2];
    struct service *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting the %s", name);
    made->loop = loop;
    made->name = name;
    made->news = news;
    made->context = context;
    if (!channel_pair(ends, error)) {
        free(made);
        return false;
    }
    made->pid = fork();
    if (made->pid == 0) {
        service_end_with_daemon();
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_IGN);
        const int kept[2] = {ends[1], directory};
        if (service_keep(kept, 2))
            life(3, 4, argument);
        _exit(0);
    }
    close(ends[1]);
    made->channel = ends[0];
    if (made->pid < 0) {
        error_system(error, "forking the %s", name);
        close(ends[0]);
        free(made);
        return false;
    }
    if (!channel_nonblocking(made->channel, error) || !loop_watch(loop, made->channel, ready, made, error)) {
        service_stop(made);
        return false;
    }
    *service = made;
    return true;
}

/* It ends by itself when its channel is closed, unless it hangs in a file system. */
static void wait_for_end(pid_t pid)
{
    const struct timespec pause = {.tv_nsec = STOP_LOOK_MS * 1000000L};
    for (int waited = 0; waitpid(pid, NULL, WNOHANG) == 0; waited += STOP_LOOK_MS) {
        if (waited == STOP_MS && kill(pid, SIGKILL) != 0)
            return;
        if (waited >= 2 * STOP_MS)
            return; /* it cannot even be killed now: it will be as soon as the file system answers */
        nanosleep(&pause, NULL);
    }
}

void service_stop(struct service *service)
{
    if (service == NULL)
        return;
    loop_unwatch(service->loop, service->channel);
    close(service->channel);
    wait_for_end(service->pid);
    while (service->questions != NULL) {
        struct question *question = service->questions;
        service->questions = question->next;
        free(question);
    }
    free(service);
}

bool service_ask(struct service *service, json_t *message, int file, service_done *done, void *context,
                 struct error *error)
{
    struct question *question = calloc(1, sizeof *question);
    bool sent = false;
    if (question == NULL || message == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory while asking a child process");
        goto done;
    }
    question->number = ++service->last;
    question->done = done;
    question->context = context;
    json_put_whole(message, "id", question->number);
    sent = channel_send(service->channel, message, &file, file >= 0 ? 1 : 0, error);
    if (sent) {
        question->next = service->questions;
        service->questions = question;
        question = NULL;
    }
done:
    free(question);
    json_decref(message);
    return sent;
}

bool service_tell(struct service *service, json_t *message, struct error *error)
{
    bool sent = message != NULL
                    ? channel_send(service->channel, message, NULL, 0, error)
                    : error_set(error, FAULT_TEMPORARY, "out of memory while telling a child process");
    json_decref(message);
    return sent;
}

size_t service_busy(const struct service *service)
{
    size_t count = 0;
    for (const struct question *question = service->questions; question != NULL; question = question->next)
        count++;
    return count;
}

json_t *service_next(int channel, int *file)
{
    json_t *message = NULL;
    size_t count = 0;
    bool ended = false;
    *file = -1;
    if (!channel_receive(channel, &message, file, 1, &count, &ended, NULL) || ended)
        _exit(0);
    return message;
}

void service_answer(int channel, const json_t *question, json_t *answer, int sent, bool done,
                    const struct error *error)
{
    json_object_set(answer, "id", json_object_get(question, "id"));
    json_object_set(answer, "op", json_object_get(question, "op"));
    json_put_flag(answer, "ok", done);
    if (!done) {
        json_put_whole(answer, "fault", error->fault);
        json_put_text(answer, "error", error->text);
    }
    if (!channel_send(channel, answer, &sent, sent >= 0 ? 1 : 0, NULL))
        _exit(1);
    if (sent >= 0)
        close(sent);
    json_decref(answer);
}
