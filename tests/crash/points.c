/*
 * Preloaded into the program: every call that changes a file or a directory is a numbered point. At one of them the
 * processes are stopped to be killed, or the call fails with a chosen error. (points_reads.c: files that cannot be read.)
 *
 * Guarantees: the number is one count over all processes and threads; the call at which they stop is not made; only
 * regular files and names count, no socket, pipe or memory file. What reached the disk is written down in order (see
 * power_cut.py), and nothing is synced in earnest, so that a trial is quick. Does not see what the C library writes by
 * itself (fopen), nor files changed through a mapping: the program does neither with what it keeps.
 *
 * LEADSPOOL_POINTS names a file, mapped by all: `struct points` (points.h), then the lines of the journal. points.py is the other
 * side. Inside a worker's walls only calls are made that these allow.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "tests/crash/points.h"

/* What the C library's headers call for checked opens, and do not declare. */
int __open_2(const char *name, int flags);
int __openat_2(int directory, const char *name, int flags);
int __open64_2(const char *name, int flags);
int __openat64_2(int directory, const char *name, int flags);

struct points *points;
static char grave[512]; /* what is removed keeps a link here, so that a power cut can bring it back */

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("LEADSPOOL_POINTS");
    struct stat status;
    int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return;
    if (fstat(file, &status) == 0) {
        void *map = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (map != MAP_FAILED)
            points = map;
    }
    close(file);
    snprintf(grave, sizeof grave, "%s.grave", path);
}

static void journal(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void journal(const char *format, ...)
{
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length <= 0 || (size_t)length >= sizeof line)
        return;
    uint64_t at = atomic_fetch_add(&points->end, (uint64_t)length);
    if (at + (uint64_t)length <= points->size)
        memcpy((char *)points + at, line, (size_t)length);
}

/* The path of an open descriptor; empty where it cannot be asked for (in a worker). */
static void path_of(int file, char *path, size_t size)
{
    char link[64];
    path[0] = '\0';
    if (file == AT_FDCWD) {
        if (getcwd(path, size) == NULL)
            path[0] = '\0';
        return;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, size - 1);
    path[length < 0 ? 0 : length] = '\0';
}

static void whole_path(int directory, const char *name, char *path, size_t size)
{
    if (name[0] == '/') {
        snprintf(path, size, "%s", name);
        return;
    }
    path_of(directory, path, size);
    size_t length = strlen(path);
    snprintf(path + length, size - length, "/%s", name);
}

/* True when the call is to fail; errno is set. */
static bool point(const char *call, int file, const char *name)
{
    if (points->action == FAIL_READS)
        return false;
    if (points->action == FAIL_THERE && points->calls[0] != '\0' && strcmp(points->calls, call) != 0)
        return false;
    uint64_t number = atomic_fetch_add(&points->count, 1) + 1;
    if (!points->labelled && number != points->target && points->reached != 1)
        return false;
    if (points->labelled || number == points->target) {
        char path[LABEL_SIZE - 16];
        if (name != NULL)
            whole_path(file, name, path, sizeof path);
        else
            path_of(file, path, sizeof path);
        if (points->labelled)
            journal("P %s\t%s\n", call, path);
        if (number == points->target)
            snprintf(points->label, LABEL_SIZE, "%s\t%s", call, path);
    }
    if (number == points->target && points->action == FAIL_THERE) {
        points->reached = 2;
        errno = points->error;
        return true;
    }
    if (number == points->target && points->action == STOP_THERE)
        points->reached = 1;
    /* Whoever comes later stands still too: until the kill nothing more is done. */
    while (points->reached == 1) {
        const struct timespec moment = {.tv_nsec = 100000};
        nanosleep(&moment, NULL);
    }
    return false;
}

static bool counts(int file, struct stat *status)
{
    int before = errno;
    bool yes = points != NULL && fstat(file, status) == 0 && S_ISREG(status->st_mode) &&
               status->st_dev == points->device;
    errno = before;
    return yes;
}

/* A name's point counts where its folder is on the site's device. */
static bool counts_name(int directory, const char *name)
{
    struct stat status;
    int before = errno;
    bool yes = false;
    if (points != NULL) {
        char folder[1024];
        snprintf(folder, sizeof folder, "%s", name);
        char *slash = strrchr(folder, '/');
        if (slash == NULL)
            yes = directory == AT_FDCWD ? stat(".", &status) == 0 : fstat(directory, &status) == 0;
        else {
            slash[slash == folder ? 1 : 0] = '\0';
            yes = fstatat(directory, folder, &status, 0) == 0;
        }
        yes = yes && status.st_dev == points->device;
    }
    errno = before;
    return yes;
}

static void written(const struct stat *before)
{
    journal("W %ju %jd\n", (uintmax_t)before->st_ino, (intmax_t)before->st_size);
}

