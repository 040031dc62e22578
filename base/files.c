/*
 * Durable files.
 *
 * Guarantees: a final name appears only after its bytes and before-image are on the medium; nothing here
 * follows a symbolic link in the last component; temporaries are named ".tmp-…" so that start-up can find
 * and delete what a crash left. Does not retry a failed fsync: the kernel may already have dropped the page.
 */
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/digest.h"

int directory_open(const char *path, struct error *error)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        error_system(error, "opening the directory %s", path);
    return directory;
}

int directory_open_at(int parent, const char *name, bool make, mode_t mode, struct error *error)
{
    bool made = false;
    if (make) {
        made = mkdirat(parent, name, mode) == 0;
        if (!made && errno != EEXIST) {
            error_system(error, "making the directory %s", name);
            return -1;
        }
    }
    int directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;
    bool done = directory >= 0 || error_system(error, "opening the directory %s", name);
    if (done && made) {
        done = fstat(directory, &status) == 0;
        /* A new directory has the set-group-id bit from its parent, and with it the group that a command's
           answers are for. It stays; and as the kernel takes it away whenever somebody outside that group sets
           the mode, the mode is set only where the umask took something. */
        mode_t wanted = mode | (done ? status.st_mode & S_ISGID : 0);
        if (done && (status.st_mode & 07777) != wanted)
            done = fchmod(directory, wanted) == 0;
        if (!done)
            error_system(error, "setting the mode of the directory %s", name);
    }
    if (!done && directory >= 0)
        close(directory);
    return done ? directory : -1;
}

void directory_scatter(int directory)
{
    int flags = 0;
    if (ioctl(directory, FS_IOC_GETFLAGS, &flags) == 0 && (flags & FS_TOPDIR_FL) == 0) {
        flags |= FS_TOPDIR_FL;
        (void)ioctl(directory, FS_IOC_SETFLAGS, &flags);
    }
}

int directory_open_below(int parent, const char *path)
{
    const struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    return strstr(path, "..") != NULL ? -1 : (int)syscall(SYS_openat2, parent, path, &how, sizeof how);
}

/* Where only the last folder is missing. -1: go the long way. */
static int make_last(int parent, const char *path, mode_t mode)
{
    const char *last = strrchr(path, '/');
    char *above = last == NULL || last[1] == '\0' ? NULL : strndup(path, (size_t)(last - path));
    int folder = above == NULL ? -1 : directory_open_below(parent, above);
    int made = folder < 0 ? -1 : directory_open_at(folder, last + 1, true, mode, NULL);
    if (folder >= 0)
        close(folder);
    free(above);
    return made;
}

static int make_path(int parent, const char *path, mode_t mode, bool synced, struct error *error)
{
    int quick = directory_open_below(parent, path);
    if (quick < 0 && !synced)
        quick = make_last(parent, path, mode);
    if (quick >= 0)
        return quick;
    int at = dup(parent);
    if (at < 0) {
        error_system(error, "walking to %s", path);
        return -1;
    }
    char component[256];
    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        if (length >= sizeof component || (length == 2 && path[0] == '.' && path[1] == '.')) {
            error_set(error, FAULT_INPUT, "\"%s\" is no path below the site", path);
            close(at);
            return -1;
        }
        memcpy(component, path, length);
        component[length] = '\0';
        path += length + (path[length] == '/' ? 1 : 0);
        if (length == 0)
            continue;
        bool there = !synced || faccessat(at, component, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
        int next = directory_open_at(at, component, true, mode, error);
        if (next >= 0 && !there && !directory_sync(at, error)) {
            close(next);
            next = -1;
        }
        close(at);
        if (next < 0)
            return -1;
        at = next;
    }
    return at;
}

int directory_make_path(int parent, const char *path, mode_t mode, struct error *error)
{
    return make_path(parent, path, mode, true, error);
}

int directory_make_path_unsynced(int parent, const char *path, mode_t mode, struct error *error)
{
    return make_path(parent, path, mode, false, error);
}

/* A hidden name no other thread or process of this site uses. */
static void temporary_name(char *name)
{
    static atomic_uint counter;
    snprintf(name, TEMPORARY_NAME_SIZE, TEMPORARY_PREFIX "%ld-%u", (long)getpid(),
             atomic_fetch_add(&counter, 1));
}

