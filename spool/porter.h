/*
 * Porters: the processes that touch the shares, one per mount.
 *
 * A porter lists, claims, copies in, publishes and removes; it never parses. If its mount hangs, only its own
 * shares are down. The daemon talks to it in messages (base/channel.h):
 *
 *   {"op":"watch","shares":[{"share","path"}],"rescan":ms}     then, unasked, whenever a listing changed:
 *       {"op":"snapshot","share","drops":[drop]}               or {"op":"snapshot","share","down":text}
 *   {"op":"peek","path","drop","name","limit"}                 -> + a memory file with the bytes
 *   {"op":"digest","path","drop","names":[…],"limit"}          -> {"digests":{name:digest|null}}
 *   {"op":"claim","path","drop","claim"}                       -> {"state":"claimed"|"absent"}
 *   {"op":"copy","path","claim","limits":{…}} + incoming       ->
 *       {"files":[{"name","digest","size"}],"specials":[{"name","what"}],"uid","owner"}
 *   {"op":"unclaim","path","claim"}                            -> {}
 *   {"op":"publish","directory","name","mode"} + content       -> {"changed":bool}
 *   {"op":"remove","directory","names":[…]|null}               -> {}   (null: the directory with all in it)
 *
 * Every answer carries "ok"; when false, "fault" and "error". `path` and `directory` are relative to the
 * site; names are escaped (base/names.h). A *drop* of a snapshot is
 *   {"drop","form":"directory|file|other","uid","print":digest of names, sizes, times and inodes,
 *    "files":[{"name","size"}],"count","since"?}
 */
#ifndef LEADSPOOL_SPOOL_PORTER_H
#define LEADSPOOL_SPOOL_PORTER_H

#include <sys/types.h>

/* What a porter is started with (the argument of porter_serve). */
struct porter_place {
    /* A porter started as root becomes this account, keeping CAP_DAC_OVERRIDE and CAP_FOWNER: shares hold
       other accounts' files. */
    uid_t account;
    gid_t group;
};

/* The life of a porter (service_life of spool/service.h); the directory is the site. */
void porter_serve(int channel, int directory, const void *argument);

#endif
