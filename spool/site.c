/*
 * A site as a process sees it.
 *
 * Guarantees: nothing is read by path after the directory was opened, so that a site renamed meanwhile stays
 * the same site. The lock is an flock: children that a killed daemon left behind keep it until they are gone
 * too, because a porter that is still renaming must not meet a second daemon.
 */
#include "spool/site.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"
#include "base/language.h"
#include "base/places.h"
#include "spool/room.h"

/* How long the children of a daemon that died are waited for. */
enum {
    MOMENT_MILLISECONDS = 2000,
    ORPHANS_MILLISECONDS = 5000,
    ROSTER_LIMIT = 4 << 20,
    SETTINGS_LIMIT = 1 << 20
};

bool site_find(const char *named, char *path, size_t size, struct error *error)
{
    const char *site = named != NULL ? named : getenv("LEADSPOOL_SITE");
    if (site == NULL || *site == '\0')
        return error_set(error, FAULT_USAGE, "say which site: -s DIR, or LEADSPOOL_SITE in the environment");
    char *absolute = realpath(site, NULL);
    if (absolute == NULL)
        return error_system(error, "looking for the site %s", site);
    bool fits = strlen(absolute) < size;
    if (fits)
        strcpy(path, absolute);
    free(absolute);
    return fits || error_set(error, FAULT_USAGE, "the path of the site %s is too long", site);
}

static bool read_settings(struct site *site, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    if (!file_read(site->directory, "site.xml", SETTINGS_LIMIT, &bytes, &length, error))
        return false;
    site->settings_text = bytes;
    site->settings_length = length;
    return settings_read("site.xml", bytes, length, &site->settings, error);
}

static bool read_roster(struct site *site, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    if (!file_read(site->directory, "roster.xml", ROSTER_LIMIT, &bytes, &length, error))
        return false;
    bool done = roster_read(bytes, length, &site->roster, error);
    free(bytes);
    return done;
}

bool site_open(const char *path, struct site *site, struct error *error)
{
    struct stat status;
    *site = (struct site){.directory = -1, .lock = -1};
    snprintf(site->path, sizeof site->path, "%s", path);
    site->directory = directory_open(path, error);
    bool done = site->directory >= 0 && read_settings(site, error) &&
                language_choose(site->settings->language, error);
    if (done && !read_roster(site, &site->roster_fault))
        error_context(&site->roster_fault, "site %s", path);
    if (done && fstatat(site->directory, "var", &status, AT_SYMLINK_NOFOLLOW) != 0)
        done = error_system(error, "looking at var/, whose owner is the service account");
    if (!done) {
        site_close(site);
        return error_context(error, "site %s", path);
    }
    site->account = status.st_uid;
    site->group = status.st_gid;
    return true;
}

void site_close(struct site *site)
{
    keyring_free(site->keyring);
    settings_free(site->settings);
    free(site->settings_text);
    roster_free(site->roster);
    if (site->lock >= 0)
        close(site->lock);
    if (site->directory >= 0)
        close(site->directory);
    *site = (struct site){.directory = -1, .lock = -1};
}

static long holder_of(int lock)
{
    char text[32] = "";
    ssize_t got = pread(lock, text, sizeof text - 1, 0);
    return got > 0 ? strtol(text, NULL, 10) : 0;
}

/* Waits a moment for a living holder, which may be a command that acts itself and is done at once; longer
   while the holder named is dead: then what holds the lock are its children, which end by themselves. */
static bool take_lock(int lock, struct error *error)
{
    for (int waited = 0;; waited += 50) {
        if (flock(lock, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK)
            return error_system(error, "locking var/run/lock");
        long pid = holder_of(lock);
        bool dead = pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
        if (!dead && waited >= MOMENT_MILLISECONDS)
            return error_set(error, FAULT_TEMPORARY, "another process has the site: pid %ld", pid);
        if (waited >= ORPHANS_MILLISECONDS)
            return error_set(error, FAULT_TEMPORARY,
                             "children of the daemon with pid %ld, which is gone, still hold the site", pid);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
}

bool site_lock(struct site *site, struct error *error)
{
    char text[32];
    if (site->roster == NULL && site->roster_fault.fault != FAULT_NONE) {
        *error = site->roster_fault;
        return false;
    }
    int run = room_writable(site->directory, error)
                  ? directory_make_path(site->directory, "var/run", 0711, error)
                  : -1;
    if (run < 0)
        return false;
    int lock = openat(run, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    close(run);
    if (lock < 0)
        return error_system(error, "opening var/run/lock");
    bool done = take_lock(lock, error);
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (done && (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)length, 0) != length))
        done = error_system(error, "writing var/run/lock");
    if (!done) {
        close(lock);
        return false;
    }
    site->lock = lock;
    return true;
}

bool site_become_owner(const struct site *site, struct error *error)
{
    uid_t self = geteuid();
    if (self == site->account)
        return true;
    if (self != 0)
        return error_set(
            error, FAULT_TEMPORARY,
            "no daemon is running, and only the service account (uid %u) and root may act without "
            "one; start it with leadspool run",
            (unsigned)site->account);
    struct passwd *entry = getpwuid(site->account);
    bool groups =
        entry != NULL ? initgroups(entry->pw_name, site->group) == 0 : setgroups(1, &site->group) == 0;
    if (!groups || setgid(site->group) != 0 || setuid(site->account) != 0)
        return error_system(error, "becoming the service account (uid %u)", (unsigned)site->account);
    return true;
}

/* The mode the site's settings give a place, or the table's. */
static mode_t mode_of(const struct place *place, const struct settings *settings)
{
    if (strcmp(place->path, "in/%") == 0)
        return settings->mode_in;
    if (strcmp(place->path, "out/%") == 0)
        return settings->mode_out;
    if (strcmp(place->path, "review/decisions") == 0)
        return settings->mode_decisions;
    return place->mode;
}

bool site_make_place(int directory, const char *path, mode_t mode, uid_t account, gid_t group,
                     struct error *error)
{
    if (faccessat(directory, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return true;
    int made = directory_make_path(directory, path, mode, error);
    if (made < 0)
        return false;
    bool done = true;
    if (geteuid() == 0 && fchown(made, account, group) != 0)
        done = error_system(error, "giving %s to the service account", path);
    /* Again after the owner: a change of owner takes the set-group bit away. */
    if (done && fchmod(made, mode) != 0)
        done = error_system(error, "setting the mode of %s", path);
    close(made);
    return done;
}

bool site_places(const struct settings *settings, site_place *visit, void *context, struct error *error)
{
    char path[4096];
    for (size_t i = 0; i < place_count; i++) {
        const char *percent = strchr(places[i].path, '%');
        mode_t mode = mode_of(&places[i], settings);
        size_t times = percent == NULL ? 1 : settings->command_count;
        for (size_t c = 0; c < times; c++) {
            if (percent == NULL)
                snprintf(path, sizeof path, "%s", places[i].path);
            else
                snprintf(path, sizeof path, "%.*s%s%s", (int)(percent - places[i].path), places[i].path,
                         settings->commands[c].name, percent + 1);
            if (!visit(context, path, mode, error))
                return false;
        }
    }
    return true;
}

struct making {
    int directory;
    uid_t account;
    gid_t group;
};

static bool make(void *context, const char *path, mode_t mode, struct error *error)
{
    const struct making *making = context;
    return site_make_place(making->directory, path, mode, making->account, making->group, error);
}

bool site_make_places(int directory, const struct settings *settings, uid_t account, gid_t group,
                      struct error *error)
{
    struct making making = {directory, account, group};
    return site_places(settings, make, &making, error);
}
