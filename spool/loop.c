/*
 * The event loop.
 *
 * Guarantees: a callback may watch, unwatch, set and cancel freely, also itself. Timers run in order of their
 * time. Does not know what it carries.
 */
#include "spool/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"

struct watch {
    int file; /* -1 = free */
    loop_ready *ready;
    void *context;
};

struct timer {
    int64_t at;
    loop_due *due;
    void *context;
};

struct loop {
    int epoll;
    bool stopping;
    struct error failure;
    struct watch *watches;
    size_t watch_count;
    struct timer *timers;
    size_t timer_count, timer_capacity;
};

bool loop_open(struct loop **loop, struct error *error)
{
    struct loop *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the event loop");
    made->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (made->epoll < 0) {
        error_system(error, "opening the event loop");
        free(made);
        return false;
    }
    *loop = made;
    return true;
}

void loop_close(struct loop *loop)
{
    if (loop == NULL)
        return;
    close(loop->epoll);
    free(loop->watches);
    free(loop->timers);
    free(loop);
}

bool loop_watch(struct loop *loop, int file, loop_ready *ready, void *context, struct error *error)
{
    size_t slot = 0;
    while (slot < loop->watch_count && loop->watches[slot].file >= 0)
        slot++;
    if (slot == loop->watch_count) {
        struct watch *larger = realloc(loop->watches, (slot + 1) * sizeof *larger);
        if (larger == NULL)
            return error_set(error, FAULT_TEMPORARY, "out of memory while watching a descriptor");
        loop->watches = larger;
        loop->watch_count++;
        loop->watches[slot].file = -1;
    }
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = slot};
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, file, &event) != 0)
        return error_system(error, "watching a descriptor");
    loop->watches[slot] = (struct watch){.file = file, .ready = ready, .context = context};
    return true;
}

void loop_unwatch(struct loop *loop, int file)
{
    for (size_t i = 0; i < loop->watch_count; i++)
        if (loop->watches[i].file == file) {
            epoll_ctl(loop->epoll, EPOLL_CTL_DEL, file, NULL);
            loop->watches[i].file = -1;
        }
}

bool loop_after(struct loop *loop, int64_t milliseconds, loop_due *due, void *context, struct error *error)
{
    loop_cancel(loop, due, context);
    if (loop->timer_count == loop->timer_capacity) {
        size_t capacity = loop->timer_capacity == 0 ? 16 : 2 * loop->timer_capacity;
        struct timer *larger = realloc(loop->timers, capacity * sizeof *larger);
        if (larger == NULL)
            return error_set(error, FAULT_TEMPORARY, "out of memory while setting a timer");
        loop->timers = larger;
        loop->timer_capacity = capacity;
    }
    loop->timers[loop->timer_count++] =
        (struct timer){.at = clock_monotonic() + milliseconds, .due = due, .context = context};
    return true;
}

void loop_cancel(struct loop *loop, loop_due *due, void *context)
{
    for (size_t i = 0; i < loop->timer_count; i++)
        if (loop->timers[i].due == due && loop->timers[i].context == context)
            loop->timers[i--] = loop->timers[--loop->timer_count];
}

/* Milliseconds to the next timer, -1 without one. */
static int patience(const struct loop *loop)
{
    int64_t least = -1, now = clock_monotonic();
    for (size_t i = 0; i < loop->timer_count; i++) {
        int64_t left = loop->timers[i].at > now ? loop->timers[i].at - now : 0;
        if (least < 0 || left < least)
            least = left;
    }
    return least > 60000 ? 60000 : (int)least;
}

static void run_timers(struct loop *loop)
{
    int64_t now = clock_monotonic();
    for (;;) {
        size_t first = loop->timer_count;
        for (size_t i = 0; i < loop->timer_count; i++)
            if (loop->timers[i].at <= now &&
                (first == loop->timer_count || loop->timers[i].at < loop->timers[first].at))
                first = i;
        if (first == loop->timer_count)
            return;
        struct timer timer = loop->timers[first];
        loop->timers[first] = loop->timers[--loop->timer_count];
        timer.due(timer.context);
    }
}

bool loop_run(struct loop *loop, loop_due *idle, void *context, struct error *error)
{
    struct epoll_event events[64];
    while (!loop->stopping) {
        int count = epoll_wait(loop->epoll, events, 64, patience(loop));
        if (count < 0 && errno != EINTR)
            return error_system(error, "waiting for events");
        for (int i = 0; i < count; i++) {
            struct watch watch = loop->watches[events[i].data.u64];
            if (watch.file >= 0)
                watch.ready(watch.context);
        }
        run_timers(loop);
        if (idle != NULL && !loop->stopping)
            idle(context);
    }
    if (loop->failure.fault == FAULT_NONE)
        return true;
    if (error != NULL)
        *error = loop->failure;
    return false;
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}

void loop_restart(struct loop *loop)
{
    loop->stopping = false;
}

void loop_fail(struct loop *loop, const struct error *error)
{
    if (loop->failure.fault == FAULT_NONE)
        loop->failure = *error;
    loop_stop(loop);
}

bool loop_stopping(const struct loop *loop)
{
    return loop->stopping;
}
