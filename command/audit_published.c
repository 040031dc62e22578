/*
 * What was published, file by file, against what lies on the shares.
 *
 * Guarantees: read here and not by the daemon, whose one thread for the record never waits for a share. Documents that come and
 * go meanwhile are no problem: what does not fit is looked at again with a list made after it was found. The pages that are
 * made anew with all news (index.html, request.html, READ-ME.txt of a command) are no documents and are passed over. Changes nothing.
 */
#include "command/audit_published.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "command/audit_head.h"
#include "command/command.h"

enum { PROBLEMS_MOST = 1000 };

/* One word of the record about a name; the last one of a name counts. */
struct word {
    char *directory, *name; /* name "": the folder was removed */
    struct digest digest;
    bool certain;
    size_t number; /* in the order in which they became true */
};

struct words {
    struct word *all;
    size_t count, room;
    json_t *changed; /* files of the site that are not what the last start found; NULL: none */
};

static void words_free(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->all[i].directory);
    free(words->all);
    json_decref(words->changed);
}

static bool take_word(struct words *words, const json_t *entry)
{
    const char *directory = json_string_value(json_array_get(entry, 0)),
               *name = json_string_value(json_array_get(entry, 1)),
               *digest = json_string_value(json_array_get(entry, 2));
    if (directory == NULL)
        return true;
    if (words->count == words->room) {
        size_t room = words->room * 2 + 256;
        struct word *grown = reallocarray(words->all, room, sizeof *grown);
        if (grown == NULL)
            return false;
        words->all = grown;
        words->room = room;
    }
    size_t length = strlen(directory) + 1, more = name == NULL ? 1 : strlen(name) + 1;
    struct word *word = &words->all[words->count];
    *word = (struct word){.directory = malloc(length + more), .number = words->count};
    if (word->directory == NULL)
        return false;
    words->count++;
    word->name = word->directory + length;
    memcpy(word->directory, directory, length);
    memcpy(word->name, name == NULL ? "" : name, more);
    word->certain = digest != NULL && digest_parse(digest, &word->digest);
    return true;
}

static bool take_words(void *context, const json_t *answer, struct error *error)
{
    const json_t *entry;
    size_t index;
    struct words *words = context;
    if (words->changed == NULL)
        words->changed = json_incref(json_object_get(answer, "changed"));
    json_array_foreach(json_object_get(answer, "files"), index, entry)
    {
        if (!take_word(words, entry))
            return error_set(error, FAULT_TEMPORARY, "out of memory while listing what was published");
    }
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct word *left = a, *right = b;
    int order = strcmp(left->directory, right->directory);
    if (order == 0)
        order = strcmp(left->name, right->name);
    if (order == 0)
        order = left->number < right->number ? -1 : 1;
    return order;
}

static int by_name(const void *name, const void *word)
{
    return strcmp(name, ((const struct word *)word)->name);
}

/* --- one look at all of it --- */

struct look {
    const struct site *site;
    json_t *found;   /* path → [kind, text] */
    json_t *changed; /* files of the site; NULL: none */
    int64_t compared, unread;
};

static void find(const struct look *look, const char *directory, const char *name, const char *kind,
                 const char *text)
{
    char *path = text_formatted("%s/%s", directory, name);
    if (path != NULL && json_object_size(look->found) < PROBLEMS_MOST)
        json_object_set_new(look->found, path, json_pack("[s,s]", kind, text));
    free(path);
}

static void compare(struct look *look, int folder, const struct word *word)
{
    struct digest digest;
    struct stat status;
    int file = openat(folder, word->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0 && errno == ENOENT)
        return;
    if (file < 0 && (errno == EACCES || errno == EPERM)) {
        look->unread++;
        return;
    }
    look->compared++;
    if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        find(look, word->directory, word->name, "published-changed", _("it is no file that was published"));
    else if (!digest_of_file(file, &digest, NULL, NULL))
        find(look, word->directory, word->name, "published-changed", _("it cannot be read to its end"));
    else if (!digest_equal(&digest, &word->digest))
        find(look, word->directory, word->name, "published-changed",
             _("it does not have the bytes that were published: take it away, and say whom it was for; the "
               "record has "
               "what was published"));
    if (file >= 0)
        close(file);
}

/* Folders in which nobody but the daemon puts anything. */
static bool ours_alone(const char *directory)
{
    static const char *const tops[] = {"out/",       "case-management/", "discovery/", "disclosure/out/",
                                       "audit/out/", "retention/out/",   "foil/",      "gallery/out/"};
    for (size_t i = 0; i < sizeof tops / sizeof *tops; i++)
        if (strncmp(directory, tops[i], strlen(tops[i])) == 0)
            return true;
    return false;
}

static bool made_anew(const char *directory, const char *name)
{
    return *name == '.' || strcmp(name, "index.html") == 0 || strcmp(name, "request.html") == 0 ||
           (strncmp(directory, "out/", 4) == 0 && strcmp(name, "READ-ME.txt") == 0);
}

