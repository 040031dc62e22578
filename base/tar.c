/*
 * Tar archives, streamed.
 *
 * Guarantees: holds no more than a block of what passes through; needs no path and no descriptor, so that a sandboxed
 * worker can pack into an encryption. Does not read archives.
 */
#include "base/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

struct tar {
    struct archive *archive;
    tar_sink *sink;
    void *context;
    time_t time;
    struct error failure; /* of the sink */
};

static la_ssize_t pass_on(struct archive *archive, void *context, const void *bytes, size_t length)
{
    struct tar *tar = context;
    if (tar->sink(tar->context, bytes, length, &tar->failure))
        return (la_ssize_t)length;
    archive_set_error(archive, ARCHIVE_FATAL, "the bytes were not taken");
    return -1;
}

static bool failed(struct tar *tar, const char *what, struct error *error)
{
    if (tar->failure.fault == FAULT_NONE)
        return error_set(error, FAULT_INPUT, "\"%.120s\" does not fit a package: %s", what,
                         archive_error_string(tar->archive));
    if (error != NULL)
        *error = tar->failure;
    return false;
}

bool tar_open(tar_sink *sink, void *context, instant time, struct tar **tar, struct error *error)
{
    struct tar *made = calloc(1, sizeof *made);
    struct archive *archive = archive_write_new();
    if (made == NULL || archive == NULL)
        goto memory;
    *made = (struct tar){.archive = archive, .sink = sink, .context = context, .time = (time_t)(time / 1000)};
    /* One block of 512 bytes after the other: padding to a tape's record would only be encrypted with the rest. */
    if (archive_write_set_format_ustar(archive) != ARCHIVE_OK ||
        archive_write_add_filter_none(archive) != ARCHIVE_OK ||
        archive_write_set_bytes_per_block(archive, 0) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(archive, 1) != ARCHIVE_OK ||
        archive_write_open(archive, made, NULL, pass_on, NULL) != ARCHIVE_OK)
        goto memory;
    *tar = made;
    return true;
memory:
    if (archive != NULL)
        archive_write_free(archive);
    free(made);
    return error_set(error, FAULT_TEMPORARY, "out of memory while starting a package");
}

void tar_close(struct tar *tar)
{
    if (tar == NULL)
        return;
    archive_write_free(tar->archive);
    free(tar);
}

bool tar_begin(struct tar *tar, const char *name, uint64_t size, struct error *error)
{
    struct archive_entry *entry = archive_entry_new2(tar->archive);
    if (entry == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while packing %s", name);
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0444);
    archive_entry_set_mtime(entry, tar->time, 0);
    bool done = archive_write_header(tar->archive, entry) == ARCHIVE_OK || failed(tar, name, error);
    archive_entry_free(entry);
    return done;
}

bool tar_bytes(struct tar *tar, const void *bytes, size_t length, struct error *error)
{
    return archive_write_data(tar->archive, bytes, length) == (la_ssize_t)length ||
           failed(tar, "a file", error);
}

bool tar_add(struct tar *tar, const char *name, const void *bytes, size_t length, struct error *error)
{
    return tar_begin(tar, name, length, error) && tar_bytes(tar, bytes, length, error);
}

bool tar_end(struct tar *tar, struct error *error)
{
    return archive_write_close(tar->archive) == ARCHIVE_OK || failed(tar, "the end", error);
}
