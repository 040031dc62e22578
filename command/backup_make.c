/*
 * Making a backup, beside a daemon or without one.
 *
 * Guarantees: the daemon hands over its casebook in slices and is asked for nothing else, so that it works on; vault and gallery are
 * read as files, at the lowest priority. What the casebook names at the end of its copied log is in the set: vault and gallery
 * are gone through once before, for the bulk, and once after. A set gets its name when everything of it is durable.
 * Keys stay where they are: the keyring is copied as it lies, closed by the site's key.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "casebook/hot_copy.h"
#include "command/backup_set.h"
#include "command/command.h"
#include "spool/backup_copy.h"

/* The committer reads for a fifth of the time at most: after each answer comes a rest of as many times what it took. */
enum { REST_MS = 10, REST_MOST_MS = 200, RESTS = 4, KEY_MOST = 65536 };

struct making {
    struct site *site;
    int folder, set; /* the backup's, and the set's while it has no final name */
    char hidden[BACKUP_SET_SIZE + 8], name[BACKUP_SET_SIZE];
    char *prefix; /* of paths of the set in the manifest */
    struct backup_manifest before, manifest;
    struct backup_copying copying;
    json_t *head;
    json_int_t token;
};

/* --- the casebook --- */

static void rest(int64_t answered_in)
{
    int64_t wanted = RESTS * answered_in;
    int64_t milliseconds = wanted < REST_MS ? REST_MS : wanted > REST_MOST_MS ? REST_MOST_MS : wanted;
    const struct timespec pause = {.tv_nsec = milliseconds * 1000000L};
    nanosleep(&pause, NULL);
}

static bool add_to_set(struct making *making, const char *path, const struct digest *digest,
                       struct error *error)
{
    char whole[PATH_MAX];
    snprintf(whole, sizeof whole, "%s/%s", making->prefix, path);
    return backup_manifest_add(&making->manifest, whole, digest, error);
}

