/*
 * Answering a drop: checked by a worker, committed with all that follows, cleaned up.
 *
 * Guarantees: nothing is removed from a share before the transaction that answers for it; three failed
 * checks end in quarantine, never in a loop, and so does what the record refuses for good. Does not judge:
 * workers and the stages do.
 */
#include <stdio.h>
#include <string.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/account_directory.h"
#include "spool/checks.h"
#include "spool/claim.h"
#include "spool/flows.h"

enum { ATTEMPTS_MOST = 3 };

static bool remove_row(struct transaction *transaction, void *context, struct error *error)
{
    struct claim *claim = context;
    return book_remove(transaction, BOOK_CLAIMS, claim_id(claim), error);
}

void claim_row_removed(void *context, const struct error *error)
{
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "claim-row", "%s", error->text);
    claim_end(context, false);
}

static void unclaimed(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)file;
    struct claim *claim = context;
    struct error own = ERROR_NONE;
    if (error != NULL) {
        claim_later(claim, error);
        return;
    }
    if (json_text_or_null(answer, "left") != NULL)
        log_line(LOG_LEVEL_WARNING, "drop-left",
                 "%s was answered and cannot be removed: it lies there as %s/%s (%s)",
                 json_text(claim->record, "drop"), claim_path(claim), json_text(answer, "left"),
                 json_text(answer, "why"));
    if (claim->folder[0] == '\0') /* of a daemon before this one */
        snprintf(claim->folder, sizeof claim->folder, "%s", claim_id(claim));
    if (!claim_leave_folder(claim, &own))
        log_line(LOG_LEVEL_WARNING, "incoming", "%s", own.text);
    claim_hand_over(claim, (struct commit){.work = remove_row, .done = claim_row_removed});
}

void claim_clean_up(struct claim *claim)
{
    claim_ask_porter(
        claim, json_pack("{ss,ss,ss}", "op", "unclaim", "path", claim_path(claim), "claim", claim_id(claim)),
        -1, unclaimed);
}

static bool adopt(const struct claim *claim, struct vault_batch *batch, const json_t *file, size_t index,
                  struct error *error)
{
    char number[24];
    struct digest digest;
    const char *copy = json_text_or_null(file, "copy"); /* of what is no member of the packet */
    snprintf(number, sizeof number, "%zu", index);
    if (!digest_parse(json_text(file, "digest"), &digest))
        return error_set(error, FAULT_INTERNAL, "claim %s: a file without a digest", claim_id(claim));
    return vault_batch_adopt(batch, claim->incoming, copy == NULL ? number : copy, &digest,
                             (uint64_t)json_whole(file, "size", 0), error);
}

static bool adopt_files(void *context, struct vault_batch *batch, struct error *error)
{
    struct claim *claim = context;
    const json_t *archive = json_object_get(claim->record, "archive");
    size_t index;
    json_t *file;
    json_array_foreach(json_object_get(claim->record, "files"), index, file)
    {
        if (!adopt(claim, batch, file, index, error))
            return false;
    }
    return archive == NULL || adopt(claim, batch, archive, 0, error);
}

static bool commit_drop(struct transaction *transaction, void *context, struct error *error)
{
    struct claim *claim = context;
    return flow_drop(transaction, claim->daemon->site, json_text(claim->record, "form"), claim->record,
                     claim->check, clock_now(), error);
}

/* What the record refuses for good would be refused for ever: quarantine, with the reason. */
static void not_committed(struct claim *claim, const struct error *error)
{
    json_int_t attempts = json_whole(claim->record, "attempts", 0) + 1;
    json_put_text(claim->record, "state", "claiming");
    bool outside = error->fault == FAULT_TEMPORARY || error->fault == FAULT_DURABILITY ||
                   loop_stopping(claim->daemon->loop);
    if (outside || attempts != ATTEMPTS_MOST) {
        if (!outside)
            json_put_whole(claim->record, "attempts", attempts);
        claim_later(claim, error);
        return;
    }
    log_line(LOG_LEVEL_ALARM, "drop-set-aside", "claim %s: %s", claim_id(claim), error->text);
    json_put_whole(claim->record, "attempts", attempts);
    /* The copies went into the vault with the attempt: they are made again, and then this is the answer. */
    json_decref(claim->gave_up);
    claim->gave_up = check_gave_up(error);
    claim_later(claim, error);
}