/* What lies there and was published by nobody. `words`: of this folder, ordered, each name once. */
static void look_for_more(const struct look *look, int folder, const char *directory,
                          const struct word *words, size_t count)
{
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = again < 0 ? NULL : fdopendir(again);
    const struct dirent *entry;
    if (listing == NULL && again >= 0)
        close(again);
    while (listing != NULL && (entry = readdir(listing)) != NULL) {
        struct stat status;
        if (!made_anew(directory, entry->d_name) &&
            fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(status.st_mode) &&
            bsearch(entry->d_name, words, count, sizeof *words, by_name) == NULL)
            find(look, directory, entry->d_name, "published-unknown",
                 _("the record knows of no such document: nobody published it, or it was to be removed"));
    }
    if (listing != NULL)
        closedir(listing);
}

/* The words of one folder: the last of each name that is later than the folder's last removal, moved to the front. */
static size_t settle(struct word *words, size_t count)
{
    size_t kept = 0, removed = 0;
    bool gone = false;
    for (size_t i = 0; i < count; i++) {
        if (*words[i].name == '\0') {
            removed = words[i].number;
            gone = true;
        } else if ((!gone || words[i].number > removed) &&
                   (i + 1 == count || strcmp(words[i].name, words[i + 1].name) != 0)) {
            struct word other = words[kept];
            words[kept++] = words[i];
            words[i] = other;
        }
    }
    return kept;
}

static void look_into(struct look *look, struct word *words, size_t count)
{
    char directory[4096];
    snprintf(directory, sizeof directory, "%s", words->directory);
    int folder = openat(look->site->directory, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t kept = settle(words, count);
    if (folder < 0) {
        look->unread += errno == ENOENT || errno == ENOTDIR ? 0 : (int64_t)kept;
        return;
    }
    for (size_t i = 0; i < kept; i++)
        if (words[i].certain)
            compare(look, folder, &words[i]);
    if (ours_alone(directory))
        look_for_more(look, folder, directory, words, kept);
    close(folder);
}

static bool look_at_all(struct site *site, struct look *look, struct error *error)
{
    struct words words = {0};
    *look = (struct look){.site = site, .found = json_object()};
    bool done =
        look->found != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while looking at the shares");
    done = done && record_ask_all(site, "audit-published", NULL, take_words, &words, error);
    if (done && words.count > 0)
        qsort(words.all, words.count, sizeof *words.all, by_place);
    for (size_t from = 0, to = 0; done && from < words.count; from = to) {
        while (to < words.count && strcmp(words.all[to].directory, words.all[from].directory) == 0)
            to++;
        look_into(look, &words.all[from], to - from);
    }
    look->changed = json_incref(words.changed);
    words_free(&words);
    return done;
}

/* --- the newest head put out --- */

static int newest_last(const struct dirent **a, const struct dirent **b)
{
    return strverscmp((*a)->d_name, (*b)->d_name);
}

static int is_head(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return strncmp(entry->d_name, "head-", 5) == 0 && length > 5 &&
           strcmp(entry->d_name + length - 5, ".json") == 0;
}

/* Who writes the log anew from an old event on can make all of it fit, but not sign a head. */
static void hold_against_head(struct site *site, json_t *problems)
{
    struct dirent **heads = NULL;
    struct error wrong = ERROR_NONE;
    int count = scandirat(site->directory, "audit/out/heads", &heads, is_head, newest_last);
    if (count > 0) {
        char *path = text_formatted("%s/audit/out/heads/%s", site->path, heads[count - 1]->d_name);
        if (path != NULL && !audit_head_check(site, path, true, &wrong) && wrong.fault == FAULT_INPUT)
            json_array_append_new(problems, json_pack("{s:s,s:s+,s:s}", "kind", "head-differs", "subject",
                                                      "audit/out/heads/", heads[count - 1]->d_name, "text",
                                                      wrong.text));
        free(path);
    }
    for (int i = 0; i < count; i++)
        free(heads[i]);
    free(heads);
}

bool audit_published(struct site *site, json_t *report, struct error *error)
{
    struct look look = {0}, again = {0};
    json_t *problems = json_object_get(report, "problems");
    const char *path;
    json_t *what;
    bool done = look_at_all(site, &look, error);
    bool twice = done && json_object_size(look.found) > 0;
    if (twice)
        done = look_at_all(site, &again, error);
    json_object_foreach(look.found, path, what)
    {
        if (json_equal(what, json_object_get(again.found, path)))
            json_array_append_new(
                problems, json_pack("{s:s,s:s,s:s}", "kind", json_string_value(json_array_get(what, 0)),
                                    "subject", path, "text", json_string_value(json_array_get(what, 1))));
    }
    if (done && look.changed != NULL)
        done = json_put(report, "changed", json_incref(look.changed)) ||
               error_set(error, FAULT_TEMPORARY, "out of memory while looking at the shares");
    if (done) {
        hold_against_head(site, problems);
        done = (json_put_whole(report, "published", look.compared) &&
                json_put_whole(report, "unread", look.unread)) ||
               error_set(error, FAULT_TEMPORARY, "out of memory while looking at the shares");
    }
    json_decref(look.changed);
    json_decref(again.changed);
    json_decref(look.found);
    json_decref(again.found);
    return done;
}
