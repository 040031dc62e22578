/*
 * The reserve: a file of the casebook's folder that is nothing but room.
 *
 * Guarantees: a transaction that began while there was room has at least RESERVE_BYTES to end in, also when somebody
 * else fills the volume meanwhile, up to that much; below that none that writes is begun in earnest, and that is no
 * failure of the disk: it is tried again. A file system that cannot keep room back has no reserve and the same limit.
 */
#include "casebook/reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"

enum reserve_step reserve_plan(uint64_t free_bytes, bool held)
{
    if (free_bytes < RESERVE_LOW)
        return held ? RESERVE_GIVE_UP : RESERVE_NO_ROOM;
    return !held && free_bytes >= RESERVE_PLENTY ? RESERVE_TAKE : RESERVE_LEAVE;
}

void reserve_open(struct reserve *reserve, const char *directory)
{
    struct stat status;
    reserve->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    reserve->held = reserve->directory >= 0 && fstatat(reserve->directory, RESERVE_NAME, &status, 0) == 0 &&
                    status.st_blocks * 512 >= RESERVE_BYTES;
}

void reserve_close(struct reserve *reserve)
{
    if (reserve->directory >= 0)
        close(reserve->directory);
    reserve->directory = -1;
}

static void take(struct reserve *reserve)
{
    int file =
        openat(reserve->directory, RESERVE_NAME, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    reserve->held = fallocate(file, 0, 0, RESERVE_BYTES) == 0;
    close(file);
    if (!reserve->held)
        unlinkat(reserve->directory, RESERVE_NAME, 0);
}

bool reserve_look(struct reserve *reserve)
{
    struct statvfs volume;
    if (reserve->directory < 0 || fstatvfs(reserve->directory, &volume) != 0)
        return true; /* whoever writes hears of it */
    switch (reserve_plan((uint64_t)volume.f_bavail * volume.f_frsize, reserve->held)) {
    case RESERVE_TAKE:
        take(reserve);
        return true;
    case RESERVE_GIVE_UP:
        log_line(LOG_LEVEL_ALARM, "disk-full",
                 "the volume of the casebook is full: its reserve of %d MiB is given up so that what is "
                 "under way can "
                 "be recorded. Make room",
                 RESERVE_BYTES >> 20);
        reserve->held = unlinkat(reserve->directory, RESERVE_NAME, 0) != 0;
        return true;
    case RESERVE_NO_ROOM:
        return false;
    case RESERVE_LEAVE:
    default:
        return true;
    }
}
