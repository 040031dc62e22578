/*
 * Start-up: finish what a crash left.
 *
 * Guarantees: runs on the casebook alone, before anything new is taken in: dockets in MATCHING get the answer that
 * is kept for them or go back to the queue, claims go on where they stood, segments and copies no record names are removed. Doing it twice is
 * doing it once.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/log.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "match/enrol_record.h"
#include "match/run_kept.h"
#include "spool/state.h"

enum { CLOCK_BEHIND_MS = 60000 };

static bool collect(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    return json_array_append((json_t *)context, value) == 0;
}

struct requeuing {
    struct transaction *transaction;
    const json_t *run; /* whose dockets have their answer: they need no other search */
};

static bool requeue(void *context, const char *key, json_t *docket, struct error *error)
{
    const struct requeuing *requeuing = context;
    if (run_holds(requeuing->run, key))
        return true;
    return docket_change_state(requeuing->transaction, docket, DOCKET_QUEUED, clock_now(), NULL, NULL, NULL,
                               error);
}

/* Finished templates of the round that was interrupted. */
static bool kept_for_round(struct transaction *transaction, const char *name)
{
    char segment[64], kept[96];
    struct error error = ERROR_NONE;
    if (!enrol_round(transaction, segment, sizeof segment, &error) || segment[0] == '\0')
        return false;
    snprintf(kept, sizeof kept, ".kept-%s", segment);
    return strcmp(kept, name) == 0;
}

/* Names in `directory` that no record of `book` has as key. */
static void remove_unknown(struct transaction *transaction, int directory, enum book book)
{
    int again = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = again < 0 ? NULL : fdopendir(again);
    struct dirent *entry;
    struct error error = ERROR_NONE;
    while (stream != NULL && (entry = readdir(stream)) != NULL) {
        json_t *record = NULL;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        bool known = !book_get(transaction, book, entry->d_name, &record, &error) || record != NULL ||
                     (book == BOOK_SEGMENTS && kept_for_round(transaction, entry->d_name));
        json_decref(record);
        if (!known && !directory_remove_tree(directory, entry->d_name, &error))
            log_line(LOG_LEVEL_WARNING, "recovery", "%s", error.text);
    }
    if (stream != NULL)
        closedir(stream);
    else if (again >= 0)
        close(again);
}

/* A clock that fell back while nobody ran makes certificates look out of date and times of the record meaningless. */
static void look_at_clock(struct transaction *transaction)
{
    char hash[DIGEST_TEXT_SIZE], said[120], *line = NULL;
    int64_t sequence = 0;
    instant last = 0;
    if (!event_head(transaction, &sequence, hash, NULL) || sequence == 0 ||
        !event_line(transaction, sequence, &line, NULL))
        return;
    json_t *event = json_loads(line, 0, NULL);
    int64_t behind = instant_parse(json_text(event, "at"), &last, NULL) ? last - clock_now() : 0;
    if (behind > CLOCK_BEHIND_MS) {
        snprintf(said, sizeof said, _("it stands %lld s before the last event of the record, of %s"),
                 (long long)behind / 1000, json_text(event, "at"));
        log_line(LOG_LEVEL_ALARM, "clock-stepped", "%s: set it right before anything is signed", said);
    }
    json_decref(event);
    free(line);
}

static bool recover_record(struct daemon *daemon, struct transaction *transaction, json_t *claims,
                           json_t **kept, struct error *error)
{
    struct requeuing requeuing = {.transaction = transaction};
    struct event event = {.action = "daemon-started"};
    size_t corrupt = 0;
    if (!run_kept(transaction, kept, error))
        return false;
    look_at_clock(transaction);
    requeuing.run = json_object_get(*kept, "run");
    if (!docket_walk_state(transaction, DOCKET_MATCHING, requeue, &requeuing, error) ||
        !book_walk(transaction, BOOK_CLAIMS, "", NULL, collect, claims, &corrupt, error) ||
        !event_append(transaction, clock_now(), &event, NULL, error))
        return false;
    if (corrupt > 0)
        log_line(LOG_LEVEL_ALARM, "record-corrupt",
                 "%zu claim records cannot be read; their drops stay as .claim-…", corrupt);
    /* What was disposed of and not erased yet: nothing is received meanwhile. */
    for (size_t erased = 1; erased > 0;)
        if (!vault_erase_disposed(transaction, daemon->vault, &erased, error))
            return false;
    remove_unknown(transaction, daemon->gallery, BOOK_SEGMENTS);
    remove_unknown(transaction, daemon->incoming, BOOK_CLAIMS);
    return true;
}

bool recover(struct daemon *daemon, struct error *error)
{
    struct transaction *transaction = NULL;
    json_t *claims = json_array(), *claim, *kept = NULL;
    size_t index;
    /* The committer's thread waits for its first piece, so this thread has the casebook to itself. */
    bool done = transaction_begin(daemon->casebook, NULL, &transaction, error);
    if (done && !recover_record(daemon, transaction, claims, &kept, error)) {
        transaction_abort(transaction);
        done = false;
    } else
        done = done && transaction_commit(transaction, error);
    if (done)
        runs_resume(daemon->runs, kept);
    if (done)
        json_array_foreach(claims, index, claim) claims_resume(daemon->claims, claim);
    for (size_t i = 0; done && i < daemon->site->settings->command_count; i++)
        publisher_index(daemon->publisher, daemon->site->settings->commands[i].name);
    json_decref(claims);
    json_decref(kept);
    return done || error_context(error, "recovering");
}
