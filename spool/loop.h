/*
 * The daemon's event loop: descriptors and timers of one thread, over epoll.
 */
#ifndef LEADSPOOL_SPOOL_LOOP_H
#define LEADSPOOL_SPOOL_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct loop;
typedef void loop_ready(void *context);
typedef void loop_due(void *context);

bool loop_open(struct loop **loop, struct error *error);
void loop_close(struct loop *loop);

/* Call `ready` whenever `file` can be read (or its other end is gone). One watch a descriptor. */
bool loop_watch(struct loop *loop, int file, loop_ready *ready, void *context, struct error *error);
void loop_unwatch(struct loop *loop, int file);

/* Call `due` once, `milliseconds` from now. Setting the same pair (due, context) again moves it. */
bool loop_after(struct loop *loop, int64_t milliseconds, loop_due *due, void *context, struct error *error);
void loop_cancel(struct loop *loop, loop_due *due, void *context);

/* Run until loop_stop, or until loop_fail: then false with that error. `idle` (may be NULL) is called after
   every round of events. */
bool loop_run(struct loop *loop, loop_due *idle, void *context, struct error *error);
void loop_stop(struct loop *loop);
/* Let it run once more after loop_stop; what it watches stays. */
void loop_restart(struct loop *loop);
void loop_fail(struct loop *loop, const struct error *error);
/* Was either called? What fails from then on may fail only because everything ends. */
bool loop_stopping(const struct loop *loop);

#endif
