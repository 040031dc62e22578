/*
 * A child process that answers questions: porters and the signer are services.
 *
 * Questions and answers are messages (base/channel.h) with at most one descriptor each way. A question is
 * {"op":word,…}; the answer repeats "id" and "op" and carries "ok", and when that is false "fault" and
 * "error". A message without an id is *news*.
 */
#ifndef LEADSPOOL_SPOOL_SERVICE_H
#define LEADSPOOL_SPOOL_SERVICE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "spool/loop.h"

struct service;

/* What the child does with its life; does not return. Of the daemon's descriptors it has these two and the
   standard ones: it cannot reach another child, the record or the lock. */
typedef void service_life(int channel, int directory, const void *argument);
/* An answer: error NULL when it was done. `file` is the descriptor that came with it or -1; closed after the
   call. */
typedef void service_done(void *context, const json_t *answer, int file, const struct error *error);
typedef void service_news(void *context, const json_t *news);

/* Fork the child. Call before threads exist. `news` may be NULL. */
bool service_start(struct loop *loop, const char *name, service_life *life, int directory,
                   const void *argument, service_news *news, void *context, struct service **service,
                   struct error *error);
void service_stop(struct service *service);

/* Ask. `message` is taken over; `file` (-1 = none) is sent along and stays the caller's. The callback comes
   exactly once if true is returned, and never before service_ask returned. */
bool service_ask(struct service *service, json_t *message, int file, service_done *done, void *context,
                 struct error *error);

/* Say something that wants no answer. `message` is taken over. */
bool service_tell(struct service *service, json_t *message, struct error *error);

/* Questions without an answer yet. */
size_t service_busy(const struct service *service);

/* In a child that changed its account, which disarms the signal: end when the daemon ends. */
bool service_end_with_daemon(void);

/* In a child just forked: keep the standard descriptors and these, as 3, 4, …; close all others. */
bool service_keep(const int *files, size_t count);

/* The child's side: the next question (new reference; NULL when none waits on a channel that does not block) and
   the descriptor that came with it (-1 = none), the caller's to close. Ends the process when the daemon is gone. */
json_t *service_next(int channel, int *file);

/* The child's side: answer a question. `sent` (-1 = none) goes with it and is closed. Ends the process when
   the daemon cannot be told: an unanswered question is settled by start-up's recovery. */
void service_answer(int channel, const json_t *question, json_t *answer, int sent, bool done,
                    const struct error *error);

#endif
