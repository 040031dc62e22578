/*
 * What a share held when it was looked at last, and what is different now.
 *
 * Guarantees: every visible name is known in the order of its arrival (of those found together, the one
 * written first comes first), up to a bound; each is looked into, however many there are: one look takes a
 * bounded time and the next goes on with those not looked at for longest, new ones first. What lies there
 * unchanged is looked at ever more rarely, at the latest after the share's interval, so that a thousand
 * never-finished drops cost new ones nothing. Only differences are told.
 */
#include "spool/porter_listing.h"

#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/names.h"
#include "spool/porter_child.h"

enum {
    NAMES_MOST = 10000, /* of one share; more are seen once some of these are gone */
    LOOKS_MOST = 1024,  /* in one go, */
    LOOKS_LEAST = 16,   /* however long they take */
    LOOK_MS = 50,       /* beyond these: other shares wait meanwhile */
    CALM = 8,           /* unchanged for so long, it is looked at again after that part of the time, */
    CROWD = 16,         /* where more lie, */
    CROWD_REST_MS = 250 /* not before: a hint that one came is no reason to look into all the others */
};

struct lying {
    char *name;
    int64_t looked;  /* milliseconds of clock_monotonic; 0 = never */
    int64_t changed; /* the same: when its print was seen to change */
    char print[DIGEST_TEXT_SIZE];
    bool there;   /* in the scan under way */
    size_t order; /* of arrival */
    struct timespec written;
};

struct listing {
    size_t names_wanted;
    void *tree;          /* of struct lying, by name (tsearch) */
    struct lying **list; /* the same in order of arrival; owned */
    size_t count, capacity, arrived;
    size_t told_count, told_unseen;
    bool told_more, told;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct lying *)a)->name, ((const struct lying *)b)->name);
}

