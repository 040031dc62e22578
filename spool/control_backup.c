/*
 * `leadspool backup`: the casebook's files in slices, and the note that a backup was made.
 *
 * Guarantees: a slice is a few milliseconds of the committer's time; its bytes are in var/run/backup-slice, as they
 * lie in the casebook (encrypted where that is), until the next question. The asker is the service account, who may read
 * them anyway. What is kept of the log meanwhile is casebook/hot_copy.c's.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "casebook/chain_break.h"
#include "casebook/event.h"
#include "casebook/hot_copy.h"
#include "spool/backup_book.h"
#include "spool/control_parts.h"

static uint64_t token_of(const struct control_question *question)
{
    return (uint64_t)json_whole(question->arguments, "token", 0);
}

static int slice_open(const struct site *site, struct error *error)
{
    int file =
        openat(site->directory, "var/run/backup-slice", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        error_system(error, "making var/run/backup-slice");
    return file;
}

bool control_backup_begin(struct control_question *question, struct error *error)
{
    uint64_t token = 0;
    return hot_copy_begin(question->context->casebook, &token, error) &&
           control_put(question, "token", json_integer((json_int_t)token), error);
}

/* The head is of what was committed before: this question's answer comes after its batch is durable, and what is copied of
   the log then holds it. */
bool control_backup_list(struct control_question *question, struct error *error)
{
    char hash[DIGEST_TEXT_SIZE];
    int64_t sequence = 0;
    json_t *books = json_array(), *logs = json_array();
    return control_put(question, "books", books, error) && control_put(question, "logs", logs, error) &&
           hot_copy_list(question->context->casebook, token_of(question), books, logs, error) &&
           event_head(question->transaction, &sequence, hash, error) &&
           control_put(question, "head",
                       json_pack("{s:I,s:s}", "sequence", (json_int_t)sequence, "hash", hash), error);
}

bool control_backup_read(struct control_question *question, struct error *error)
{
    int64_t got = 0;
    int slice = slice_open(question->context->site, error);
    if (slice < 0)
        return false;
    bool done =
        hot_copy_read(question->context->casebook, token_of(question), json_text(question->arguments, "file"),
                      json_whole(question->arguments, "offset", 0), slice, &got, error) &&
        control_put(question, "got", json_integer((json_int_t)got), error);
    close(slice);
    return done;
}

bool control_backup_end(struct control_question *question, struct error *error)
{
    int run = directory_open_at(question->context->site->directory, "var/run", false, 0, error);
    hot_copy_end(question->context->casebook, token_of(question));
    bool done = run >= 0 && file_remove(run, "backup-slice", error);
    if (run >= 0)
        close(run);
    return done;
}

bool control_backup_done(struct control_question *question, struct error *error)
{
    json_t *record = json_object();
    json_copy_members(record, question->arguments, "set", "sequence", "manifest", "files", "bytes", NULL);
    bool done = strlen(json_text(record, "manifest")) == DIGEST_TEXT_SIZE - 1 ||
                error_set(error, FAULT_USAGE, "a backup is noted by the digest of its manifest");
    done = done &&
           backup_note(question->transaction, question->asker->name, record, question->context->now, error);
    json_decref(record);
    return done;
}

bool control_status_backup(struct control_question *question, struct error *error)
{
    json_t *last = NULL, *broken = NULL, *verified = NULL;
    bool halts = false;
    bool done = book_get(question->transaction, BOOK_RUNS, BACKUP_LAST, &last, error) &&
                chain_break_get(question->transaction, &broken, &halts, error) &&
                book_get(question->transaction, BOOK_RUNS, CONTROL_VERIFIED, &verified, error);
    if (done && verified != NULL)
        done = control_put(question, "verified", json_incref(verified), error);
    json_decref(verified);
    if (done && broken != NULL)
        done = control_put(question, "broken", json_incref(broken), error);
    json_decref(broken);
    if (done && last != NULL)
        done = control_put(question, "backup", json_incref(last), error);
    json_decref(last);
    return done;
}
