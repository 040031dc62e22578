/*
 * The site's own files as the record knows them.
 *
 * Guarantees: of a key only that it changed is said, never a digest of it; values of settings stand in an event where they are
 * one plain word, as their digest else, and an address not at all: the log holds no text a person wrote. Who changed a file the
 * system does not know: the event says what and when.
 */
#include "spool/in_force.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "casebook/event.h"
#include "spool/in_force_files.h"
#include "spool/record.h"

enum { SHORT_DIGEST = 12, PLAIN_MOST = 40, EVENTS_MOST = 200 };

/* --- files and their digests --- */

static bool add_file(int directory, const char *name, const char *path, json_t *files)
{
    struct digest digest;
    char text[DIGEST_TEXT_SIZE];
    struct stat status;
    int file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return true;
    bool done = fstat(file, &status) != 0 || !S_ISREG(status.st_mode) ||
                !digest_of_file(file, &digest, NULL, NULL) ||
                json_put_text(files, path, digest_text(&digest, text));
    close(file);
    return done;
}

/* What an editor or a download leaves for a moment is none of the site's. */
static bool counts(const char *name)
{
    size_t length = strlen(name);
    return *name != '.' && length > 0 && name[length - 1] != '~';
}

bool in_force_files(const struct site *site, bool settings, json_t **files, struct error *error)
{
    bool done = (*files = json_object()) != NULL && add_file(site->directory, "ca.pem", "ca.pem", *files) &&
                (!settings || add_file(site->directory, "site.xml", "site.xml", *files));
    int folder = openat(site->directory, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    const struct dirent *entry;
    while (done && list != NULL && (entry = readdir(list)) != NULL) {
        char path[300];
        snprintf(path, sizeof path, "keys/%s", entry->d_name);
        done = !counts(entry->d_name) || add_file(folder, entry->d_name, path, *files);
    }
    if (list != NULL)
        closedir(list);
    else if (folder >= 0)
        close(folder);
    return done || error_set(error, FAULT_TEMPORARY, "out of memory while looking at the site's files");
}

/* --- events --- */

struct noting {
    struct transaction *transaction;
    instant now;
    const char *settings; /* digest of site.xml */
    size_t events;
};

static bool say(struct noting *noting, const char *action, const char *object, const char *outcome,
                struct error *error)
{
    struct event event = {.action = action, .object = object, .outcome = outcome};
    return ++noting->events > EVENTS_MOST ||
           event_append(noting->transaction, noting->now, &event, NULL, error);
}

static const char *word(const char *value, char words[PLAIN_MOST + 1])
{
    if (value == NULL)
        return "none";
    bool plain = *value != '\0' && strlen(value) <= PLAIN_MOST;
    for (const char *at = value; plain && *at != '\0'; at++)
        plain = isalnum((unsigned char)*at) || strchr("._:/()+-", *at) != NULL;
    if (plain)
        return value;
    char text[DIGEST_TEXT_SIZE];
    struct digest digest = digest_of(value, strlen(value));
    snprintf(words, PLAIN_MOST + 1, "sha256-%.*s", SHORT_DIGEST, digest_text(&digest, text));
    return words;
}

static bool note_member(void *context, const char *member, const char *was, const char *is,
                        struct error *error)
{
    struct noting *noting = context;
    char outcome[EVENT_FIELD_LIMIT * 2], old[PLAIN_MOST + 1], new[PLAIN_MOST + 1];
    bool address = strncmp(member, "foil/appeals", 12) == 0;
    if (address)
        snprintf(outcome, sizeof outcome, "foil/appeals:changed");
    else
        snprintf(outcome, sizeof outcome, "%.*s:%s->%s", (int)(EVENT_FIELD_LIMIT - 2 * PLAIN_MOST - 4),
                 member, word(was, old), word(is, new));
    return say(noting, "settings-changed", noting->settings, outcome, error);
}

bool in_force_is_key(const char *path)
{
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".key") == 0;
}

static bool note_file(void *context, const char *path, const char *was, const char *is, struct error *error)
{
    struct noting *noting = context;
    char outcome[EVENT_FIELD_LIMIT * 2];
    if (strcmp(path, "site.xml") == 0)
        return true; /* by its members */
    if (in_force_is_key(path))
        snprintf(outcome, sizeof outcome, "%.150s:%s", path,
                 was == NULL  ? "added"
                 : is == NULL ? "removed"
                              : "changed");
    else
        snprintf(outcome, sizeof outcome, "%.150s:%.*s->%.*s", path, SHORT_DIGEST, was == NULL ? "none" : was,
                 SHORT_DIGEST, is == NULL ? "none" : is);
    return say(noting, "trust-changed", in_force_is_key(path) ? NULL : is, outcome, error);
}

