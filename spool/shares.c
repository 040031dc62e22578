/*
 * What lies on the shares: drops seen in snapshots, settled one by one, claimed when complete.
 *
 * Guarantees: a drop is claimed once per listing; a listing that changes starts its settling anew; nothing is
 * claimed while the disk is below its floor (drops then stay where they are, and `status` says so). Does not
 * read a share itself: porters do, and the manifest is parsed in a worker.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/share.h"

enum {
    CLAIMS_MOST =
        16, /* under way at once: bounds descriptors and memory, not throughput (a batch holds 64) */
    FLOOR_BYTES = 64 << 20,
    FLOOR_FILES = 1000,
    FLOOR_RETRY_MS = 5000
};

static void evaluate(void *context);

static void drop_clear(struct drop *drop)
{
    json_decref(drop->seen);
    json_decref(drop->listed);
    *drop = (struct drop){0};
}

const char *drop_name(const struct drop *drop)
{
    return json_text(drop->seen, "drop");
}

struct share *share_find(struct shares *shares, const char *path)
{
    for (size_t i = 0; i < shares->count; i++)
        if (strcmp(shares->list[i].path, path) == 0)
            return &shares->list[i];
    return NULL;
}

struct drop *drop_find(struct share *share, const char *name)
{
    for (size_t i = 0; share != NULL && i < share->drop_count; i++)
        if (strcmp(drop_name(&share->drops[i]), name) == 0)
            return &share->drops[i];
    return NULL;
}

static bool has_file(const json_t *seen, const char *name)
{
    return json_find(json_object_get(seen, "files"), "name", name) != NULL;
}

bool drop_has_listed(const struct drop *drop, const json_t *listed)
{
    const json_t *file = json_find(json_object_get(drop->seen, "files"), "name", json_text(listed, "name"));
    /* Shorter than stated is on its way, however long the sender's line stands still. What has no size is no
       file, and is answered. */
    return file != NULL && json_whole(file, "size", INT64_MAX) >= json_whole(listed, "size", 0);
}

static struct settle_drop view(const struct share *share, const struct drop *drop)
{
    struct settle_drop view = {.directory = strcmp(json_text(drop->seen, "form"), "directory") == 0,
                               .manifest = drop->manifest,
                               .all_present = true,
                               .digests_stated = true,
                               .digests = drop->digests,
                               .quiet_ms = clock_monotonic() - drop->since};
    /* Nothing to wait for: whatever lies among single files, and a packet of too many files, is answered when
     * quiet. */
    size_t named = json_array_size(json_object_get(drop->seen, "files"));
    if (share->manifest == NULL || json_whole(drop->seen, "count", 0) > (json_int_t)named)
        view.directory = false;
    size_t index;
    json_t *listed;
    json_array_foreach(json_object_get(drop->listed, "files"), index, listed)
    {
        if (!drop_has_listed(drop, listed))
            view.all_present = false;
        if (json_text_or_null(listed, "sha256") == NULL)
            view.digests_stated = false;
    }
    return view;
}

/* Is there room to take more in? Below the floor nothing is claimed: a drop is safer on its share. */
static bool room(struct shares *shares)
{
    struct statvfs volume;
    bool full = fstatvfs(shares->daemon->incoming, &volume) != 0 ||
                (uint64_t)volume.f_bavail * volume.f_frsize < FLOOR_BYTES ||
                (volume.f_files > 0 && volume.f_favail < FLOOR_FILES);
    if (full != shares->full)
        log_line(full ? LOG_LEVEL_ALARM : LOG_LEVEL_NOTICE, full ? "disk-full" : "disk-room",
                 full ? "too little room below var/: drops stay where they are until there is more"
                      : "there is room again below var/: drops are taken in");
    shares->full = full;
    return !full;
}

