/*
 * Copying a site's files into a backup.
 *
 * Guarantees: a final name in the backup means *was durable*: bytes go under a hidden name, one sync for a folder's files, then
 * the renames. A file keeps its time of writing, by which the next backup knows that it is the same: files of the vault and
 * of the gallery never change, but for the wrapped keys in their heads, which change that time. Bytes stay as they lie there.
 */
#include "spool/backup_copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

enum { BLOCK = 1 << 20, TOGETHER = 4096 /* files under one sync */ };

bool backup_pour(int from, int to, struct digest *digest, uint64_t *size, struct error *error)
{
    struct hashing *hashing = NULL;
    char *block = malloc(BLOCK);
    ssize_t got = 0;
    *size = 0;
    bool done = (block != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while copying")) &&
                digest_begin(&hashing, error);
    while (done && (got = read(from, block, BLOCK)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            done = error_system(error, "reading what is copied");
            break;
        }
        digest_update(hashing, block, (size_t)got);
        *size += (uint64_t)got;
        done = file_write_all(to, block, (size_t)got, error);
    }
    if (done)
        *digest = digest_end(hashing);
    else
        digest_abandon(hashing);
    free(block);
    return done;
}

/* Files of one folder that wait for their sync. */
struct folder {
    struct backup_copying *copying;
    int source, target;
    const char *path;
    char (*names)[NAME_MAX + 1];
    size_t waiting;
};

static bool settle(struct folder *folder, struct error *error)
{
    char hidden[TEMPORARY_NAME_SIZE];
    if (folder->waiting == 0)
        return true;
    if (!volume_sync(folder->target, error))
        return false;
    for (size_t i = 0; i < folder->waiting; i++) {
        file_temporary_name(folder->names[i], hidden);
        if (!file_rename(folder->target, hidden, folder->target, folder->names[i], true, error))
            return false;
    }
    folder->waiting = 0;
    return directory_sync(folder->target, error);
}

static bool add(const struct folder *folder, const char *name, const struct digest *digest,
                struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    return backup_manifest_add(folder->copying->manifest, path, digest, error);
}

/* Known, and there as it was: nothing is read. */
static const struct backup_file *same(const struct folder *folder, const char *name, const struct stat *now)
{
    char path[PATH_MAX];
    struct stat then;
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    const struct backup_file *known = backup_manifest_find(folder->copying->before, path);
    if (known == NULL || fstatat(folder->target, name, &then, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(then.st_mode))
        return NULL;
    bool equal = then.st_size == now->st_size && then.st_mtim.tv_sec == now->st_mtim.tv_sec &&
                 then.st_mtim.tv_nsec == now->st_mtim.tv_nsec;
    return equal ? known : NULL;
}

static bool copy(struct folder *folder, const char *name, int file, const struct stat *status,
                 struct error *error)
{
    struct backup_copying *copying = folder->copying;
    struct digest digest;
    char hidden[TEMPORARY_NAME_SIZE], text[DIGEST_TEXT_SIZE];
    uint64_t size = 0;
    const struct timespec times[2] = {status->st_mtim, status->st_mtim};
    int target = file_temporary_for(folder->target, name, 0600, hidden, error);
    if (target < 0)
        return false;
    bool done = backup_pour(file, target, &digest, &size, error) &&
                (futimens(target, times) == 0 || error_system(error, "setting the time of a copy"));
    close(target);
    if (!done)
        return false;
    copying->copied++;
    copying->bytes += size;
    if (copying->named_by_digest && strcmp(digest_text(&digest, text), name) != 0)
        copying->damaged++;
    snprintf(folder->names[folder->waiting++], sizeof *folder->names, "%s", name);
    return add(folder, name, &digest, error) && (folder->waiting < TOGETHER || settle(folder, error));
}

static bool take(struct folder *folder, const char *name, bool must, struct error *error)
{
    struct stat status;
    int file = openat(folder->source, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return (!must && errno == ENOENT) || error_system(error, "opening %s/%s", folder->path, name);
    const struct backup_file *known = NULL;
    bool done = fstat(file, &status) == 0 || error_system(error, "looking at %s/%s", folder->path, name);
    if (done && S_ISREG(status.st_mode)) {
        known = same(folder, name, &status);
        folder->copying->kept += known != NULL;
        done = known != NULL ? add(folder, name, &known->digest, error)
                             : copy(folder, name, file, &status, error);
    }
    close(file);
    return done;
}

static bool folder_open(struct folder *folder, struct error *error)
{
    folder->target = directory_make_path_unsynced(folder->copying->target, folder->path, 0700, error);
    if (folder->target < 0)
        return false;
    folder->names = calloc(TOGETHER, sizeof *folder->names);
    return folder->names != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while copying");
}

static bool folder_close(struct folder *folder, bool done, struct error *error)
{
    done = done && settle(folder, error);
    if (folder->target >= 0)
        close(folder->target);
    free(folder->names);
    return done;
}

bool backup_copy_folder(struct backup_copying *copying, int source, const char *path, struct error *error)
{
    struct folder folder = {.copying = copying, .source = source, .target = -1, .path = path};
    int again = openat(source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = again < 0 ? NULL : fdopendir(again);
    if (stream == NULL) {
        error_system(error, "listing what is copied to %s", path);
        if (again >= 0)
            close(again);
        return false;
    }
    bool done = folder_open(&folder, error);
    for (struct dirent *entry; done && (entry = readdir(stream)) != NULL;)
        if (entry->d_name[0] != '.')
            done = take(&folder, entry->d_name, false, error);
    closedir(stream);
    return folder_close(&folder, done, error);
}

bool backup_copy_vault(struct backup_copying *copying, int vault, struct error *error)
{
    bool done = true;
    for (unsigned i = 0; done && i < 256; i++) {
        char name[3], path[16];
        snprintf(name, sizeof name, "%02x", i & 0xFFU);
        snprintf(path, sizeof path, "vault/%s", name);
        int folder = directory_open_at(vault, name, false, 0, error);
        done = folder >= 0 && backup_copy_folder(copying, folder, path, error);
        if (folder >= 0)
            close(folder);
    }
    return done;
}

bool backup_copy_file(struct backup_copying *copying, int source, const char *path, const char *name,
                      struct error *error)
{
    struct folder folder = {.copying = copying, .source = source, .target = -1, .path = path};
    bool done = folder_open(&folder, error) && take(&folder, name, true, error);
    return folder_close(&folder, done, error);
}
