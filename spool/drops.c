/*
 * The drops known of one share: by name, and in the order of their arrival.
 *
 * Guarantees: a drop that is listed anew keeps its place and what is known of it, unless its print changed:
 * then its settling starts anew. Does not decide anything.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "ingest/packet_limits.h"
#include "spool/archive.h"
#include "spool/share.h"

const char *drop_name(const struct drop *drop)
{
    return json_text(drop->seen, "drop");
}

bool drop_is_archive(const struct share *share, const struct drop *drop)
{
    return strcmp(json_text(drop->seen, "form"), "file") == 0 && archive_taken(share->form, drop_name(drop));
}

struct drop *drop_find(const struct share *share, const char *name)
{
    int64_t address = share == NULL ? 0 : json_whole(share->by_name, name, 0);
    return (struct drop *)(intptr_t)address; /* NOLINT(performance-no-int-to-ptr): put there by drop_add */
}

static struct drop *drop_add(struct share *share, const char *name)
{
    struct drop *drop = calloc(1, sizeof *drop);
    if (drop == NULL || !json_put_whole(share->by_name, name, (int64_t)(intptr_t)drop)) {
        free(drop);
        return NULL;
    }
    drop->previous = share->last;
    *(share->last == NULL ? &share->first : &share->last->next) = drop;
    share->last = drop;
    share->drop_count++;
    return drop;
}

void drop_forget(struct share *share, struct drop *drop)
{
    *(drop->previous == NULL ? &share->first : &drop->previous->next) = drop->next;
    *(drop->next == NULL ? &share->last : &drop->next->previous) = drop->previous;
    share->drop_count--;
    share->asked -= drop->asked ? 1 : 0;
    json_object_del(share->by_name, drop_name(drop));
    json_decref(drop->seen);
    json_decref(drop->listed);
    free(drop);
}

int64_t drop_manifest_size(const struct share *share, const json_t *entry)
{
    return json_whole(json_find(json_object_get(entry, "files"), "name", share->manifest), "size", -1);
}

bool drop_list_lasts(const struct share *share)
{
    return strcmp(share->form, "gallery") == 0;
}

bool drop_lacks_signature(const struct share *share, const struct drop *drop)
{
    const json_t *file = json_find(json_object_get(drop->seen, "files"), "name", "enrolment.xml.p7s");
    return drop_list_lasts(share) && json_whole(file, "size", 0) == 0;
}

bool drop_never_taken(const struct settings *settings, const struct share *share, const struct drop *drop)
{
    const struct packet_limits limits = {.files = settings->packet_files,
                                         .file_bytes = settings->packet_file_bytes,
                                         .total_bytes = settings->packet_total_bytes};
    return strcmp(share->form, "requests") == 0 &&
           packet_limits_exceeded(&limits, json_object_get(drop->listed, "files"));
}

static bool list_stays(const struct share *share, const struct drop *drop, const json_t *entry)
{
    return drop_list_lasts(share) && drop->manifest == MANIFEST_LISTS &&
           drop_manifest_size(share, drop->seen) == drop_manifest_size(share, entry);
}

bool drop_see(struct share *share, json_t *entry)
{
    const char *name = json_text(entry, "drop"), *print = json_text(entry, "print");
    struct drop *drop = drop_find(share, name);
    if (drop == NULL && (drop = drop_add(share, name)) == NULL)
        return false;
    bool changed = drop->seen == NULL || strcmp(json_text(drop->seen, "print"), print) != 0;
    bool stays = changed && drop->seen != NULL && list_stays(share, drop, entry);
    json_decref(drop->seen);
    drop->seen = json_incref(entry);
    if (!changed)
        return true;
    drop->since = clock_monotonic();
    drop->due = 0;
    drop->settled = false;
    drop->digests = DIGESTS_UNSEEN;
    drop->compared = 0;
    share->asked -= drop->asked ? 1 : 0;
    drop->asked = drop->told = drop->tried = false;
    if (drop->finished)
        drop->claimed = drop->finished = false;
    if (stays)
        return true;
    json_decref(drop->listed);
    drop->listed = NULL;
    bool single = (share->manifest == NULL && strcmp(json_text(entry, "form"), "file") == 0) ||
                  drop_is_archive(share, drop);
    bool there = share->manifest != NULL &&
                 json_find(json_object_get(entry, "files"), "name", share->manifest) != NULL;
    /* An order of the gallery keeper lists no files: it settles by quiet time. */
    bool order = !there && strcmp(share->form, "gallery") == 0 &&
                 json_find(json_object_get(entry, "files"), "name", "order.xml") != NULL;
    bool release = there && (strncmp(share->form, "disc", 4) == 0 || strcmp(share->form, "foil") == 0 ||
                             strcmp(share->form, "audit") == 0 ||
                             strcmp(share->form, "retention") == 0); /* so do these */
    drop->manifest = release           ? MANIFEST_UNREADABLE
                     : single || there ? MANIFEST_UNSEEN
                     : order           ? MANIFEST_UNREADABLE
                                       : MANIFEST_ABSENT;
    return true;
}
