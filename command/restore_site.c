/*
 * A site made of a backup.
 *
 * Guarantees: each file is held against the manifest while it is copied; the whole log is run over the copied books; then chain
 * and vault are verified as `audit verify` does. site.xml gets its name last: a folder without one is no site, and what a
 * killed restore left is removed by hand. Writes no key: these come from elsewhere.
 */
#include "command/restore_site.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "casebook/audit.h"
#include "casebook/casebook.h"
#include "casebook/event.h"
#include "spool/backup_book.h"
#include "spool/backup_copy.h"
#include "spool/record.h"

#define HIDDEN_SITE_XML ".site.xml.restored"

/* --- the folder --- */

static bool is_empty(const char *path, struct error *error)
{
    DIR *stream = opendir(path);
    if (stream == NULL)
        return errno == ENOENT || error_system(error, "opening %s", path);
    bool empty = true;
    for (const struct dirent *entry; empty && (entry = readdir(stream)) != NULL;)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(stream);
    return empty ||
           error_set(error, FAULT_REFUSED,
                     "%s is not empty: nothing is restored over what is there; name another folder", path);
}

static bool become(const char *account, const char *target, struct error *error)
{
    const struct passwd *entry = getpwnam(account);
    if (entry == NULL)
        return error_set(error, FAULT_USAGE, "this machine has no account %s", account);
    if (geteuid() == entry->pw_uid)
        return true;
    if (geteuid() != 0)
        return error_set(error, FAULT_REFUSED, "only root restores for another account");
    if (chown(target, entry->pw_uid, entry->pw_gid) != 0 || initgroups(account, entry->pw_gid) != 0 ||
        setgid(entry->pw_gid) != 0 || setuid(entry->pw_uid) != 0)
        return error_system(error, "becoming %s", account);
    return true;
}

static int open_target(const char *target, const char *account, struct error *error)
{
    if (!is_empty(target, error))
        return -1;
    if (mkdir(target, 0755) != 0 && errno != EEXIST) {
        error_system(error, "making %s", target);
        return -1;
    }
    return account == NULL || become(account, target, error) ? directory_open(target, error) : -1;
}

/* --- the files --- */

/* Where a file of the backup goes, below the site; false: nowhere. */
static bool place_of(const struct backup_set *set, const char *path, char place[PATH_MAX])
{
    char own[64];
    size_t length = (size_t)snprintf(own, sizeof own, "sets/%s/", set->name);
    if (strncmp(path, "vault/", 6) == 0 || strncmp(path, "gallery/", 8) == 0)
        snprintf(place, PATH_MAX, "var/%s", path);
    else if (strncmp(path, own, length) != 0)
        return false;
    else if (strncmp(path + length, "casebook/", 9) == 0)
        snprintf(place, PATH_MAX, "var/%s", path + length);
    else if (strcmp(path + length, "site/site.xml") == 0)
        snprintf(place, PATH_MAX, "%s", HIDDEN_SITE_XML);
    else if (strncmp(path + length, "site/", 5) == 0)
        snprintf(place, PATH_MAX, "%s", path + length + 5);
    else
        return false;
    return true;
}