static bool add_slice(const struct making *making, int target, struct hashing *hashing, uint64_t *size,
                      struct error *error)
{
    int slice = openat(making->site->directory, "var/run/backup-slice", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (slice < 0)
        return error_system(error, "opening var/run/backup-slice");
    bool done = backup_pour_on(slice, target, hashing, size, error);
    close(slice);
    return done;
}

static bool copy_book(struct making *making, int target, const char *name, struct error *error)
{
    struct digest digest;
    struct hashing *hashing = NULL;
    uint64_t size = 0;
    char path[NAME_MAX + 16];
    int64_t offset = 0, got = HOT_COPY_SLICE;
    int file = openat(target, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool done =
        (file >= 0 || error_system(error, "making the copy of %s", name)) && digest_begin(&hashing, error);
    while (done && got == HOT_COPY_SLICE) {
        json_t *answer = NULL;
        int64_t asked = clock_monotonic(), answered;
        done = record_ask(
            making->site, "backup-read",
            json_pack("{s:I,s:s,s:I}", "token", making->token, "file", name, "offset", (json_int_t)offset),
            &answer, error);
        answered = clock_monotonic();
        got = json_whole(answer, "got", 0);
        json_decref(answer);
        done = done && (got == 0 || add_slice(making, file, hashing, &size, error));
        offset += got;
        rest(answered - asked);
    }
    snprintf(path, sizeof path, "casebook/%s", name);
    if (hashing != NULL)
        digest = digest_end(hashing);
    done = done && add_to_set(making, path, &digest, error);
    making->copying.bytes += size;
    making->copying.copied++;
    if (file >= 0)
        close(file);
    return done;
}

static bool copy_listed(struct making *making, int target, const char *which, struct error *error)
{
    json_t *answer = NULL, *name;
    size_t i;
    bool done =
        record_ask(making->site, "backup-list", json_pack("{s:I}", "token", making->token), &answer, error);
    json_array_foreach(json_object_get(answer, which), i, name) done =
        done && copy_book(making, target, json_string_value(name), error);
    if (done) {
        json_decref(making->head);
        making->head = json_incref(json_object_get(answer, "head"));
    }
    json_decref(answer);
    return done;
}

static bool copy_casebook(struct making *making, struct error *error)
{
    json_t *answer = NULL;
    int target = directory_open_at(making->set, "casebook", true, 0700, error);
    bool done = target >= 0 && record_ask(making->site, "backup-begin", NULL, &answer, error);
    making->token = json_whole(answer, "token", 0);
    json_decref(answer);
    done = done && copy_listed(making, target, "books", error) && copy_listed(making, target, "logs", error);
    if (target >= 0)
        close(target);
    return done || error_context(error, "copying the casebook");
}

/* Files the record gave up meanwhile may go, and its log. */
static void end_casebook(const struct making *making)
{
    json_t *answer = NULL;
    struct error ignored = ERROR_NONE;
    if (making->token != 0)
        record_ask(making->site, "backup-end", json_pack("{s:I}", "token", making->token), &answer, &ignored);
    json_decref(answer);
}

/* --- files of the site --- */

const char **backup_site_files(const struct settings *settings)
{
    static const char *const fixed[] = {"site.xml", "roster.xml", "ca.pem", "var/keyring"};
    const char *const trust[] = {settings->authority, settings->revocation_list, settings->certificate};
    static char keys[3][NAME_MAX + 8];
    static const char *files[8];
    size_t count = 0;
    for (size_t i = 0; i < 4; i++)
        files[count++] = fixed[i];
    for (size_t i = 0; i < 3; i++) {
        snprintf(keys[i], sizeof keys[i], "keys/%s", trust[i]);
        files[count++] = keys[i];
    }
    files[count] = NULL;
    return files;
}

static bool copy_site_file(struct making *making, int target, const char *name, struct error *error)
{
    struct digest digest;
    uint64_t size = 0;
    char path[NAME_MAX + 32], folder[NAME_MAX + 8];
    const char *slash = strrchr(name, '/');
    int source = openat(making->site->directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (source < 0)
        return errno == ENOENT || error_system(error, "opening %s of the site", name);
    snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 0 : (int)(slash - name), name);
    int below = directory_make_path_unsynced(target, folder, 0700, error);
    int copy = below < 0 ? -1
                         : openat(below, slash == NULL ? name : slash + 1,
                                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    snprintf(path, sizeof path, "site/%s", name);
    bool done = (copy >= 0 || error_system(error, "making the copy of %s", name)) &&
                backup_pour(source, copy, &digest, &size, error) && add_to_set(making, path, &digest, error);
    if (copy >= 0)
        close(copy);
    if (below >= 0)
        close(below);
    close(source);
    return done;
}

static bool copy_site(struct making *making, struct error *error)
{
    int target = directory_open_at(making->set, "site", true, 0700, error);
    bool done = target >= 0;
    for (const char **name = backup_site_files(making->site->settings); done && *name != NULL; name++)
        done = copy_site_file(making, target, *name, error);
    if (target >= 0)
        close(target);
    return done;
}

/* --- vault and gallery --- */

/* Both, into `manifest`; what `before` knows and did not change is not read. */
static bool copy_stores(struct making *making, const struct backup_manifest *before,
                        struct backup_manifest *manifest, struct error *error)
{
    struct backup_copying *copying = &making->copying;
    int vault = openat(making->site->directory, "var/vault", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int gallery = openat(making->site->directory, "var/gallery", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    copying->before = before;
    copying->manifest = manifest;
    bool done = (vault >= 0 && gallery >= 0) || error_system(error, "opening vault and gallery");
    copying->named_by_digest =
        faccessat(making->site->directory, "var/" KEYRING_FILE, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
    done = done && backup_copy_vault(copying, vault, error);
    copying->named_by_digest = false;
    done = done && backup_copy_folder(copying, gallery, "gallery", error);
    struct error own = ERROR_NONE;
    if (!backup_copy_settle(copying, &own) && done) {
        done = false;
        *error = own;
    }
    if (vault >= 0)
        close(vault);
    if (gallery >= 0)
        close(gallery);
    return done;
}

/* --- the set --- */

static bool write_facts(struct making *making, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    bool encrypted = faccessat(making->site->directory, "var/" KEYRING_FILE, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    json_t *facts =
        json_pack("{s:i,s:s,s:s,s:O,s:O,s:b}", "backup", BACKUP_FORM, "site", making->site->settings->name,
                  "at", instant_text(clock_now(), at), "sequence", json_object_get(making->head, "sequence"),
                  "head", json_object_get(making->head, "hash"), "encrypted", encrypted);
    char *text = facts == NULL ? NULL : json_canonical(facts);
    bool done = text != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while writing a backup");
    if (done) {
        struct digest digest = digest_of(text, strlen(text));
        done = file_write_durable(making->set, "backup.json", text, strlen(text), 0600, error) &&
               add_to_set(making, "backup.json", &digest, error);
    }
    free(text);
    json_decref(facts);
    return done;
}

static bool sign(const struct making *making, const struct text *manifest, struct error *error)
{
    char *key = NULL, *certificate = NULL;
    unsigned char *signature = NULL;
    size_t key_length = 0, certificate_length = 0, length = 0;
    const struct settings *settings = making->site->settings;
    int keys = directory_open_at(making->site->directory, "keys", false, 0, error);
    cms_prepare();
    bool done = keys >= 0 && file_read(keys, settings->key, KEY_MOST, &key, &key_length, error) &&
                file_read(keys, settings->certificate, KEY_MOST, &certificate, &certificate_length, error) &&
                cms_sign_detached(manifest->bytes, manifest->length, (struct pem){key, key_length},
                                  (struct pem){certificate, certificate_length}, clock_now(), &signature,
                                  &length, error) &&
                file_write_durable(making->set, "manifest.p7s", signature, length, 0600, error);
    if (key != NULL)
        explicit_bzero(key, key_length);
    free(key);
    free(certificate);
    free(signature);
    if (keys >= 0)
        close(keys);
    return done || error_context(error, "signing the backup's manifest");
}

static bool finish(struct making *making, struct error *error)
{
    struct text lines = TEXT_EMPTY;
    int sets = directory_open_at(making->folder, "sets", false, 0, error);
    bool done = sets >= 0 && write_facts(making, error);
    backup_manifest_sort(&making->manifest);
    done = done && backup_manifest_write(&making->manifest, &lines, error) &&
           file_write_durable(making->set, "manifest", lines.bytes, lines.length, 0600, error) &&
           sign(making, &lines, error) && volume_sync(making->folder, error) &&
           file_rename(sets, making->hidden, sets, making->name, false, error) && directory_sync(sets, error);
    text_free(&lines);
    if (sets >= 0)
        close(sets);
    return done;
}

/* --- what is no longer needed --- */

static bool forget_files(struct making *making, const char *path, const struct backup_manifest *needed,
                         uint64_t *removed, struct error *error)
{
    int folder = openat(making->folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *stream = folder < 0 ? NULL : fdopendir(folder);
    if (stream == NULL)
        return errno == ENOENT || error_system(error, "listing %s of the backup", path);
    bool done = true;
    for (struct dirent *entry; done && (entry = readdir(stream)) != NULL;) {
        char whole[PATH_MAX];
        snprintf(whole, sizeof whole, "%s/%s", path, entry->d_name);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            backup_manifest_find(needed, whole) != NULL)
            continue;
        done = file_remove(folder, entry->d_name, error);
        (*removed)++;
    }
    closedir(stream);
    return done;
}

static bool need(int folder, const char *name, struct backup_manifest *needed, struct error *error)
{
    struct backup_set set;
    if (!backup_set_read(folder, name, &set, error))
        return false;
    bool done = true;
    for (size_t i = 0; done && i < set.manifest.count; i++)
        if (strncmp(set.manifest.files[i].path, "sets/", 5) != 0)
            done =
                backup_manifest_add(needed, set.manifest.files[i].path, &set.manifest.files[i].digest, error);
    backup_set_free(&set);
    return done;
}

/* Sets beyond `keep`, then files that no set left names. A set that cannot be read keeps every file. */
static bool forget(struct making *making, long keep, uint64_t *removed, struct error *error)
{
    struct backup_manifest needed = BACKUP_MANIFEST_EMPTY;
    json_t *sets = backup_sets(making->folder, error);
    size_t count = json_array_size(sets), old = count > (size_t)keep ? count - (size_t)keep : 0;
    int folder = directory_open_at(making->folder, "sets", false, 0, error);
    bool done = sets != NULL && folder >= 0;
    for (size_t i = 0; done && i < old; i++)
        done = directory_remove_tree(folder, json_string_value(json_array_get(sets, i)), error);
    for (size_t i = old; done && i < count; i++)
        done = need(making->folder, json_string_value(json_array_get(sets, i)), &needed, error);
    backup_manifest_sort(&needed);
    for (unsigned i = 0; done && i < 256; i++) {
        char path[16];
        snprintf(path, sizeof path, "vault/%02x", i & 0xFFU);
        done = forget_files(making, path, &needed, removed, error);
    }
    done = done && forget_files(making, "gallery", &needed, removed, error);
    backup_manifest_free(&needed);
    json_decref(sets);
    if (folder >= 0)
        close(folder);
    return done || error_context(error, "removing what no backup needs any more");
}

/* --- the whole --- */

/* Everything else has the disk and the processor first. */
static void stand_back(void)
{
    enum { PROCESS = 1, IDLE_CLASS = 3 << 13 };
    setpriority(PRIO_PROCESS, 0, 19);
    syscall(SYS_ioprio_set, PROCESS, 0, IDLE_CLASS);
}

/* The folder, made for the service account where root makes it, which this process then is. */
static bool open_folder(struct making *making, const char *path, struct error *error)
{
    if (mkdir(path, 0700) == 0) {
        if (geteuid() == 0 && chown(path, making->site->account, making->site->group) != 0)
            return error_system(error, "giving %s to the service account", path);
    } else if (errno != EEXIST)
        return error_system(error, "making the folder %s", path);
    /* Asked once while still root, who may be the only one to read the site's key where no daemon runs. */
    json_t *answer = NULL;
    bool done = record_ask(making->site, "status", NULL, &answer, error);
    json_decref(answer);
    done =
        done && site_become_owner(making->site, error) && (making->folder = backup_folder(path, error)) >= 0;
    if (done && flock(making->folder, LOCK_EX | LOCK_NB) != 0)
        done = error_set(error, FAULT_TEMPORARY, "another backup to %s is being made", path);
    return done;
}

static bool begin(struct making *making, struct error *error)
{
    struct backup_set last;
    struct error none = ERROR_NONE;
    time_t now = (time_t)(clock_now() / 1000);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(making->name, sizeof making->name, "%Y%m%dT%H%M%SZ", &utc);
    snprintf(making->hidden, sizeof making->hidden, ".new-%s", making->name);
    if (asprintf(&making->prefix, "sets/%s", making->name) < 0)
        return error_set(error, FAULT_TEMPORARY, "out of memory while making a backup");
    /* What the newest set knows of files that never change; without one everything is read. */
    if (backup_set_read(making->folder, NULL, &last, &none)) {
        making->before = last.manifest;
        last.manifest = BACKUP_MANIFEST_EMPTY;
        backup_set_free(&last);
    }
    int sets = directory_open_at(making->folder, "sets", true, 0700, error);
    bool done = sets >= 0;
    DIR *stream = done ? fdopendir(dup(sets)) : NULL;
    for (struct dirent *entry; stream != NULL && done && (entry = readdir(stream)) != NULL;)
        if (strncmp(entry->d_name, ".new-", 5) == 0)
            done = directory_remove_tree(sets, entry->d_name, error);
    if (stream != NULL)
        closedir(stream);
    if (done && faccessat(sets, making->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        done = error_set(error, FAULT_TEMPORARY, "there is a backup of this second: wait for the next one");
    making->set = done ? directory_open_at(sets, making->hidden, true, 0700, error) : -1;
    if (sets >= 0)
        close(sets);
    return making->set >= 0;
}

static bool tell_record(const struct making *making, const struct backup_set *set, struct error *error)
{
    json_t *answer = NULL;
    bool done =
        record_ask(making->site, "backup-done",
                   json_pack("{s:s,s:O,s:s,s:I,s:I}", "set", set->name, "sequence",
                             json_object_get(making->head, "sequence"), "manifest", set->digest, "files",
                             (json_int_t)set->manifest.count, "bytes", (json_int_t)making->copying.bytes),
                   &answer, error);
    json_decref(answer);
    return done;
}

/* Of `manifest` only what the stores have now: the second time through them is what counts. */
static bool copy_all(struct making *making, struct error *error)
{
    struct backup_manifest bulk = BACKUP_MANIFEST_EMPTY;
    bool done = copy_stores(making, &making->before, &bulk, error);
    backup_manifest_sort(&bulk);
    making->copying.kept = 0;
    done = done && copy_casebook(making, error) && copy_stores(making, &bulk, &making->manifest, error) &&
           copy_site(making, error);
    end_casebook(making);
    making->copying.before = NULL;
    making->copying.manifest = NULL;
    backup_manifest_free(&bulk);
    return done;
}

bool backup_make(struct site *site, const char *path, long keep, struct backup_set *set,
                 struct backup_made *made, struct error *error)
{
    struct making making = {.site = site, .folder = -1, .set = -1};
    stand_back();
    bool done = open_folder(&making, path, error) && begin(&making, error);
    making.copying.target = making.folder;
    done = done && copy_all(&making, error) && finish(&making, error) &&
           backup_set_read(making.folder, making.name, set, error) && tell_record(&making, set, error) &&
           forget(&making, keep, &made->removed, error);
    made->copied = making.copying.copied;
    made->bytes = making.copying.bytes;
    made->kept = making.copying.kept;
    made->damaged = making.copying.damaged;
    json_decref(making.head);
    backup_manifest_free(&making.before);
    backup_manifest_free(&making.manifest);
    free(making.prefix);
    if (making.set >= 0)
        close(making.set);
    if (making.folder >= 0)
        close(making.folder);
    return done;
}
