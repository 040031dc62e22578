/*
 * A site made of a backup.
 */
#ifndef LEADSPOOL_COMMAND_RESTORE_SITE_H
#define LEADSPOOL_COMMAND_RESTORE_SITE_H

#include "command/backup_set.h"

struct restored {
    int64_t events, objects,
        extra; /* of the record; files that came into the vault after the copied log ended */
    char head[DIGEST_TEXT_SIZE];
};

/* Into `target`, which must not be there, or be an empty folder: everything but keys, verified, and marked as restored.
   `account`: NULL, or whose the site is to be (by root). The set was read; its files are hashed while they are copied.
   `keyfile`: the file of the site's key, or NULL: as the site finds it. */
bool restore_site(int folder, const struct backup_set *set, const char *target, const char *account,
                  const char *keyfile, struct restored *restored, struct error *error);

#endif
