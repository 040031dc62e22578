/*
 * The ustar format: a block of 512 bytes a member, then its bytes, filled up to a block.
 *
 * Does not read archives and keeps nothing between two members.
 */
#include "base/tar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BLOCK 512
#define SIZE_MOST ((uint64_t)1 << 33)

/* IEEE Std 1003.1, pax, "ustar Interchange Format". */
struct header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], check[8], kind, link[100], magic[6],
        version[2], owner[32], group[32], major[8], minor[8], prefix[155], rest[12];
};

static const char zeros[2 * BLOCK];

bool tar_begin(const struct tar *tar, const char *name, uint64_t size, struct error *error)
{
    struct header header = {.kind = '0', .magic = "ustar", .version = {'0', '0'}};
    _Static_assert(sizeof header == BLOCK, "a block");
    if (strlen(name) >= sizeof header.name || size >= SIZE_MOST)
        return error_set(error, FAULT_INPUT, "\"%.120s\" of %" PRIu64 " bytes does not fit a package", name,
                         size);
    memcpy(header.name, name, strlen(name));
    memcpy(header.mode, "0000444", 8);
    memcpy(header.uid, "0000000", 8);
    memcpy(header.gid, "0000000", 8);
    snprintf(header.size, sizeof header.size, "%011" PRIo64, size);
    snprintf(header.mtime, sizeof header.mtime, "%011" PRIo64, (uint64_t)(tar->time / 1000));
    memset(header.check, ' ', sizeof header.check);
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof header; i++)
        sum += ((const unsigned char *)&header)[i];
    snprintf(header.check, sizeof header.check, "%06o", sum);
    return tar->sink(tar->context, &header, sizeof header, error);
}

bool tar_pad(const struct tar *tar, uint64_t size, struct error *error)
{
    size_t over = (size_t)(size % BLOCK);
    return over == 0 || tar->sink(tar->context, zeros, BLOCK - over, error);
}

bool tar_add(const struct tar *tar, const char *name, const void *bytes, size_t length, struct error *error)
{
    return tar_begin(tar, name, length, error) && tar->sink(tar->context, bytes, length, error) &&
           tar_pad(tar, length, error);
}

bool tar_end(const struct tar *tar, struct error *error)
{
    return tar->sink(tar->context, zeros, sizeof zeros, error);
}
