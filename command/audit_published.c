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
#include "command/published_words.h"

enum { PROBLEMS_MOST = 1000 };

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

static bool one_of_them(const struct published_word *word, const struct digest *found)
{
    char text[DIGEST_TEXT_SIZE];
    size_t i;
    const json_t *other;
    if (digest_equal(found, &word->digest))
        return true;
    digest_text(found, text);
    json_array_foreach(word->others, i, other) if (strcmp(json_string_value(other), text) == 0) return true;
    return false;
}

static void compare(struct look *look, int folder, const struct published_word *word)
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
    else if (!one_of_them(word, &digest))
        find(look, word->directory, word->name, "published-changed",
             _("it does not have the bytes that were published: take it away, and say whom it was for; the "
               "record has "
               "what was published"));
    if (file >= 0)
        close(file);
}

static void look_into(struct look *look, const struct published_folder *of)
{
    int folder = openat(look->site->directory, of->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        look->unread += errno == ENOENT || errno == ENOTDIR ? 0 : (int64_t)of->count;
        return;
    }
    for (size_t i = 0; i < of->count; i++)
        if (of->words[i].certain)
            compare(look, folder, &of->words[i]);
    close(folder);
}

static void find_unknown(void *context, const char *directory, const char *name, bool folder)
{
    find(context, directory, name, "published-unknown",
         folder ? _("the record knows of no such folder: nobody published it, or it was to be removed")
                : _("the record knows of no such document: nobody published it, or it was to be removed"));
}

static bool look_at_all(struct site *site, struct look *look, struct error *error)
{
    struct published_words words = {0};
    *look = (struct look){.site = site, .found = json_object()};
    bool done =
        look->found != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while looking at the shares");
    done = done && record_ask_all(site, "audit-published", NULL, published_words_take, &words, error) &&
           published_words_settle(&words, error);
    for (size_t i = 0; done && i < words.folder_count; i++)
        look_into(look, &words.folders[i]);
    done = done && published_unknown(site, &words, find_unknown, look, &look->unread, error);
    look->changed = json_incref(words.changed);
    published_words_free(&words);
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
