/*
 * Is there room to take more in? Bytes and inodes of every volume below var/ are looked at before a claim;
 * below the floor a drop is safer on its share.
 */
#ifndef LEADSPOOL_SPOOL_ROOM_H
#define LEADSPOOL_SPOOL_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Free for an account that is not root. */
struct volume {
    uint64_t bytes, files;
    bool counts_files; /* some file systems make inodes as they need them */
};

struct room {
    const char *folder; /* of the volume that is short; NULL = there is room */
    bool of_files;      /* inodes are short, not bytes */
    uint64_t free, needed;
};

/* Pure: is the volume short, with `more` bytes about to come in? */
bool volume_short(const struct volume *volume, uint64_t floor_bytes, uint64_t floor_files, uint64_t more,
                  struct room *room);

/* Look at the volumes of var/incoming, var/vault, var/casebook and var/gallery below the open site. */
struct room room_look(int site, uint64_t floor_bytes, uint64_t floor_files, uint64_t more);

/* What came in becomes the vault's by a rename, which no boundary of a volume lets through: false, FAULT_ENVIRONMENT with
   the remedy, when var/incoming and var/vault lie on two. One that is not there yet lies where var does. */
bool room_one_volume(int site, struct error *error);

/* False, FAULT_TEMPORARY with the remedy, when a volume of the record can only be read. A file that is not there yet, or that
   the caller may not open, says nothing. */
bool room_writable(int site, struct error *error);

/* In words, what is short and what to do; into at least 300 bytes. */
void room_words(const struct room *room, char *words, unsigned long size);

#endif
