/*
 * A share and the drops on it, as the loop sees them. Internal to spool/shares.c and spool/share_questions.c.
 */
#ifndef LEADSPOOL_SPOOL_SHARE_H
#define LEADSPOOL_SPOOL_SHARE_H

#include "spool/settle.h"
#include "spool/state.h"

struct drop {
    json_t *seen;  /* its entry of the snapshot; owned */
    int64_t since; /* when the listing changed last, milliseconds of clock_monotonic */
    enum settle_manifest manifest;
    enum settle_digests digests;
    json_t *listed;     /* answer of check-peek; owned */
    bool told;          /* that it is incomplete */
    bool asked;         /* a question about it is under way */
    bool claimed;       /* a claim of it was begun */
    int64_t claimed_at; /* milliseconds of clock_monotonic */
    bool finished;      /* that claim ended: what is listed is the past, until the listing changes */
};

struct share {
    const char *form;     /* requests, decisions, gallery, acks */
    const char *manifest; /* name of the document in a drop that is a directory; NULL = files only */
    char *path, *command; /* owned */
    bool listed;          /* by the porter, at least once */
    char *down;           /* why it cannot be listed, owned; NULL = it can */
    struct drop *drops;
    size_t drop_count;
};

struct shares {
    struct daemon *daemon;
    struct share *list;
    size_t count, turn;
    struct question *questions; /* without an answer yet; spool/share_questions.c owns them */
    bool waiting;               /* some drop will settle by quiet time */
    bool full;                  /* below the floor */
};

/* The drop's name, escaped (base/names.h). */
const char *drop_name(const struct drop *drop);
/* NULL when there is none. */
struct share *share_find(struct shares *shares, const char *path);
struct drop *drop_find(struct share *share, const char *name);

/* Look into a drop: its manifest, or the single file itself. The answer sets what is known and calls
   shares_wake. */
void share_ask_manifest(struct daemon *daemon, struct share *share, struct drop *drop);
/* Tell the sender once that the drop misses files (spool/incomplete.c). */
void share_tell_incomplete(struct daemon *daemon, struct share *share, struct drop *drop);
/* Is the file that the manifest lists (answer of check-peek) in the drop, and no shorter than it states? */
bool drop_has_listed(const struct drop *drop, const json_t *listed);
/* Compare the listed digests. */
void share_ask_digests(struct daemon *daemon, struct share *share, struct drop *drop);
/* At the end: questions nobody will answer any more. */
void share_questions_close(struct shares *shares);

#endif
