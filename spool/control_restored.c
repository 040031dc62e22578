/*
 * `leadspool restore --since|--nothing-since`: a restored record is told what happened after its backup.
 *
 * Guarantees: searches begin only with the last question, which is an event with the digest of the list, or with the reason why
 * there is none. Each row is done or named as left.
 */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "spool/backup_book.h"
#include "spool/control_parts.h"
#include "spool/flow_gallery.h"
#include "spool/replay.h"

static bool replay_rows(struct control_question *question, int64_t sequence, json_t *remaining,
                        struct error *error)
{
    json_t *photos = json_object();
    const json_t *rows = json_object_get(question->arguments, "rows"), *row;
    size_t i;
    bool done = true;
    json_array_foreach(rows, i, row)
    {
        const char *left = NULL;
        if (!done || json_whole(row, "event", 0) <= sequence)
            continue;
        done = replay_row(question->transaction, question->context->site, row, photos, question->context->now,
                          &left, error);
        if (left != NULL)
            json_array_append_new(remaining, json_pack("{s:I,s:s,s:s*,s:s}", "event",
                                                       (json_int_t)json_whole(row, "event", 0), "action",
                                                       json_text(row, "action"), "docket",
                                                       json_text_or_null(row, "docket"), "left", left));
    }
    if (done && json_object_size(photos) > 0)
        done = flow_photos_sealed(question->transaction, question->context->site, photos,
                                  question->context->now, error);
    json_decref(photos);
    return done;
}

static bool end(struct control_question *question, struct error *error)
{
    const char *digest = json_text_or_null(question->arguments, "list");
    const char *reason = json_text(question->arguments, "reason");
    if (digest == NULL && *reason == '\0')
        return error_set(error, FAULT_USAGE,
                         "say why nothing was sealed or destroyed after the backup: --reason");
    return backup_restored_end(question->transaction, question->asker->name, digest, reason,
                               question->context->now, error) &&
           control_put(question, "wake", json_true(), error);
}

bool control_restored(struct control_question *question, struct error *error)
{
    json_t *record = NULL, *remaining = json_array();
    if (!control_put(question, "left", remaining, error) ||
        !book_get(question->transaction, BOOK_RUNS, BACKUP_RESTORED, &record, error))
        return false;
    bool done = record != NULL || error_set(error, FAULT_REFUSED,
                                            "this record does not wait for that: it was not restored, or "
                                            "was told already");
    done = done && replay_rows(question, json_whole(record, "sequence", 0), remaining, error);
    done = done && (!json_flag(question->arguments, "end") || end(question, error));
    json_decref(record);
    return done;
}
