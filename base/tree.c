/*
 * Removing a directory tree without following links.
 *
 * Guarantees: stays on the tree it was given (every step is openat with O_NOFOLLOW); what vanishes
 * meanwhile is no error. Any depth, with a bounded number of descriptors and a bounded stack.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

enum { DEEPEST = 32, MOVED_MOST = 100000 };

/* Where what lies too deep is moved to: the top of the tree, under a name of its own. */
struct removal {
    int top;
    unsigned moved;
};

static bool remove_below(struct removal *removal, int parent, const char *name, int depth,
                         struct error *error);

/* Out of the depth, so that neither descriptors nor the stack run out; the top is gone through again. */
static bool move_up(struct removal *removal, int parent, const char *name, struct error *error)
{
    char other[32];
    struct stat status;
    struct error own = ERROR_NONE;
    do
        snprintf(other, sizeof other, "moved-%u", ++removal->moved);
    while (fstatat(removal->top, other, &status, AT_SYMLINK_NOFOLLOW) == 0 && removal->moved < MOVED_MOST);
    if (removal->moved >= MOVED_MOST)
        return error_set(error, FAULT_TEMPORARY, "%s grows while it is removed", name);
    if (file_rename(parent, name, removal->top, other, false, &own) || own.fault == FAULT_ABSENT)
        return true;
    if (error != NULL)
        *error = own;
    return false;
}

static bool remove_inside(struct removal *removal, DIR *stream, int directory, int depth, struct error *error)
{
    struct dirent *entry;
    bool done = true;
    while (done && (entry = readdir(stream)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        bool nested = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
        if (nested && depth == DEEPEST)
            done = move_up(removal, directory, entry->d_name, error);
        else
            done = nested ? remove_below(removal, directory, entry->d_name, depth + 1, error)
                          : file_remove(directory, entry->d_name, error);
    }
    return done;
}

static bool remove_below(struct removal *removal, int parent, const char *name, int depth,
                         struct error *error)
{
    int directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0) {
        if (errno == ENOENT)
            return true;
        if (errno == ENOTDIR || errno == ELOOP)
            return file_remove(parent, name, error);
        /* Not ours to look into; it may be empty. */
        if (errno == EACCES && unlinkat(parent, name, AT_REMOVEDIR) == 0)
            return true;
        errno = errno == ENOTEMPTY ? EACCES : errno;
        return error_system(error, "opening %s to remove it", name);
    }
    DIR *stream = fdopendir(directory);
    if (stream == NULL) {
        close(directory);
        return error_system(error, "listing %s to remove it", name);
    }
    if (depth == 0)
        removal->top = directory;
    unsigned before;
    bool done;
    do {
        before = removal->moved;
        rewinddir(stream);
        done = remove_inside(removal, stream, directory, depth, error);
    } while (done && depth == 0 && removal->moved != before);
    closedir(stream);
    if (!done)
        return false;
    if (unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
        return error_system(error, "removing the directory %s", name);
    return true;
}

bool directory_remove_tree(int parent, const char *name, struct error *error)
{
    struct removal removal = {.top = -1};
    errno = 0;
    if (remove_below(&removal, parent, name, 0, error))
        return true;
    /* Closing what was open on the way back changes no errno. */
    if (error != NULL && (errno == EACCES || errno == EPERM))
        error->fault = FAULT_REFUSED;
    return false;
}
