/*
 * The site's own files while the daemon runs.
 *
 * Guarantees: a file that is changed is an alarm and an event within seconds, and another event when it is put back, so that an
 * exchange for a moment shows too. A renewed revocation list is in force at once and is an event alone. Nothing is read anew
 * because of it: settings are in force from the next start on.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "casebook/event.h"
#include "spool/in_force.h"
#include "spool/in_force_files.h"
#include "spool/record.h"

enum { LOOK_MS = 2000 };

struct in_force_watch {
    struct daemon *daemon;
    struct digest seen; /* of what the last look found: names, inodes, sizes, times */
    bool begun, working;
    struct text changed; /* of the piece under way: paths to be alarmed, one a line */
};

/* --- in the committer's thread --- */

struct noticing {
    struct transaction *transaction;
    json_t *files, *noticed; /* of the record */
    const char *list;        /* path of the revocation list */
    struct text *changed;
    instant now;
    bool put;
};

static bool append(struct noticing *noticing, const char *action, const char *object, const char *outcome,
                   struct error *error)
{
    struct event event = {.action = action, .object = object, .outcome = outcome};
    noticing->put = true;
    return event_append(noticing->transaction, noticing->now, &event, NULL, error);
}

static bool renewed(struct noticing *noticing, const char *was, const char *is, struct error *error)
{
    if (is == NULL || (was != NULL && strcmp(was, is) == 0))
        return true; /* being written: what is there next counts */
    json_put_text(noticing->files, noticing->list, is);
    return append(noticing, "file-changed", is, noticing->list, error);
}

/* `was`: what the record last said of it. */
static bool notice(void *context, const char *path, const char *was, const char *is, struct error *error)
{
    struct noticing *noticing = context;
    const char *start = json_text_or_null(noticing->files, path);
    char outcome[EVENT_FIELD_LIMIT];
    if (strcmp(path, noticing->list) == 0)
        return renewed(noticing, was, is, error);
    bool back = start != NULL && is != NULL && strcmp(start, is) == 0;
    snprintf(outcome, sizeof outcome, "%.150s%s", path, is == NULL ? ":removed" : back ? ":as-before" : "");
    if (!back)
        text_format(noticing->changed, "%s\n", path);
    return append(noticing, "file-changed", in_force_is_key(path) ? NULL : is, outcome, error);
}

static bool look_closely(struct transaction *transaction, void *context, struct error *error)
{
    struct in_force_watch *watch = context;
    const struct site *site = watch->daemon->site;
    char list[300];
    snprintf(list, sizeof list, "keys/%s", site->settings->revocation_list);
    json_t *record = NULL, *files = NULL;
    bool done = record_get_sound(transaction, BOOK_RUNS, IN_FORCE_RECORD, &record, error) &&
                in_force_files(site, true, &files, error);
    if (done && record != NULL) {
        struct noticing noticing = {.transaction = transaction,
                                    .files = json_object_get(record, "files"),
                                    .noticed = json_object_get(record, "noticed"),
                                    .list = list,
                                    .changed = &watch->changed,
                                    .now = clock_now()};
        const json_t *last = noticing.noticed != NULL ? noticing.noticed : noticing.files;
        done = settings_changes(last, files, notice, &noticing, error);
        if (done && noticing.put)
            done = json_put(record, "noticed", json_incref(files)) &&
                   book_put(transaction, BOOK_RUNS, IN_FORCE_RECORD, record, error);
    }
    json_decref(record);
    json_decref(files);
    return done;
}

/* --- in the loop's --- */

static void looked(void *context, const struct error *error)
{
    struct in_force_watch *watch = context;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "file-changed", "the site's files could not be looked at: %s", error->text);
    char *rest = NULL, *lines = watch->changed.bytes;
    for (const char *path = lines == NULL ? NULL : strtok_r(lines, "\n", &rest);
         error == NULL && path != NULL; path = strtok_r(NULL, "\n", &rest))
        log_line(LOG_LEVEL_ALARM, "file-changed",
                 "%s is not what it was when the daemon started: find out who changed it; what it says is in "
                 "force from the next start on",
                 path);
    text_free(&watch->changed);
    watch->working = false;
}

static void add_print(struct text *print, int directory, const char *name)
{
    struct stat status;
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        text_format(print, "%s %lu %lld %lld.%ld %lld.%ld\n", name, (unsigned long)status.st_ino,
                    (long long)status.st_size, (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                    (long long)status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

static struct digest print_of(const struct daemon *daemon)
{
    struct text print = TEXT_EMPTY;
    int again = openat(daemon->keys, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = again < 0 ? NULL : fdopendir(again);
    const struct dirent *entry;
    add_print(&print, daemon->site->directory, "site.xml");
    add_print(&print, daemon->site->directory, "ca.pem");
    while (list != NULL && (entry = readdir(list)) != NULL)
        add_print(&print, daemon->keys, entry->d_name);
    if (list != NULL)
        closedir(list);
    else if (again >= 0)
        close(again);
    struct digest digest = digest_of(print.bytes == NULL ? "" : print.bytes, print.length);
    text_free(&print);
    return digest;
}

static void look(void *context)
{
    struct in_force_watch *watch = context;
    loop_after(watch->daemon->loop, LOOK_MS, look, watch, NULL);
    if (watch->working)
        return;
    struct digest now = print_of(watch->daemon);
    if (watch->begun && digest_equal(&now, &watch->seen))
        return;
    struct commit commit = {.work = look_closely, .done = looked, .context = watch};
    watch->seen = now;
    watch->begun = true;
    watch->working = committer_hand(watch->daemon->committer, &commit, NULL);
    watch->begun = watch->working;
}

static bool note(struct transaction *transaction, void *context, struct error *error)
{
    const struct in_force_watch *watch = context;
    return in_force_note(transaction, watch->daemon->site, clock_now(), error);
}

static void noted(void *context, const struct error *error)
{
    struct in_force_watch *watch = context;
    watch->working = false;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "file-changed", "what is in force could not be put down: %s", error->text);
    look(watch);
}

bool in_force_watch_open(struct daemon *daemon, struct in_force_watch **opened, struct error *error)
{
    struct in_force_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the watch of the site's files");
    *opened = watch;
    watch->daemon = daemon;
    watch->working = true;
    struct commit commit = {.work = note, .done = noted, .context = watch};
    return committer_hand(daemon->committer, &commit, error);
}

void in_force_watch_close(struct in_force_watch *watch)
{
    if (watch == NULL)
        return;
    text_free(&watch->changed);
    free(watch);
}
