/*
 * Which volumes below a site are encrypted, as far as this machine can see.
 *
 * Of block devices it follows what they lie on: dm-crypt (LUKS), through volume groups, partitions and loop devices. fscrypt and eCryptfs
 * are asked for by folder. What lies in memory counts as encrypted; swap space is a volume of its own. What a file server
 * does with its disks cannot be seen.
 */
#ifndef LEADSPOOL_SPOOL_ENCRYPTED_VOLUMES_H
#define LEADSPOOL_SPOOL_ENCRYPTED_VOLUMES_H

#include <sys/types.h>

#include "spool/site.h"

enum volume_state {
    VOLUME_ENCRYPTED,
    VOLUME_NETWORK, /* on a file server: not to be seen from here */
    VOLUME_CLEAR,
    VOLUME_UNKNOWN /* a file system that does not say what it lies on */
};

/* Of a block device, by what `sys` (/sys) says of it. */
enum volume_state volume_of_device(const char *sys, dev_t device);

/* Each folder of the site on a volume that is not known to be encrypted, one a volume; then swap space. */
typedef bool volume_seen(void *context, enum volume_state state, const char *what, const char *text,
                         struct error *error);
bool volumes_look(const struct site *site, volume_seen *seen, void *context, struct error *error);

/* FAULT_ENVIRONMENT naming the first volume that is in clear or cannot be told, and the remedy. */
bool volumes_required(const struct site *site, struct error *error);

#endif
