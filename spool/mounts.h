/*
 * Which parts of a site lie on mounts of their own.
 */
#ifndef LEADSPOOL_SPOOL_MOUNTS_H
#define LEADSPOOL_SPOOL_MOUNTS_H

#include "spool/state.h"

/* Fill daemon->mounts: one for the site itself (prefix "") and one for every mount point below it, read from
   the kernel's list without touching a mount: one that hangs must not hang the daemon. */
bool mounts_find(struct daemon *daemon, struct error *error);

/* Make the folders of the site that are missing. Those on mounts are their porters' to make (porter_place). */
bool mounts_make_places(struct daemon *daemon, struct error *error);

/* Notice porters that hang in a file system, and that they are back. */
bool mounts_watch(struct daemon *daemon, struct error *error);
void mounts_close(struct daemon *daemon);

#endif