static int64_t step(struct shares *shares, struct share *share, struct drop *drop)
{
    struct daemon *daemon = shares->daemon;
    int64_t wait = 0;
    bool long_wait = false;
    struct settle_drop seen = view(share, drop);
    switch (settle_next(&seen, daemon->site->settings->quiet_milliseconds,
                        daemon->site->settings->incomplete_milliseconds, &wait, &long_wait)) {
    case SETTLE_WAIT:
        shares->waiting = shares->waiting || !long_wait;
        return wait;
    case SETTLE_PEEK:
        share_ask_manifest(daemon, share, drop);
        break;
    case SETTLE_DIGEST:
        share_ask_digests(daemon, share, drop);
        break;
    case SETTLE_INCOMPLETE:
        /* A request is left for its sender to finish; photographs without their document are answered as they
         * are. */
        if (share->command[0] != '\0') {
            if (!drop->told)
                share_tell_incomplete(daemon, share, drop);
            break;
        }
        __attribute__((fallthrough));
    case SETTLE_CLAIM:
        if (claims_active(daemon->claims) >= CLAIMS_MOST) {
            shares->waiting = true;
            break; /* a claim that ends calls daemon_wake */
        }
        if (!room(shares))
            return FLOOR_RETRY_MS;
        drop->claimed = true;
        drop->claimed_at = clock_monotonic();
        claims_begin(daemon->claims, share->form, share->path, share->command, drop_name(drop));
        break;
    }
    return -1;
}

static void evaluate(void *context)
{
    struct daemon *daemon = context;
    struct shares *shares = daemon->shares;
    int64_t least = -1;
    shares->waiting = false;
    /* Another share first every time: a flood on one does not keep the others waiting. */
    shares->turn++;
    for (size_t i = 0; i < shares->count; i++) {
        struct share *share = &shares->list[(i + shares->turn) % shares->count];
        for (size_t j = 0; j < share->drop_count; j++) {
            struct drop *drop = &share->drops[j];
            if (drop->claimed || drop->asked)
                continue;
            int64_t wait = step(shares, share, drop);
            if (wait >= 0 && (least < 0 || wait < least))
                least = wait;
        }
    }
    if (least >= 0)
        loop_after(daemon->loop, least, evaluate, daemon, NULL);
}

void shares_wake(struct shares *shares)
{
    evaluate(shares->daemon);
}

static void drop_see(struct share *share, struct drop *drop, json_t *entry)
{
    bool changed =
        drop->seen == NULL || strcmp(json_text(drop->seen, "print"), json_text(entry, "print")) != 0;
    json_decref(drop->seen);
    drop->seen = json_incref(entry);
    if (!changed)
        return;
    json_decref(drop->listed);
    drop->listed = NULL;
    drop->since = clock_monotonic();
    drop->digests = DIGESTS_UNSEEN;
    drop->asked = drop->told = false;
    if (drop->finished)
        drop->claimed = drop->finished = false;
    bool single = share->manifest == NULL && strcmp(json_text(entry, "form"), "file") == 0;
    drop->manifest = single || (share->manifest != NULL && has_file(entry, share->manifest))
                         ? MANIFEST_UNSEEN
                         : MANIFEST_ABSENT;
}

/* Take a listing over: drops that are still there keep their state, the others go. */
static bool merge(struct share *share, const json_t *entries)
{
    size_t count = json_array_size(entries), index;
    struct drop *drops = calloc(count == 0 ? 1 : count, sizeof *drops);
    json_t *places = json_object(), *entry; /* of the drops known before, by name: there may be thousands */
    if (drops == NULL || places == NULL) {
        free(drops);
        json_decref(places);
        return false;
    }
    for (size_t i = 0; i < share->drop_count; i++)
        json_object_set_new(places, drop_name(&share->drops[i]), json_integer((json_int_t)i));
    json_array_foreach(entries, index, entry)
    {
        json_int_t place = json_whole(places, json_text(entry, "drop"), -1);
        if (place >= 0) {
            struct drop *known = &share->drops[place];
            drops[index] = *known;
            *known = (struct drop){.seen = NULL};
        }
        drop_see(share, &drops[index], entry);
    }
    for (size_t i = 0; i < share->drop_count; i++)
        drop_clear(&share->drops[i]);
    free(share->drops);
    json_decref(places);
    share->drops = drops;
    share->drop_count = count;
    return true;
}

void shares_news(void *context, const json_t *snapshot)
{
    struct daemon *daemon = context;
    struct share *share = share_find(daemon->shares, json_text(snapshot, "share"));
    const char *down = json_text_or_null(snapshot, "down");
    if (share == NULL)
        return;
    share->listed = true;
    if ((down == NULL) != (share->down == NULL))
        log_line(down == NULL ? LOG_LEVEL_NOTICE : LOG_LEVEL_ALARM, down == NULL ? "share-up" : "share-down",
                 "%s%s%s", share->path, down == NULL ? "" : ": ", down == NULL ? "" : down);
    free(share->down);
    share->down = down == NULL ? NULL : strdup(down);
    if (down == NULL)
        merge(share, json_object_get(snapshot, "drops"));
    evaluate(daemon);
}

