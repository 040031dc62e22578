/*
 * When a porter looks at which share.
 *
 * Guarantees: each share is looked at when a hint came, when its interval is over, and often while drops lie
 * there; one after the other, so that a large one takes no more than its turn, and looking never takes up most
 * of the time in which drops are carried. A share that cannot be watched, and one on a network file system, is
 * looked at by timer alone, and why is told. Does not judge what it finds.
 */
#include "spool/porter_watch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/file_systems.h"
#include "spool/porter_child.h"
#include "spool/porter_listing.h"
#include "spool/watch.h"

enum {
    BUSY_MS = 250,          /* between looks while drops lie there */
    BUSY_NETWORK_MS = 1000, /* the same where each look is many messages over a network */
    HINT_MS = 10,           /* between a look and the next one that a hint asks for */
    LOOKS_MS = 20,          /* of looks, beyond which messages have their turn */
    SMALL = 16,             /* drops on a share that is looked at between two messages */
    SHARE_OF_TIME = 4,      /* looking takes at most one part in so many and one */
    WATCH_AGAIN_MS = 60000  /* a limit may have been raised */
};

struct watched {
    char *path; /* owned */
    struct listing *listing;
    int64_t interval, network_interval;
    int64_t next, not_before;
    int number;   /* of its watch; -1 = none */
    dev_t device; /* of the folder that is watched: it may be replaced, or mounted over */
    ino_t inode;
    int64_t tried;       /* to watch it; 0 = never */
    const char *network; /* file system; NULL = local */
    char *why, *down;    /* it is not watched; it cannot be listed. Owned */
};

struct watching {
    int channel, site, watch;
    struct porter_heartbeat *heartbeat;
    struct watched *shares;
    size_t count;
};

/* After each drop that was looked into. */
static void alive(void *context)
{
    (void)context;
    porter_between();
}

struct watching *watching_open(int channel, int site, struct porter_heartbeat *heartbeat)
{
    struct watching *watching = calloc(1, sizeof *watching);
    if (watching != NULL)
        *watching = (struct watching){.channel = channel, .site = site, .watch = -1, .heartbeat = heartbeat};
    return watching;
}

int watching_file(const struct watching *watching)
{
    return watching->watch;
}

static void replace(char **text, const char *by)
{
    free(*text);
    *text = by == NULL ? NULL : strdup(by);
}

static int64_t interval_of(const struct watched *share)
{
    return share->network != NULL ? share->network_interval : share->interval;
}

static void tell_how(const struct watching *watching, const struct watched *share)
{
    json_t *news = json_pack("{ss,ss,sb,sI,ss*,ss*}", "op", "watching", "share", share->path, "watched",
                             share->number >= 0, "interval", (json_int_t)interval_of(share), "fileSystem",
                             share->network, "why", share->why);
    channel_send(watching->channel, news, NULL, 0, NULL);
    json_decref(news);
}

/* Watch the folder, unless that is done or was tried a little while ago. */
static void watch_share(struct watching *watching, struct watched *share, int directory)
{
    struct stat status;
    struct statfs volume;
    struct error error = ERROR_NONE;
    int64_t now = clock_monotonic();
    if (fstat(directory, &status) != 0 || fstatfs(directory, &volume) != 0)
        return;
    bool same = status.st_dev == share->device && status.st_ino == share->inode;
    bool settled = share->number >= 0 || share->network != NULL || now < share->tried + WATCH_AGAIN_MS;
    if (share->tried != 0 && same && settled)
        return;
    bool first = share->tried == 0 || !same;
    if (share->number >= 0 && !same)
        watch_remove(watching->watch, share->number);
    share->number = -1;
    share->tried = now;
    share->device = status.st_dev;
    share->inode = status.st_ino;
    share->network = file_system_network((uint64_t)volume.f_type);
    if (share->network == NULL && watching->watch < 0)
        watching->watch = watch_open(&error);
    if (share->network == NULL && watching->watch >= 0)
        share->number = watch_add(watching->watch, directory, &error);
    bool news = first || share->number >= 0;
    replace(&share->why, share->network != NULL ? "on a network file system, where hints are missing"
                         : share->number < 0    ? error.text
                                                : NULL);
    if (!news)
        return;
    if (share->why != NULL)
        log_line(share->network != NULL ? LOG_LEVEL_NOTICE : LOG_LEVEL_WARNING, "share-polled", "%s: %s%s%s",
                 share->path, share->network != NULL ? share->network : "", share->network != NULL ? " " : "",
                 share->why);
    tell_how(watching, share);
}

static bool hand_news(struct watching *watching, struct watched *share, json_t *news)
{
    if (news == NULL)
        return true;
    json_put_text(news, "share", share->path);
    bool sent = channel_send(watching->channel, news, NULL, 0, NULL);
    json_decref(news);
    return sent;
}

