/*
 * Comparing the folders of a site with the table.
 *
 * Guarantees: only looks. Judges what leaks or what stops work: rights of all others beyond the table's; any right of the
 * group where the table has none (an ACL's mask shows there too); the record's and the keys' owner. Groups are handed out by
 * the administrator, so their rights on shares are not judged.
 */
#include "command/check_places.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"

struct looking {
    const struct site *site;
    const json_t *down;
    check_place_found *found;
    void *context;
};

/* Below these everything is the service account's alone. */
static bool is_own(const char *path)
{
    return strncmp(path, "var", 3) == 0 || strcmp(path, "keys") == 0;
}

static bool look(void *context, const char *path, mode_t mode, struct error *error)
{
    const struct looking *looking = context;
    struct stat seen;
    char text[256];
    if (json_object_get(looking->down, path) != NULL)
        return true;
    if (!looking->found(looking->context, path, NULL, error))
        return false;
    if (fstatat(looking->site->directory, path, &seen, 0) != 0) {
        snprintf(text, sizeof text,
                 _("is not there: mount it; else a start of the daemon makes an empty one"));
        return looking->found(looking->context, path, text, error);
    }
    mode_t beyond = seen.st_mode & 0007 & ~mode;
    if ((mode & 0070) == 0)
        beyond |= seen.st_mode & 0070;
    if (!S_ISDIR(seen.st_mode))
        snprintf(text, sizeof text, _("is no folder"));
    else if (beyond != 0)
        snprintf(text, sizeof text, _("mode %04o lets in whom it should not: chmod %04o"),
                 (unsigned)(seen.st_mode & 07777), (unsigned)mode);
    else if ((mode & 01000) != 0 && (seen.st_mode & 01000) == 0)
        snprintf(text, sizeof text, _("anybody who may write can remove what others dropped: chmod %04o"),
                 (unsigned)mode);
    else if (is_own(path) && seen.st_uid != looking->site->account)
        snprintf(text, sizeof text, _("belongs to uid %u, not to the service account: chown %u"),
                 (unsigned)seen.st_uid, (unsigned)looking->site->account);
    else
        return true;
    return looking->found(looking->context, path, text, error);
}

/* Private keys are readable to the service account alone. */
static bool look_at_keys(const struct looking *looking, struct error *error)
{
    bool done = true;
    int folder = openat(looking->site->directory, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    if (list == NULL) {
        if (folder >= 0)
            close(folder);
        return true; /* closed to whoever asks: as it should be */
    }
    for (const struct dirent *entry; done && (entry = readdir(list)) != NULL;) {
        struct stat seen;
        char path[300], text[128];
        size_t length = strlen(entry->d_name);
        if (length < 4 || strcmp(entry->d_name + length - 4, ".key") != 0 ||
            fstatat(folder, entry->d_name, &seen, AT_SYMLINK_NOFOLLOW) != 0 || (seen.st_mode & 0077) == 0)
            continue;
        snprintf(path, sizeof path, "keys/%s", entry->d_name);
        snprintf(text, sizeof text, _("mode %04o lets others read a key: chmod 0600"),
                 (unsigned)(seen.st_mode & 07777));
        done = looking->found(looking->context, path, text, error);
    }
    closedir(list);
    return done;
}

bool check_places(const struct site *site, const json_t *down, check_place_found *found, void *context,
                  struct error *error)
{
    struct looking looking = {site, down, found, context};
    return site_places(site->settings, look, &looking, error) && look_at_keys(&looking, error);
}