ssize_t write(int file, const void *bytes, size_t length)
{
    struct stat status;
    if (counts(file, &status)) {
        if (point("write", file, NULL))
            return -1;
        written(&status);
    }
    return syscall(SYS_write, file, bytes, length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset)
{
    struct stat status;
    if (counts(file, &status)) {
        if (point("pwrite", file, NULL))
            return -1;
        written(&status);
    }
    return syscall(SYS_pwrite64, file, bytes, length, offset);
}

ssize_t writev(int file, const struct iovec *parts, int count)
{
    struct stat status;
    if (counts(file, &status)) {
        if (point("writev", file, NULL))
            return -1;
        written(&status);
    }
    return syscall(SYS_writev, file, parts, count);
}

int ftruncate(int file, off_t length)
{
    struct stat status;
    if (counts(file, &status)) {
        if (point("ftruncate", file, NULL))
            return -1;
        written(&status);
    }
    return (int)syscall(SYS_ftruncate, file, length);
}

int fallocate(int file, int mode, off_t offset, off_t length)
{
    struct stat status;
    if (counts(file, &status)) {
        if (point("fallocate", file, NULL))
            return -1;
        written(&status);
    }
    return (int)syscall(SYS_fallocate, file, mode, offset, length);
}

/* A sync is a point, and a line of the journal; the disk is left alone. */
static int sync_one(const char *call, int file)
{
    struct stat status;
    int before = errno;
    if (points == NULL || fstat(file, &status) != 0 || status.st_dev != points->device)
        return 1;
    if (point(call, file, NULL))
        return -1;
    if (strcmp(call, "syncfs") == 0)
        journal("A\n");
    else
        journal("S %ju\n", (uintmax_t)status.st_ino);
    errno = before;
    return 0;
}

int fsync(int file)
{
    int done = sync_one("fsync", file);
    return done <= 0 ? done : (int)syscall(SYS_fsync, file);
}

int fdatasync(int file)
{
    int done = sync_one("fdatasync", file);
    return done <= 0 ? done : (int)syscall(SYS_fdatasync, file);
}

int syncfs(int file)
{
    int done = sync_one("syncfs", file);
    return done <= 0 ? done : (int)syscall(SYS_syncfs, file);
}

static uint64_t inode_at(int directory, const char *name)
{
    struct stat status;
    return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_ino : 0;
}

/* A link to what is about to lose its name; "-" when there is nothing, or a folder. */
static void bury(int directory, const char *name, char *kept, size_t size)
{
    static _Atomic unsigned buried;
    struct stat status;
    snprintf(kept, size, "-");
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR(status.st_mode))
        return;
    snprintf(kept, size, "%s/%d-%u", grave, (int)getpid(), atomic_fetch_add(&buried, 1));
    if (syscall(SYS_linkat, directory, name, AT_FDCWD, kept, 0) != 0)
        snprintf(kept, size, "-");
}

/* Paths hold no tab and no newline: the program writes such bytes as %XX. */
static int rename_any(const char *call, int from, const char *old, int to, const char *new, unsigned flags)
{
    bool counted = counts_name(to, new);
    char before[1024] = "", after[1024] = "", kept[600] = "-";
    uint64_t inode = 0;
    if (counted) {
        if (point(call, to, new))
            return -1;
        whole_path(from, old, before, sizeof before);
        whole_path(to, new, after, sizeof after);
        inode = inode_at(from, old);
        if ((flags & RENAME_NOREPLACE) == 0)
            bury(to, new, kept, sizeof kept);
    }
    int done = (int)syscall(SYS_renameat2, from, old, to, new, flags);
    if (counted && done == 0)
        journal("R %ju\t%s\t%s\t%s\n", (uintmax_t)inode, before, after, kept);
    return done;
}

int rename(const char *old, const char *new)
{
    return rename_any("rename", AT_FDCWD, old, AT_FDCWD, new, 0);
}

int renameat(int from, const char *old, int to, const char *new)
{
    return rename_any("rename", from, old, to, new, 0);
}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
    return rename_any("rename", from, old, to, new, flags);
}

int linkat(int from, const char *old, int to, const char *new, int flags)
{
    bool counted = counts_name(to, new);
    char path[1024];
    if (counted && point("link", to, new))
        return -1;
    int done = (int)syscall(SYS_linkat, from, old, to, new, flags);
    if (counted && done == 0) {
        whole_path(to, new, path, sizeof path);
        journal("N %ju\t%s\n", (uintmax_t)inode_at(to, new), path);
    }
    return done;
}

int link(const char *old, const char *new)
{
    return linkat(AT_FDCWD, old, AT_FDCWD, new, 0);
}

