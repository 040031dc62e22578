/*
 * When the directory is asked, and who waits for its answer.
 *
 * Guarantees: one question at a time; who comes while one is under way waits for the next, so that no answer is older than
 * what it is used for; nobody is let through without an answer. Does not look anything up: account_directory_child.c does.
 */
#include "spool/account_directory.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/roster_watch.h"

enum { AGAIN_MS = 60000, BUSY_MS = 20 };

struct waiter {
    void (*done)(void *context, const struct error *error);
    void *context;
    struct waiter *next;
};

struct account_directory {
    struct daemon *daemon;
    struct service *service;
    json_t *question;      /* NULL = nothing is asked on this site; owned */
    json_t *answer;        /* on its way into force; owned */
    struct waiter *asked;  /* for the question under way */
    struct waiter *coming; /* for the one after it */
    bool asking, again;    /* again: the question is another by now */
    bool known;            /* an answer to this question is in force */
    struct error trouble;  /* of the last question */
};

static void ask(struct account_directory *directory);

static void release(struct account_directory *directory, const struct error *error)
{
    struct waiter *waiters = directory->asked;
    directory->asked = NULL;
    directory->asking = false;
    if (error == NULL) {
        if (directory->trouble.fault != FAULT_NONE)
            log_line(LOG_LEVEL_NOTICE, "directory-answers", "the directory answers again");
        directory->trouble = ERROR_NONE;
        directory->known = !directory->again;
    } else {
        if (directory->trouble.fault == FAULT_NONE || strcmp(directory->trouble.text, error->text) != 0)
            log_line(LOG_LEVEL_ALARM, "directory-silent", "%s; what people sign waits", error->text);
        directory->trouble = *error;
    }
    while (waiters != NULL) {
        struct waiter *waiter = waiters;
        waiters = waiter->next;
        waiter->done(waiter->context, error);
        free(waiter);
    }
    if (directory->again || directory->coming != NULL)
        ask(directory);
}

void account_directory_in_force(struct account_directory *directory, const struct error *error)
{
    json_decref(directory->answer);
    directory->answer = NULL;
    release(directory, error);
}

static void follow(void *context)
{
    struct account_directory *directory = context;
    struct error error = ERROR_NONE;
    if (roster_watch_follow(directory->daemon->roster_watch, directory->answer, &error))
        return;
    /* Another exchange of the roster is under way: a moment later. */
    if (error.fault != FAULT_TEMPORARY ||
        !loop_after(directory->daemon->loop, BUSY_MS, follow, directory, NULL))
        account_directory_in_force(directory, &error);
}

static void answered(void *context, const json_t *answer, int file, const struct error *error)
{
    struct account_directory *directory = context;
    (void)file;
    if (error != NULL) {
        release(directory, error);
        return;
    }
    if (directory->again) { /* of the roster before */
        struct waiter **last = &directory->asked;
        while (*last != NULL)
            last = &(*last)->next;
        *last = directory->coming;
        directory->coming = directory->asked;
        directory->asked = NULL;
        directory->asking = false;
        ask(directory);
        return;
    }
    directory->answer = json_pack("{s:O,s:O}", "accounts", json_object_get(answer, "accounts"), "groups",
                                  json_object_get(answer, "groups"));
    follow(directory);
}

static void ask(struct account_directory *directory)
{
    struct error error = ERROR_NONE;
    if (directory->asking)
        return;
    directory->asked = directory->coming;
    directory->coming = NULL;
    directory->again = false;
    if (directory->question == NULL) {
        release(directory, NULL);
        return;
    }
    directory->asking = true;
    json_t *message = json_deep_copy(directory->question);
    if (!service_ask(directory->service, message, -1, answered, directory, &error))
        release(directory, &error);
}

static void look(void *context)
{
    struct account_directory *directory = context;
    if (directory->question != NULL)
        ask(directory);
    loop_after(directory->daemon->loop, AGAIN_MS, look, directory, NULL);
}

void account_directory_want(struct account_directory *directory, json_t *question)
{
    json_decref(directory->question);
    directory->question = question;
    directory->known = false;
    directory->again = directory->asking;
    if (question == NULL)
        directory->trouble = ERROR_NONE;
    else
        ask(directory);
}

bool account_directory_wait(struct account_directory *directory,
                            void (*done)(void *context, const struct error *error), void *context)
{
    if (directory->question == NULL)
        return false;
    struct waiter *waiter = malloc(sizeof *waiter), **last = &directory->coming;
    if (waiter == NULL) {
        struct error error = ERROR_NONE;
        error_set(&error, FAULT_TEMPORARY, "out of memory while asking the directory");
        done(context, &error);
        return true;
    }
    *waiter = (struct waiter){done, context, NULL};
    while (*last != NULL)
        last = &(*last)->next;
    *last = waiter;
    ask(directory);
    return true;
}

bool account_directory_busy(const struct account_directory *directory)
{
    return directory->coming != NULL || directory->asked != NULL ||
           (directory->asking && !directory->known && directory->trouble.fault == FAULT_NONE);
}

const char *account_directory_trouble(const struct account_directory *directory)
{
    return directory->trouble.fault == FAULT_NONE ? NULL : directory->trouble.text;
}

bool account_directory_open(struct daemon *daemon, struct error *error)
{
    struct account_directory *directory = calloc(1, sizeof *directory);
    if (directory == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for the directory");
    daemon->directory = directory;
    directory->daemon = daemon;
    return service_start(daemon->loop, "directory", account_directory_serve, daemon->site->directory,
                         daemon->site, NULL, NULL, &directory->service, error) &&
           loop_after(daemon->loop, AGAIN_MS, look, directory, error);
}

static void forget(struct waiter *waiter)
{
    while (waiter != NULL) {
        struct waiter *next = waiter->next;
        free(waiter);
        waiter = next;
    }
}

void account_directory_close(struct account_directory *directory)
{
    if (directory == NULL)
        return;
    service_stop(directory->service);
    forget(directory->asked);
    forget(directory->coming);
    json_decref(directory->question);
    json_decref(directory->answer);
    free(directory);
}
