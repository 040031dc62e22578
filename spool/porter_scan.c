/*
 * Listing a share: what lies there, without opening any file.
 *
 * Guarantees: hidden names (ours and half-made ones of senders) are left out; the listing is sorted, so equal
 * contents give equal bytes; it is bounded, so a folder of a million names costs a bounded message (the rest
 * is seen once these are gone). Does not judge whether a drop is complete: spool/settle.c does.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "spool/porter_child.h"

enum { DROPS_MOST = 1024, FILES_MOST = 8192 };

struct names {
    char *list[FILES_MOST];
    size_t count;
};

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Visible names of a directory, sorted; at most `most`. */
static bool list_names(int directory, struct names *names, size_t most, struct error *error)
{
    names->count = 0;
    int again = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = again < 0 ? NULL : fdopendir(again);
    if (stream == NULL) {
        if (again >= 0)
            close(again);
        return error_system(error, "listing a folder");
    }
    struct dirent *entry;
    while (names->count < most && (entry = readdir(stream)) != NULL)
        if (entry->d_name[0] != '.' && (names->list[names->count] = strdup(entry->d_name)) != NULL)
            names->count++;
    closedir(stream);
    qsort(names->list, names->count, sizeof names->list[0], compare);
    return true;
}

static void free_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    names->count = 0;
}

static void add_print(struct text *print, const char *name, const struct stat *status)
{
    text_format(print, "%s\n%lld %lld.%09ld %llu %o\n", name, (long long)status->st_size,
                (long long)status->st_mtim.tv_sec, status->st_mtim.tv_nsec,
                (unsigned long long)status->st_ino, status->st_mode);
}

/* What is inside a drop that is a directory: into `files` (the first few) and the print (all). */
static size_t look_inside(int share, const char *name, size_t most, json_t *files, struct text *print)
{
    static struct names inside; /* large, and a porter has one thread */
    struct error ignored = ERROR_NONE;
    int directory = openat(share, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0 || !list_names(directory, &inside, FILES_MOST, &ignored)) {
        if (directory >= 0)
            close(directory);
        text_format(print, "unreadable %d\n", errno);
        return 0;
    }
    size_t count = inside.count;
    for (size_t i = 0; i < inside.count; i++) {
        struct stat status;
        if (fstatat(directory, inside.list[i], &status, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        add_print(print, inside.list[i], &status);
        if (json_array_size(files) < most) {
            char *escaped = name_escape(inside.list[i]);
            json_t *file = json_pack("{ss}", "name", escaped);
            if (S_ISREG(status.st_mode)) /* of anything else the size says nothing */
                json_put_whole(file, "size", status.st_size);
            json_array_append_new(files, file);
            free(escaped);
        }
    }
    free_names(&inside);
    close(directory);
    return count;
}

static json_t *look_at(int share, const char *name, size_t most)
{
    struct stat status;
    struct text print = TEXT_EMPTY;
    if (fstatat(share, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return NULL;
    const char *form = S_ISDIR(status.st_mode) ? "directory" : S_ISREG(status.st_mode) ? "file" : "other";
    json_t *files = json_array();
    size_t count = 0;
    if (S_ISDIR(status.st_mode))
        count = look_inside(share, name, most, files, &print);
    else
        add_print(&print, name, &status);
    char text[DIGEST_TEXT_SIZE];
    struct digest digest = digest_of(print.bytes == NULL ? "" : print.bytes, print.length);
    char *escaped = name_escape(name);
    json_t *drop =
        json_pack("{ss,ss,sI,ss,so,sI}", "drop", escaped, "form", form, "uid", (json_int_t)status.st_uid,
                  "print", digest_text(&digest, text), "files", files, "count", (json_int_t)count);
    free(escaped);
    text_free(&print);
    return drop;
}

bool porter_scan(int site, const json_t *share, json_t **snapshot, struct error *error)
{
    static struct names drops;
    const char *path = json_text(share, "path");
    int directory = porter_open(site, path, error);
    if (directory < 0)
        return false;
    json_t *list = json_array();
    bool done = list_names(directory, &drops, DROPS_MOST, error);
    for (size_t i = 0; done && i < drops.count; i++) {
        json_t *drop = look_at(directory, drops.list[i], (size_t)json_whole(share, "names", 0));
        if (drop != NULL)
            json_array_append_new(list, drop);
    }
    free_names(&drops);
    close(directory);
    *snapshot = done ? json_pack("{ss,ss,so}", "op", "snapshot", "share", path, "drops", list) : NULL;
    if (!done)
        json_decref(list);
    return done &&
           (*snapshot != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while listing %s", path));
}
