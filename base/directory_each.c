/*
 * The names in a folder.
 *
 * Guarantees: begins with the first, wherever the descriptor stood; a visitor may remove what it is shown. Promises no
 * order.
 */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"

enum { ROOM = 32 << 10 };

bool directory_each(int directory, directory_visitor *visit, void *context, struct error *error)
{
    _Alignas(struct dirent64) char room[ROOM];
    ssize_t got;
    if (lseek(directory, 0, SEEK_SET) < 0)
        return error_system(error, "listing a folder");
    while ((got = getdents64(directory, room, sizeof room)) > 0)
        for (ssize_t at = 0; at < got;) {
            const struct dirent64 *entry = (const struct dirent64 *)(const void *)(room + at);
            at += entry->d_reclen;
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
                !visit(context, entry->d_name, entry->d_type))
                return true;
        }
    return got == 0 || error_system(error, "listing a folder");
}