static int by_writing(const void *a, const void *b)
{
    const struct lying *x = *(struct lying *const *)a, *y = *(struct lying *const *)b;
    if (x->written.tv_sec != y->written.tv_sec)
        return x->written.tv_sec < y->written.tv_sec ? -1 : 1;
    if (x->written.tv_nsec != y->written.tv_nsec)
        return x->written.tv_nsec < y->written.tv_nsec ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int by_need(const void *a, const void *b)
{
    const struct lying *x = *(struct lying *const *)a, *y = *(struct lying *const *)b;
    if (x->looked != y->looked)
        return x->looked < y->looked ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

struct listing *listing_make(size_t names_wanted)
{
    struct listing *listing = calloc(1, sizeof *listing);
    if (listing != NULL)
        listing->names_wanted = names_wanted;
    return listing;
}

static void nothing(void *element)
{
    (void)element;
}

void listing_free(struct listing *listing)
{
    if (listing == NULL)
        return;
    tdestroy(listing->tree, nothing);
    for (size_t i = 0; i < listing->count; i++) {
        free(listing->list[i]->name);
        free(listing->list[i]);
    }
    free(listing->list);
    free(listing);
}

void listing_forget(struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        listing->list[i]->print[0] = '\0';
    listing->told = false;
}

static bool add(struct listing *listing, const char *name)
{
    if (listing->count == listing->capacity) {
        size_t capacity = listing->capacity == 0 ? 64 : 2 * listing->capacity;
        struct lying **larger = realloc(listing->list, capacity * sizeof(struct lying *));
        if (larger == NULL)
            return false;
        listing->list = larger;
        listing->capacity = capacity;
    }
    struct lying *lying = calloc(1, sizeof *lying);
    if (lying == NULL || (lying->name = strdup(name)) == NULL ||
        tsearch(lying, &listing->tree, by_name) == NULL) {
        if (lying != NULL)
            free(lying->name);
        free(lying);
        return false;
    }
    lying->there = true;
    listing->list[listing->count++] = lying;
    return true;
}

/* Neither what is hidden is a drop, nor what a desktop leaves where a person looks; a folder that is only named so is
   one. */
static bool is_drop(int directory, const char *name)
{
    struct stat status;
    if (name[0] == '.')
        return false;
    bool left = name_left_by_desktop(name, false), folder = name_left_by_desktop(name, true);
    return (!left && !folder) || fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
           (S_ISDIR(status.st_mode) ? !folder : !left);
}

struct reading {
    struct listing *listing;
    int directory;
    bool more, done;
};

static bool read_name(void *context, const char *name, unsigned char type)
{
    (void)type;
    struct reading *reading = context;
    struct listing *listing = reading->listing;
    const struct lying wanted = {.name = (char *)name};
    if (!is_drop(reading->directory, name))
        return true;
    struct lying *const *found = tfind(&wanted, &listing->tree, by_name);
    if (found != NULL)
        (*found)->there = true;
    else if (listing->count >= NAMES_MOST)
        reading->more = true;
    else
        reading->done = add(listing, name);
    return reading->done;
}

/* The names there now: known ones are marked, new ones come after them. */
static bool read_names(struct listing *listing, int directory, bool *more, struct error *error)
{
    size_t known = listing->count;
    for (size_t i = 0; i < known; i++)
        listing->list[i]->there = false;
    struct reading reading = {.listing = listing, .directory = directory, .done = true};
    bool listed = directory_each(directory, read_name, &reading, error);
    *more = reading.more;
    for (size_t i = known; i < listing->count; i++) {
        struct stat status;
        if (fstatat(directory, listing->list[i]->name, &status, AT_SYMLINK_NOFOLLOW) == 0)
            listing->list[i]->written = status.st_mtim;
    }
    if (listing->count > known)
        qsort(listing->list + known, listing->count - known, sizeof(struct lying *), by_writing);
    for (size_t i = known; i < listing->count; i++)
        listing->list[i]->order = ++listing->arrived;
    return listed &&
           (reading.done || error_set(error, FAULT_TEMPORARY, "out of memory while listing a folder"));
}

/* Those that went are told, once the daemon knew of them, and forgotten. */
static void drop_gone(struct listing *listing, json_t *gone)
{
    size_t kept = 0;
    for (size_t i = 0; i < listing->count; i++) {
        struct lying *lying = listing->list[i];
        if (lying->there) {
            listing->list[kept++] = lying;
            continue;
        }
        if (lying->looked != 0) {
            char *escaped = name_escape(lying->name);
            json_array_append_new(gone, json_string(escaped));
            free(escaped);
        }
        tdelete(lying, &listing->tree, by_name);
        free(lying->name);
        free(lying);
    }
    listing->count = kept;
}

static bool due(const struct lying *lying, int64_t now, int64_t least, int64_t interval)
{
    int64_t pause = (lying->looked - lying->changed) / CALM;
    pause = pause > least ? pause : least;
    return lying->looked == 0 || now >= lying->looked + (pause < interval ? pause : interval);
}

static void look(struct listing *listing, int directory, bool local, struct lying *lying, json_t *drops)
{
    json_t *entry = porter_look(directory, lying->name, listing->names_wanted, local);
    lying->looked = clock_monotonic();
    if (entry == NULL)
        return; /* gone since it was listed: the next scan says so */
    if (strcmp(lying->print, json_text(entry, "print")) == 0) {
        json_decref(entry);
        return;
    }
    strcpy(lying->print, json_text(entry, "print"));
    lying->changed = lying->looked;
    json_array_append_new(drops, entry);
}

/* Look into what is due, those longest not looked at first. */
static bool look_into(struct listing *listing, int directory, const struct listing_terms *terms,
                      json_t *drops, bool *unfinished, struct error *error)
{
    int64_t now = clock_monotonic(), least = listing->count > CROWD ? CROWD_REST_MS : 0;
    struct lying **wanted = calloc(listing->count + 1, sizeof(struct lying *));
    size_t count = 0, looked = 0;
    if (wanted == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while listing a folder");
    for (size_t i = 0; i < listing->count; i++)
        if (listing->list[i]->print[0] == '\0' || due(listing->list[i], now, least, terms->interval))
            wanted[count++] = listing->list[i];
    qsort(wanted, count, sizeof(struct lying *), by_need);
    while (looked < count && looked < LOOKS_MOST &&
           (looked < LOOKS_LEAST || clock_monotonic() - now < LOOK_MS)) {
        look(listing, directory, terms->local, wanted[looked++], drops);
        if (terms->alive != NULL)
            terms->alive(terms->context);
    }
    *unfinished = looked < count;
    free(wanted);
    return true;
}

bool listing_update(struct listing *listing, int directory, const struct listing_terms *terms, json_t **news,
                    bool *unfinished, struct error *error)
{
    json_t *drops = json_array(), *gone = json_array();
    bool more = false;
    size_t unseen = 0;
    *news = NULL;
    bool done = read_names(listing, directory, &more, error);
    if (done) {
        drop_gone(listing, gone);
        done = look_into(listing, directory, terms, drops, unfinished, error);
    }
    for (size_t i = 0; i < listing->count; i++)
        unseen += listing->list[i]->looked == 0 ? 1 : 0;
    if (done && (!listing->told || json_array_size(drops) > 0 || json_array_size(gone) > 0 ||
                 listing->count != listing->told_count || unseen != listing->told_unseen ||
                 more != listing->told_more)) {
        *news = json_pack("{ss,sO,sO,sI,sI,sb}", "op", "snapshot", "drops", drops, "gone", gone, "count",
                          (json_int_t)listing->count, "unseen", (json_int_t)unseen, "more", more);
        done = *news != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while listing a folder");
        listing->told = done;
        listing->told_count = listing->count;
        listing->told_unseen = unseen;
        listing->told_more = more;
    }
    json_decref(drops);
    json_decref(gone);
    return done;
}

size_t listing_count(const struct listing *listing)
{
    return listing->count;
}
