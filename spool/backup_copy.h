/*
 * Files of a site copied into a backup: what is there already, of the same size and time of writing, is not read again.
 */
#ifndef LEADSPOOL_SPOOL_BACKUP_COPY_H
#define LEADSPOOL_SPOOL_BACKUP_COPY_H

#include <stdint.h>

#include "spool/backup_manifest.h"

struct backup_copying {
    int target;                           /* the backup's folder */
    const struct backup_manifest *before; /* sorted; what is known of files that are there */
    struct backup_manifest *manifest;     /* gets every file found */
    bool named_by_digest;                 /* in clear a file of the vault is called by its digest */
    uint64_t copied, bytes, kept;         /* files copied with their bytes, files found there */
    uint64_t damaged;                     /* whose bytes are not what their names say */
    char **waiting;                       /* paths that get their final names when they are durable: */
    size_t waiting_count;                 /* backup_copy_settle's */
};

/* Every regular file of the open folder `source` whose name is not hidden, to `path` below the backup. One that goes meanwhile
   is left out. Under its final name, durably, when backup_copy_settle was called, which is called whether this could or not. */
bool backup_copy_folder(struct backup_copying *copying, int source, const char *path, struct error *error);
/* The 256 folders of the vault, to vault/. */
bool backup_copy_vault(struct backup_copying *copying, int vault, struct error *error);
bool backup_copy_settle(struct backup_copying *copying, struct error *error);

/* The whole of an open file into another, hashed. */
bool backup_pour(int from, int to, struct digest *digest, uint64_t *size, struct error *error);
/* The same of one piece of it, which begins where `to` stands: hashed and counted with those before. */
bool backup_pour_on(int from, int to, struct hashing *hashing, uint64_t *size, struct error *error);

#endif
