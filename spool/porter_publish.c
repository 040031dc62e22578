/*
 * Making things visible on the shares, and taking them away.
 *
 * Guarantees: a file appears whole, durably, under its final name; one that is there already with the same
 * bytes is left alone, so that publishing twice changes nothing. Directories on the way are made.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "spool/porter_child.h"

enum { DIRECTORY_MODE = 0750 };

static bool already_there(int directory, const char *name, int content)
{
    struct digest wanted, found;
    int file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return false;
    struct stat status;
    bool same = fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
                digest_of_file(file, &found, NULL, NULL) && digest_of_file(content, &wanted, NULL, NULL) &&
                digest_equal(&wanted, &found);
    close(file);
    return same;
}

bool porter_publish(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)sent;
    const char *path = json_text(message, "directory"), *name = json_text(message, "name");
    int directory = directory_make_path(site, path, DIRECTORY_MODE, error);
    if (directory < 0)
        return error_context(error, "publishing %s/%s", path, name);
    bool there = already_there(directory, name, file);
    bool done;
    if (!there)
        done = file_copy_durable(directory, name, file, (mode_t)json_whole(message, "mode", 0640), error);
    else /* perhaps of a porter that was killed before it synced the folders on the way */
        done = !json_flag(message, "row") || volume_sync(directory, error);
    json_put_flag(answer, "changed", !there);
    close(directory);
    return done || error_context(error, "publishing %s/%s", path, name);
}

bool porter_remove(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)file;
    (void)answer;
    (void)sent;
    const char *path = json_text(message, "directory");
    const char *slash = strrchr(path, '/');
    const json_t *names = json_object_get(message, "names");
    char parent_path[512];
    bool done = false;
    int parent = -1;
    if (slash == NULL || (size_t)(slash - path) >= sizeof parent_path)
        return error_set(error, FAULT_INTERNAL, "\"%s\" is not removed: it is no item's folder", path);
    memcpy(parent_path, path, (size_t)(slash - path));
    parent_path[slash - path] = '\0';
    struct error own = ERROR_NONE;
    parent = porter_open(site, json_is_array(names) ? path : parent_path, &own);
    if (parent < 0) {
        done = own.fault == FAULT_ABSENT;
        if (!done && error != NULL)
            *error = own;
        goto done;
    }
    if (!json_is_array(names))
        done = directory_remove_tree(parent, slash + 1, error);
    else {
        size_t index;
        json_t *name;
        done = true;
        json_array_foreach(names, index, name) done =
            done && file_remove(parent, json_string_value(name), error);
    }
    done = done && directory_sync(parent, error);
done:
    if (parent >= 0)
        close(parent);
    return done || error_context(error, "removing %s", path);
}