void shares_claim_ended(struct shares *shares, const char *path, const char *drop, bool again)
{
    struct drop *found = drop_find(share_find(shares, path), drop);
    if (found == NULL)
        return;
    /* Another drop of that name may lie there by now: its listing has changed since, and it is a new one. */
    bool changed = found->since > found->claimed_at;
    found->finished = true;
    if (again || changed) {
        found->claimed = found->finished = false;
        found->since = clock_monotonic();
    }
}

bool shares_idle(const struct shares *shares)
{
    if (shares->waiting)
        return false;
    for (size_t i = 0; i < shares->count; i++) {
        if (!shares->list[i].listed)
            return false;
        for (size_t j = 0; j < shares->list[i].drop_count; j++)
            if (shares->list[i].drops[j].asked)
                return false;
    }
    return true;
}

json_t *shares_live(const struct shares *shares)
{
    json_t *list = json_array();
    for (size_t i = 0; i < shares->count; i++) {
        const struct share *share = &shares->list[i];
        json_t *entry = json_pack("{ss,ss,si}", "share", share->path, "state",
                                  share->down == NULL ? "up" : "down", "waiting", (int)share->drop_count);
        json_put_text(entry, "reason",
                      share->down != NULL ? share->down
                      : shares->full      ? "too little room below var/: nothing is taken in"
                                          : NULL);
        json_array_append_new(list, entry);
    }
    return list;
}

static bool add_share(struct shares *shares, const char *form, const char *manifest, const char *path,
                      const char *command)
{
    struct share *larger = realloc(shares->list, (shares->count + 1) * sizeof *larger);
    if (larger == NULL)
        return false;
    shares->list = larger;
    struct share *share = &larger[shares->count++];
    *share =
        (struct share){.form = form, .manifest = manifest, .path = strdup(path), .command = strdup(command)};
    return share->path != NULL && share->command != NULL;
}

static bool add_all(struct shares *shares)
{
    const struct settings *settings = shares->daemon->site->settings;
    bool done = add_share(shares, "decisions", NULL, "review/decisions", "") &&
                add_share(shares, "gallery", "enrolment.xml", "gallery/in", "") &&
                add_share(shares, "acks", NULL, "case-management/acks", "");
    for (size_t i = 0; done && i < settings->command_count; i++) {
        char path[300];
        snprintf(path, sizeof path, "in/%s", settings->commands[i].name);
        done = add_share(shares, "requests", "manifest.xml", path, settings->commands[i].name);
    }
    return done;
}

/* Names of a drop worth listing: of what holds more, it is enough to know that it does. */
static int names_wanted(const struct shares *shares, const struct share *share)
{
    if (share->manifest == NULL)
        return 0;
    return strcmp(share->form, "gallery") == 0 ? 8192 : shares->daemon->site->settings->packet_files + 20;
}

bool shares_open(struct daemon *daemon, struct error *error)
{
    struct shares *shares = calloc(1, sizeof *shares);
    if (shares == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the shares");
    shares->daemon = daemon;
    daemon->shares = shares;
    if (!add_all(shares))
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the shares");
    for (size_t i = 0; i < daemon->mount_count; i++) {
        json_t *list = json_array();
        for (size_t j = 0; j < shares->count; j++)
            if (daemon_porter(daemon, shares->list[j].path) == daemon->mounts[i].porter)
                json_array_append_new(list, json_pack("{ss,si}", "path", shares->list[j].path, "names",
                                                      names_wanted(shares, &shares->list[j])));
        json_t *message = json_pack("{ss,so,sI}", "op", "watch", "shares", list, "rescan", (json_int_t)5000);
        if (!service_tell(daemon->mounts[i].porter, message, error))
            return error_context(error, "starting to watch");
    }
    return true;
}

void shares_close(struct shares *shares)
{
    if (shares == NULL)
        return;
    share_questions_close(shares);
    for (size_t i = 0; i < shares->count; i++) {
        struct share *share = &shares->list[i];
        for (size_t j = 0; j < share->drop_count; j++)
            drop_clear(&share->drops[j]);
        free(share->drops);
        free(share->path);
        free(share->command);
        free(share->down);
    }
    free(shares->list);
    free(shares);
}