static bool copy_file(int folder, const struct backup_file *file, int site, const char *place,
                      struct error *error)
{
    char parent[PATH_MAX];
    const char *slash = strrchr(place, '/'), *name = slash == NULL ? place : slash + 1;
    mode_t mode = strncmp(place, "var/gallery/", 12) == 0 ? 0440
                  : strncmp(place, "var/", 4) == 0        ? 0600
                                                          : 0644;
    struct digest digest;
    uint64_t size = 0;
    snprintf(parent, sizeof parent, "%.*s", slash == NULL ? 0 : (int)(slash - place), place);
    int from = openat(folder, file->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int below = from < 0 ? -1 : directory_make_path_unsynced(site, parent, 0700, error);
    int to = below < 0 ? -1 : openat(below, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    bool done = (to >= 0 || error_system(error, "restoring %s", place)) &&
                backup_pour(from, to, &digest, &size, error) && fchmod(to, mode) == 0;
    if (done && !digest_equal(&digest, &file->digest))
        done = error_set(error, FAULT_INPUT,
                         "%s: its bytes are not those that were backed up: take another backup", file->path);
    if (from >= 0)
        close(from);
    if (below >= 0)
        close(below);
    if (to >= 0)
        close(to);
    return done;
}

static bool copy_files(int folder, const struct backup_set *set, int site, struct error *error)
{
    char place[PATH_MAX];
    for (size_t i = 0; i < set->manifest.count; i++)
        if (place_of(set, set->manifest.files[i].path, place) &&
            !copy_file(folder, &set->manifest.files[i], site, place, error))
            return false;
    return volume_sync(site, error);
}

/* --- the record --- */

static bool is_extra(const json_t *problem)
{
    return strcmp(json_text(problem, "kind"), "object-unreferenced") == 0;
}

/* Came after the copied log ended: nothing refers to it. */
static bool remove_extra(struct vault *vault, const json_t *report, int64_t *count, struct error *error)
{
    const json_t *problem;
    size_t i;
    json_array_foreach(json_object_get(report, "problems"), i, problem)
    {
        struct digest digest;
        if (!is_extra(problem) || !digest_parse(json_text(problem, "subject"), &digest))
            continue;
        if (!vault_erase(vault, &digest, error))
            return false;
        (*count)++;
    }
    return true;
}

static bool judge(const json_t *report, struct error *error)
{
    const json_t *problem;
    size_t i;
    json_array_foreach(json_object_get(report, "problems"), i, problem)
    {
        if (!is_extra(problem))
            return error_set(
                error, FAULT_INPUT, "the record in the backup is not whole: %s %s: %s; take another backup",
                json_text(problem, "kind"), json_text(problem, "subject"), json_text(problem, "text"));
    }
    return true;
}

/* The backup said which event it holds at least: it must be the one in the record. */
static bool holds_head(struct transaction *transaction, const struct backup_set *set, struct error *error)
{
    char *line = NULL;
    json_t *event = NULL;
    int64_t sequence = json_whole(set->facts, "sequence", 0);
    bool done =
        sequence == 0 ||
        (event_line(transaction, sequence, &line, error) && json_read(line, strlen(line), &event, error) &&
         (strcmp(json_text(event, "hash"), json_text(set->facts, "head")) == 0 ||
          error_set(error, FAULT_INPUT, "event %lld is not the one that was backed up",
                    (long long)sequence)));
    json_decref(event);
    free(line);
    return done;
}

static bool verify(struct transaction *transaction, struct vault *vault, const char *gallery,
                   const struct backup_set *set, struct restored *restored, struct error *error)
{
    json_t *report = NULL;
    bool done = audit_verify_all(transaction, vault, directory_open(gallery, error), &report, error) &&
                judge(report, error) && holds_head(transaction, set, error) &&
                remove_extra(vault, report, &restored->extra, error);
    restored->events = json_whole(report, "events", 0);
    restored->objects = json_whole(report, "objects", 0);
    snprintf(restored->head, sizeof restored->head, "%s", json_text(json_object_get(report, "head"), "hash"));
    json_decref(report);
    return done;
}

static bool mark(struct transaction *transaction, const struct backup_set *set,
                 const struct restored *restored, struct error *error)
{
    json_t *record = json_pack("{s:s,s:s,s:I}", "set", set->name, "manifest", set->digest, "sequence",
                               (json_int_t)restored->events);
    bool done = record != NULL ? backup_restored_note(transaction, record, clock_now(), error)
                               : error_set(error, FAULT_TEMPORARY, "out of memory while restoring");
    json_decref(record);
    return done;
}

/* With the site's key, where the record is encrypted, from `keyfile`, the credential, the file site.xml names, or a prompt. */
static bool find_keys(int site, const struct settings *settings, const char *keyfile,
                      struct keyring **keyring, struct error *error)
{
    struct site_key *key = NULL;
    int var = directory_open_at(site, "var", false, 0, error);
    if (var < 0)
        return false;
    bool done = !keyring_there(var) ||
                ((keyfile != NULL ? site_key_read(keyfile, geteuid(), &key, error)
                                  : site_key_find(settings->encryption_key, geteuid(), &key, error)) &&
                 keyring_read(var, key, keyring, error));
    site_key_free(key);
    close(var);
    return done;
}

static bool restore_record(const char *target, const struct keyring *keyring, const struct backup_set *set,
                           struct restored *restored, struct error *error)
{
    char path[PATH_MAX];
    struct casebook *casebook = NULL;
    struct vault *vault = NULL;
    struct transaction *transaction = NULL;
    snprintf(path, sizeof path, "%s/var/casebook", target);
    bool done = casebook_recover(path, keyring == NULL ? "" : keyring->casebook, &casebook, error);
    snprintf(path, sizeof path, "%s/var/vault", target);
    done = done && vault_open(path, &vault, error);
    if (done)
        vault_use_keys(vault, keyring);
    snprintf(path, sizeof path, "%s/var/gallery", target);
    done = done && transaction_begin(casebook, NULL, &transaction, error) &&
           verify(transaction, vault, path, set, restored, error) && mark(transaction, set, restored, error);
    if (done)
        done = transaction_commit(transaction, error);
    else
        transaction_abort(transaction);
    vault_close(vault);
    return casebook_close(casebook, done ? error : NULL) && done;
}

static bool read_settings(int site, struct settings **settings, struct error *error)
{
    enum { SITE_MOST = 4 << 20 };
    char *xml = NULL;
    size_t length = 0;
    bool done = file_read(site, HIDDEN_SITE_XML, SITE_MOST, &xml, &length, error) &&
                settings_read("site.xml", xml, length, settings, error);
    free(xml);
    return done;
}

bool restore_site(int folder, const struct backup_set *set, const char *target, const char *account,
                  const char *keyfile, struct restored *restored, struct error *error)
{
    struct settings *settings = NULL;
    struct keyring *keyring = NULL;
    *restored = (struct restored){0};
    int site = open_target(target, account, error);
    bool done = site >= 0 && copy_files(folder, set, site, error) && read_settings(site, &settings, error) &&
                site_make_places(site, settings, geteuid(), getegid(), error) &&
                find_keys(site, settings, keyfile, &keyring, error) &&
                restore_record(target, keyring, set, restored, error) &&
                file_rename(site, HIDDEN_SITE_XML, site, "site.xml", false, error) &&
                volume_sync(site, error);
    keyring_free(keyring);
    settings_free(settings);
    if (site >= 0)
        close(site);
    return done || error_context(error, "restoring the backup %s", set->name);
}
