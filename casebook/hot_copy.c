/*
 * Copying the casebook's files while it is in use.
 *
 * Guarantees: Berkeley DB has no thread of its own here, so whoever has the one thread of the casebook sees no file change
 * while it reads: a page is whole in the copy, which Berkeley DB asks for and does not itself make sure. Log files
 * stay while a copy is under way (DB_LOG_AUTO_REMOVE is off); a copy that its asker left ends by itself at the
 * next checkpoint. Does not know where the bytes go.
 */
#include "casebook/hot_copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "casebook/internal.h"

enum { PATIENCE_MS = 60000 };

static bool over(const struct casebook *casebook)
{
    return casebook->copy == 0 || clock_monotonic() >= casebook->copy_until;
}

static bool keep_log(struct casebook *casebook, bool keep, struct error *error)
{
    int number =
        casebook->environment->log_set_config(casebook->environment, DB_LOG_AUTO_REMOVE, keep ? 0 : 1);
    return number == 0 || casebook_failed(casebook, number, error, "keeping the log for a copy");
}

bool hot_copy_busy(struct casebook *casebook)
{
    if (casebook->copy != 0 && over(casebook))
        hot_copy_end(casebook, casebook->copy);
    return casebook->copy != 0;
}

bool hot_copy_holds(const struct casebook *casebook)
{
    return casebook->copy != 0;
}

bool hot_copy_begin(struct casebook *casebook, uint64_t *token, struct error *error)
{
    if (hot_copy_busy(casebook))
        return error_set(
            error, FAULT_REFUSED,
            "another backup is being made: wait for it; one that was killed ends after a minute");
    /* What is no longer needed goes first: the whole log that is left belongs to the copy. */
    if (!casebook_checkpoint(casebook, error) || !keep_log(casebook, true, error))
        return false;
    *token = ++casebook->copies;
    casebook->copy = *token;
    casebook->copy_until = clock_monotonic() + PATIENCE_MS;
    return true;
}

void hot_copy_end(struct casebook *casebook, uint64_t token)
{
    if (casebook->copy == 0 || casebook->copy != token)
        return;
    casebook->copy = 0;
    keep_log(casebook, false, NULL);
}

static bool going_on(struct casebook *casebook, uint64_t token, struct error *error)
{
    if (casebook->copy == 0 || casebook->copy != token || over(casebook))
        return error_set(
            error, FAULT_INPUT,
            "this copy is over: the daemon was started anew, or nobody asked for a minute; begin "
            "again");
    casebook->copy_until = clock_monotonic() + PATIENCE_MS;
    return true;
}

static bool is_book(const char *name)
{
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, ".db") == 0 && name[0] != '_' && name[0] != '.';
}

static bool is_log(const char *name)
{
    return strncmp(name, "log.", 4) == 0 && strspn(name + 4, "0123456789") == strlen(name + 4);
}

static int home(struct casebook *casebook, struct error *error)
{
    const char *path = NULL;
    int number = casebook->environment->get_home(casebook->environment, &path);
    if (number != 0 || path == NULL) {
        casebook_failed(casebook, number, error, "finding the casebook's folder");
        return -1;
    }
    return directory_open(path, error);
}

bool hot_copy_list(struct casebook *casebook, uint64_t token, json_t *books, json_t *logs,
                   struct error *error)
{
    if (!going_on(casebook, token, error))
        return false;
    int folder = home(casebook, error);
    if (folder < 0)
        return false;
    DIR *stream = fdopendir(folder);
    if (stream == NULL) {
        close(folder);
        return error_system(error, "listing the casebook");
    }
    bool done = true;
    for (struct dirent *entry; done && (entry = readdir(stream)) != NULL;) {
        json_t *list = is_book(entry->d_name) ? books : is_log(entry->d_name) ? logs : NULL;
        done = list == NULL || json_array_append_new(list, json_string(entry->d_name)) == 0 ||
               error_set(error, FAULT_TEMPORARY, "out of memory while listing the casebook");
    }
    closedir(stream);
    return done;
}

/* How much of a log file there is: the one that is written is longer on the disk than what it holds. */
static bool log_length(struct casebook *casebook, const char *name, int64_t *length, struct error *error)
{
    DB_LOG_STAT *now = NULL;
    int number = casebook->environment->log_stat(casebook->environment, &now, 0);
    if (number != 0)
        return casebook_failed(casebook, number, error, "finding the end of the log");
    *length = strtoul(name + 4, NULL, 10) == now->st_cur_file ? (int64_t)now->st_cur_offset : INT64_MAX;
    memory_or_reserve_free(now);
    return true;
}

/* In blocks of whole pages, whatever their size; nothing from `length` on. */
static bool pass_on(int file, int64_t offset, int64_t length, int target, int64_t *got, struct error *error)
{
    static char block[256 << 10]; /* of the one thread */
    *got = 0;
    while (*got < HOT_COPY_SLICE && offset + *got < length) {
        int64_t left = length - offset - *got;
        ssize_t count =
            pread(file, block, left < (int64_t)sizeof block ? (size_t)left : sizeof block, offset + *got);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_system(error, "reading a file of the casebook");
        if (count == 0)
            return true;
        if (!file_write_all(target, block, (size_t)count, error))
            return false;
        *got += count;
        if ((size_t)count < sizeof block)
            return true;
    }
    return true;
}

bool hot_copy_read(struct casebook *casebook, uint64_t token, const char *name, int64_t offset, int target,
                   int64_t *got, struct error *error)
{
    if (!going_on(casebook, token, error))
        return false;
    if ((!is_book(name) && !is_log(name)) || strchr(name, '/') != NULL || offset < 0)
        return error_set(error, FAULT_INPUT, "\"%s\" is no file of the casebook", name);
    if (ftruncate(target, 0) != 0 || lseek(target, 0, SEEK_SET) != 0)
        return error_system(error, "emptying the slice of a copy");
    int64_t length = INT64_MAX;
    int folder = home(casebook, error), file = folder < 0 ? -1 : file_open(folder, name, error);
    bool done = file >= 0 && (is_book(name) || log_length(casebook, name, &length, error)) &&
                pass_on(file, offset, length, target, got, error);
    if (file >= 0)
        close(file);
    if (folder >= 0)
        close(folder);
    return done;
}