/* One look; true when more is due at once. */
static bool look_at(struct watching *watching, struct watched *share)
{
    struct error error = ERROR_NONE;
    json_t *news = NULL;
    bool unfinished = false;
    int directory = porter_open(watching->site, share->path, &error);
    if (directory >= 0) {
        watch_share(watching, share, directory);
        struct listing_terms terms = {.local = share->network == NULL,
                                      .interval = interval_of(share),
                                      .alive = alive,
                                      .context = watching};
        bool done = listing_update(share->listing, directory, &terms, &news, &unfinished, &error);
        close(directory);
        if (done) {
            bool was_down = share->down != NULL;
            replace(&share->down, NULL);
            if (news == NULL && was_down)
                news = json_pack("{ss}", "op", "snapshot");
            if (!hand_news(watching, share, news))
                listing_forget(share->listing);
            return unfinished;
        }
    }
    if (share->down == NULL || strcmp(share->down, error.text) != 0) {
        replace(&share->down, error.text);
        hand_news(watching, share, json_pack("{ss,ss}", "op", "snapshot", "down", error.text));
    }
    return false;
}

/* The share whose look is due for longest, of those that hold so little; NULL: none. */
static struct watched *most_due(const struct watching *watching, int64_t now, size_t most)
{
    struct watched *share = NULL;
    for (size_t i = 0; i < watching->count; i++) {
        struct watched *one = &watching->shares[i];
        if (one->next <= now && listing_count(one->listing) <= most &&
            (share == NULL || one->next < share->next))
            share = one;
    }
    return share;
}

static void look(struct watching *watching, struct watched *share, int64_t begun)
{
    size_t which = (size_t)(share - watching->shares);
    bool more = look_at(watching, share);
    int64_t ended = clock_monotonic(), pause = interval_of(share);
    int64_t busy = share->network != NULL ? BUSY_NETWORK_MS : BUSY_MS;
    if (more)
        pause = 0;
    else if ((listing_count(share->listing) > 0 || share->down != NULL) && pause > busy)
        pause = busy;
    share->not_before = ended + (ended - begun) * (more ? 1 : SHARE_OF_TIME);
    share->next = ended + pause < share->not_before ? share->not_before : ended + pause;
    if (share->not_before < ended + HINT_MS)
        share->not_before = ended + HINT_MS;
    if (which < PORTER_SHARES_MOST && share->down == NULL)
        atomic_store(&watching->heartbeat->looked[which], (int64_t)clock_now());
}

void watching_look(struct watching *watching)
{
    int64_t now = clock_monotonic(), begun = now;
    struct watched *share;
    /* All that are due, one after the other: a claim of the first must not be in the way of what the second tells. */
    do {
        share = most_due(watching, now, SIZE_MAX);
        if (share != NULL)
            look(watching, share, begun);
        begun = clock_monotonic();
    } while (share != NULL && begun < now + LOOKS_MS);
}

void watching_look_small(struct watching *watching)
{
    int64_t now = clock_monotonic();
    struct watched *share = most_due(watching, now, SMALL);
    if (share != NULL)
        look(watching, share, now);
}

int watching_patience(const struct watching *watching)
{
    int64_t least = -1, now = clock_monotonic();
    for (size_t i = 0; i < watching->count; i++) {
        int64_t left = watching->shares[i].next > now ? watching->shares[i].next - now : 0;
        if (least < 0 || left < least)
            least = left;
    }
    return (int)least;
}

static void hint(void *context, int number)
{
    struct watching *watching = context;
    int64_t now = clock_monotonic();
    for (size_t i = 0; i < watching->count; i++) {
        struct watched *share = &watching->shares[i];
        int64_t soon = share->not_before > now ? share->not_before : now;
        if ((number < 0 || share->number == number) && share->next > soon)
            share->next = soon;
    }
}

void watching_hints(struct watching *watching)
{
    watch_drain(watching->watch, hint, watching);
}

bool watching_start(struct watching *watching, const json_t *message, struct error *error)
{
    const json_t *list = json_object_get(message, "shares"), *share;
    size_t index;
    if (json_array_size(list) > PORTER_SHARES_MOST)
        return error_set(error, FAULT_ENVIRONMENT, "more than %d shares on one mount", PORTER_SHARES_MOST);
    watching->shares = calloc(json_array_size(list) + 1, sizeof *watching->shares);
    if (watching->shares == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting to watch");
    json_array_foreach(list, index, share)
    {
        struct watched *watched = &watching->shares[index];
        *watched = (struct watched){.path = strdup(json_text(share, "path")),
                                    .listing = listing_make((size_t)json_whole(share, "names", 0)),
                                    .interval = json_whole(share, "interval", 5000),
                                    .network_interval = json_whole(share, "networkInterval", 5000),
                                    .number = -1};
        if (watched->path == NULL || watched->listing == NULL)
            return error_set(error, FAULT_TEMPORARY, "out of memory while starting to watch");
        watching->count++;
    }
    return true;
}
