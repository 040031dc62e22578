/*
 * The floor of free bytes and inodes, and whether the volumes of the record can be written at all.
 *
 * Guarantees: looks at the volumes of the record alone, which are this machine's: a share that hangs is never
 * asked. A volume that cannot be asked counts as full.
 */
#include "spool/room.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/language.h"

bool volume_short(const struct volume *volume, uint64_t floor_bytes, uint64_t floor_files, uint64_t more,
                  struct room *room)
{
    uint64_t needed = floor_bytes + more;
    if (volume->bytes < needed)
        *room = (struct room){.folder = "", .free = volume->bytes, .needed = needed};
    else if (volume->counts_files && volume->files < floor_files)
        *room = (struct room){.folder = "", .of_files = true, .free = volume->files, .needed = floor_files};
    else
        return false;
    return true;
}

struct room room_look(int site, uint64_t floor_bytes, uint64_t floor_files, uint64_t more)
{
    static const char *const folders[] = {"var/incoming", "var/vault", "var/casebook", "var/gallery"};
    struct room room = {.folder = NULL};
    for (unsigned i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        struct statvfs status;
        struct volume volume = {0};
        int folder = openat(site, folders[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (folder >= 0 && fstatvfs(folder, &status) == 0)
            volume = (struct volume){.bytes = (uint64_t)status.f_bavail * status.f_frsize,
                                     .files = status.f_favail,
                                     .counts_files = status.f_files > 0};
        if (folder >= 0)
            close(folder);
        if (volume_short(&volume, floor_bytes, floor_files, more, &room)) {
            room.folder = folders[i];
            break;
        }
    }
    return room;
}

/* The mount counts beside the device: the same volume mounted a second time is another place to a rename. */
struct place {
    uint64_t device, mount;
};

static bool place_of(int site, const char *folder, struct place *place)
{
    struct statx status;
    if (statx(site, folder, 0, STATX_TYPE | STATX_MNT_ID, &status) != 0)
        return false;
    *place = (struct place){(uint64_t)status.stx_dev_major << 32 | status.stx_dev_minor,
                            (status.stx_mask & STATX_MNT_ID) != 0 ? status.stx_mnt_id : 0};
    return true;
}

bool room_one_volume(int site, struct error *error)
{
    struct place incoming, vault;
    if (!place_of(site, "var/incoming", &incoming) && !place_of(site, "var", &incoming))
        return error_system(error, "looking at var");
    if (!place_of(site, "var/vault", &vault) && !place_of(site, "var", &vault))
        return error_system(error, "looking at var");
    return (incoming.device == vault.device && incoming.mount == vault.mount) ||
           error_set(
               error, FAULT_ENVIRONMENT,
               "var/incoming and var/vault lie on different volumes, and what comes in is renamed from the "
               "one into the other: mount one volume at var, or keep both on the same");
}

bool room_writable(int site, struct error *error)
{
    /* What its flags say is not asked: after an error of its disk a file system may refuse every write and go on calling
       itself writable. To open changes nothing. */
    static const char *const files[] = {"var/run/lock", "var/casebook/counters.db"};
    bool writable = true;
    for (unsigned i = 0; i < sizeof files / sizeof files[0] && writable; i++) {
        int file = openat(site, files[i], O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        writable = file >= 0 || errno != EROFS;
        if (file >= 0)
            close(file);
        if (!writable)
            error_set(
                error, FAULT_TEMPORARY,
                _("the volume of %.*s can only be read. After an error of its disk the kernel does that by "
                  "itself: look at its messages (dmesg), unmount the volume, repair it (fsck) and mount it "
                  "again; what was answered is in the record, and the rest goes on with the next start"),
                (int)(strrchr(files[i], '/') - files[i]), files[i]);
    }
    return writable;
}

void room_words(const struct room *room, char *words, unsigned long size)
{
    const uint64_t mebibyte = 1 << 20;
    if (room->of_files)
        snprintf(words, size,
                 _("the volume of %s has %" PRIu64 " inodes free and needs %" PRIu64
                   ": drops stay on their shares. Give it more room, or take away what is not leadspool's; "
                   "work then goes on by itself"),
                 room->folder, room->free, room->needed);
    else
        snprintf(words, size,
                 _("the volume of %s has %" PRIu64 " MiB free and needs %" PRIu64
                   ": drops stay on their shares. Give it more room, or take away what is not leadspool's; "
                   "work then goes on by itself"),
                 room->folder, room->free / mebibyte, (room->needed + mebibyte - 1) / mebibyte);
}
