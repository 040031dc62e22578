/*
 * Writing a tar archive (POSIX ustar) to whoever takes bytes, over libarchive.
 *
 * The same content gives the same bytes: owner 0, mode 0444, one time for all members. A file is at most 8 GiB less one
 * byte; a name fits ustar's header (FAULT_INPUT otherwise).
 */
#ifndef LEADSPOOL_BASE_TAR_H
#define LEADSPOOL_BASE_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

/* A failure of the sink is the failure of the call that gave it bytes. */
typedef bool tar_sink(void *context, const void *bytes, size_t length, struct error *error);

struct tar;

/* `time` is that of every member, in whole seconds. */
bool tar_open(tar_sink *sink, void *context, instant time, struct tar **tar, struct error *error);
/* Frees it, ended or not; NULL is allowed. */
void tar_close(struct tar *tar);

/* A member of `size` bytes, which then come with tar_bytes, no more and no fewer. */
bool tar_begin(struct tar *tar, const char *name, uint64_t size, struct error *error);
bool tar_bytes(struct tar *tar, const void *bytes, size_t length, struct error *error);
/* Both. */
bool tar_add(struct tar *tar, const char *name, const void *bytes, size_t length, struct error *error);
/* The end of the archive; nothing is added after it. */
bool tar_end(struct tar *tar, struct error *error);

#endif