static int temporary_open(int directory, mode_t mode, const char *name, struct error *error)
{
    int file = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        error_system(error, "creating a temporary file");
        return -1;
    }
    if (fchmod(file, mode) != 0) {
        error_system(error, "setting the mode of a temporary file");
        close(file);
        unlinkat(directory, name, 0);
        return -1;
    }
    return file;
}

int file_temporary(int directory, mode_t mode, char *name, struct error *error)
{
    temporary_name(name);
    return temporary_open(directory, mode, name, error);
}

/* Sync, rename, sync the directory; on failure the temporary is gone. Closes the file. */
static bool temporary_publish(int directory, int file, const char *temporary, const char *name,
                              struct error *error)
{
    bool done = file_sync(file, error);
    if (close(file) != 0 && done)
        done = error_system(error, "closing %s", name);
    if (done)
        done = file_rename(directory, temporary, directory, name, true, error);
    if (!done) {
        unlinkat(directory, temporary, 0);
        return error_context(error, "writing %s", name);
    }
    return directory_sync(directory, error);
}

bool file_write_durable(int directory, const char *name, const void *bytes, size_t length, mode_t mode,
                        struct error *error)
{
    char temporary[TEMPORARY_NAME_SIZE];
    int file = file_temporary(directory, mode, temporary, error);
    if (file < 0)
        return error_context(error, "writing %s", name);
    if (!file_write_all(file, bytes, length, error)) {
        close(file);
        unlinkat(directory, temporary, 0);
        return error_context(error, "writing %s", name);
    }
    return temporary_publish(directory, file, temporary, name, error);
}

