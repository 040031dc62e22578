/*
 * Access to items by lists.
 *
 * Guarantees: a list is set by the porter of the share, one folder after the other; one that cannot be set is said in the
 * log (once for a file system that has no lists) and tried again with the next change. Decides nothing about people.
 */
#include "spool/item_access.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"

struct item_access {
    struct daemon *daemon;
    json_t *applied; /* {"directory": readers} as set last */
    json_t *todo;    /* [{"directory","readers"}] */
    size_t at;
    bool told;
    void (*done)(void *context);
    void *context;
};

static void next(struct item_access *access);

static void answered(void *context, const json_t *answer, int file, const struct error *error)
{
    struct item_access *access = context;
    const json_t *one = json_array_get(access->todo, access->at++);
    const char *directory = json_text(one, "directory"), *state = json_text(answer, "state");
    (void)file;
    if (error != NULL) {
        log_line(LOG_LEVEL_WARNING, "item-access", "%s: %s", directory, error->text);
    } else if (strcmp(state, "unsupported") == 0) {
        if (!access->told)
            log_line(LOG_LEVEL_WARNING, "item-access",
                     "%s: this file system has no access control lists; its folders stay open to their group",
                     directory);
        access->told = true;
    } else if (strcmp(state, "set") == 0) {
        json_object_set(access->applied, directory, json_object_get(one, "readers"));
    }
    next(access);
}

static void next(struct item_access *access)
{
    struct error error = ERROR_NONE;
    const json_t *one = json_array_get(access->todo, access->at);
    if (one == NULL) {
        json_array_clear(access->todo);
        access->done(access->context);
        return;
    }
    const char *directory = json_text(one, "directory");
    json_t *message = json_pack("{ss,ss,sO}", "op", "access", "directory", directory, "readers",
                                json_object_get(one, "readers"));
    if (!service_ask(daemon_porter(access->daemon, directory), message, -1, answered, access, &error))
        answered(access, NULL, -1, &error);
}

static void add(struct item_access *access, const char *directory, const json_t *readers, bool always)
{
    const json_t *before = json_object_get(access->applied, directory);
    if (!always && before != NULL && json_equal(before, readers))
        return;
    json_array_append_new(access->todo, json_pack("{ss,sO}", "directory", directory, "readers", readers));
}

void item_access_apply(struct item_access *access, const char *directory, const json_t *staff,
                       const json_t *rows, void (*done)(void *context), void *context)
{
    size_t i;
    const json_t *row;
    access->done = done;
    access->context = context;
    access->at = 0;
    if (access->daemon->site->settings->item_lists) {
        /* Its page is a new file whenever it says something new. */
        add(access, directory, staff, true);
        json_array_foreach(rows, i, row)
            add(access, json_text(row, "directory"), json_object_get(row, "accounts"), false);
    }
    next(access);
}

bool item_access_open(struct daemon *daemon, struct item_access **access, struct error *error)
{
    *access = calloc(1, sizeof **access);
    if (*access == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for access to items");
    **access = (struct item_access){.daemon = daemon, .applied = json_object(), .todo = json_array()};
    return true;
}

void item_access_close(struct item_access *access)
{
    if (access == NULL)
        return;
    json_decref(access->applied);
    json_decref(access->todo);
    free(access);
}
