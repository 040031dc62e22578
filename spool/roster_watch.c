/*
 * Watching roster.xml while the daemon runs, and the dates of certificates and of the revocation list.
 *
 * Guarantees: a changed roster is in force for everything that is judged after its events were written, and each change
 * is an event (who and what, no biography), also one made while no daemon ran; a file that is not valid changes
 * nothing, is alarmed once and is an event. The roster is exchanged in the committer's thread, which alone reads it.
 */
#include "spool/roster_watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "casebook/event.h"
#include "people/roster_changes.h"
#include "spool/account_directory.h"
#include "spool/roster_report.h"

enum { LOOK_MS = 2000, DATES_MS = 600 * 1000, ROSTER_LIMIT = 4 << 20 };

struct roster_watch {
    struct daemon *daemon;
    struct stat seen; /* of the file, as it was looked at last */
    char *bytes;      /* of the last file that was valid; owned */
    size_t length;
    json_t *view;                  /* what the directory said, as it is in force; owned, NULL = not asked */
    struct roster *next;           /* read, to be put in force; owned */
    struct roster *former;         /* just put out of force; owned */
    char digest[DIGEST_TEXT_SIZE]; /* of the file that was read last */
    bool bad, working;
    bool following; /* the directory's answer is being put in force */
};

static bool same(const struct stat *left, const struct stat *right)
{
    return left->st_ino == right->st_ino && left->st_size == right->st_size &&
           left->st_mtim.tv_sec == right->st_mtim.tv_sec && left->st_mtim.tv_nsec == right->st_mtim.tv_nsec &&
           left->st_ctim.tv_sec == right->st_ctim.tv_sec && left->st_ctim.tv_nsec == right->st_ctim.tv_nsec;
}

struct noting {
    struct transaction *transaction;
    const char *digest;
    instant now;
};

static bool note(void *context, const char *person, const char *what, struct error *error)
{
    const struct noting *noting = context;
    char outcome[EVENT_FIELD_LIMIT];
    snprintf(outcome, sizeof outcome, "%s:%s", person, what);
    struct event event = {.action = "roster-changed", .object = noting->digest, .outcome = outcome};
    return event_append(noting->transaction, noting->now, &event, NULL, error);
}

/* What the record knew last against `roster`; the first one of all is one event. */
static bool note_changes(struct transaction *transaction, const struct roster *roster, const char *digest,
                         struct error *error)
{
    struct noting noting = {transaction, digest, clock_now()};
    json_t *before = NULL, *people = NULL, *record = NULL;
    if (!book_get(transaction, BOOK_COUNTERS, "roster", &before, error))
        return false;
    people = roster_snapshot(roster);
    record = json_pack("{s:s,s:O}", "digest", digest, "people", people);
    bool done = record != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for the roster");
    if (done && before == NULL) {
        struct event event = {.action = "roster-read", .object = digest};
        done = event_append(transaction, noting.now, &event, NULL, error);
    } else if (done) {
        done = roster_changes(json_object_get(before, "people"), people, note, &noting, error);
    }
    if (done && (before == NULL || !json_equal(before, record)))
        done = book_put(transaction, BOOK_COUNTERS, "roster", record, error);
    json_decref(before);
    json_decref(people);
    json_decref(record);
    return done;
}

static bool put_in_force(struct transaction *transaction, void *context, struct error *error)
{
    struct roster_watch *watch = context;
    if (watch->bad) {
        struct event event = {.action = "roster-refused", .object = watch->digest, .outcome = "not-valid"};
        return event_append(transaction, clock_now(), &event, NULL, error);
    }
    const struct roster *roster = watch->next != NULL ? watch->next : watch->daemon->site->roster;
    if (!note_changes(transaction, roster, watch->digest, error))
        return false;
    if (watch->next != NULL) {
        watch->former = watch->daemon->site->roster;
        watch->daemon->site->roster = watch->next;
        watch->next = NULL;
    }
    return true;
}

/* Too few people stop casework as surely as a broken disk. */
static void look_at_staff(const struct roster_watch *watch)
{
    const struct site *site = watch->daemon->site;
    struct text words = TEXT_EMPTY;
    if (watch->working)
        return;
    roster_check(site->roster, site->settings->min_peers, clock_now(), &words);
    for (const char *at = words.bytes; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, "\n");
        if (strncmp(at, "no-", 3) == 0)
            log_line(LOG_LEVEL_ALARM, "staff", "%.*s", (int)length, at);
        at += length + (at[length] == '\n' ? 1 : 0);
    }
    text_free(&words);
}

static void in_force(void *context, const struct error *error)
{
    struct roster_watch *watch = context;
    bool exchanged = watch->former != NULL;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "roster", "its changes could not be noted: %s", error->text);
    else if (exchanged)
        log_line(LOG_LEVEL_NOTICE, "roster-changed", "roster.xml is in force as it is now: %zu people",
                 roster_count(watch->daemon->site->roster));
    roster_free(watch->former);
    roster_free(watch->next);
    watch->former = watch->next = NULL;
    watch->working = false;
    if (watch->following) {
        watch->following = false;
        if (error != NULL) {
            json_decref(watch->view);
            watch->view = NULL;
        }
        account_directory_in_force(watch->daemon->directory, error);
    }
    if (exchanged) {
        look_at_staff(watch);
        stage_pages_wake(watch->daemon->stage_pages, true);
        daemon_wake(watch->daemon);
    }
}

