/*
 * The manifest of a backup: every file of it with its digest, as `sha256sum -c` reads it.
 *
 * Pure: no file is opened here. Paths are below the backup's folder and never lead out of it.
 */
#ifndef LEADSPOOL_SPOOL_BACKUP_MANIFEST_H
#define LEADSPOOL_SPOOL_BACKUP_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"

struct backup_file {
    char *path;
    struct digest digest;
};

struct backup_manifest {
    struct backup_file *files;
    size_t count, room;
};
#define BACKUP_MANIFEST_EMPTY ((struct backup_manifest){0})

/* Appended; backup_manifest_sort before anything is looked for. */
bool backup_manifest_add(struct backup_manifest *manifest, const char *path, const struct digest *digest,
                         struct error *error);
void backup_manifest_sort(struct backup_manifest *manifest);
/* NULL when it has none of that path. */
const struct backup_file *backup_manifest_find(const struct backup_manifest *manifest, const char *path);

/* Its lines, in order. */
bool backup_manifest_write(const struct backup_manifest *manifest, struct text *lines, struct error *error);
/* FAULT_INPUT naming the line that is none, leads out of the backup, or is not in order. `bytes` ends with NUL. */
bool backup_manifest_read(const char *bytes, struct backup_manifest *manifest, struct error *error);
void backup_manifest_free(struct backup_manifest *manifest);

#endif
