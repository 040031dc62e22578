/*
 * A porter's shares: when each is looked at, and what is told about it (spool/porter_watch.c).
 */
#ifndef LEADSPOOL_SPOOL_PORTER_WATCH_H
#define LEADSPOOL_SPOOL_PORTER_WATCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "spool/porter.h"

struct watching;

/* NULL only when memory ran out. `heartbeat` is beaten with every step. */
struct watching *watching_open(int channel, int site, struct porter_heartbeat *heartbeat);

/* Take over the shares of a message "watch" (spool/porter.h). */
bool watching_start(struct watching *watching, const json_t *message, struct error *error);

/* The descriptor to wait for, -1 = none, and what to do when it can be read. */
int watching_file(const struct watching *watching);
void watching_hints(struct watching *watching);

/* Milliseconds until a share is due, -1 without shares; look at the one longest due, if any is. */
int watching_patience(const struct watching *watching);
void watching_look(struct watching *watching);
/* The same, if one is due of a share that holds next to nothing: a flood on another does not hide what comes there. */
void watching_look_small(struct watching *watching);

#endif
