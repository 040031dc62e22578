/*
 * What lies on the shares: drops seen in snapshots, settled one by one, claimed when complete.
 *
 * Guarantees: a drop is claimed once per listing; a listing that changes starts its settling anew; of one share
 * those that came first go first, and shares take turns; nothing is claimed while the disk is below its floor
 * (drops then stay where they are, and `status` says so), and a share that hangs is asked nothing. Does not read
 * a share itself: porters do, and the manifest is parsed in a worker.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"
#include "base/log.h"
#include "base/names.h"
#include "spool/share.h"

enum {
    EARLY_TRIES_MOST = 3, /* of one drop: one that is built up file by file is copied when it has settled */
    EARLY_BYTES_MOST = 16 << 20,
    AHEAD_MOST = 64,     /* settled while no claim can begin: more would only be looked at again and again */
    QUESTIONS_MOST = 32, /* of one share at once: its drops are looked into in their order */
    FLOOR_RETRY_MS = 5000,
    PEEK_RETRY_MS = 200,
    LARGE_FILES = 100,
    LARGE_REST_MS = 1000
};

static void evaluate(void *context);

struct share *share_find(struct shares *shares, const char *path)
{
    for (size_t i = 0; i < shares->count; i++)
        if (strcmp(shares->list[i].path, path) == 0)
            return &shares->list[i];
    return NULL;
}

const json_t *drop_file(const struct drop *drop, const json_t *listed)
{
    const json_t *files = json_object_get(drop->seen, "files");
    long position = name_position(files, "name", json_text(listed, "name"));
    return position < 0 ? NULL : json_array_get(files, (size_t)position);
}

bool drop_has_listed(const struct drop *drop, const json_t *listed)
{
    const json_t *file = drop_file(drop, listed);
    /* Shorter than stated is on its way, however long the sender's line stands still. What has no size is no
       file, and is answered. */
    return file != NULL && json_whole(file, "size", INT64_MAX) >= json_whole(listed, "size", 0);
}

/* How long nothing of it changed, by its own times where they can be trusted: so that a restart does not make
   it young again. */
static int64_t idle_of(const struct drop *drop)
{
    int64_t seen = clock_monotonic() - drop->since;
    int64_t changed = json_whole(drop->seen, "changed", 0);
    int64_t idle = changed == 0 ? seen : (int64_t)clock_now() - changed;
    return idle > seen ? idle : seen;
}

