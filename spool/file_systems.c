/*
 * Which file systems are shared over a network.
 *
 * Guarantees: a table, no I/O. FUSE counts as one: what is behind it cannot be known. Numbers are those of
 * statfs(2) and linux/magic.h.
 */
#include "spool/file_systems.h"

#include <stddef.h>

static const struct {
    uint32_t type;
    const char *name;
} network[] = {
    {0x00006969, "NFS"},    {0x0000517B, "SMB"},   {0xFF534D42, "SMB"},
    {0xFE534D42, "SMB"},    {0x65735546, "FUSE"},  {0x01021997, "9P"},
    {0x5346414F, "AFS"},    {0x6B414653, "AFS"},   {0x00C36400, "Ceph"},
    {0x73757245, "Coda"},   {0x7461636F, "OCFS2"}, {0x01161970, "GFS2"},
    {0x0BD00BD0, "Lustre"}, {0x47504653, "GPFS"},  {0x786F4256, "VirtualBox share"},
};

const char *file_system_network(uint64_t type)
{
    for (size_t i = 0; i < sizeof network / sizeof network[0]; i++)
        if (network[i].type == (uint32_t)type)
            return network[i].name;
    return NULL;
}
