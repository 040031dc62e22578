/*
 * A share and the drops on it, as the loop sees them. Internal to the files of spool/ that settle drops.
 */
#ifndef LEADSPOOL_SPOOL_SHARE_H
#define LEADSPOOL_SPOOL_SHARE_H

#include "spool/room.h"
#include "spool/settle.h"
#include "spool/state.h"

struct drop {
    json_t *seen;  /* its entry of the snapshot; owned */
    int64_t since; /* when the listing changed last, milliseconds of clock_monotonic */
    int64_t due;   /* nothing to do for it before; milliseconds of clock_monotonic */
    enum settle_manifest manifest;
    enum settle_digests digests;
    json_t *listed;     /* answer of check-peek; owned */
    bool waits_long;    /* for its sender, not for quiet */
    size_t compared;    /* listed files, from the first, whose digests were found to match */
    bool peeking;       /* its manifest is being read, whatever has changed since */
    bool told;          /* that it is incomplete */
    bool too_large;     /* for the room there is */
    bool settled;       /* it may be claimed, as long as its listing stays */
    bool asked;         /* a question about it is under way */
    bool tried;         /* whether it is whole as it lies there, since its listing changed */
    unsigned tries;     /* of that, ever */
    bool claimed;       /* a claim of it was begun */
    int64_t claimed_at; /* milliseconds of clock_monotonic */
    bool finished;      /* that claim ended: what is listed is the past, until the listing changes */
    struct drop *next, *previous;
};

struct share {
    const char *form;     /* requests, decisions, gallery, acks */
    const char *manifest; /* name of the document in a drop that is a directory; NULL = files only */
    char *path, *command; /* owned */
    const struct mount *mount;
    size_t place; /* among the shares of the mount */
    bool listed;  /* wholly, by the porter, or found down, at least once */
    char *down;   /* why it cannot be listed, owned; NULL = it can */
    instant down_since;
    bool watched;              /* inotify gives hints */
    char *polled;              /* why not, owned */
    char *file_system;         /* a network's, owned; NULL = local */
    int64_t interval;          /* milliseconds between looks */
    int64_t unseen;            /* drops nobody looked into yet */
    bool more;                 /* there are more than can be listed */
    struct drop *first, *last; /* in order of arrival */
    size_t drop_count;
    size_t asked;     /* questions under way */
    size_t under_way; /* claims; counted anew by places_count */
    size_t taken;     /* of them since then */
    bool refused;     /* a claim that could have begun, for want of a place */
    json_t *by_name;  /* drops' addresses */
};

struct shares {
    struct daemon *daemon;
    struct share *list;
    size_t count, turn;
    size_t places;              /* claims that may begin, in the look under way, */
    size_t active;              /* claims under way */
    size_t part;                /* and how many of one share may be under way */
    struct question *questions; /* without an answer yet; spool/share_questions.c owns them */
    bool waiting;               /* some drop will settle by quiet time */
    struct room room;           /* on the volumes of the record, when it was looked at last, */
    int64_t room_at;            /* in milliseconds of clock_monotonic */
};

/* The drop's name, escaped (base/names.h). */
const char *drop_name(const struct drop *drop);
/* Is it one .zip file that holds a packet? */
bool drop_is_archive(const struct share *share, const struct drop *drop);
/* NULL when there is none. */
struct share *share_find(struct shares *shares, const char *path);
struct drop *drop_find(const struct share *share, const char *name);
/* Take an entry of a snapshot over, or forget a drop that is gone. */
bool drop_see(struct share *share, json_t *entry);
void drop_forget(struct share *share, struct drop *drop);
/* Is what the manifest listed still known while the drop changes, as long as the manifest has that size? Photographs are
   copied for minutes beside a document of megabytes, which is not read anew for each of them. Another document of the
   same size only settles the drop at another time: the check after the claim reads what is there. */
bool drop_list_lasts(const struct share *share);
/* Does a packet of photographs lack its signature? That comes in one write, so it is whole once it is there. Some forget
   it, and are told after the quiet time. */
bool drop_lacks_signature(const struct share *share, const struct drop *drop);
/* Bytes of the manifest in an entry of a snapshot; -1: it is not there. */
int64_t drop_manifest_size(const struct share *share, const json_t *entry);
/* Places for claims: counted before the shares are looked at; is there one for this share; take it (false: there is
   none, and that it wanted one is kept). */
void places_count(struct shares *shares);
bool places_left(const struct shares *shares, const struct share *share);
bool places_take(struct shares *shares, struct share *share);
/* Has the share next to nothing under way while others have much? Then it goes first. */
bool places_own(const struct shares *shares, const struct share *share);

/* Up or down, with the reason; logs the change. */
void share_set_down(struct share *share, const char *why);

/* Look into a drop: its manifest, or the single file itself. The answer sets what is known and calls
   shares_wake. */
void share_ask_manifest(struct daemon *daemon, struct share *share, struct drop *drop);
/* Tell the sender that the drop misses files, once for each listing, whatever restarts there are
   (spool/incomplete.c); and forget that it was told, since the drop is gone. */
void share_tell_incomplete(struct daemon *daemon, struct share *share, struct drop *drop);
/* What misses a file that lies there under another name (spool/likeness.h) will never be complete by waiting: its sender
   is told once nothing has changed for the quiet time, and can still rename it where it is. `quiet`: milliseconds. */
void share_tell_mistake(struct daemon *daemon, struct share *share, struct drop *drop, int64_t quiet);
void share_forget_told(struct daemon *daemon, const struct share *share, const struct drop *drop);
/* The file of the drop that the manifest lists; NULL = it is not there. */
const json_t *drop_file(const struct drop *drop, const json_t *listed);
/* Is the file that the manifest lists (answer of check-peek) in the drop, and no shorter than it states? */
bool drop_has_listed(const struct drop *drop, const json_t *listed);
/* Would it be refused by its own list, when the rest had come? */
bool drop_never_taken(const struct settings *settings, const struct share *share, const struct drop *drop);
/* Compare the listed digests. */
void share_ask_digests(struct daemon *daemon, struct share *share, struct drop *drop);
/* At the end: questions nobody will answer any more. */
void share_questions_close(struct shares *shares);

#endif
