/*
 * Between the files of `leadspool backup` and `leadspool restore`: a folder of backups, and the sets in it.
 *
 *   DIR/sets/20261122T234500Z/backup.json   what the set is of
 *                            /casebook/…    its own copy of the casebook
 *                            /site/…        site.xml, roster.xml, certificates, the keyring
 *                            /manifest      every file of the set, those below as well, with its digest
 *                            /manifest.p7s  the site's signature over it
 *   DIR/vault/hh/…  DIR/gallery/…           what never changes, shared by all sets
 *
 * A set's final name means that it is whole and durable.
 */
#ifndef LEADSPOOL_COMMAND_BACKUP_SET_H
#define LEADSPOOL_COMMAND_BACKUP_SET_H

#include <jansson.h>

#include "spool/backup_manifest.h"
#include "spool/site.h"

enum { BACKUP_FORM = 1, BACKUP_MANIFEST_MOST = 1 << 30, BACKUP_SETS_MOST = 4096 };
#define BACKUP_SET_SIZE 32

/* The folder of backups, to be read; -1 on failure. */
int backup_folder(const char *path, struct error *error);

/* Names of its whole sets, oldest first. New reference. */
json_t *backup_sets(int folder, struct error *error);

/* One set as it says it is: backup.json (new reference) and its manifest. */
struct backup_set {
    char name[BACKUP_SET_SIZE];
    json_t *facts; /* {"backup":1,"site","at","sequence","head","encrypted","program"} */
    struct backup_manifest manifest;
    char digest[DIGEST_TEXT_SIZE]; /* of the manifest */
};
/* `name` NULL: the newest. */
bool backup_set_read(int folder, const char *name, struct backup_set *set, struct error *error);
void backup_set_free(struct backup_set *set);

/* Is the manifest's signature the site's? `authority` is a certificate file, or NULL: the one in the set, which shows damage and
   no forgery. */
bool backup_set_signed(int folder, const struct backup_set *set, const char *authority, struct error *error);

/* Hash every file the manifest names. Each that differs or is missing is printed as a problem; FAULT_INPUT when there are any. */
struct backup_checked {
    uint64_t files, bytes, problems;
};
bool backup_set_check(int folder, const struct backup_set *set, bool json, struct backup_checked *checked,
                      struct error *error);

/* Make a new set; *set is read back. Sets older than the newest `keep` go, and what only they needed. */
struct backup_made {
    uint64_t copied, bytes, kept, removed, damaged;
};
bool backup_make(struct site *site, const char *path, long keep, struct backup_set *set,
                 struct backup_made *made, struct error *error);

/* The site's files a set has, below site/: names in the site's folder. Ended by NULL; caller frees the array alone. */
const char **backup_site_files(const struct settings *settings);

#endif
