/*
 * Porters: the processes that touch the shares, one per mount.
 *
 * A porter lists, claims, copies in, publishes and removes; it never parses. If its mount hangs, only its own
 * shares are down. The daemon talks to it in messages (base/channel.h):
 *
 *   {"op":"watch","shares":[{"path","names","interval","networkInterval"}]}   then, unasked, whenever it is news:
 *       {"op":"watching","share","watched":bool,"interval","fileSystem"?,"why"?}   how it is looked at
 *       {"op":"snapshot","share","drops":[changed or new],"gone":[names],"count","unseen","more":bool}
 *       {"op":"snapshot","share","down":text}; without any member but these: it is up again
 *   {"op":"peek","path","drop","name"?,"limit","ends"?}        -> + a memory file with the bytes; of a file
 *       beyond the limit, if "ends" is said, its first four bytes and so many of its last
 *   {"op":"digest","path","drop","names":[…],"limit"}          -> {"digests":{name:digest|null}}
 *   {"op":"claim","path","drop","claim","print"?}              -> {"state":"claimed"|"absent"|"changed"}
 *   {"op":"copy","path","drop","claim"?,"limits":{…}} + incoming ->   (without "claim": where it lies, not claimed)
 *       {"files":[{"name","digest","size"}],"specials":[{"name","what"}],"uid","owner"}
 *   {"op":"hash","count"} + incoming                           -> {"files":[{"digest","size"}]}
 *       of the copies 0 to count-1, which a worker unpacked; from then on they are encrypted, where there are keys
 *   {"op":"encrypt","folder","name"} + content                 -> {"digest","size"}
 *       into a file of that folder of var/incoming
 *   {"op":"unclaim","path","claim"}                            -> {} or {"left":name,"why"}: it is closed to us
 *   {"op":"publish","directory","name","mode"} + content       -> {"changed":bool,"replaced"?:digest of what lay there}
 *   {"op":"compare","directory","name"}                        -> {"found"?:digest of what lies there}
 *   {"op":"issue","files":[{"directory","name","mode","length","first"?:bool,"base64"?:bool}]} + their contents, one
 *       after the other                                        -> {}   (many at once)
 *   {"op":"remove","directory","names":[…]|null}               -> {}   (null: the directory with all in it)
 *
 * Every answer carries "ok"; when false, "fault" and "error". `path` and `directory` are relative to the
 * site; names are escaped (base/names.h). A *drop* of a snapshot is
 *   {"drop","form":"directory|file|other","uid","size","print":digest of names, sizes, times and inodes,
 *    "files":[{"name","size"}],"count","closed"?:true,"changed"?:newest time of change, milliseconds (local file systems)}
 */
#ifndef LEADSPOOL_SPOOL_PORTER_H
#define LEADSPOOL_SPOOL_PORTER_H

#include "base/keyring.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

enum { PORTER_SHARES_MOST = 1024 };

/* Memory that a porter shares with the daemon: a file system that hangs takes the porter with it, and it can
   tell nobody. */
struct porter_heartbeat {
    _Atomic uint64_t beats; /* moves at least every second */
    _Atomic int64_t
        looked[PORTER_SHARES_MOST]; /* instant of the last look at each share, in order; 0 = never */
};

/* What a porter is started with (the argument of porter_serve). */
struct porter_place {
    /* A porter started as root becomes this account, keeping CAP_DAC_OVERRIDE and CAP_FOWNER: shares hold
       other accounts' files. */
    uid_t account;
    gid_t group;
    struct porter_heartbeat *heartbeat;
    const struct keyring *keyring; /* what copies are encrypted with; NULL = they are in clear */
    json_t *folders;               /* [{"path","mode"}] of the mount, made if they are missing; NULL = none */
};

/* The life of a porter (service_life of spool/service.h); the directory is the site. */
void porter_serve(int channel, int directory, const void *argument);

#endif
