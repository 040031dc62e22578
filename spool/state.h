/*
 * What the daemon's parts share: one struct, made by daemon.c, used by the loop's thread only (the
 * committer's thread reads `site`, `vault` and nothing else of it).
 */
#ifndef LEADSPOOL_SPOOL_STATE_H
#define LEADSPOOL_SPOOL_STATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "casebook/casebook.h"
#include "casebook/vault.h"
#include "spool/committer.h"
#include "spool/daemon.h"
#include "spool/loop.h"
#include "spool/nursery.h"
#include "spool/porter.h"
#include "spool/service.h"
#include "spool/site.h"

/* A porter and the part of the site it serves: paths beginning with `prefix` ("" = all that no other serves).
 */
struct mount {
    char *prefix;
    struct service *porter;
    struct porter_place place; /* what the porter is started with */
    uint64_t beats;            /* of its heart, as seen last, */
    int64_t beaten;            /* at that time of clock_monotonic, milliseconds */
    bool hung;                 /* it beats no more: it gets no work, and nothing else waits for it */
    bool down;                 /* for so long that people are told */
};

struct daemon {
    struct site *site;
    const struct daemon_options *options;
    struct loop *loop;
    struct casebook *casebook;
    struct vault *vault;
    struct committer *committer;
    struct nursery *nursery;
    struct service *signer;
    struct account_directory *directory; /* spool/account_directory.c */
    struct service *slurm;               /* NULL: searches are computed here */
    struct mount *mounts;
    size_t mount_count;
    struct shares *shares;                 /* spool/shares.c */
    struct claims *claims;                 /* spool/claims.c */
    struct publisher *publisher;           /* spool/publish.c */
    struct engines *engines;               /* spool/engines.c */
    struct runs *runs;                     /* spool/runs.c */
    struct enrolment *enrolment;           /* spool/enrolment.c */
    struct compaction *compaction;         /* spool/compaction.c */
    struct volumes *volumes;               /* spool/volumes.c */
    struct foil_maker *foil;               /* spool/foil.c */
    struct audits *audits;                 /* spool/audits.c */
    struct disposals *disposals;           /* spool/disposals.c */
    struct clock_watch *clock_watch;       /* spool/clock_watch.c */
    struct in_force_watch *in_force_watch; /* spool/in_force_watch.c */
    struct stage_pages *stage_pages;       /* spool/stage_pages.c */
    struct views *views;                   /* spool/views.c */
    struct roster_watch *roster_watch;     /* spool/roster_watch.c */
    struct metrics *metrics;               /* spool/metrics.c; NULL: none are wanted */
    struct server *server;                 /* spool/server.c */
    int fonts[2];
    int incoming; /* var/incoming */
    int gallery;  /* var/gallery */
    int keys;     /* keys */
    instant started;
};

/* The mount, and the porter, that serve a path of the site. */
const struct mount *daemon_mount(const struct daemon *daemon, const char *path);
struct service *daemon_porter(const struct daemon *daemon, const char *path);

/* Look for work everywhere: called when a transaction may have made some. Cheap when there is none. */
void daemon_wake(struct daemon *daemon);

/* spool/shares.c: what lies on the shares, and when it is claimed. */
bool shares_open(struct daemon *daemon, struct error *error);
void shares_close(struct shares *shares);
void shares_news(void *context, const json_t *news);
/* The porter of a mount does not answer any more, or does again. */
void shares_mount_down(struct shares *shares, const struct mount *mount, bool down);
/* Look again: there may be room for another claim. */
void shares_wake(struct shares *shares);
/* Is this a folder below out/ of a command that has next to nothing under way while others have much? */
bool shares_go_first(struct shares *shares, const char *directory);
/* A claim ended; `again`: it came to nothing, and the drop may be claimed anew after a while. */
void shares_claim_ended(struct shares *shares, const char *path, const char *drop, bool again);
/* A drop was not proved whole where it lies: it settles in the ordinary way. */
void shares_early_ended(struct shares *shares, const char *path, const char *drop);
/* Has every share been listed, and is no drop about to settle? */
bool shares_idle(const struct shares *shares);
/* Each share for `leadspool status`: an array (new reference; NULL when memory ran out). */
json_t *shares_live(const struct shares *shares);
/* {"volume","short":"bytes|inodes","free","needed","text"} when a volume is below its floor, else null. */
json_t *shares_room(const struct shares *shares);

/* spool/claims.c: the order of a drop. */
bool claims_open(struct daemon *daemon, struct error *error);
/* An orderly end: nothing is left in var/incoming that no claim needs. */
void claims_rest(struct claims *claims);
void claims_close(struct claims *claims);
/* Begin with a settled drop. `form` is the share's: requests, decisions, gallery, acks; `print` is the listing
   that settled: a drop that looks otherwise by then is not claimed. `early`: it has not settled, and is claimed only if
   its check proves it whole (spool/claim_early.c). `first`: it goes before what waits of others. */
void claims_begin(struct claims *claims, const char *form, const char *path, const char *command,
                  const char *drop, const char *print, bool early, bool first);
/* Go on with a claim row that a crash left (takes over a reference of its own). */
void claims_resume(struct claims *claims, const json_t *record);
/* Claims that have not come to their end. */
/* Claims to wait for before draining ends: not those that wait in vain for something outside. */
size_t claims_busy(const struct claims *claims);
/* [{"claim","share","drop","reason"}] of those that wait for something outside. New reference. */
json_t *claims_waiting(const struct claims *claims);
/* Claims under way at this moment. */
size_t claims_active(const struct claims *claims);
/* Are so many that everything else had better wait a little? */
bool claims_flood(const struct claims *claims);
/* The share of each of these. */
void claims_paths(const struct claims *claims, void (*tell)(void *context, const char *path), void *context);

