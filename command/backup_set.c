/*
 * Sets of backups: found, read, and held against their manifest.
 *
 * Guarantees: changes nothing. A set is only what its manifest names; other files in the folder are of other sets.
 */
#include "command/backup_set.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"

enum { FACTS_MOST = 65536, SIGNATURE_MOST = 1 << 20 };

int backup_folder(const char *path, struct error *error)
{
    int folder = directory_open(path, error);
    if (folder < 0)
        error_context(error, "the folder of backups %s", path);
    return folder;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

json_t *backup_sets(int folder, struct error *error)
{
    char *names[BACKUP_SETS_MOST];
    size_t count = 0;
    json_t *sets = json_array();
    int again = openat(folder, "sets", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *stream = again < 0 ? NULL : fdopendir(again);
    if (stream == NULL && errno == ENOENT)
        return sets;
    for (struct dirent *entry; stream != NULL && (entry = readdir(stream)) != NULL;)
        if (entry->d_name[0] != '.' && strlen(entry->d_name) < BACKUP_SET_SIZE && count < BACKUP_SETS_MOST &&
            (names[count] = strdup(entry->d_name)) != NULL)
            count++;
    if (stream == NULL) {
        error_system(error, "listing the backups");
        json_decref(sets);
        return NULL;
    }
    closedir(stream);
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(sets, json_string(names[i]));
        free(names[i]);
    }
    return sets;
}

static int set_open(int folder, const char *name, struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "sets/%s", name);
    int set = openat(folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (set < 0)
        error_system(error, "opening the backup %s", name);
    return set;
}

static bool newest(int folder, const char *name, char found[BACKUP_SET_SIZE], struct error *error)
{
    json_t *sets = backup_sets(folder, error);
    size_t count = json_array_size(sets);
    if (sets == NULL)
        return false;
    const char *chosen =
        name != NULL ? name : json_string_value(json_array_get(sets, count == 0 ? 0 : count - 1));
    bool there = false;
    for (size_t i = 0; chosen != NULL && i < count; i++)
        there = there || strcmp(chosen, json_string_value(json_array_get(sets, i))) == 0;
    if (there)
        snprintf(found, BACKUP_SET_SIZE, "%s", chosen);
    json_decref(sets);
    if (!there)
        return name == NULL ? error_set(error, FAULT_ABSENT, "there is no whole backup in this folder")
                            : error_set(error, FAULT_ABSENT, "there is no backup %s in this folder", name);
    return true;
}

bool backup_set_read(int folder, const char *name, struct backup_set *set, struct error *error)
{
    char *facts = NULL, *manifest = NULL;
    size_t length = 0, manifest_length = 0;
    *set = (struct backup_set){.facts = NULL};
    if (!newest(folder, name, set->name, error))
        return false;
    int opened = set_open(folder, set->name, error);
    bool done = opened >= 0 && file_read(opened, "backup.json", FACTS_MOST, &facts, &length, error) &&
                file_read(opened, "manifest", BACKUP_MANIFEST_MOST, &manifest, &manifest_length, error) &&
                json_read(facts, length, &set->facts, error) &&
                backup_manifest_read(manifest, &set->manifest, error);
    if (done && json_whole(set->facts, "backup", 0) != BACKUP_FORM)
        done =
            error_set(error, FAULT_ENVIRONMENT,
                      "it is of form %lld, and this program knows %d: a newer leadspool made it; restore it "
                      "with that one",
                      (long long)json_whole(set->facts, "backup", 0), BACKUP_FORM);
    if (done) {
        struct digest digest = digest_of(manifest, manifest_length);
        digest_text(&digest, set->digest);
    } else {
        backup_set_free(set);
        error_context(error, "the backup %s", set->name);
    }
    if (opened >= 0)
        close(opened);
    free(facts);
    free(manifest);
    return done;
}

void backup_set_free(struct backup_set *set)
{
    json_decref(set->facts);
    set->facts = NULL;
    backup_manifest_free(&set->manifest);
}

static bool authority_of(int opened, const char *authority, char **pem, size_t *length, struct error *error)
{
    if (authority == NULL) {
        int site = directory_open_at(opened, "site", false, 0, error);
        bool done = site >= 0 && file_read(site, "ca.pem", PEM_SIZE_LIMIT, pem, length, error);
        if (site >= 0)
            close(site);
        return done;
    }
    int file = open(authority, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_system(error, "opening the authority's certificate %s", authority);
    bool done = file_read_open(file, PEM_SIZE_LIMIT, pem, length, error);
    close(file);
    return done;
}

bool backup_set_signed(int folder, const struct backup_set *set, const char *authority, struct error *error)
{
    char *pem = NULL, *manifest = NULL, *signature = NULL;
    size_t pem_length = 0, length = 0, signature_length = 0;
    json_t *signer = NULL;
    enum signature_verdict verdict = SIGNATURE_GOOD;
    int opened = set_open(folder, set->name, error);
    cms_prepare();
    bool done =
        opened >= 0 && authority_of(opened, authority, &pem, &pem_length, error) &&
        file_read(opened, "manifest", BACKUP_MANIFEST_MOST, &manifest, &length, error) &&
        file_read(opened, "manifest.p7s", SIGNATURE_MOST, &signature, &signature_length, error) &&
        cms_verify_detached(signature, signature_length, manifest, length, (struct pem){pem, pem_length},
                            (struct pem){NULL, 0}, 0, &signer, &verdict, error);
    if (!done)
        error_context(error, "the signature of the backup %s", set->name);
    json_decref(signer);
    free(pem);
    free(manifest);
    free(signature);
    if (opened >= 0)
        close(opened);
    return done;
}

static bool print_problem(bool json, const char *path, const char *what, struct error *error)
{
    if (!json)
        return printf("%s: %s\n", path, what) > 0 || error_system(error, "writing the output");
    json_t *line = json_pack("{s:i,s:s,s:s}", "schema", 1, "file", path, "problem", what);
    bool done = line != NULL && json_dumpf(line, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF;
    json_decref(line);
    return done || error_system(error, "writing the output");
}

bool backup_set_check(int folder, const struct backup_set *set, bool json, struct backup_checked *checked,
                      struct error *error)
{
    *checked = (struct backup_checked){0};
    for (size_t i = 0; i < set->manifest.count; i++) {
        const struct backup_file *wanted = &set->manifest.files[i];
        struct digest digest;
        uint64_t size = 0;
        const char *problem = NULL;
        int file = openat(folder, wanted->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (file < 0)
            problem = errno == ENOENT ? _("it is missing") : strerror(errno);
        else if (!digest_of_file(file, &digest, &size, error))
            problem = _("it cannot be read");
        else if (!digest_equal(&digest, &wanted->digest))
            problem = _("its bytes are not those that were backed up");
        if (file >= 0)
            close(file);
        checked->files++;
        checked->bytes += size;
        checked->problems += problem != NULL;
        if (problem != NULL && !print_problem(json, wanted->path, problem, error))
            return false;
    }
    return checked->problems == 0 ||
           error_set(error, FAULT_INPUT, "%ju file(s) of the backup %s are damaged: take an older one",
                     (uintmax_t)checked->problems, set->name);
}
