/*
 * What the record says was published, folder by folder; and what lies beside it.
 *
 * Guarantees: of a name the last word counts, and none from before its folder was removed. Looking for what nobody published
 * follows no link, and passes over hidden names (what a daemon is writing, what a sender takes along) and the folders others drop
 * into.
 */
#include "command/published_words.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"

enum { DEPTH_MOST = 16 };

void published_words_free(struct published_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        free(words->all[i].directory);
        json_decref(words->all[i].others);
    }
    free(words->all);
    free(words->folders);
    json_decref(words->changed);
}

static bool take_word(struct published_words *words, const json_t *entry)
{
    const char *directory = json_string_value(json_array_get(entry, 0)),
               *name = json_string_value(json_array_get(entry, 1)),
               *digest = json_string_value(json_array_get(entry, 2));
    if (directory == NULL)
        return true;
    if (words->count == words->room) {
        size_t room = words->room * 2 + 256;
        struct published_word *grown = reallocarray(words->all, room, sizeof *grown);
        if (grown == NULL)
            return false;
        words->all = grown;
        words->room = room;
    }
    size_t length = strlen(directory) + 1, more = name == NULL ? 1 : strlen(name) + 1;
    struct published_word *word = &words->all[words->count];
    *word = (struct published_word){.directory = malloc(length + more), .number = words->count};
    if (word->directory == NULL)
        return false;
    words->count++;
    word->name = word->directory + length;
    memcpy(word->directory, directory, length);
    memcpy(word->name, name == NULL ? "" : name, more);
    word->others = json_incref(json_array_get(entry, 3));
    word->certain = digest != NULL && digest_parse(digest, &word->digest);
    return true;
}

bool published_words_take(void *context, const json_t *answer, struct error *error)
{
    const json_t *entry;
    size_t index;
    struct published_words *words = context;
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
    const struct published_word *left = a, *right = b;
    int order = strcmp(left->directory, right->directory);
    if (order == 0)
        order = strcmp(left->name, right->name);
    if (order == 0)
        order = left->number < right->number ? -1 : 1;
    return order;
}

/* The words of one folder: the last of each name that is later than the folder's last removal, moved to the front. */
static size_t settle(struct published_word *words, size_t count)
{
    size_t kept = 0, removed = 0;
    bool gone = false;
    for (size_t i = 0; i < count; i++) {
        if (*words[i].name == '\0') {
            removed = words[i].number;
            gone = true;
        } else if ((!gone || words[i].number > removed) &&
                   (i + 1 == count || strcmp(words[i].name, words[i + 1].name) != 0)) {
            struct published_word other = words[kept];
            words[kept++] = words[i];
            words[i] = other;
        }
    }
    return kept;
}

bool published_words_settle(struct published_words *words, struct error *error)
{
    if (words->count == 0)
        return true;
    qsort(words->all, words->count, sizeof *words->all, by_place);
    words->folders = calloc(words->count, sizeof *words->folders);
    if (words->folders == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while listing what was published");
    for (size_t from = 0, to = 0; from < words->count; from = to) {
        struct published_word *first = &words->all[from];
        while (to < words->count && strcmp(words->all[to].directory, first->directory) == 0)
            to++;
        words->folders[words->folder_count++] =
            (struct published_folder){first->directory, first, settle(first, to - from)};
    }
    return true;
}

/* --- what nobody published --- */

static int by_directory(const void *name, const void *folder)
{
    return strcmp(name, ((const struct published_folder *)folder)->directory);
}

static int by_name(const void *name, const void *word)
{
    return strcmp(name, ((const struct published_word *)word)->name);
}

struct walk {
    const struct published_words *words;
    json_t *places; /* of the site, by path */
    published_foreign *found;
    void *context;
    int64_t *unread;
    char path[4096]; /* of the folder being looked at */
};

/* Something was published in it, or below it, and not removed. */
static bool folder_known(const struct published_words *words, const char *path)
{
    size_t length = strlen(path), low = 0, high = words->folder_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(words->folders[middle].directory, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    /* Those below follow, with such between them as "FR-1-2" between "FR-1" and "FR-1/x". */
    for (; low < words->folder_count && strncmp(words->folders[low].directory, path, length) == 0; low++) {
        char next = words->folders[low].directory[length];
        if (words->folders[low].count > 0 && (next == '\0' || next == '/'))
            return true;
    }
    return false;
}

/* Others put something there, or keep something the record has no words of. */
static bool of_others(const char *path)
{
    static const char *const paths[] = {
        "in", "keys", "var", "review/decisions", "foil/sheets", "case-management/acks"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (strcmp(path, paths[i]) == 0)
            return true;
    return length > 3 && strcmp(path + length - 3, "/in") == 0;
}

static void walk_into(struct walk *walk, int parent, const char *name, int depth);

/* An empty folder says nothing to anybody: removed documents leave theirs. One that cannot be read is taken to hold something. */
static bool holds_anything(int parent, const char *name)
{
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    const struct dirent *entry = NULL;
    if (list == NULL) {
        if (folder >= 0)
            close(folder);
        return true;
    }
    do
        entry = readdir(list);
    while (entry != NULL && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
    closedir(list);
    return entry != NULL;
}

static void look_at(struct walk *walk, int folder, const char *name, const struct published_folder *known,
                    int depth)
{
    struct stat status;
    size_t length = strlen(walk->path);
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    if (!S_ISDIR(status.st_mode)) {
        if (known == NULL || bsearch(name, known->words, known->count, sizeof *known->words, by_name) == NULL)
            walk->found(walk->context, walk->path, name, false);
        return;
    }
    snprintf(walk->path + length, sizeof walk->path - length, "/%s", name);
    bool known_folder =
        json_object_get(walk->places, walk->path) != NULL || folder_known(walk->words, walk->path);
    if (known_folder && !of_others(walk->path))
        walk_into(walk, folder, name, depth + 1);
    walk->path[length] = '\0';
    if (!known_folder && holds_anything(folder, name))
        walk->found(walk->context, walk->path, name, true);
}

static void walk_into(struct walk *walk, int parent, const char *name, int depth)
{
    const struct published_folder *known =
        walk->words->folder_count == 0 ? NULL
                                       : bsearch(walk->path, walk->words->folders, walk->words->folder_count,
                                                 sizeof *walk->words->folders, by_directory);
    int folder =
        depth > DEPTH_MOST ? -1 : openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    const struct dirent *entry;
    if (list == NULL) {
        *walk->unread += folder < 0 && (errno == EACCES || errno == EPERM) ? 1 : 0;
        if (folder >= 0)
            close(folder);
        return;
    }
    while ((entry = readdir(list)) != NULL)
        if (*entry->d_name != '.')
            look_at(walk, folder, entry->d_name, known, depth);
    closedir(list);
}

static bool add_place(void *context, const char *path, mode_t mode, struct error *error)
{
    (void)mode;
    return json_object_set_new(context, path, json_true()) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while looking at the shares");
}

bool published_unknown(const struct site *site, const struct published_words *words, published_foreign *found,
                       void *context, int64_t *unread, struct error *error)
{
    struct walk walk = {words, json_object(), found, context, unread, ""};
    bool done = site_places(site->settings, add_place, walk.places, error);
    const char *path;
    json_t *value;
    if (done)
        json_object_foreach(walk.places, path, value)
        {
            if (strchr(path, '/') != NULL || of_others(path))
                continue;
            snprintf(walk.path, sizeof walk.path, "%s", path);
            walk_into(&walk, site->directory, path, 0);
        }
    json_decref(walk.places);
    return done;
}
