/*
 * A site as a process sees it: its directory, its settings, its roster, and who owns it.
 *
 * The service account of a site is the owner of its var/ directory. A process that may act on the site is
 * that account, or root, which then drops to it.
 */
#ifndef LEADSPOOL_SPOOL_SITE_H
#define LEADSPOOL_SPOOL_SITE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/keyring.h"
#include "people/roster.h"
#include "schemas/settings.h"

struct site {
    char path[4096];           /* absolute */
    int directory;             /* open descriptor of it */
    struct settings *settings; /* site.xml */
    char *settings_text;       /* its bytes, as they were read then */
    size_t settings_length;
    struct roster *roster;     /* roster.xml; NULL while that cannot be read: then site_lock fails */
    struct error roster_fault; /* why it could not */
    uid_t account;             /* the service account: owner of var/ */
    gid_t group;
    struct keyring *keyring; /* NULL: the record is in clear, or site_unlock was not called */
    int lock;                /* descriptor holding the owner lock, or -1 */
};

/* Which site a command means: `named` (from -s) if not NULL, else $LEADSPOOL_SITE, else FAULT_USAGE. The
   result is absolute. */
bool site_find(const char *named, char *path, size_t size, struct error *error);

/* Read and validate site.xml and roster.xml (errors name file, line, element, rule). A roster that is not valid keeps
   nobody from asking a daemon, which goes on with the one it read before. */
bool site_open(const char *path, struct site *site, struct error *error);
void site_close(struct site *site);

/* Read the keys of the record, where it has any: from then on this process leaves no core dump. Asks for the site's key
   if it has to (base/site_key.h). FAULT_ENVIRONMENT with a wrong key, where encryption is required and the record has
   none, and while `leadspool key` is not through with it. */
bool site_unlock(struct site *site, struct error *error);

/* Take the owner lock (var/run/lock, flock): whoever acts, with a roster that is valid. FAULT_TEMPORARY naming the holder's pid when a daemon has it. */
bool site_lock(struct site *site, struct error *error);

/* May this process act itself? The service account may; root drops to it here; anybody else: FAULT_TEMPORARY
   ("no daemon is running; …"). */
bool site_become_owner(const struct site *site, struct error *error);

/* Visit the directories of base/places.h with this site's commands and modes, parents first. */
typedef bool site_place(void *context, const char *path, mode_t mode, struct error *error);
bool site_places(const struct settings *settings, site_place *visit, void *context, struct error *error);

/* Make one of them if it is missing, with owner (by root only) and mode. */
bool site_make_place(int directory, const char *path, mode_t mode, uid_t account, gid_t group,
                     struct error *error);

/* Make every directory of base/places.h that is missing below the site, with owner and mode. */
bool site_make_places(int directory, const struct settings *settings, uid_t account, gid_t group,
                      struct error *error);

#endif