static void hand(struct roster_watch *watch)
{
    struct commit commit = {.work = put_in_force, .done = in_force, .context = watch};
    watch->working = committer_hand(watch->daemon->committer, &commit, NULL);
}

/* Its bytes as a roster: `watch->next`, or `bad` with an alarm. */
static bool read_file(struct roster_watch *watch)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    if (!file_read(watch->daemon->site->directory, "roster.xml", ROSTER_LIMIT, &bytes, &length, &error)) {
        log_line(LOG_LEVEL_ALARM, "roster-refused", "%s; the roster read before stays in force", error.text);
        return false;
    }
    struct digest digest = digest_of(bytes, length);
    digest_text(&digest, watch->digest);
    watch->bad = !roster_read(bytes, length, &watch->next, &error);
    if (watch->bad) {
        log_line(LOG_LEVEL_ALARM, "roster-refused", "%s; the roster read before stays in force", error.text);
        free(bytes);
        return true;
    }
    free(watch->bytes);
    watch->bytes = bytes;
    watch->length = length;
    return true;
}

/* A roster that follows the directory is put in force with its answer. */
static void ask_or_hand(struct roster_watch *watch, const struct roster *roster)
{
    json_decref(watch->view);
    watch->view = NULL;
    account_directory_want(watch->daemon->directory, roster_question(roster));
    if (!roster_asks(roster)) {
        hand(watch);
        return;
    }
    roster_free(watch->next);
    watch->next = NULL;
}

bool roster_watch_follow(struct roster_watch *watch, const json_t *view, struct error *error)
{
    if (watch->view != NULL && json_equal(watch->view, view)) {
        account_directory_in_force(watch->daemon->directory, NULL);
        return true;
    }
    if (watch->working)
        return error_set(error, FAULT_TEMPORARY, "the roster is being exchanged at this moment");
    if (!roster_read(watch->bytes, watch->length, &watch->next, error))
        return false;
    roster_follow(watch->next, view);
    watch->bad = false;
    struct digest digest = digest_of(watch->bytes, watch->length);
    digest_text(&digest, watch->digest);
    json_decref(watch->view);
    watch->view = json_deep_copy(view);
    watch->following = true;
    hand(watch);
    return true;
}

static void look(void *context)
{
    struct roster_watch *watch = context;
    struct stat now;
    loop_after(watch->daemon->loop, LOOK_MS, look, watch, NULL);
    if (watch->working || fstatat(watch->daemon->site->directory, "roster.xml", &now, 0) != 0 ||
        same(&now, &watch->seen))
        return;
    watch->seen = now;
    if (!read_file(watch))
        return;
    if (watch->bad)
        hand(watch);
    else
        ask_or_hand(watch, watch->next);
}

/* What is out of date already is alarmed at the start and every ten minutes, and so is whom the site lacks. */
static void look_at_dates(void *context)
{
    struct roster_watch *watch = context;
    json_t *trust = roster_report_trust(watch->daemon->site, clock_now());
    size_t i;
    json_t *one;
    json_array_foreach(trust, i, one)
    {
        if (json_flag(one, "over"))
            log_line(LOG_LEVEL_ALARM, "trust-over", "%s %s: %s. %s. %s", json_text(one, "what"),
                     json_text(one, "file"), json_text(one, "text"), json_text(one, "effect"),
                     json_text(one, "remedy"));
    }
    json_decref(trust);
    look_at_staff(watch);
    loop_after(watch->daemon->loop, DATES_MS, look_at_dates, watch, NULL);
}

bool roster_watch_open(struct daemon *daemon, struct error *error)
{
    struct roster_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the watch of the roster");
    watch->daemon = daemon;
    daemon->roster_watch = watch;
    char *bytes = NULL;
    size_t length = 0;
    /* What was read at the start may be another text by now: then the first look reads it again. */
    if (fstatat(daemon->site->directory, "roster.xml", &watch->seen, 0) != 0 ||
        !file_read(daemon->site->directory, "roster.xml", ROSTER_LIMIT, &bytes, &length, error))
        return error_context(error, "roster.xml");
    struct digest digest = digest_of(bytes, length);
    digest_text(&digest, watch->digest);
    watch->bytes = bytes;
    watch->length = length;
    ask_or_hand(watch, daemon->site->roster);
    return loop_after(daemon->loop, LOOK_MS, look, watch, error) &&
           loop_after(daemon->loop, 0, look_at_dates, watch, error);
}

void roster_watch_close(struct roster_watch *watch)
{
    if (watch == NULL)
        return;
    roster_free(watch->former);
    roster_free(watch->next);
    json_decref(watch->view);
    free(watch->bytes);
    free(watch);
}

bool roster_watch_refused(const struct roster_watch *watch)
{
    return watch != NULL && watch->bad;
}
