/*
 * Messages between the daemon and its children: one JSON object and some open descriptors each.
 *
 * A channel is one end of a SOCK_SEQPACKET pair, so messages keep their borders. A JSON text too large for
 * one packet travels as a sealed memory file in front of the descriptors; neither side notices. Sending never
 * blocks for ever: the sockets' buffers are raised, and a full one is FAULT_TEMPORARY.
 */
#ifndef LEADSPOOL_BASE_CHANNEL_H
#define LEADSPOOL_BASE_CHANNEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define CHANNEL_FILES_MOST 240 /* below the kernel's 253 (SCM_MAX_FD), one kept for a large text */

/* A connected pair, close-on-exec. */
bool channel_pair(int ends[2], struct error *error);

/* Make receiving return at once when nothing waits. */
bool channel_nonblocking(int channel, struct error *error);

/* Send a message; the descriptors stay the caller's. */
bool channel_send(int channel, const json_t *message, const int *files, size_t count, struct error *error);

/* Receive one. *message is a new reference, NULL (with true) when the other side is gone. Received
   descriptors are close-on-exec and the caller's; more than `most` are closed and the message is refused
   (FAULT_INPUT). With nothing waiting on a non-blocking channel: true, *message NULL and *ended false. */
bool channel_receive(int channel, json_t **message, int *files, size_t most, size_t *count, bool *ended,
                     struct error *error);

/* Overwrite what this thread received last. */
void channel_wipe(void);

#endif