/* spool/publish.c: the outbox. */
bool publisher_open(struct daemon *daemon, struct error *error);
void publisher_close(struct publisher *publisher);
/* Look for open rows now. */
void publisher_wake(struct publisher *publisher);
/* The same for all rows, also those known: somebody else changed some (retry). */
void publisher_reread(struct publisher *publisher);
/* Rows on their way and pages being made; stuck rows are not counted. */
/* What is under way; rows that wait for a share to come back are not, or a drain would wait with them. */
/* What is new in the outbox is read before what waits of others. */
void publisher_hurry(struct publisher *publisher);
/* The rows that the piece just handed to the committer adds are read in its batch. */
void publisher_read_along(struct publisher *publisher);
size_t publisher_busy(const struct publisher *publisher);
/* The index page of a command is out of date (not an outbox row: it is rebuilt from the casebook at any
 * time). */
void publisher_index(struct publisher *publisher, const char *command);
/* It, or the form beside it, was changed on the share or is gone. */
void publisher_index_anew(struct publisher *publisher, const char *command);

/* spool/stage_pages.c: the index pages of the stages. */
bool stage_pages_open(struct daemon *daemon, struct error *error);
void stage_pages_close(struct stage_pages *pages);
/* Open items may have changed; `anew`: who may take them may have. */
void stage_pages_wake(struct stage_pages *pages, bool anew);
/* The page in this folder was changed there or is gone. */
void stage_pages_anew(struct stage_pages *pages, const char *directory);
size_t stage_pages_busy(const struct stage_pages *pages);

/* spool/runs.c: searches. */
bool runs_open(struct daemon *daemon, struct error *error);
void runs_close(struct runs *runs);
/* Finish the run whose answer a crash left in the record; NULL: there is none. Before the loop runs. */
void runs_resume(struct runs *runs, const json_t *kept);
/* What is searched at this moment: {"dockets":n,"since":ts,"phase":"preparing|searching|recording","done":n,"total":n,
   "perSecond"?:n,"secondsLeft"?:n,"text":in words}; null when nothing is. New reference. */
json_t *runs_live(const struct runs *runs);
/* Plan a run now if none is under way, and again when that one ends. */
void runs_wake(struct runs *runs);
/* 1 while a run is planned or under way, else 0. */
size_t runs_busy(const struct runs *runs);

/* spool/enrolment.c: gallery photos into segments. */
bool enrolment_open(struct daemon *daemon, struct error *error);
void enrolment_close(struct enrolment *enrolment);
/* Look for pending photos now if no batch is under way, and again when that one ends. */
void enrolment_wake(struct enrolment *enrolment);
/* {"segment","done","total"} of the round under way, null when there is none (new reference). */
json_t *enrolment_live(const struct enrolment *enrolment);
/* 1 while a batch is looked for or under way, else 0. */
size_t enrolment_busy(const struct enrolment *enrolment);

/* spool/audits.c: what auditors asked for by drop. */
bool audits_open(struct daemon *daemon, struct error *error);
void audits_close(struct audits *audits);
/* Something was asked for. */
void audits_wake(struct audits *audits);
/* 1 while something is gathered, else 0. */
size_t audits_busy(const struct audits *audits);

/* spool/disposals.c: what was ordered to be disposed of. */
bool disposals_open(struct daemon *daemon, struct error *error);
void disposals_close(struct disposals *disposals);
/* Something was ordered, or removed from a share. */
void disposals_wake(struct disposals *disposals);
/* 1 while an entry is disposed of, else 0. */
size_t disposals_busy(const struct disposals *disposals);

/* spool/compaction.c: the gallery written anew, without what is to be gone. */
bool compaction_open(struct daemon *daemon, struct error *error);
void compaction_close(struct compaction *compaction);
/* Look whether there is something to do, unless nothing changed since the last look. */
void compaction_wake(struct compaction *compaction);
/* {"segments","done","total"} (photos) of the one under way, null when there is none (new reference). */
json_t *compaction_live(const struct compaction *compaction);
/* 1 while one is looked for or under way, else 0. */
size_t compaction_busy(const struct compaction *compaction);

/* spool/volumes.c: packages of discovery and disclosure. */
bool volumes_open(struct daemon *daemon, struct error *error);
void volumes_close(struct volumes *volumes);
/* Look for a package that is wanted if none is under way, and again when that one ends. */
void volumes_wake(struct volumes *volumes);
/* 1 while one is looked for or under way, else 0. */
size_t volumes_busy(const struct volumes *volumes);

/* spool/live.c: what only a running daemon knows, for `status` and the metrics. New reference. */
json_t *daemon_live(const struct daemon *daemon);

/* spool/foil.c: records requests. */
bool foil_maker_open(struct daemon *daemon, struct error *error);
void foil_maker_close(struct foil_maker *maker);
/* Look for something that is wanted if nothing is under way, and again when that ends. */
void foil_maker_wake(struct foil_maker *maker);
/* 1 while something is looked for or under way, else 0. */
size_t foil_maker_busy(const struct foil_maker *maker);

/* spool/server.c: the control socket. */
bool server_open(struct daemon *daemon, struct error *error);
void server_close(struct server *server);
/* Connections of commands that are open. */
size_t server_busy(const struct server *server);

/* spool/recover.c: finish what a crash left; before the loop runs. */
bool recover(struct daemon *daemon, struct error *error);

#endif