static bool note_changes(struct noting *noting, const json_t *before, const json_t *files,
                         const json_t *members, struct error *error)
{
    const json_t *old = json_object_get(before, "files");
    char more[40];
    if (!settings_changes(json_object_get(before, "members"), members, note_member, noting, error))
        return false;
    /* A comment, or the order: nothing of the policy, and still not the file it was. */
    if (noting->events == 0 && strcmp(json_text(old, "site.xml"), noting->settings) != 0 &&
        !say(noting, "settings-changed", noting->settings, "no-member", error))
        return false;
    if (!settings_changes(old, files, note_file, noting, error))
        return false;
    if (noting->events <= EVENTS_MOST)
        return true;
    snprintf(more, sizeof more, "%zu-more", noting->events - EVENTS_MOST);
    struct event event = {.action = "settings-changed", .object = noting->settings, .outcome = more};
    return event_append(noting->transaction, noting->now, &event, NULL, error);
}

bool in_force_note(struct transaction *transaction, const struct site *site, instant now, struct error *error)
{
    char settings[DIGEST_TEXT_SIZE], at[INSTANT_TEXT_SIZE];
    struct digest digest = digest_of(site->settings_text, site->settings_length);
    struct noting noting = {transaction, now, digest_text(&digest, settings), 0};
    json_t *before = NULL, *files = NULL, *members = NULL, *record = NULL;
    bool done = record_get_sound(transaction, BOOK_RUNS, IN_FORCE_RECORD, &before, error) &&
                in_force_files(site, false, &files, error) &&
                settings_members(site->settings_text, site->settings_length, &members, error) &&
                (json_put_text(files, "site.xml", settings) ||
                 error_set(error, FAULT_TEMPORARY, "out of memory for the site's files"));
    if (done && before == NULL)
        done = say(&noting, "settings-read", settings, NULL, error);
    else if (done)
        done = note_changes(&noting, before, files, members, error);
    if (done && (before == NULL || noting.events > 0 || json_object_get(before, "noticed") != NULL)) {
        record = json_pack("{s:s,s:O,s:O}", "at", instant_text(now, at), "files", files, "members", members);
        done = record != NULL ? book_put(transaction, BOOK_RUNS, IN_FORCE_RECORD, record, error)
                              : error_set(error, FAULT_TEMPORARY, "out of memory for the site's files");
    }
    json_decref(before);
    json_decref(files);
    json_decref(members);
    json_decref(record);
    return done;
}

/* --- what differs --- */

static bool differs(void *context, const char *path, const char *was, const char *is, struct error *error)
{
    (void)was, (void)is;
    return json_array_append_new(context, json_string(path)) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while looking at the site's files");
}

static bool add_roster(struct transaction *transaction, const struct site *site, json_t *paths,
                       struct error *error)
{
    json_t *record = NULL, *file = json_object();
    bool done = record_get_sound(transaction, BOOK_COUNTERS, "roster", &record, error);
    if (done && record != NULL && add_file(site->directory, "roster.xml", "roster.xml", file) &&
        strcmp(json_text(file, "roster.xml"), json_text(record, "digest")) != 0)
        done = differs(paths, "roster.xml", NULL, NULL, error);
    json_decref(record);
    json_decref(file);
    return done;
}

bool in_force_changed(struct transaction *transaction, const struct site *site, bool idle, json_t **paths,
                      struct error *error)
{
    char list[300];
    json_t *before = NULL, *files = NULL, *old = NULL;
    *paths = json_array();
    snprintf(list, sizeof list, "keys/%s", site->settings->revocation_list);
    bool done = record_get_sound(transaction, BOOK_RUNS, IN_FORCE_RECORD, &before, error) &&
                in_force_files(site, true, &files, error);
    if (done && before != NULL) {
        old = json_object_get(before, "files");
        json_object_del(old, list);
        json_object_del(files, list);
        done = settings_changes(old, files, differs, *paths, error) &&
               (!idle || add_roster(transaction, site, *paths, error));
    }
    json_decref(before);
    json_decref(files);
    return done;
}
