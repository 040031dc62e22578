/*
 * Removing a directory tree without following links.
 *
 * Guarantees: stays on the tree it was given (every step is openat with O_NOFOLLOW); what vanishes
 * meanwhile is no error. Bounded depth, so that a hostile nest cannot exhaust descriptors.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

enum { DEEPEST = 64 };

static bool remove_below(int parent, const char *name, int depth, struct error *error)
{
    if (depth > DEEPEST)
        return error_set(error, FAULT_INPUT, "%s is nested deeper than %d directories", name, DEEPEST);
    int directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0) {
        if (errno == ENOENT)
            return true;
        if (errno == ENOTDIR || errno == ELOOP)
            return file_remove(parent, name, error);
        return error_system(error, "opening %s to remove it", name);
    }
    DIR *stream = fdopendir(directory);
    if (stream == NULL) {
        close(directory);
        return error_system(error, "listing %s to remove it", name);
    }
    bool done = true;
    struct dirent *entry;
    while (done && (entry = readdir(stream)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        bool nested = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
        done = nested ? remove_below(directory, entry->d_name, depth + 1, error)
                      : file_remove(directory, entry->d_name, error);
    }
    closedir(stream);
    if (!done)
        return false;
    if (unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
        return error_system(error, "removing the directory %s", name);
    return true;
}

bool directory_remove_tree(int parent, const char *name, struct error *error)
{
    return remove_below(parent, name, 0, error);
}
