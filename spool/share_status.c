/*
 * The shares as `leadspool status` shows them.
 *
 * Guarantees: from memory alone: asks no share.
 */
#include "base/clock.h"
#include "base/json.h"
#include "spool/share.h"

static int64_t waiting(const struct share *share)
{
    int64_t count = share->unseen;
    for (const struct drop *drop = share->first; drop != NULL; drop = drop->next)
        count += drop->finished ? 0 : 1;
    return count;
}

static json_t *one(const struct share *share)
{
    char text[INSTANT_TEXT_SIZE];
    const struct porter_heartbeat *heartbeat = share->mount->place.heartbeat;
    int64_t looked = share->place < PORTER_SHARES_MOST ? atomic_load(&heartbeat->looked[share->place]) : 0;
    json_t *entry =
        json_pack("{ss,ss,sI,ss,sI}", "share", share->path, "state", share->down == NULL ? "up" : "down",
                  "waiting", (json_int_t)waiting(share), "looks", share->watched ? "watched" : "polled",
                  "interval", (json_int_t)share->interval);
    json_put_text(entry, "polledBecause", share->polled);
    json_put_text(entry, "fileSystem", share->file_system);
    json_put_text(entry, "reason", share->down);
    if (looked != 0)
        json_put_text(entry, "looked", instant_text(looked, text));
    if (share->down != NULL)
        json_put_text(entry, "since", instant_text(share->down_since, text));
    if (share->more)
        json_put_flag(entry, "more", true);
    return entry;
}

json_t *shares_live(const struct shares *shares)
{
    json_t *list = json_array();
    for (size_t i = 0; i < shares->count; i++)
        json_array_append_new(list, one(&shares->list[i]));
    return list;
}

/* What keeps drops on their shares: the volumes, then drops too large for them. */
json_t *shares_room(const struct shares *shares)
{
    char words[300];
    if (shares->room.folder == NULL)
        return json_null();
    room_words(&shares->room, words, sizeof words);
    return json_pack("{ss,ss,sI,sI,ss}", "volume", shares->room.folder, "short",
                     shares->room.of_files ? "inodes" : "bytes", "free", (json_int_t)shares->room.free,
                     "needed", (json_int_t)shares->room.needed, "text", words);
}
