/*
 * Which file systems are shared over a network: other machines' writing causes no hints there, and the times
 * and inode numbers seen here are not steady.
 */
#ifndef LEADSPOOL_SPOOL_FILE_SYSTEMS_H
#define LEADSPOOL_SPOOL_FILE_SYSTEMS_H

#include <stdint.h>

/* "NFS", "SMB", "FUSE", … for f_type of statfs(2); NULL for a local one. */
const char *file_system_network(uint64_t type);

#endif
