/*
 * Telling a sender that a drop has lain unfinished for too long.
 *
 * Guarantees: the drop stays where it is, so that its sender can finish it; it is told once for each listing.
 * Decides nothing about the request.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "ingest/admit.h"
#include "spool/share.h"

struct notice {
    struct daemon *daemon;
    char *command, *drop;
    json_t *missing;
};

static void notice_free(struct notice *notice)
{
    free(notice->command);
    free(notice->drop);
    json_decref(notice->missing);
    free(notice);
}

static bool write_receipt(struct transaction *transaction, void *context, struct error *error)
{
    const struct notice *notice = context;
    return ingest_incomplete(transaction, notice->daemon->site->settings, notice->command, notice->drop, NULL,
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
    size_t index;
    if (drop->manifest == MANIFEST_ABSENT)
        json_array_append_new(missing, json_string(share->manifest));
    json_array_foreach(json_object_get(drop->listed, "files"), index, listed)
    {
        if (!drop_has_listed(drop, listed))
            json_array_append(missing, json_object_get(listed, "name"));
    }
    return missing;
}

void share_tell_incomplete(struct daemon *daemon, struct share *share, struct drop *drop)
{
    struct error error = ERROR_NONE;
    struct notice *notice = calloc(1, sizeof *notice);
    if (notice == NULL)
        return;
    notice->daemon = daemon;
    notice->command = strdup(share->command);
    notice->drop = strdup(drop_name(drop));
    notice->missing = missing_files(share, drop);
    struct commit commit = {.work = write_receipt, .done = written, .context = notice};
    if (notice->command == NULL || notice->drop == NULL ||
        !committer_hand(daemon->committer, &commit, &error))
        notice_free(notice);
    else
        drop->told = true;
}
