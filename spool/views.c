/*
 * Pages that are made from the casebook at any time: noted, published, looked at again.
 *
 * Guarantees: the digest is durable before the page appears, and those a crash may have left there stay known until one is known
 * to be published: what is named as changed was none of ours. Looking at them costs a read of each, one after another, and
 * waits for no share that hangs.
 */
#include "spool/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/event.h"
#include "casebook/published.h"
#include "spool/record.h"

enum { LOOK_MS = 600 * 1000, PAGE_MODE = 0640, BEFORE_MOST = 8 };

/* One page on its way. */
struct view {
    struct daemon *daemon;
    char directory[300], name[64], key[400];
    char digest[DIGEST_TEXT_SIZE];
    int content;
    json_t *known; /* digests that may lie there */
    char found[DIGEST_TEXT_SIZE];
    bool foreign, look; /* look: nothing is published */
    service_done *answered;
    void *context;
    struct view *next; /* of a look, what is to be looked at after it */
};

struct views {
    struct daemon *daemon;
    struct view *first; /* of the look under way: being asked for */
    bool working;
};

static void view_free(struct view *view)
{
    if (view->content >= 0)
        close(view->content);
    json_decref(view->known);
    free(view);
}

static bool among(const json_t *digests, const char *digest)
{
    size_t i;
    const json_t *one;
    json_array_foreach(digests, i, one) if (strcmp(json_string_value(one), digest) == 0) return true;
    return false;
}

/* {"digest","before":[…]} as one list. */
static json_t *digests_of(const json_t *record)
{
    json_t *list = json_array();
    const char *digest = json_text_or_null(record, "digest");
    if (digest != NULL)
        json_array_append_new(list, json_string(digest));
    json_array_extend(list, json_object_get(record, "before"));
    return list;
}

/* --- a page that was none of ours --- */

static bool name_it(struct transaction *transaction, void *context, struct error *error)
{
    struct view *view = context;
    char outcome[EVENT_FIELD_LIMIT];
    json_t *record = NULL;
    if (!record_get_sound(transaction, BOOK_INDEX, view->key, &record, error))
        return false;
    /* It may have been made anew since it was looked at. */
    json_t *known = digests_of(record);
    view->foreign = !among(known, view->found);
    json_decref(known);
    json_decref(record);
    snprintf(outcome, sizeof outcome, "%.150s/%.40s", view->directory, view->name);
    struct event event = {.action = "page-changed", .object = view->found, .outcome = outcome};
    return !view->foreign || event_append(transaction, clock_now(), &event, NULL, error);
}

static void make_anew(const struct view *view)
{
    if (strncmp(view->directory, "out/", 4) == 0)
        publisher_index_anew(view->daemon->publisher, view->directory + 4);
    else
        stage_pages_anew(view->daemon->stage_pages, view->directory);
}

static void look_at_next(struct views *views);

static void named(void *context, const struct error *error)
{
    struct view *view = context;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "page-changed", "%s/%s: %s", view->directory, view->name, error->text);
    else if (view->foreign)
        log_line(LOG_LEVEL_ALARM, "page-changed",
                 "%s/%s was not what was put there: somebody who may write there changed it; it is made anew",
                 view->directory, view->name);
    if (view->look) {
        if (view->foreign)
            make_anew(view);
        look_at_next(view->context);
    } else
        view_free(view);
}

static void name_foreign(struct view *view, const char *found)
{
    struct commit commit = {.work = name_it, .done = named, .context = view};
    struct error error = ERROR_NONE;
    snprintf(view->found, sizeof view->found, "%s", found);
    if (!committer_hand(view->daemon->committer, &commit, &error))
        named(view, &error);
}

/* --- publishing --- */

static void published(void *context, const json_t *answer, int file, const struct error *error)
{
    struct view *view = context;
    const char *replaced = json_text_or_null(answer, "replaced");
    view->answered(view->context, answer, file, error);
    /* Of a page that an earlier version put there nothing is known. */
    if (error == NULL && replaced != NULL && json_array_size(view->known) > 0 &&
        !among(view->known, replaced))
        name_foreign(view, replaced);
    else
        view_free(view);
}

static bool note(struct transaction *transaction, void *context, struct error *error)
{
    struct view *view = context;
    json_t *record = NULL;
    if (!record_get_sound(transaction, BOOK_INDEX, view->key, &record, error))
        return false;
    view->known = digests_of(record);
    bool done = true, same = strcmp(json_text(record, "digest"), view->digest) == 0;
    if (!same) {
        json_t *before = json_deep_copy(view->known);
        while (json_array_size(before) > BEFORE_MOST)
            json_array_remove(before, BEFORE_MOST);
        json_t *next = json_pack("{s:s,s:o}", "digest", view->digest, "before", before);
        done = next != NULL ? book_put(transaction, BOOK_INDEX, view->key, next, error)
                            : error_set(error, FAULT_TEMPORARY, "out of memory for a page");
        json_decref(next);
    }
    json_decref(record);
    return done;
}

