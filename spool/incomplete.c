/*
 * Telling a sender that a drop has lain unfinished for too long.
 *
 * Guarantees: the drop stays where it is, so that its sender can finish it; it is told once for each listing,
 * however often the daemon starts: what was told stands in the record.
 * Decides nothing about the request.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "ingest/admit.h"
#include "spool/likeness.h"
#include "spool/share.h"

struct notice {
    struct daemon *daemon;
    char *command, *drop, *key;
    json_t *missing, *told;
};

static void notice_free(struct notice *notice)
{
    free(notice->command);
    free(notice->drop);
    free(notice->key);
    json_decref(notice->told);
    json_decref(notice->missing);
    free(notice);
}

static bool write_receipt(struct transaction *transaction, void *context, struct error *error)
{
    const struct notice *notice = context;
    json_t *before = NULL;
    if (!book_get(transaction, BOOK_INDEX, notice->key, &before, error))
        return false;
    bool told = strcmp(json_text(before, "print"), json_text(notice->told, "print")) == 0;
    json_decref(before);
    if (told)
        return true; /* before a restart */
    return book_put(transaction, BOOK_INDEX, notice->key, notice->told, error) &&
           ingest_incomplete(transaction, notice->daemon->site->settings, notice->command, notice->drop, NULL,
                             notice->missing, clock_now(), error);
}

static void written(void *context, const struct error *error)
{
    struct notice *notice = context;
    if (error != NULL)
        log_line(LOG_LEVEL_WARNING, "incomplete", "%s/%s: %s", notice->command, notice->drop, error->text);
    daemon_wake(notice->daemon);
    notice_free(notice);
}

static json_t *missing_files(const struct share *share, const struct drop *drop)
{
    json_t *missing = json_array(), *listed;
    const json_t *files = json_object_get(drop->seen, "files"),
                 *list = json_object_get(drop->listed, "files");
    size_t index;
    if (drop->manifest == MANIFEST_ABSENT && drop_is_archive(share, drop))
        json_array_append_new(missing, json_pack("{ss}", "name", drop_name(drop)));
    else if (drop->manifest == MANIFEST_ABSENT)
        json_array_append_new(missing, json_pack("{ss,ss*}", "name", share->manifest, "like",
                                                 likeness_find(files, NULL, share->manifest)));
    json_array_foreach(list, index, listed)
    {
        const char *name = json_text(listed, "name");
        const char *like = drop_file(drop, listed) == NULL ? likeness_find(files, list, name) : NULL;
        if (!drop_has_listed(drop, listed))
            json_array_append_new(missing, json_pack("{ss,ss*}", "name", name, "like", like));
    }
    if (json_array_size(missing) > 0 && likeness_folder(files) != NULL)
        json_array_append_new(missing, json_pack("{ss}", "folder", likeness_folder(files)));
    return missing;
}

static bool is_mistaken(const struct share *share, const struct drop *drop)
{
    json_t *missing = missing_files(share, drop), *one;
    bool mistaken = false;
    size_t index;
    json_array_foreach(missing, index, one)
    {
        mistaken = mistaken || json_object_get(one, "like") != NULL || json_object_get(one, "folder") != NULL;
    }
    json_decref(missing);
    return mistaken;
}

/* In the book of indexes: which listing of a drop its sender was told about. */
static char *key_of(const struct share *share, const struct drop *drop)
{
    struct digest digest = digest_of(drop_name(drop), strlen(drop_name(drop)));
    char text[DIGEST_TEXT_SIZE];
    return text_formatted("incomplete/%s/%s", share->command, digest_text(&digest, text));
}

static struct notice *notice_make(struct daemon *daemon, const struct share *share, const struct drop *drop)
{
    struct notice *notice = calloc(1, sizeof *notice);
    if (notice == NULL)
        return NULL;
    notice->daemon = daemon;
    notice->command = strdup(share->command);
    notice->drop = strdup(drop_name(drop));
    notice->key = key_of(share, drop);
    notice->told = json_pack("{ss}", "print", json_text(drop->seen, "print"));
    if (notice->command != NULL && notice->drop != NULL && notice->key != NULL && notice->told != NULL)
        return notice;
    notice_free(notice);
    return NULL;
}

static bool forget(struct transaction *transaction, void *context, struct error *error)
{
    const struct notice *notice = context;
    return book_remove(transaction, BOOK_INDEX, notice->key, error);
}

void share_forget_told(struct daemon *daemon, const struct share *share, const struct drop *drop)
{
    struct notice *notice = notice_make(daemon, share, drop);
    struct commit commit = {.work = forget, .done = written, .context = notice};
    if (notice != NULL && !committer_hand(daemon->committer, &commit, NULL))
        notice_free(notice);
}

void share_tell_incomplete(struct daemon *daemon, struct share *share, struct drop *drop)
{
    struct error error = ERROR_NONE;
    struct notice *notice = notice_make(daemon, share, drop);
    if (notice == NULL)
        return;
    notice->missing = missing_files(share, drop);
    struct commit commit = {.work = write_receipt, .done = written, .context = notice};
    if (!committer_hand(daemon->committer, &commit, &error))
        notice_free(notice);
    else
        drop->told = true;
}

void share_tell_mistake(struct daemon *daemon, struct share *share, struct drop *drop, int64_t quiet)
{
    int64_t limit = daemon->site->settings->quiet_milliseconds;
    if (!is_mistaken(share, drop))
        return;
    drop->waits_long = quiet >= limit; /* a drain waits for the quiet time, not for the sender */
    if (quiet >= limit)
        share_tell_incomplete(daemon, share, drop);
    else if (clock_monotonic() + limit - quiet < drop->due)
        drop->due = clock_monotonic() + limit - quiet;
}
