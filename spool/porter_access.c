/*
 * Giving a folder, and the files in it, to a list of accounts to read.
 *
 * Guarantees: follows no link; the owner keeps all rights, the group and everybody else get none; folders below it are left
 * alone. Accounts the directory does not know are left out. Names are looked up here, which may be slow; numbers are not.
 */
#include <acl/libacl.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "spool/porter_child.h"

static acl_t list_for(const json_t *readers, bool folder)
{
    struct text words = TEXT_EMPTY;
    const char *right = folder ? "r-x" : "r--";
    size_t i;
    json_t *reader;
    text_format(&words, "user::rw%s,group::---,other::---,mask::%s", folder ? "x" : "-", right);
    json_array_foreach(readers, i, reader)
    {
        const struct passwd *entry = json_is_integer(reader) ? NULL : getpwnam(json_string_value(reader));
        json_int_t uid = entry != NULL ? entry->pw_uid : json_integer_value(reader); /* 0 of a name unknown */
        if (uid > 0)
            text_format(&words, ",user:%u:%s", (unsigned)uid, right);
    }
    acl_t list = words.bytes == NULL ? NULL : acl_from_text(words.bytes);
    text_free(&words);
    return list;
}

static bool set_list(int file, const json_t *readers, bool folder)
{
    acl_t list = list_for(readers, folder);
    bool done = list != NULL && acl_set_fd(file, list) == 0;
    int why = errno;
    if (list != NULL)
        acl_free(list);
    errno = why;
    return done;
}

static bool set_files(int directory, const json_t *readers)
{
    int own = dup(directory);
    DIR *stream = own < 0 ? NULL : fdopendir(own);
    bool done = stream != NULL;
    const struct dirent *entry;
    if (stream != NULL)
        rewinddir(stream);
    while (done && (entry = readdir(stream)) != NULL) {
        struct stat status;
        int file = openat(directory, entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (file < 0)
            continue;
        if (fstat(file, &status) == 0 && S_ISREG(status.st_mode))
            done = set_list(file, readers, false);
        close(file);
    }
    if (stream != NULL)
        closedir(stream);
    else if (own >= 0)
        close(own);
    return done;
}

bool porter_access(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)file, (void)sent;
    const char *path = json_text(message, "directory");
    const json_t *readers = json_object_get(message, "readers");
    struct error own = ERROR_NONE;
    int directory = porter_open(site, path, &own);
    if (directory < 0) {
        json_put_text(answer, "state", "absent"); /* not published yet, or gone again */
        if (own.fault == FAULT_ABSENT)
            return true;
        *error = own;
        return false;
    }
    bool done = set_list(directory, readers, true) && set_files(directory, readers);
    json_put_text(answer, "state", done ? "set" : "unsupported");
    if (!done && errno != EOPNOTSUPP)
        error_system(error, "giving %s to its readers", path);
    bool answered = done || errno == EOPNOTSUPP;
    close(directory);
    return answered;
}
