/*
 * The order of a drop: claim row, claim, copy in, check, durable and committed, clean up.
 *
 * Guarantees: the claim's row is durable before the drop is renamed, so start-up can tell whose ".claim-…" it
 * finds; nothing is removed from a share before the transaction that answers for it; three failed checks end
 * in quarantine, never in a loop, and so does what the record refuses for good; a claim that waits for
 * something outside takes no place of another's. One small state machine a claim; every step's callback starts the next.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/event.h"
#include "spool/checks.h"
#include "spool/flows.h"
#include "spool/state.h"

enum {
    ATTEMPTS_MOST = 3,
    RETRY_MS = 2000,
    RETRY_MOST_MS = 60000,
    PATIENT_WAITS = 3, /* after so many, draining does not wait for it any more */
    CHANGES_MOST = 5   /* copies of a drop that somebody still writes to */
};

struct claim {
    struct daemon *daemon;
    json_t *record; /* the claim row (INTERNALS §4), with "form" and "path" */
    json_t *check;  /* the worker's answer */
    int incoming;   /* var/incoming/<claim>, -1 = not open */
    bool fresh;     /* not renamed yet by anybody: its row was written just now */
    bool waiting;
    int waits, changes;
    struct claim *next;
};

struct claims {
    struct daemon *daemon;
    struct claim *first;
};

static const char *claim_id(const struct claim *claim)
{
    return json_text(claim->record, "claim");
}

static const char *claim_path(const struct claim *claim)
{
    return json_text(claim->record, "path");
}

static void close_incoming(struct claim *claim)
{
    if (claim->incoming >= 0)
        close(claim->incoming);
    claim->incoming = -1;
}

static void end(struct claim *claim, bool again)
{
    struct daemon *daemon = claim->daemon;
    for (struct claim **at = &daemon->claims->first; *at != NULL; at = &(*at)->next)
        if (*at == claim) {
            *at = claim->next;
            break;
        }
    shares_claim_ended(daemon->shares, claim_path(claim), json_text(claim->record, "drop"), again);
    close_incoming(claim);
    json_decref(claim->record);
    json_decref(claim->check);
    free(claim);
    daemon_wake(daemon);
}

static void start_over(void *context);

/* Something outside is not ready (disk, share): the claim stays as it is and is taken up again later. */
static void later(struct claim *claim, const struct error *error)
{
    int64_t pause = (int64_t)RETRY_MS << (claim->waits < CHANGES_MOST ? 0 : claim->waits - CHANGES_MOST);
    log_line(LOG_LEVEL_WARNING, "claim-waits", "claim %s: %s", claim_id(claim), error->text);
    close_incoming(claim);
    claim->waiting = true;
    if (claim->waits < CHANGES_MOST + 5)
        claim->waits++;
    if (!loop_after(claim->daemon->loop, pause < RETRY_MOST_MS ? pause : RETRY_MOST_MS, start_over, claim,
                    NULL))
        end(claim, false);
    else
        shares_wake(claim->daemon->shares);
}

/* What each step ends with: the committer or the share's porter is asked, and the callback goes on. */
static void hand_over(struct claim *claim, struct commit commit)
{
    struct error error = ERROR_NONE;
    commit.context = claim;
    if (!committer_hand(claim->daemon->committer, &commit, &error))
        later(claim, &error);
}

/* `message` is taken over; `file` -1 = none. */
static void ask_porter(struct claim *claim, json_t *message, int file, service_done *done)
{
    struct error error = ERROR_NONE;
    if (!service_ask(daemon_porter(claim->daemon, claim_path(claim)), message, file, done, claim, &error))
        later(claim, &error);
}

/* --- the last step: the row goes, when nothing of the drop is left --- */

static bool remove_row(struct transaction *transaction, void *context, struct error *error)
{
    struct claim *claim = context;
    return book_remove(transaction, BOOK_CLAIMS, claim_id(claim), error);
}

