/*
 * Which volumes are encrypted.
 *
 * Guarantees: what cannot be told is never taken for encrypted; of a device that lies on several, all have to be. Reads /sys
 * and /proc, opens no device.
 */
#include "spool/encrypted_volumes.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fscrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/files.h"
#include "base/language.h"
#include "base/log.h"
#include "spool/file_systems.h"

enum { DEPTH_MOST = 8, SEEN_MOST = 64, TMPFS = 0x01021994, RAMFS = 0x858458f6, ECRYPTFS = 0xf15f };

static enum volume_state look_at(const char *sys, const char *folder, int depth);

/* The first line of a small file; false when there is none. */
static bool first_line(const char *folder, const char *name, char *line, size_t size)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    bool got = file != NULL && fgets(line, (int)size, file) != NULL;
    if (file != NULL)
        fclose(file);
    if (got)
        line[strcspn(line, "\n")] = '\0';
    return got;
}

/* What a mapped device lies on; every one of them counts. */
static bool all_slaves(const char *sys, const char *folder, int depth, enum volume_state *state)
{
    char path[PATH_MAX];
    bool any = false;
    snprintf(path, sizeof path, "%s/slaves", folder);
    DIR *stream = opendir(path);
    const struct dirent *entry;
    *state = VOLUME_ENCRYPTED;
    while (stream != NULL && (entry = readdir(stream)) != NULL) {
        char slave[PATH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        any = true;
        if (snprintf(slave, sizeof slave, "%.2000s/%.255s", path, entry->d_name) < (int)sizeof slave &&
            look_at(sys, slave, depth + 1) != VOLUME_ENCRYPTED)
            *state = VOLUME_CLEAR;
    }
    if (stream != NULL)
        closedir(stream);
    return any;
}

static enum volume_state look_at(const char *sys, const char *folder, int depth)
{
    char line[PATH_MAX], path[PATH_MAX];
    enum volume_state state;
    struct stat status;
    if (depth > DEPTH_MOST)
        return VOLUME_UNKNOWN;
    if (first_line(folder, "dm/uuid", line, sizeof line) && strncmp(line, "CRYPT-", 6) == 0)
        return VOLUME_ENCRYPTED;
    if (all_slaves(sys, folder, depth, &state))
        return state;
    if (first_line(folder, "loop/backing_file", line, sizeof line) && stat(line, &status) == 0 &&
        major(status.st_dev) != 0)
        return volume_of_device(sys, status.st_dev);
    snprintf(path, sizeof path, "%.2000s/partition", folder);
    if (access(path, F_OK) == 0) { /* the disk is the folder above, behind the link */
        snprintf(path, sizeof path, "%.2000s/..", folder);
        char *disk = realpath(path, NULL);
        state = disk == NULL ? VOLUME_UNKNOWN : look_at(sys, disk, depth + 1);
        free(disk);
        return state;
    }
    return access(folder, F_OK) == 0 ? VOLUME_CLEAR : VOLUME_UNKNOWN;
}

enum volume_state volume_of_device(const char *sys, dev_t device)
{
    char folder[PATH_MAX];
    if (major(device) == 0)
        return VOLUME_UNKNOWN;
    snprintf(folder, sizeof folder, "%s/dev/block/%u:%u", sys, major(device), minor(device));
    return look_at(sys, folder, 0);
}

static enum volume_state of_folder(int folder, dev_t *device)
{
    struct statfs volume;
    struct stat status;
    struct fscrypt_get_policy_ex_arg policy = {.policy_size = sizeof policy.policy};
    if (fstat(folder, &status) != 0 || fstatfs(folder, &volume) != 0)
        return VOLUME_UNKNOWN;
    *device = status.st_dev;
    if (file_system_network((uint64_t)volume.f_type) != NULL)
        return VOLUME_NETWORK;
    unsigned type = (unsigned)volume.f_type;
    if (type == TMPFS || type == RAMFS || type == ECRYPTFS)
        return VOLUME_ENCRYPTED;
    if (ioctl(folder, FS_IOC_GET_ENCRYPTION_POLICY_EX, &policy) == 0)
        return VOLUME_ENCRYPTED;
    return volume_of_device("/sys", status.st_dev);
}

/* --- all of a site --- */

struct looking {
    const struct site *site;
    volume_seen *seen;
    void *context;
    dev_t devices[SEEN_MOST]; /* said already */
    size_t count;
};

static const char *words(enum volume_state state)
{
    switch (state) {
    case VOLUME_NETWORK:
        return _("it lies on a file server, which has to encrypt its disks and the way there: that cannot be "
                 "seen from here");
    case VOLUME_CLEAR:
        return _("its volume is not encrypted, and what is published or enrolled there can be read from the "
                 "disk: put it on LUKS "
                 "or under fscrypt");
    default:
        return _(
            "its file system does not say whether its volume is encrypted: put it on ext4 or XFS on LUKS, "
            "or under "
            "fscrypt");
    }
}

static bool look_at_folder(struct looking *looking, const char *path, struct error *error)
{
    dev_t device = 0;
    int folder = openat(looking->site->directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return true; /* not made yet, or closed to this account */
    enum volume_state state = of_folder(folder, &device);
    close(folder);
    if (state == VOLUME_ENCRYPTED)
        return true;
    for (size_t i = 0; i < looking->count; i++)
        if (looking->devices[i] == device)
            return true;
    if (looking->count < SEEN_MOST)
        looking->devices[looking->count++] = device;
    return looking->seen(looking->context, state, path, words(state), error);
}

static bool visit_place(void *context, const char *path, mode_t mode, struct error *error)
{
    (void)mode;
    return look_at_folder(context, path, error);
}

/* What is in memory may be written there, such as a picture on its way to a worker. */
static bool look_at_swap(struct looking *looking, struct error *error)
{
    char line[PATH_MAX], path[PATH_MAX];
    struct stat status;
    bool done = true;
    FILE *file = fopen("/proc/swaps", "re");
    while (file != NULL && done && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "%4000s", path) != 1 || path[0] != '/' || strncmp(path, "/dev/zram", 9) == 0)
            continue;
        dev_t device = stat(path, &status) != 0  ? 0
                       : S_ISBLK(status.st_mode) ? status.st_rdev
                                                 : status.st_dev;
        if (volume_of_device("/sys", device) != VOLUME_ENCRYPTED)
            done = looking->seen(
                looking->context, VOLUME_CLEAR, path,
                _("swap space that is not known to be encrypted: what is in memory may be written there; "
                  "encrypt it (crypttab) or turn it off"),
                error);
    }
    if (file != NULL)
        fclose(file);
    return done;
}

bool volumes_look(const struct site *site, volume_seen *seen, void *context, struct error *error)
{
    struct looking looking = {.site = site, .seen = seen, .context = context};
    return site_places(site->settings, visit_place, &looking, error) && look_at_swap(&looking, error);
}

static bool refuse(void *context, enum volume_state state, const char *what, const char *text,
                   struct error *error)
{
    (void)context;
    if (state != VOLUME_NETWORK)
        return error_set(error, FAULT_ENVIRONMENT,
                         "site.xml requires encryption (R34), and \"%s\" falls short: %s", what, text);
    log_line(LOG_LEVEL_WARNING, "volume-not-seen", "%s: %s", what, text);
    return true;
}

bool volumes_required(const struct site *site, struct error *error)
{
    return volumes_look(site, refuse, NULL, error);
}