int unlinkat(int directory, const char *name, int flags)
{
    bool counted = counts_name(directory, name);
    char path[1024] = "", kept[600] = "-";
    if (counted) {
        if (point((flags & AT_REMOVEDIR) != 0 ? "rmdir" : "unlink", directory, name))
            return -1;
        whole_path(directory, name, path, sizeof path);
        bury(directory, name, kept, sizeof kept);
    }
    int done = (int)syscall(SYS_unlinkat, directory, name, flags);
    if (counted && done == 0)
        journal("%c %s\t%s\n", (flags & AT_REMOVEDIR) != 0 ? 'D' : 'U', path, kept);
    return done;
}

int unlink(const char *name)
{
    return unlinkat(AT_FDCWD, name, 0);
}

int rmdir(const char *name)
{
    return unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

int mkdirat(int directory, const char *name, mode_t mode)
{
    bool counted = counts_name(directory, name) && inode_at(directory, name) == 0;
    char path[1024];
    if (counted && point("mkdir", directory, name))
        return -1;
    int done = (int)syscall(SYS_mkdirat, directory, name, mode);
    if (counted && done == 0) {
        whole_path(directory, name, path, sizeof path);
        journal("N %ju\t%s\n", (uintmax_t)inode_at(directory, name), path);
    }
    return done;
}

int mkdir(const char *name, mode_t mode)
{
    return mkdirat(AT_FDCWD, name, mode);
}

static int open_any(int directory, const char *name, int flags, mode_t mode)
{
    struct stat status;
    bool counted = points != NULL && (flags & (O_CREAT | O_TRUNC)) != 0 && counts_name(directory, name);
    uint64_t there = counted ? inode_at(directory, name) : 0;
    char path[1024];
    counted = counted && (there == 0 || (flags & O_TRUNC) != 0);
    if (counted) {
        if (point(there == 0 ? "create" : "truncate", directory, name))
            return -1;
        if (there != 0 && fstatat(directory, name, &status, 0) == 0)
            written(&status);
    }
    int file = (int)syscall(SYS_openat, directory, name, flags, mode);
    if (counted && file >= 0 && there == 0) {
        whole_path(directory, name, path, sizeof path);
        int before = errno;
        if (fstat(file, &status) == 0) {
            journal("N %ju\t%s\n", (uintmax_t)status.st_ino, path);
            written(&(struct stat){.st_ino = status.st_ino, .st_size = 0});
        }
        errno = before;
    }
    return file;
}

#define MODE_OF(flags, mode)                                                                                 \
    do {                                                                                                     \
        va_list arguments;                                                                                   \
        va_start(arguments, flags);                                                                          \
        mode = ((flags) & (O_CREAT | __O_TMPFILE)) != 0 ? (mode_t)va_arg(arguments, int) : 0;                \
        va_end(arguments);                                                                                   \
    } while (0)

int open(const char *name, int flags, ...)
{
    mode_t mode;
    MODE_OF(flags, mode);
    return open_any(AT_FDCWD, name, flags, mode);
}

int openat(int directory, const char *name, int flags, ...)
{
    mode_t mode;
    MODE_OF(flags, mode);
    return open_any(directory, name, flags, mode);
}

int __open_2(const char *name, int flags)
{
    return open_any(AT_FDCWD, name, flags, 0);
}

int __openat_2(int directory, const char *name, int flags)
{
    return open_any(directory, name, flags, 0);
}

int open64(const char *name, int flags, ...) __attribute__((alias("open")));
int openat64(int directory, const char *name, int flags, ...) __attribute__((alias("openat")));
int __open64_2(const char *name, int flags) __attribute__((alias("__open_2")));
int __openat64_2(int directory, const char *name, int flags) __attribute__((alias("__openat_2")));
ssize_t pwrite64(int file, const void *bytes, size_t length, off_t offset) __attribute__((alias("pwrite")));
int ftruncate64(int file, off_t length) __attribute__((alias("ftruncate")));
int fallocate64(int file, int mode, off_t offset, off_t length) __attribute__((alias("fallocate")));

int fchmod(int file, mode_t mode)
{
    struct stat status;
    if (points != NULL && fstat(file, &status) == 0 && status.st_dev == points->device &&
        point("chmod", file, NULL))
        return -1;
    return (int)syscall(SYS_fchmod, file, mode);
}

int fchown(int file, uid_t user, gid_t group)
{
    struct stat status;
    if (points != NULL && fstat(file, &status) == 0 && status.st_dev == points->device &&
        point("chown", file, NULL))
        return -1;
    return (int)syscall(SYS_fchown, file, user, group);
}

int fsetxattr(int file, const char *name, const void *value, size_t size, int flags)
{
    struct stat status;
    if (points != NULL && fstat(file, &status) == 0 && status.st_dev == points->device &&
        point("setxattr", file, NULL))
        return -1;
    return (int)syscall(SYS_fsetxattr, file, name, value, size, flags);
}
