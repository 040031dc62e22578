/*
 * Copying a site's files into a backup.
 *
 * Guarantees: a final name in the backup means *was durable*: bytes go under a hidden name, then one sync for the files of all
 * folders, then the renames. A daemon on the same disk syncs it all the time and would wait for what is unwritten of a backup: so
 * that is little at any instant, and syncs are few. A file keeps its time of writing, by which the next backup knows that it is the same: files of the vault and
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

bool backup_pour_on(int from, int to, struct hashing *hashing, uint64_t *size, struct error *error)
{
    char *block = malloc(BLOCK);
    ssize_t got = 0;
    bool done = block != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while copying");
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
        if (done)
            file_write_out(to);
    }
    free(block);
    return done;
}

bool backup_pour(int from, int to, struct digest *digest, uint64_t *size, struct error *error)
{
    struct hashing *hashing = NULL;
    *size = 0;
    if (!digest_begin(&hashing, error))
        return false;
    bool done = backup_pour_on(from, to, hashing, size, error);
    if (done)
        *digest = digest_end(hashing);
    else
        digest_abandon(hashing);
    return done;
}

/* A folder being gone through. */
struct folder {
    struct backup_copying *copying;
    int source, target;
    const char *path;
};

/* `path` is that of the final name. */
static bool rename_one(int target, const char *path, struct error *error)
{
    char hidden[TEMPORARY_NAME_SIZE], from[PATH_MAX];
    const char *name = strrchr(path, '/') + 1;
    file_temporary_name(name, hidden);
    snprintf(from, sizeof from, "%.*s%s", (int)(name - path), path, hidden);
    return file_rename(target, from, target, path, true, error);
}

bool backup_copy_settle(struct backup_copying *copying, struct error *error)
{
    bool done = copying->waiting_count == 0 || volume_sync(copying->target, error);
    for (size_t i = 0; i < copying->waiting_count; i++) {
        done = done && rename_one(copying->target, copying->waiting[i], error);
        free(copying->waiting[i]);
    }
    free(copying->waiting);
    copying->waiting = NULL;
    copying->waiting_count = 0;
    return done;
}

static bool wait_for_sync(const struct folder *folder, const char *name, struct error *error)
{
    struct backup_copying *copying = folder->copying;
    if (copying->waiting == NULL)
        copying->waiting = calloc(TOGETHER, sizeof *copying->waiting);
    char *path = copying->waiting == NULL ? NULL : text_formatted("%s/%s", folder->path, name);
    if (path == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while copying");
    copying->waiting[copying->waiting_count++] = path;
    return copying->waiting_count < TOGETHER || backup_copy_settle(copying, error);
}

static bool add(const struct folder *folder, const char *name, const struct digest *digest,
                struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    return backup_manifest_add(folder->copying->manifest, path, digest, error);
}

/* Known, and there as it was: nothing is opened or read. */
static const struct backup_file *same(const struct folder *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat now, then;
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    const struct backup_file *known = backup_manifest_find(folder->copying->before, path);
    if (known == NULL || fstatat(folder->source, name, &now, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(now.st_mode) || fstatat(folder->target, name, &then, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(then.st_mode))
        return NULL;
    bool equal = then.st_size == now.st_size && then.st_mtim.tv_sec == now.st_mtim.tv_sec &&
                 then.st_mtim.tv_nsec == now.st_mtim.tv_nsec;
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
    return add(folder, name, &digest, error) && wait_for_sync(folder, name, error);
}

static bool take(struct folder *folder, const char *name, struct error *error)
{
    struct stat status;
    const struct backup_file *known = same(folder, name);
    if (known != NULL) {
        folder->copying->kept++;
        return add(folder, name, &known->digest, error);
    }
    int file = openat(folder->source, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT || error_system(error, "opening %s/%s", folder->path, name);
    bool done = fstat(file, &status) == 0 || error_system(error, "looking at %s/%s", folder->path, name);
    if (done && S_ISREG(status.st_mode))
        done = copy(folder, name, file, &status, error);
    close(file);
    return done;
}

bool backup_copy_folder(struct backup_copying *copying, int source, const char *path, struct error *error)
{
    struct folder folder = {.copying = copying, .source = source, .path = path};
    int again = openat(source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = again < 0 ? NULL : fdopendir(again);
    if (stream == NULL) {
        error_system(error, "listing what is copied to %s", path);
        if (again >= 0)
            close(again);
        return false;
    }
    folder.target = directory_make_path_unsynced(copying->target, path, 0700, error);
    bool done = folder.target >= 0;
    for (struct dirent *entry; done && (entry = readdir(stream)) != NULL;)
        if (entry->d_name[0] != '.')
            done = take(&folder, entry->d_name, error);
    closedir(stream);
    if (folder.target >= 0)
        close(folder.target);
    return done;
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