static void noted(void *context, const struct error *error)
{
    struct view *view = context;
    struct error own = ERROR_NONE;
    bool asked = false;
    if (error != NULL)
        own = *error;
    else {
        json_t *message = json_pack("{ss,ss,ss,si}", "op", "publish", "directory", view->directory, "name",
                                    view->name, "mode", PAGE_MODE);
        asked = service_ask(daemon_porter(view->daemon, view->directory), message, view->content, published,
                            view, &own);
    }
    if (asked)
        return;
    view->answered(view->context, NULL, -1, &own);
    view_free(view);
}

static struct view *view_make(struct daemon *daemon, const char *directory, const char *name)
{
    struct view *view = calloc(1, sizeof *view);
    if (view == NULL)
        return NULL;
    view->daemon = daemon;
    view->content = -1;
    snprintf(view->directory, sizeof view->directory, "%s", directory);
    snprintf(view->name, sizeof view->name, "%s", name);
    snprintf(view->key, sizeof view->key, PUBLISHED_VIEW "%s/%s", directory, name);
    return view;
}

void view_publish(struct daemon *daemon, const char *directory, const char *name, const struct text *content,
                  service_done *answered, void *context)
{
    struct error error = ERROR_NONE;
    struct view *view = view_make(daemon, directory, name);
    int file = memory_file("page", content->bytes, content->length, &error);
    if (view != NULL && file >= 0) {
        struct digest digest = digest_of(content->bytes, content->length);
        digest_text(&digest, view->digest);
        view->content = file;
        view->answered = answered;
        view->context = context;
        struct commit commit = {.work = note, .done = noted, .context = view};
        if (committer_hand(daemon->committer, &commit, &error))
            return;
        view_free(view);
    } else {
        if (file >= 0)
            close(file);
        free(view);
    }
    if (error.fault == FAULT_NONE)
        error_set(&error, FAULT_TEMPORARY, "out of memory for a page");
    answered(context, NULL, -1, &error);
}

/* --- looking at them again --- */

static bool visit(void *context, const char *key, json_t *value, struct error *error)
{
    struct views *views = context;
    const char *path = key + strlen(PUBLISHED_VIEW), *slash = strrchr(path, '/');
    char directory[300];
    (void)error;
    if (slash == NULL || (size_t)(slash - path) >= sizeof directory)
        return true;
    snprintf(directory, sizeof directory, "%.*s", (int)(slash - path), path);
    struct view *view = view_make(views->daemon, directory, slash + 1);
    if (view == NULL)
        return true; /* the next look has it */
    view->look = true;
    view->context = views;
    view->known = digests_of(value);
    view->next = views->first;
    views->first = view;
    return true;
}

static bool list(struct transaction *transaction, void *context, struct error *error)
{
    return book_walk(transaction, BOOK_INDEX, PUBLISHED_VIEW, NULL, visit, context, NULL, error);
}

static void compared(void *context, const json_t *answer, int file, const struct error *error)
{
    struct view *view = context;
    const char *found = json_text_or_null(answer, "found");
    (void)file;
    if (error == NULL && found != NULL && !among(view->known, found)) {
        name_foreign(view, found);
        return;
    }
    if (error == NULL && found == NULL)
        make_anew(view);
    look_at_next(view->context);
}

/* The first one was looked at, or none yet. */
static void ask_first(struct views *views)
{
    struct view *view = views->first;
    if (view == NULL) {
        views->working = false;
        return;
    }
    struct error error = ERROR_NONE;
    json_t *message =
        json_pack("{ss,ss,ss}", "op", "compare", "directory", view->directory, "name", view->name);
    if (daemon_mount(view->daemon, view->directory)->hung ||
        !service_ask(daemon_porter(view->daemon, view->directory), message, -1, compared, view, &error))
        look_at_next(views);
}

static void look_at_next(struct views *views)
{
    struct view *view = views->first;
    views->first = view->next;
    view_free(view);
    ask_first(views);
}

static void listed(void *context, const struct error *error)
{
    struct views *views = context;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "page-changed", "the pages could not be looked at: %s", error->text);
    ask_first(views);
}

static void look(void *context)
{
    struct views *views = context;
    struct commit commit = {.work = list, .done = listed, .context = views};
    loop_after(views->daemon->loop, LOOK_MS, look, views, NULL);
    if (!views->working)
        views->working = committer_hand(views->daemon->committer, &commit, NULL);
}

bool views_open(struct daemon *daemon, struct views **opened, struct error *error)
{
    struct views *views = calloc(1, sizeof *views);
    if (views == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the watch of pages");
    views->daemon = daemon;
    *opened = views;
    return loop_after(daemon->loop, LOOK_MS, look, views, error);
}

void views_close(struct views *views)
{
    while (views != NULL && views->first != NULL) {
        struct view *view = views->first;
        views->first = view->next;
        view_free(view);
    }
    free(views);
}