static void row_removed(void *context, const struct error *error)
{
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "claim-row", "%s", error->text);
    end(context, false);
}

static void unclaimed(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)answer;
    (void)file;
    struct claim *claim = context;
    struct error own = ERROR_NONE;
    if (error != NULL) {
        later(claim, error);
        return;
    }
    close_incoming(claim);
    if (!directory_remove_tree(claim->daemon->incoming, claim_id(claim), &own))
        log_line(LOG_LEVEL_WARNING, "incoming", "%s", own.text);
    hand_over(claim, (struct commit){.work = remove_row, .done = row_removed});
}

static void unclaim(struct claim *claim)
{
    ask_porter(claim,
               json_pack("{ss,ss,ss}", "op", "unclaim", "path", claim_path(claim), "claim", claim_id(claim)),
               -1, unclaimed);
}

/* --- commit: the acknowledgement --- */

static bool adopt_files(void *context, struct vault_batch *batch, struct error *error)
{
    struct claim *claim = context;
    size_t index;
    json_t *file;
    json_array_foreach(json_object_get(claim->record, "files"), index, file)
    {
        char number[24];
        struct digest digest;
        snprintf(number, sizeof number, "%zu", index);
        if (!digest_parse(json_text(file, "digest"), &digest))
            return error_set(error, FAULT_INTERNAL, "claim %s: a file without a digest", claim_id(claim));
        if (!vault_batch_adopt(batch, claim->incoming, number, &digest, (uint64_t)json_whole(file, "size", 0),
                               error))
            return false;
    }
    return true;
}

static bool commit_drop(struct transaction *transaction, void *context, struct error *error)
{
    struct claim *claim = context;
    return flow_drop(transaction, claim->daemon->site, json_text(claim->record, "form"), claim->record,
                     claim->check, clock_now(), error);
}

static void commit(struct claim *claim);

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
        later(claim, error);
        return;
    }
    log_line(LOG_LEVEL_ALARM, "drop-set-aside", "claim %s: %s", claim_id(claim), error->text);
    json_put_whole(claim->record, "attempts", attempts);
    json_decref(claim->check);
    claim->check = check_gave_up(error);
    commit(claim);
}

static void committed(void *context, const struct error *error)
{
    struct claim *claim = context;
    if (error != NULL) {
        not_committed(claim, error);
        return;
    }
    log_line(LOG_LEVEL_STEP, "drop-answered", "claim %s: %s %s", claim_id(claim),
             json_text(claim->record, "outcome"), json_text(claim->record, "docket"));
    publisher_index(claim->daemon->publisher, json_text(claim->record, "command"));
    daemon_wake(claim->daemon);
    unclaim(claim);
}

static void commit(struct claim *claim)
{
    hand_over(claim, (struct commit){.prepare = adopt_files, .work = commit_drop, .done = committed});
}

/* --- check --- */

static void check(struct claim *claim);

static void checked(void *context, const struct job_outcome *outcome)
{
    struct claim *claim = context;
    struct error error = ERROR_NONE;
    json_decref(claim->check);
    claim->check = NULL;
    if (job_answer_json(outcome, &claim->check, &error)) {
        commit(claim);
        return;
    }
    if (loop_stopping(claim->daemon->loop)) {
        later(claim, &error); /* the nursery is gone: no fault of the drop */
        return;
    }
    json_int_t attempts = json_whole(claim->record, "attempts", 0) + 1;
    json_put_whole(claim->record, "attempts", attempts);
    log_line(LOG_LEVEL_WARNING, "check-failed", "claim %s, attempt %d of %d: %s", claim_id(claim),
             (int)attempts, ATTEMPTS_MOST, error.text);
    if (error.fault == FAULT_TEMPORARY && attempts < ATTEMPTS_MOST) {
        check(claim);
        return;
    }
    claim->check = check_gave_up(&error);
    commit(claim);
}

