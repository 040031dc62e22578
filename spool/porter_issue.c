/*
 * Many small files on the shares at once, under a few syncs: the receipts of a flood of drops.
 *
 * Guarantees: as porter_publish.c for each file (whole, durable, under its final name, one with the same bytes left
 * alone), and in steps: what is `first` (signatures) is durable under its name before any other file appears. When
 * anything fails all may be issued again: nothing is doubled.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "spool/porter_child.h"

enum {
    DIRECTORY_MODE = 0750,
    FEW = 4, /* files synced one by one; more with one sync of the volume */
    CONTENT_MOST = 512 << 20
};

struct issued {
    const json_t *entry;
    int directory;
    bool owner; /* of the directory; the files of one row follow each other and share it */
    char temporary[TEMPORARY_NAME_SIZE]; /* "": it is there already */
};

struct issue {
    struct issued *files;
    size_t count;
    bool few;
    bool there; /* a file was: perhaps of a porter that was killed before it synced the folders on the way */
};

struct content {
    const char *bytes;
    size_t length;
};

static bool same_bytes(int directory, const char *name, const void *bytes, size_t length)
{
    struct stat status;
    struct digest found, wanted;
    int file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return false;
    bool same = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && (size_t)status.st_size == length &&
                digest_of_file(file, &found, NULL, NULL);
    if (same) {
        wanted = digest_of(bytes, length);
        same = digest_equal(&found, &wanted);
    }
    close(file);
    return same;
}

static bool write_bytes(struct issue *issue, struct issued *file, const void *bytes, size_t length,
                        struct error *error)
{
    const char *name = json_text(file->entry, "name");
    if (same_bytes(file->directory, name, bytes, length)) {
        issue->there = true;
        return true;
    }
    int written = file_temporary_for(file->directory, name, (mode_t)json_whole(file->entry, "mode", 0640),
                                     file->temporary, error);
    bool done = written >= 0 && file_write_all(written, bytes, length, error) &&
                (!issue->few || file_sync(written, error));
    if (written >= 0)
        close(written);
    return done;
}

/* *content: what is left of the contents, of which this file has the beginning. */
static bool write_one(struct issue *issue, int site, const json_t *entry, struct content *content,
                      struct error *error)
{
    struct issued *file = &issue->files[issue->count];
    const char *path = json_text(entry, "directory"), *bytes = content->bytes;
    unsigned char *decoded = NULL;
    size_t length = (size_t)json_whole(entry, "length", 0);
    if (length > content->length)
        return error_set(error, FAULT_INTERNAL, "%s has no content", json_text(entry, "name"));
    content->bytes += length;
    content->length -= length;
    *file = (struct issued){.entry = entry};
    file->owner = issue->count == 0 || strcmp(json_text(file[-1].entry, "directory"), path) != 0;
    file->directory = !file->owner ? file[-1].directory
                      : issue->few ? directory_make_path(site, path, DIRECTORY_MODE, error)
                                   : directory_make_path_unsynced(site, path, DIRECTORY_MODE, error);
    if (file->directory < 0)
        return false;
    issue->count++; /* from here on it is cleaned up */
    if (json_flag(entry, "base64")) {
        char *text = strndup(bytes, length);
        bool read = text != NULL && base64_read(text, &decoded, &length);
        free(text);
        if (!read)
            return error_set(error, FAULT_INTERNAL, "%s is no base64", json_text(entry, "name"));
    }
    bool done = write_bytes(issue, file, decoded != NULL ? (const char *)decoded : bytes, length, error);
    free(decoded);
    return done || error_context(error, "publishing %s/%s", path, json_text(entry, "name"));
}

/* Temporaries to their names: the first ones or the others; then durably so. */
static bool rename_step(struct issue *issue, bool first, struct error *error)
{
    bool any = false;
    for (size_t i = 0; i < issue->count; i++) {
        struct issued *file = &issue->files[i];
        if (file->temporary[0] == '\0' || json_flag(file->entry, "first") != first)
            continue;
        if (!file_rename(file->directory, file->temporary, file->directory, json_text(file->entry, "name"),
                         true, error))
            return false;
        file->temporary[0] = '\0';
        any = true;
    }
    if (!any)
        return true;
    if (!issue->few)
        return volume_sync(issue->files[0].directory, error);
    for (size_t i = 0; i < issue->count; i++)
        if (issue->files[i].owner && !directory_sync(issue->files[i].directory, error))
            return false;
    return true;
}

bool porter_issue(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)answer;
    (void)sent;
    const json_t *entries = json_object_get(message, "files"), *entry;
    size_t total = json_array_size(entries), index, length = 0;
    char *bytes = NULL;
    struct issue issue = {.files = calloc(total + 1, sizeof *issue.files), .few = total <= FEW};
    bool done = issue.files != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while publishing");
    done = done && file_read_open(file, CONTENT_MOST, &bytes, &length, error);
    struct content content = {bytes, length};
    json_array_foreach(entries, index, entry)
    {
        done = done && write_one(&issue, site, entry, &content, error);
        porter_between();
    }
    if (done && issue.count > 0 && (issue.there || !issue.few))
        done = volume_sync(issue.files[0].directory, error);
    porter_between();
    done = done && rename_step(&issue, true, error);
    porter_between();
    done = done && rename_step(&issue, false, error);
    for (size_t i = 0; i < issue.count; i++)
        if (issue.files[i].temporary[0] != '\0')
            unlinkat(issue.files[i].directory, issue.files[i].temporary, 0);
    for (size_t i = 0; i < issue.count; i++)
        if (issue.files[i].owner)
            close(issue.files[i].directory);
    free(issue.files);
    free(bytes);
    return done;
}
