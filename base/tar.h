/*
 * Writing a tar archive (POSIX ustar) to whoever takes bytes.
 *
 * Its own few lines because a worker streams it into an encryption without a path or a whole copy, and the same
 * content must give the same bytes: owner 0, mode 0444, one time for all. Names are at most 99 bytes of ASCII; a file
 * is at most 8 GiB less one byte.
 */
#ifndef LEADSPOOL_BASE_TAR_H
#define LEADSPOOL_BASE_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

typedef bool tar_sink(void *context, const void *bytes, size_t length, struct error *error);

struct tar {
    tar_sink *sink;
    void *context;
    instant time; /* of every member */
};

/* The head of a member of `size` bytes; the caller then gives exactly those to the sink, and tar_pad. */
bool tar_begin(const struct tar *tar, const char *name, uint64_t size, struct error *error);
bool tar_pad(const struct tar *tar, uint64_t size, struct error *error);
/* Both, with the bytes. */
bool tar_add(const struct tar *tar, const char *name, const void *bytes, size_t length, struct error *error);
/* The two empty blocks at the end. */
bool tar_end(const struct tar *tar, struct error *error);

#endif