static void check(struct claim *claim)
{
    struct error error = ERROR_NONE;
    int inputs[CHANNEL_FILES_MOST];
    size_t count = 0;
    const char *kind = NULL;
    json_t *parameters = NULL;
    json_decref(claim->check);
    claim->check = check_of_no_file(json_text(claim->record, "form"), claim->record);
    if (claim->check != NULL) {
        commit(claim);
        return;
    }
    bool ready = check_prepare(claim->daemon, json_text(claim->record, "form"), claim->record,
                               claim->incoming, &kind, &parameters, inputs, &count, &error);
    if (ready)
        ready = nursery_run(claim->daemon->nursery, kind, parameters, inputs, count, checked, claim, &error);
    else if (error.fault == FAULT_INTERNAL || error.fault == FAULT_INPUT) {
        claim->check = check_gave_up(&error);
        commit(claim);
        ready = true;
    }
    if (!ready)
        later(claim, &error);
    json_decref(parameters);
}

/* --- copy in --- */

static void copied(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)file;
    struct claim *claim = context;
    if (error != NULL) {
        later(claim, error);
        return;
    }
    const char *changing = json_text_or_null(answer, "changing");
    if (changing != NULL) {
        struct error why = ERROR_NONE;
        claim->changes++;
        error_set(&why, FAULT_TEMPORARY, "%s is still being written", changing);
        later(claim, &why);
        return;
    }
    claim->waits = 0;
    static const char *const kept[] = {"files", "specials", "uid", "owner"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (json_object_get(answer, kept[i]) != NULL)
            json_object_set(claim->record, kept[i], json_object_get(answer, kept[i]));
    json_put_text(claim->record, "dropForm", json_text(answer, "form"));
    struct digest digest;
    char text[DIGEST_TEXT_SIZE];
    struct error own = ERROR_NONE;
    if (!check_packet_digest(claim->record, &digest, &own)) {
        later(claim, &own);
        return;
    }
    json_put_text(claim->record, "digest", digest_text(&digest, text));
    check(claim);
}

static void copy_in(struct claim *claim)
{
    const struct settings *settings = claim->daemon->site->settings;
    struct error error = ERROR_NONE;
    close_incoming(claim);
    if (directory_remove_tree(claim->daemon->incoming, claim_id(claim), &error))
        claim->incoming = directory_open_at(claim->daemon->incoming, claim_id(claim), true, 0700, &error);
    bool gallery = strcmp(json_text(claim->record, "form"), "gallery") == 0;
    json_t *limits = json_pack("{sI,sI,si}", "file", (json_int_t)settings->packet_file_bytes, "total",
                               (json_int_t)settings->packet_total_bytes * (gallery ? 16 : 1), "files",
                               gallery ? 8192 : settings->packet_files);
    /* One that never rests is answered as it is. A decision or acknowledgement is one file, never a folder. */
    bool single = strcmp(json_text(claim->record, "form"), "decisions") == 0 ||
                  strcmp(json_text(claim->record, "form"), "acks") == 0;
    json_t *message = json_pack("{ss,ss,ss,ss,so,sb,sb}", "op", "copy", "path", claim_path(claim), "drop",
                                json_text(claim->record, "drop"), "claim", claim_id(claim), "limits", limits,
                                "final", claim->changes >= CHANGES_MOST, "single", single);
    if (claim->incoming < 0) {
        json_decref(message);
        later(claim, &error);
        return;
    }
    ask_porter(claim, message, claim->incoming, copied);
}

/* --- claim --- */

static bool forget_row(struct transaction *transaction, void *context, struct error *error)
{
    struct claim *claim = context;
    struct event event = {.action = "drop-gone", .outcome = "absent", .object = NULL};
    return book_remove(transaction, BOOK_CLAIMS, claim_id(claim), error) &&
           event_append(transaction, clock_now(), &event, NULL, error);
}

