/*
 * Finished batches of a round, in var/gallery/.kept-<segment>: frames of a header and a worker's answer.
 *
 * Guarantees: an answer is taken back only when its digest holds. Does not know photos; the round looks up what an
 * answer says of those it still has.
 */
#include "spool/enrolment_kept.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"

enum { KEPT_MOST = 256 << 20, NAME_SIZE = 96 };

struct frame {
    uint64_t length;
    uint8_t digest[DIGEST_SIZE];
};

static const char *name_of(const char *segment, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, ".kept-%.80s", segment);
    return name;
}

bool enrolment_keep(int gallery, const char *segment, const void *bytes, size_t length, struct error *error)
{
    char name[NAME_SIZE];
    struct digest digest = digest_of(bytes, length);
    struct frame frame = {.length = length};
    memcpy(frame.digest, digest.bytes, sizeof frame.digest);
    int file =
        openat(gallery, name_of(segment, name), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return error_system(error, "keeping finished templates in var/gallery/%s", name);
    bool done =
        file_write_all(file, &frame, sizeof frame, error) && file_write_all(file, bytes, length, error);
    close(file);
    return done;
}

/* The frame at `at`, when it is whole. */
static bool frame_read(const char *bytes, size_t length, size_t at, struct frame *frame)
{
    if (length - at < sizeof *frame)
        return false;
    memcpy(frame, bytes + at, sizeof *frame);
    if (frame->length > length - at - sizeof *frame)
        return false;
    struct digest digest = digest_of(bytes + at + sizeof *frame, (size_t)frame->length);
    return memcmp(digest.bytes, frame->digest, sizeof frame->digest) == 0;
}

bool enrolment_kept(int gallery, const char *segment, kept_answer *take, void *context, struct error *error)
{
    char name[NAME_SIZE], *bytes = NULL;
    size_t length = 0;
    struct frame frame;
    if (faccessat(gallery, name_of(segment, name), F_OK, 0) != 0)
        return true;
    if (!file_read(gallery, name, KEPT_MOST, &bytes, &length, error))
        return false;
    for (size_t at = 0; frame_read(bytes, length, at, &frame); at += sizeof frame + (size_t)frame.length)
        take(context, bytes + at + sizeof frame, (size_t)frame.length);
    free(bytes);
    return true;
}

void enrolment_forget(int gallery, const char *segment)
{
    char name[NAME_SIZE];
    unlinkat(gallery, name_of(segment, name), 0);
}
