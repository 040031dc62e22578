/*
 * The casebook's newest log file, longer and shorter.
 *
 * Guarantees: no byte of the log is touched: what is cut off was looked at, and is zeros. Neither is synced: with either
 * length a crash leaves a log that recovery reads to the same end.
 */
#include "casebook/log_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    LOOKED_AT = 4096,               /* behind the end: a record that follows has its head there */
    ROOM_BYTES = 2 * LOG_FILE_BYTES /* so much is free, or the file stays short */
};

static int is_log(const struct dirent *entry)
{
    return strlen(entry->d_name) == sizeof "log.0000000001" - 1 && strncmp(entry->d_name, "log.", 4) == 0;
}

static int open_log(const char *directory, const char *name)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    return length < 0 || (size_t)length >= sizeof path ? -1 : open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
}

void log_files_lengthen(const char *directory)
{
    struct dirent **names = NULL;
    struct stat status;
    struct statvfs volume;
    int count = scandir(directory, &names, is_log, alphasort);
    int file = count > 0 ? open_log(directory, names[count - 1]->d_name) : -1;
    /* Whoever opens it fills it with zeros: on a volume without that room nothing would start. One byte less, as
       Berkeley DB makes them. */
    if (file >= 0 && fstat(file, &status) == 0 && status.st_size < LOG_FILE_BYTES - 1 &&
        fstatvfs(file, &volume) == 0 && (uint64_t)volume.f_bavail * volume.f_frsize > ROOM_BYTES)
        (void)!ftruncate(file, LOG_FILE_BYTES - 1);
    if (file >= 0)
        close(file);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

void log_files_shorten(const char *directory, uint32_t number, uint32_t end)
{
    static const char zeros[LOOKED_AT];
    char name[32], behind[LOOKED_AT];
    snprintf(name, sizeof name, "log.%010u", number);
    int file = open_log(directory, name);
    ssize_t got = file < 0 ? -1 : pread(file, behind, sizeof behind, (off_t)end);
    if (got > 0 && memcmp(behind, zeros, (size_t)got) == 0)
        (void)!ftruncate(file, (off_t)end);
    if (file >= 0)
        close(file);
}
