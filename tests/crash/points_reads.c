/*
 * Preloaded beside points.c: with FAIL_READS one file lies on a bad place of the disk. Every read of it fails, in every
 * process, and what is mapped of it ends whoever looks there. Not seen: what the C library reads by itself (fopen).
 */
#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/crash/points.h"

/* By its inode: a worker cannot ask for a path. */
static bool unreadable(int file)
{
    struct stat status;
    int before = errno;
    bool yes = points != NULL && points->action == FAIL_READS && fstat(file, &status) == 0 &&
               status.st_ino == points->unreadable && status.st_dev == points->device;
    errno = before;
    if (!yes)
        return false;
    atomic_fetch_add(&points->count, 1);
    errno = points->error;
    return true;
}

ssize_t read(int file, void *bytes, size_t length)
{
    return unreadable(file) ? -1 : syscall(SYS_read, file, bytes, length);
}

ssize_t pread(int file, void *bytes, size_t length, off_t offset)
{
    return unreadable(file) ? -1 : syscall(SYS_pread64, file, bytes, length, offset);
}

ssize_t readv(int file, const struct iovec *parts, int count)
{
    return unreadable(file) ? -1 : syscall(SYS_readv, file, parts, count);
}

ssize_t copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset, size_t length, unsigned flags)
{
    return unreadable(from) ? -1
                            : syscall(SYS_copy_file_range, from, from_offset, to, to_offset, length, flags);
}

/* To map works; a page that cannot be read is a signal to whoever touches it, as any page behind the end of a file is. */
void *mmap(void *wanted, size_t length, int protection, int flags, int file, off_t offset)
{
    if ((flags & MAP_ANONYMOUS) == 0 && unreadable(file))
        offset = (off_t)1 << 40;
    return (void *)syscall(SYS_mmap, wanted, length, protection, flags, file, offset);
}

ssize_t pread64(int file, void *bytes, size_t length, off_t offset) __attribute__((alias("pread")));
void *mmap64(void *wanted, size_t length, int protection, int flags, int file, off_t offset)
    __attribute__((alias("mmap")));