static void committed(void *context, const struct error *error)
{
    struct claim *claim = context;
    const char *command;
    const json_t *moved;
    if (error != NULL) {
        not_committed(claim, error);
        return;
    }
    log_line(LOG_LEVEL_STEP, "drop-answered", "claim %s: %s %s", claim_id(claim),
             json_text(claim->record, "outcome"), json_text(claim->record, "docket"));
    if (claim->first)
        publisher_hurry(claim->daemon->publisher);
    publisher_index(claim->daemon->publisher, json_text(claim->record, "page"));
    /* An order about photographs moves dockets of several commands. */
    json_object_foreach(json_object_get(claim->record, "commands"), command, moved)
        publisher_index(claim->daemon->publisher, command);
    daemon_wake(claim->daemon);
    if (strcmp(json_text(claim->record, "form"), "audit") == 0) {
        audits_wake(claim->daemon->audits);
        publisher_reread(claim->daemon->publisher); /* what waited for an acknowledgement */
    }
    if (strcmp(json_text(claim->record, "form"), "retention") == 0)
        disposals_wake(claim->daemon->disposals);
    claim_clean_up(claim);
}

static void judged(struct claim *claim)
{
    struct daemon *daemon = claim->daemon;
    /* Its receipt is not kept waiting for a batch of its own. In a flood that would make many small parcels. */
    bool along = daemon->publisher != NULL && (claim->first || claims_active(daemon->claims) <= 1);
    claim_hand_over(claim, (struct commit){.prepare = adopt_files, .work = commit_drop, .done = committed});
    if (along)
        publisher_read_along(daemon->publisher);
}

static void directory_asked(void *context, const struct error *error)
{
    if (error != NULL)
        claim_later(context, error);
    else
        judged(context);
}

/* What somebody signed counts by what the directory says after it came. */
void claim_commit(struct claim *claim)
{
    const char *form = json_text(claim->record, "form");
    bool is_signed = strcmp(form, "requests") != 0 && strcmp(form, "acks") != 0;
    if (!is_signed || !account_directory_wait(claim->daemon->directory, directory_asked, claim))
        judged(claim);
}

void claim_answer(struct claim *claim, json_t *check)
{
    json_decref(claim->check);
    claim->check = check;
    claim_commit(claim);
}

void claim_check_failed(struct claim *claim, const struct error *error, void (*again)(struct claim *claim))
{
    /* The nursery is gone, or no worker can be set up: no fault of the drop, whose sender could do nothing about it. */
    if (loop_stopping(claim->daemon->loop) || error->fault == FAULT_ENVIRONMENT) {
        claim_later(claim, error);
        return;
    }
    json_int_t attempts = json_whole(claim->record, "attempts", 0) + 1;
    json_put_whole(claim->record, "attempts", attempts);
    log_line(LOG_LEVEL_WARNING, "check-failed", "claim %s, attempt %d of %d: %s", claim_id(claim),
             (int)attempts, ATTEMPTS_MOST, error->text);
    if (error->fault == FAULT_TEMPORARY && attempts < ATTEMPTS_MOST)
        again(claim);
    else
        claim_answer(claim, check_gave_up(error));
}

static void checked(void *context, const struct job_outcome *outcome)
{
    struct claim *claim = context;
    struct error error = ERROR_NONE;
    json_t *check = NULL;
    if (job_answer_json(outcome, &check, &error))
        claim_answer(claim, check);
    else
        claim_check_failed(claim, &error, claim_check);
}

void claim_check(struct claim *claim)
{
    struct error error = ERROR_NONE;
    int inputs[CHANNEL_FILES_MOST];
    size_t count = 0;
    const char *kind = NULL;
    json_t *parameters = NULL;
    json_decref(claim->check);
    claim->check = claim->gave_up != NULL ? json_incref(claim->gave_up)
                                          : check_of_no_file(json_text(claim->record, "form"), claim->record);
    if (claim->check != NULL) {
        claim_commit(claim);
        return;
    }
    bool ready = check_prepare(claim->daemon, json_text(claim->record, "form"), claim->record,
                               claim->incoming, &kind, &parameters, inputs, &count, &error);
    if (ready)
        ready = claim_run(claim, kind, parameters, inputs, count, checked, &error);
    else if (error.fault == FAULT_INTERNAL || error.fault == FAULT_INPUT) {
        claim->check = check_gave_up(&error);
        claim_commit(claim);
        ready = true;
    }
    if (!ready)
        claim_later(claim, &error);
    json_decref(parameters);
}
