/*
 * A request packet as one .zip file.
 *
 * Guarantees: the file appears in the drop folder whole or not at all; it holds manifest.xml and the images, side by
 * side, written by libzip. Pictures are stored as they are: they are compressed already. Judges nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "base/files.h"
#include "command/packet.h"

enum { PLAIN_FILE = 0100644 };

static bool failed(zip_t *zip, const char *what, struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "writing a .zip file: %s: %s", what, zip_strerror(zip));
}

/* `source` is taken over. */
static bool add(zip_t *zip, const char *name, zip_source_t *source, int method, struct error *error)
{
    if (source == NULL)
        return failed(zip, name, error);
    zip_int64_t index = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return failed(zip, name, error);
    }
    return (zip_set_file_compression(zip, (zip_uint64_t)index, method, 0) == 0 &&
            zip_file_set_external_attributes(zip, (zip_uint64_t)index, 0, ZIP_OPSYS_UNIX,
                                             (zip_uint32_t)PLAIN_FILE << 16) == 0) ||
           failed(zip, name, error);
}

static bool add_image(zip_t *zip, const struct packet_file *image, struct error *error)
{
    int file = open(image->path, O_RDONLY | O_CLOEXEC);
    FILE *stream = file < 0 ? NULL : fdopen(file, "rb");
    if (stream == NULL) {
        error_system(error, "opening %s", image->path);
        if (file >= 0)
            close(file);
        return false;
    }
    zip_source_t *source = zip_source_filep(zip, stream, 0, -1);
    if (source == NULL)
        fclose(stream);
    return add(zip, image->name, source, ZIP_CM_STORE, error);
}

/* Write all into `target`, which stays the caller's. */
static bool write_archive(zip_source_t *target, const char *manifest, size_t length,
                          const struct packet_file *files, size_t count, struct error *error)
{
    zip_error_t failure;
    zip_error_init(&failure);
    zip_source_keep(target);
    zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &failure);
    if (zip == NULL) {
        zip_source_free(target);
        error_set(error, FAULT_TEMPORARY, "beginning a .zip file: %s", zip_error_strerror(&failure));
        zip_error_fini(&failure);
        return false;
    }
    zip_error_fini(&failure);
    bool done = add(zip, "manifest.xml", zip_source_buffer(zip, manifest, length, 0), ZIP_CM_DEFLATE, error);
    for (size_t i = 0; done && i < count; i++)
        done = add_image(zip, &files[i], error);
    if (done && zip_close(zip) == 0)
        return true;
    if (done)
        failed(zip, "at its end", error);
    zip_discard(zip);
    return false;
}

static bool read_whole(zip_source_t *source, char **bytes, size_t *length, struct error *error)
{
    zip_stat_t status;
    *bytes = NULL;
    bool done = zip_source_stat(source, &status) == 0 && zip_source_open(source) == 0;
    if (done) {
        *length = (size_t)status.size;
        *bytes = malloc(*length + 1);
        done = *bytes != NULL && zip_source_read(source, *bytes, *length) == (zip_int64_t)*length;
        zip_source_close(source);
    }
    return done || error_set(error, FAULT_TEMPORARY, "reading the .zip file back: out of memory");
}

bool packet_zip_drop(int drop, const char *name, const char *manifest, size_t length,
                     const struct packet_file *files, size_t count, struct error *error)
{
    char hidden[UUID_TEXT_SIZE + 16], uuid[UUID_TEXT_SIZE], *bytes = NULL;
    size_t size = 0;
    struct stat status;
    zip_error_t failure;
    if (!uuid_make(uuid, error))
        return false;
    snprintf(hidden, sizeof hidden, ".sending-%s", uuid);
    zip_error_init(&failure);
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &failure);
    zip_error_fini(&failure);
    bool done =
        target != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while writing a .zip file");
    done = done && write_archive(target, manifest, length, files, count, error) &&
           read_whole(target, &bytes, &size, error) &&
           file_write_durable(drop, hidden, bytes, size, 0644, error);
    /* Looked at before the rename only for the better message: the rename itself refuses a taken name. */
    if (done && fstatat(drop, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        done =
            error_set(error, FAULT_INPUT, "a drop named %s lies there already; choose another --name", name);
    done = done && file_rename(drop, hidden, drop, name, false, error) && directory_sync(drop, error);
    if (!done)
        file_remove(drop, hidden, NULL);
    if (target != NULL)
        zip_source_free(target);
    free(bytes);
    return done;
}