static void claimed(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)file;
    struct claim *claim = context;
    if (error != NULL) {
        later(claim, error);
        return;
    }
    claim->fresh = false;
    if (strcmp(json_text(answer, "state"), "claimed") == 0) {
        copy_in(claim);
        return;
    }
    /* The sender took it back, or another listing of it was claimed before. */
    hand_over(claim, (struct commit){.work = forget_row, .done = row_removed});
}

static void rename_drop(struct claim *claim)
{
    ask_porter(claim,
               json_pack("{ss,ss,ss,ss,sb}", "op", "claim", "path", claim_path(claim), "drop",
                         json_text(claim->record, "drop"), "claim", claim_id(claim), "fresh", claim->fresh),
               -1, claimed);
}

static void start_over(void *context)
{
    struct claim *claim = context;
    claim->waiting = false;
    if (strcmp(json_text(claim->record, "state"), "committed") == 0)
        unclaim(claim);
    else
        rename_drop(claim);
}

static bool store_row(struct transaction *transaction, void *context, struct error *error)
{
    struct claim *claim = context;
    int64_t number = 0;
    char id[24], at[INSTANT_TEXT_SIZE];
    if (!counter_next(transaction, "claim", &number, error))
        return false;
    snprintf(id, sizeof id, "%012lld", (long long)number);
    json_put_text(claim->record, "claim", id);
    json_put_text(claim->record, "arrived", instant_text(clock_now(), at));
    return book_put(transaction, BOOK_CLAIMS, id, claim->record, error);
}

static void row_stored(void *context, const struct error *error)
{
    struct claim *claim = context;
    if (error == NULL) {
        claim->fresh = true;
        rename_drop(claim);
        return;
    }
    log_line(LOG_LEVEL_ERROR, "claim-row", "%s", error->text);
    end(claim, true);
}

static struct claim *add(struct claims *claims, json_t *record)
{
    struct claim *claim = calloc(1, sizeof *claim);
    if (claim == NULL || record == NULL) {
        json_decref(record);
        free(claim);
        return NULL;
    }
    claim->daemon = claims->daemon;
    claim->record = record;
    claim->incoming = -1;
    claim->next = claims->first;
    claims->first = claim;
    return claim;
}

void claims_begin(struct claims *claims, const char *form, const char *path, const char *command,
                  const char *drop)
{
    struct error error = ERROR_NONE;
    struct claim *claim = add(claims, json_pack("{ss,ss,ss,ss,ss,si}", "form", form, "path", path, "command",
                                                command, "drop", drop, "state", "claiming", "attempts", 0));
    struct commit commit = {.work = store_row, .done = row_stored, .context = claim};
    if (claim != NULL && !committer_hand(claims->daemon->committer, &commit, &error))
        end(claim, true);
}

void claims_resume(struct claims *claims, const json_t *record)
{
    struct claim *claim = add(claims, json_deep_copy(record));
    if (claim != NULL)
        start_over(claim);
}

static size_t count_claims(const struct claims *claims, int waits)
{
    size_t count = 0;
    for (const struct claim *claim = claims->first; claim != NULL; claim = claim->next)
        if (!claim->waiting || claim->waits < waits)
            count++;
    return count;
}

size_t claims_busy(const struct claims *claims)
{
    return count_claims(claims, PATIENT_WAITS);
}

size_t claims_active(const struct claims *claims)
{
    return count_claims(claims, 0);
}

bool claims_open(struct daemon *daemon, struct error *error)
{
    daemon->claims = calloc(1, sizeof *daemon->claims);
    if (daemon->claims == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory");
    daemon->claims->daemon = daemon;
    return true;
}

void claims_close(struct claims *claims)
{
    while (claims != NULL && claims->first != NULL) {
        struct claim *claim = claims->first;
        claims->first = claim->next;
        close_incoming(claim);
        json_decref(claim->record);
        json_decref(claim->check);
        free(claim);
    }
    free(claims);
}
