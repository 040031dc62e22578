/*
 * Looking at one drop: what lies in it, without opening any file.
 *
 * Guarantees: hidden names (ours and half-made ones of senders) are left out; names are sorted, so equal
 * contents give an equal print. Does not judge whether a drop is complete: spool/settle.c does.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "spool/porter_child.h"

enum { FILES_MOST = 8192 };

struct names {
    char *list[FILES_MOST];
    size_t count;
};

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool take_name(void *context, const char *name, unsigned char type)
{
    (void)type;
    struct names *names = context;
    if (name[0] != '.' && (names->list[names->count] = strdup(name)) != NULL)
        names->count++;
    return names->count < FILES_MOST;
}

/* Visible names of a directory, sorted; at most FILES_MOST. */
static bool list_names(int directory, struct names *names, struct error *error)
{
    names->count = 0;
    bool listed = directory_each(directory, take_name, names, error);
    qsort(names->list, names->count, sizeof names->list[0], compare);
    return listed;
}

static void free_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    names->count = 0;
}

/* What the looks at a drop add up to. */
struct looking {
    bool local;  /* numbers of inodes and times of change are this machine's */
    bool closed; /* a folder we may not look into */
    struct text print;
    struct timespec changed; /* newest time of change of anything in it */
};

static void add_print(struct looking *looking, const char *name, const struct stat *status)
{
    text_format(&looking->print, "%s\n%lld %lld.%09ld %o", name, (long long)status->st_size,
                (long long)status->st_mtim.tv_sec, status->st_mtim.tv_nsec, status->st_mode);
    /* The time of change gives away who sets the time of writing back. Of a network file system neither it nor
       the inode's number has to be the same at the next look. */
    if (looking->local)
        text_format(&looking->print, " %llu %lld.%09ld", (unsigned long long)status->st_ino,
                    (long long)status->st_ctim.tv_sec, status->st_ctim.tv_nsec);
    text_add(&looking->print, "\n");
    if (status->st_ctim.tv_sec > looking->changed.tv_sec ||
        (status->st_ctim.tv_sec == looking->changed.tv_sec &&
         status->st_ctim.tv_nsec > looking->changed.tv_nsec))
        looking->changed = status->st_ctim;
}

/* What is inside a drop that is a directory: into `files` (the first few) and the print (all). */
static size_t look_inside(struct looking *looking, int share, const char *name, size_t most, json_t *files)
{
    static struct names inside; /* large, and a porter has one thread */
    struct error ignored = ERROR_NONE;
    int directory = openat(share, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0 || !list_names(directory, &inside, &ignored)) {
        if (directory >= 0) {
            free_names(&inside);
            close(directory);
        }
        text_format(&looking->print, "unreadable %d\n", errno);
        looking->closed = true;
        return 0;
    }
    size_t count = inside.count;
    for (size_t i = 0; i < inside.count; i++) {
        struct stat status;
        if (fstatat(directory, inside.list[i], &status, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        add_print(looking, inside.list[i], &status);
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

json_t *porter_look(int share, const char *name, size_t most, bool local)
{
    struct stat status;
    struct looking looking = {.local = local, .print = TEXT_EMPTY};
    if (fstatat(share, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return NULL;
    const char *form = S_ISDIR(status.st_mode) ? "directory" : S_ISREG(status.st_mode) ? "file" : "other";
    json_t *files = json_array();
    size_t count = 0;
    add_print(&looking, name, &status);
    if (S_ISDIR(status.st_mode))
        count = look_inside(&looking, share, name, most, files);
    char text[DIGEST_TEXT_SIZE];
    struct digest digest =
        digest_of(looking.print.bytes == NULL ? "" : looking.print.bytes, looking.print.length);
    char *escaped = name_escape(name);
    json_t *drop =
        json_pack("{ss,ss,sI,ss,so,sI,sI}", "drop", escaped, "form", form, "uid", (json_int_t)status.st_uid,
                  "print", digest_text(&digest, text), "files", files, "count", (json_int_t)count, "size",
                  (json_int_t)(S_ISREG(status.st_mode) ? status.st_size : 0));
    if (looking.closed)
        json_put_flag(drop, "closed", true);
    if (local)
        json_put_whole(drop, "changed", looking.changed.tv_sec * 1000 + looking.changed.tv_nsec / 1000000);
    free(escaped);
    text_free(&looking.print);
    return drop;
}