static struct settle_drop view(const struct shares *shares, const struct share *share,
                               const struct drop *drop)
{
    /* An archive that has no end yet is as a folder without its manifest. */
    bool archive = drop_is_archive(share, drop);
    struct settle_drop view = {.directory =
                                   archive || strcmp(json_text(drop->seen, "form"), "directory") == 0,
                               .manifest = drop->manifest,
                               .all_present = true,
                               .digests_stated = true,
                               .digests = drop->digests,
                               .quiet_ms = clock_monotonic() - drop->since,
                               .idle_ms = idle_of(drop),
                               .crowded = share->more && share->command[0] != '\0'};
    /* Nothing to wait for: whatever lies among single files, a packet of too many or too large files and a folder
       closed to us are answered when quiet. */
    size_t named = json_array_size(json_object_get(drop->seen, "files"));
    if (share->manifest == NULL || json_flag(drop->seen, "closed") ||
        drop_never_taken(shares->daemon->site->settings, share, drop) ||
        json_whole(drop->seen, "count", 0) > (json_int_t)named)
        view.directory = false;
    if (shares->daemon->site->settings->identity != IDENTITY_OWNER && drop_lacks_signature(share, drop))
        view.digests_stated = false;
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

/* What would be copied in at most: what is larger than the site takes is answered unread. */
static uint64_t size_of(const struct settings *settings, const struct share *share, const struct drop *drop)
{
    const int64_t cap = settings->packet_file_bytes;
    const int64_t most = settings->packet_total_bytes * (strcmp(share->form, "gallery") == 0 ? 16 : 1);
    int64_t own = json_whole(drop->seen, "size", 0), sum = own > cap ? 0 : own;
    size_t index;
    json_t *file;
    json_array_foreach(json_object_get(drop->seen, "files"), index, file)
    {
        int64_t size = json_whole(file, "size", 0);
        sum += size > cap ? 0 : size;
        sum = sum < most ? sum : most;
    }
    /* Pictures are packed as they are: what an archive holds is as large once more. */
    return (uint64_t)(drop_is_archive(share, drop) ? 2 * sum : sum);
}

/* Is there room to take it in? A drop is safer on its share than on a full disk. */
static bool has_room(struct shares *shares, const struct share *share, struct drop *drop)
{
    const struct settings *settings = shares->daemon->site->settings;
    uint64_t bytes = (uint64_t)settings->free_bytes, files = (uint64_t)settings->free_files;
    int site = shares->daemon->site->directory;
    bool was_short = shares->room.folder != NULL;
    char words[300];
    if (was_short && clock_monotonic() < shares->room_at + FLOOR_RETRY_MS)
        return false;
    struct room fit = room_look(site, bytes, files, size_of(settings, share, drop));
    if (fit.folder == NULL && !was_short) {
        drop->too_large = false;
        return true;
    }
    shares->room_at = clock_monotonic();
    shares->room = room_look(site, bytes, files, 0);
    if (shares->room.folder != NULL) {
        room_words(&shares->room, words, sizeof words);
        if (!was_short)
            log_line(LOG_LEVEL_ALARM, "disk-full", "%s", words);
        return false;
    }
    if (was_short)
        log_line(LOG_LEVEL_NOTICE, "disk-room", "there is room again below var/: drops are taken in");
    if (fit.folder != NULL && !drop->too_large) {
        room_words(&fit, words, sizeof words);
        log_line(LOG_LEVEL_ALARM, "disk-full", "%s/%s does not fit: %s", share->path, drop_name(drop), words);
    }
    drop->too_large = fit.folder != NULL;
    return !drop->too_large;
}

static void claim(struct shares *shares, struct share *share, struct drop *drop)
{
    if (places_left(shares, share) && !has_room(shares, share, drop)) {
        drop->due = clock_monotonic() + FLOOR_RETRY_MS;
        drop->waits_long = true;
        return;
    }
    if (!places_take(shares, share)) {
        shares->waiting = true; /* a claim that ends calls daemon_wake */
        return;
    }
    drop->claimed = true;
    drop->claimed_at = clock_monotonic();
    drop->tried = !drop->settled;
    drop->tries += drop->settled ? 0 : 1;
    claims_begin(shares->daemon->claims, share->form, share->path, share->command, drop_name(drop),
                 json_text(drop->seen, "print"), !drop->settled, places_own(shares, share));
}

/* Moved in whole, by the look of it: its check can say so (spool/claim_early.c). */
static bool early(const struct shares *shares, const struct share *share, const struct drop *drop)
{
    const json_t *seen = drop->seen;
    return !drop->tried && drop->tries < EARLY_TRIES_MOST && !drop->settled &&
           drop->manifest == MANIFEST_UNSEEN && strcmp(share->form, "requests") == 0 &&
           strcmp(json_text(seen, "form"), "directory") == 0 && json_whole(seen, "count", 0) > 1 &&
           !json_flag(seen, "closed") &&
           json_whole(seen, "count", 0) == (json_int_t)json_array_size(json_object_get(seen, "files")) &&
           size_of(shares->daemon->site->settings, share, drop) <= EARLY_BYTES_MOST;
}

static void step(struct shares *shares, struct share *share, struct drop *drop)
{
    struct daemon *daemon = shares->daemon;
    int64_t wait = 0;
    bool long_wait = false;
    if (drop->settled || early(shares, share, drop)) {
        claim(shares, share, drop);
        return;
    }
    struct settle_drop seen = view(shares, share, drop);
    switch (settle_next(&seen, daemon->site->settings->quiet_milliseconds,
                        daemon->site->settings->incomplete_milliseconds, &wait, &long_wait)) {
    case SETTLE_WAIT:
        drop->due = clock_monotonic() + wait;
        drop->waits_long = long_wait;
        if (long_wait && share->command[0] != '\0' && !drop->told)
            share_tell_mistake(daemon, share, drop, seen.quiet_ms);
        break;
    case SETTLE_PEEK:
        if (drop->peeking)
            drop->due = clock_monotonic() + PEEK_RETRY_MS;
        else if (share->asked < QUESTIONS_MOST)
            share_ask_manifest(daemon, share, drop);
        break;
    case SETTLE_DIGEST:
        /* Of a large one every digest would be taken again with each change: it has to rest first. */
        if (drop_list_lasts(share) && seen.quiet_ms < LARGE_REST_MS &&
            json_array_size(json_object_get(drop->listed, "files")) > LARGE_FILES)
            drop->due = clock_monotonic() + LARGE_REST_MS - seen.quiet_ms;
        else if (share->asked < QUESTIONS_MOST)
            share_ask_digests(daemon, share, drop);
        break;
    case SETTLE_INCOMPLETE:
        /* A request is left for its sender to finish; photographs without their document are answered as they
         * are. */
        if (share->command[0] != '\0') {
            if (!drop->told)
                share_tell_incomplete(daemon, share, drop);
            drop->due = INT64_MAX; /* until it changes */
            drop->waits_long = true;
            break;
        }
        __attribute__((fallthrough));
    case SETTLE_CLAIM:
        drop->settled = true;
        claim(shares, share, drop);
        break;
    }
}

/* Each drop of a share in order of arrival; what cannot be done yet costs a comparison. The time the next one
   is due. */
static int64_t evaluate_share(struct shares *shares, struct share *share, int64_t now)
{
    int64_t least = INT64_MAX;
    bool full = !places_left(shares, share);
    size_t ahead = 0;
    for (struct drop *drop = share->first, *next; drop != NULL; drop = next) {
        next = drop->next;
        if (drop->claimed || drop->asked)
            continue;
        /* They come in their order: what is behind one that cannot be asked about can neither. */
        if ((share->asked >= QUESTIONS_MOST && !drop->settled) || (full && ahead >= AHEAD_MOST)) {
            shares->waiting = true; /* an answer, or the end of a claim, comes here again */
            break;
        }
        if (drop->due <= now) {
            drop->waits_long = false;
            step(shares, share, drop);
            full = !places_left(shares, share);
        }
        ahead += drop->settled || (full && early(shares, share, drop)) ? 1 : 0;
        if (!drop->claimed && !drop->asked) {
            shares->waiting = shares->waiting || !drop->waits_long;
            if (drop->due > now && drop->due < least)
                least = drop->due;
        }
    }
    return least;
}

static void evaluate(void *context)
{
    struct daemon *daemon = context;
    struct shares *shares = daemon->shares;
    int64_t least = INT64_MAX, now = clock_monotonic();
    shares->waiting = false;
    places_count(shares);
    /* Another share first every time: a flood on one does not keep the others waiting. */
    shares->turn++;
    for (size_t i = 0; i < shares->count; i++) {
        struct share *share = &shares->list[(i + shares->turn) % shares->count];
        if (share->mount->hung)
            continue; /* what it is asked would only pile up */
        int64_t due = evaluate_share(shares, share, now);
        if (due < least)
            least = due;
    }
    if (least != INT64_MAX)
        loop_after(daemon->loop, least - now, evaluate, daemon, NULL);
}

void shares_wake(struct shares *shares)
{
    evaluate(shares->daemon);
}

void share_set_down(struct share *share, const char *why)
{
    if ((why == NULL) != (share->down == NULL)) {
        log_line(why == NULL ? LOG_LEVEL_NOTICE : LOG_LEVEL_ALARM, why == NULL ? "share-up" : "share-down",
                 "%s%s%s", share->path, why == NULL ? "" : ": ", why == NULL ? "" : why);
        share->down_since = clock_now();
    }
    free(share->down);
    share->down = why == NULL ? NULL : strdup(why);
}

static void take_listing(struct daemon *daemon, struct share *share, const json_t *snapshot)
{
    const json_t *name;
    json_t *entry;
    size_t index;
    json_array_foreach(json_object_get(snapshot, "gone"), index, name)
    {
        struct drop *drop = drop_find(share, json_string_value(name));
        if (drop == NULL)
            continue;
        if (drop->told)
            share_forget_told(daemon, share, drop);
        drop_forget(share, drop);
    }
    json_array_foreach(json_object_get(snapshot, "drops"), index, entry) drop_see(share, entry);
    if (json_object_get(snapshot, "unseen") == NULL)
        return;
    share->listed = json_whole(snapshot, "unseen", 0) == 0;
    share->unseen = json_whole(snapshot, "unseen", 0);
    bool more = json_flag(snapshot, "more");
    if (more && !share->more)
        log_line(LOG_LEVEL_WARNING, "share-crowded",
                 "%s holds more drops than can be listed; the rest are seen once some of these are gone",
                 share->path);
    /* What was left to its sender for an hour, or for good, is looked at again. */
    for (struct drop *drop = share->first; more && !share->more && drop != NULL; drop = drop->next)
        drop->due = 0;
    share->more = more;
}

static void take_watching(struct share *share, const json_t *news)
{
    const char *why = json_text_or_null(news, "why"), *system = json_text_or_null(news, "fileSystem");
    free(share->polled);
    free(share->file_system);
    share->watched = json_flag(news, "watched");
    share->polled = why == NULL ? NULL : strdup(why);
    share->file_system = system == NULL ? NULL : strdup(system);
    share->interval = json_whole(news, "interval", share->interval);
}

void shares_news(void *context, const json_t *news)
{
    struct daemon *daemon = context;
    struct share *share = share_find(daemon->shares, json_text(news, "share"));
    const char *down = json_text_or_null(news, "down");
    if (share == NULL)
        return;
    if (strcmp(json_text(news, "op"), "watching") == 0) {
        take_watching(share, news);
        return;
    }
    share_set_down(share, down);
    if (down == NULL)
        take_listing(daemon, share, news);
    else
        share->listed = true;
    evaluate(daemon);
}

void shares_mount_down(struct shares *shares, const struct mount *mount, bool down)
{
    for (size_t i = 0; shares != NULL && i < shares->count; i++) {
        struct share *share = &shares->list[i];
        if (share->mount == mount)
            share_set_down(share, down ? _("its file system does not answer; what lies there waits") : NULL);
    }
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
        found->claimed = found->finished = found->settled = false;
        found->since = clock_monotonic();
        found->due = 0;
    }
}