bool file_hand_over(int directory, const char *name, const void *bytes, size_t length, mode_t mode,
                    struct error *error)
{
    char hidden[256];
    /* Not temporary_name: many machines write into one drop, and a process number is unique on one only. */
    if (snprintf(hidden, sizeof hidden, ".sending-%s", name) >= (int)sizeof hidden)
        return error_set(error, FAULT_INPUT, "the name %s is too long", name);
    unlinkat(directory, hidden, 0);
    int file = openat(directory, hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return error_system(error, "handing over %s", name);
    bool done = file_write_all(file, bytes, length, error) && file_sync(file, error);
    if (done && fchmod(file, mode) != 0)
        done = error_system(error, "setting the mode of %s", name);
    close(file);
    if (done && renameat2(directory, hidden, directory, name, RENAME_NOREPLACE) != 0)
        done = errno == EEXIST ? error_set(error, FAULT_INPUT, "%s was handed over already", name)
                               : error_system(error, "handing over %s", name);
    if (!done)
        unlinkat(directory, hidden, 0);
    return done;
}

static bool copy_all(int from, int to, struct error *error)
{
    char block[65536];
    off_t offset = 0;
    for (;;) {
        ssize_t got = pread(from, block, sizeof block, offset);
        if (got < 0)
            return error_system(error, "reading the file to copy");
        if (got == 0)
            return true;
        if (!file_write_all(to, block, (size_t)got, error))
            return false;
        offset += got;
    }
}

void file_temporary_name(const char *target, char *name)
{
    char hex[DIGEST_TEXT_SIZE];
    struct digest digest = digest_of(target, strlen(target));
    snprintf(name, TEMPORARY_NAME_SIZE, TEMPORARY_PREFIX "%.16s", digest_text(&digest, hex));
}

int file_temporary_for(int directory, const char *target, mode_t mode, char *name, struct error *error)
{
    file_temporary_name(target, name);
    return temporary_open(directory, mode, name, error);
}

bool file_copy_durable(int directory, const char *name, int source, mode_t mode, struct error *error)
{
    char temporary[TEMPORARY_NAME_SIZE];
    int file = file_temporary_for(directory, name, mode, temporary, error);
    if (file < 0)
        return error_context(error, "writing %s", name);
    if (!copy_all(source, file, error)) {
        close(file);
        unlinkat(directory, temporary, 0);
        return error_context(error, "writing %s", name);
    }
    return temporary_publish(directory, file, temporary, name, error);
}

bool file_read_open(int file, size_t limit, char **bytes, size_t *length, struct error *error)
{
    size_t capacity = 4096, used = 0;
    char *buffer = malloc(capacity + 1);
    if (buffer == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while reading a file");
    for (;;) {
        ssize_t got = pread(file, buffer + used, capacity - used, (off_t)used);
        if (got < 0) {
            free(buffer);
            return error_system(error, "reading a file");
        }
        if (got == 0)
            break;
        used += (size_t)got;
        if (used > limit) {
            free(buffer);
            return error_set(error, FAULT_INPUT, "the file is larger than the %zu bytes allowed", limit);
        }
        if (used == capacity) {
            char *larger = realloc(buffer, 2 * capacity + 1);
            if (larger == NULL) {
                free(buffer);
                return error_set(error, FAULT_TEMPORARY, "out of memory while reading a file");
            }
            buffer = larger;
            capacity *= 2;
        }
    }
    buffer[used] = '\0';
    *bytes = buffer;
    *length = used;
    return true;
}

int file_open(int directory, const char *name, struct error *error)
{
    /* Non-blocking: opening a FIFO somebody planted must not wait for its writer. */
    int file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    if (file < 0) {
        error_system(error, "opening %s", name);
        return -1;
    }
    if (fstat(file, &status) != 0)
        error_system(error, "looking at %s", name);
    else if (S_ISREG(status.st_mode))
        return file;
    else
        error_set(error, FAULT_INPUT, "%s is not a regular file", name);
    close(file);
    return -1;
}

bool file_read(int directory, const char *name, size_t limit, char **bytes, size_t *length,
               struct error *error)
{
    int file = file_open(directory, name, error);
    if (file < 0)
        return false;
    bool done = file_read_open(file, limit, bytes, length, error) || error_context(error, "%s", name);
    close(file);
    return done;
}

bool file_write_all(int file, const void *bytes, size_t length, struct error *error)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t put = write(file, at, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return error_system(error, "writing a file");
        at += put;
        length -= (size_t)put;
    }
    return true;
}

static bool sync_failed(struct error *error, const char *what)
{
    error_system(error, "%s", what);
    if (error != NULL)
        error->fault = FAULT_DURABILITY;
    return false;
}

bool file_sync(int file, struct error *error)
{
    return fsync(file) == 0 || sync_failed(error, "syncing a file to the disk");
}

int file_sync_once(int file)
{
    static atomic_bool failed;
    if (!failed) {
        int number;
        do
            number = fdatasync(file);
        while (number != 0 && errno == EINTR);
        if (number == 0)
            return 0;
        failed = true;
    }
    return ENOTRECOVERABLE;
}

bool directory_sync(int directory, struct error *error)
{
    return fsync(directory) == 0 || sync_failed(error, "syncing a directory to the disk");
}

bool volume_sync(int any_file, struct error *error)
{
    return syncfs(any_file) == 0 || sync_failed(error, "syncing the volume to the disk");
}

void file_write_out(int file)
{
    (void)sync_file_range(file, 0, 0,
                          SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
}

bool file_rename(int from_directory, const char *from, int to_directory, const char *to, bool replace,
                 struct error *error)
{
    if (renameat2(from_directory, from, to_directory, to, replace ? 0 : RENAME_NOREPLACE) == 0)
        return true;
    return error_system(error, "renaming %s to %s", from, to);
}

bool file_remove(int directory, const char *name, struct error *error)
{
    if (unlinkat(directory, name, 0) == 0 || errno == ENOENT)
        return true;
    return error_system(error, "removing %s", name);
}

int memory_file_empty(const char *label, struct error *error)
{
    int file = memfd_create(label, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0)
        error_system(error, "making a memory file for %s", label);
    return file;
}

bool memory_file_seal(int file, struct error *error)
{
    return fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0 ||
           error_system(error, "sealing a memory file");
}

int memory_file(const char *label, const void *bytes, size_t length, struct error *error)
{
    int file = memory_file_empty(label, error);
    if (file < 0)
        return -1;
    if (!file_write_all(file, bytes, length, error) || !memory_file_seal(file, error)) {
        error_context(error, "filling a memory file for %s", label);
        close(file);
        return -1;
    }
    return file;
}