void shares_early_ended(struct shares *shares, const char *path, const char *drop)
{
    struct drop *found = drop_find(share_find(shares, path), drop);
    if (found == NULL)
        return;
    found->claimed = false;
    found->due = 0;
}

bool shares_idle(const struct shares *shares)
{
    if (shares->waiting)
        return false;
    for (size_t i = 0; i < shares->count; i++)
        if (!shares->list[i].mount->hung && (!shares->list[i].listed || shares->list[i].asked > 0))
            return false;
    return true;
}

static bool add_share(struct shares *shares, const char *form, const char *manifest, const char *path,
                      const char *command)
{
    struct share *larger = realloc(shares->list, (shares->count + 1) * sizeof *larger);
    if (larger == NULL)
        return false;
    shares->list = larger;
    struct share *share = &larger[shares->count++];
    *share = (struct share){.form = form,
                            .manifest = manifest,
                            .path = strdup(path),
                            .command = strdup(command),
                            .by_name = json_object(),
                            .mount = daemon_mount(shares->daemon, path)};
    return share->path != NULL && share->command != NULL && share->by_name != NULL;
}

static bool add_all(struct shares *shares)
{
    const struct settings *settings = shares->daemon->site->settings;
    bool done = add_share(shares, "decisions", NULL, "review/decisions", "") &&
                add_share(shares, "gallery", "enrolment.xml", "gallery/in", "") &&
                add_share(shares, "acks", NULL, "case-management/acks", "") &&
                add_share(shares, "discovery", "discovery.xml", "discovery/in", "") &&
                add_share(shares, "disclosure", "disclosure.xml", "disclosure/in", "") &&
                add_share(shares, "foil", "foil.xml", "foil/in", "") &&
                add_share(shares, "retention", "retention.xml", "retention/in", "") &&
                add_share(shares, "audit", "audit.xml", "audit/in", "");
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
        for (size_t j = 0; j < shares->count; j++) {
            struct share *share = &shares->list[j];
            if (share->mount != &daemon->mounts[i])
                continue;
            share->place = json_array_size(list);
            share->interval = settings_rescan(daemon->site->settings, share->path, false);
            json_array_append_new(
                list, json_pack("{ss,si,sI,sI}", "path", share->path, "names", names_wanted(shares, share),
                                "interval", (json_int_t)share->interval, "networkInterval",
                                (json_int_t)settings_rescan(daemon->site->settings, share->path, true)));
        }
        json_t *message = json_pack("{ss,so}", "op", "watch", "shares", list);
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
        while (share->first != NULL)
            drop_forget(share, share->first);
        json_decref(share->by_name);
        free(share->path);
        free(share->command);
        free(share->down);
        free(share->polled);
        free(share->file_system);
    }
    free(shares->list);
    free(shares);
}
