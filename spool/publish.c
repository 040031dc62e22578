/*
 * The outbox at work: every row is rendered, signed, published and marked delivered, one transaction a step.
 *
 * Guarantees: a step's result is durable before the next begins, so a crash repeats at most one step, and
 * each repeats harmlessly (names are deterministic, a file already there with the same bytes is left alone);
 * rows of one directory go in their order; a signature appears before the file it is for. What fails three
 * times, or for good, is STUCK: the row stays with its reason until `retry`. Rows for a share that is down or hangs
 * neither hide nor delay others. Index pages are not rows: they are made anew.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/outbox.h"
#include "spool/delivery.h"
#include "spool/state.h"

enum { DELIVERIES_MOST = 6, ROWS_LOOKED_AT = 256, REST_MS = 2000, REST_MOST_MS = 60000 };

struct publisher {
    struct daemon *daemon;
    struct delivery *first;
    size_t count;
    bool reading, again;
    json_t *rows;    /* open rows of the last reading */
    json_t *resting; /* folders that could not be published to: {"until","pause"} by their first two names */
    json_t *passed;  /* for the reading under way: folders whose rows are passed over */
    struct index_pages *pages;
};

static bool under_way(const struct publisher *publisher, const json_t *row)
{
    for (const struct delivery *delivery = publisher->first; delivery != NULL; delivery = delivery->next)
        if (strcmp(json_text(delivery->row, "row"), json_text(row, "row")) == 0 ||
            strcmp(json_text(delivery->row, "directory"), json_text(row, "directory")) == 0)
            return true;
    return false;
}

/* Does an earlier open row of the same directory have to go first? */
static bool behind(const json_t *rows, size_t index)
{
    const char *directory = json_text(json_array_get(rows, index), "directory");
    for (size_t i = 0; i < index; i++) {
        const json_t *row = json_array_get(rows, i);
        if (strcmp(json_text(row, "directory"), directory) == 0 &&
            strcmp(json_text(row, "state"), "stuck") != 0)
            return true;
    }
    return false;
}

void publisher_ended(struct publisher *publisher, struct delivery *delivery)
{
    for (struct delivery **at = &publisher->first; *at != NULL; at = &(*at)->next)
        if (*at == delivery) {
            *at = delivery->next;
            publisher->count--;
            break;
        }
    daemon_wake(publisher->daemon);
}

/* "out/precinct-014" of "out/precinct-014/FR-2026-000001": what is down together. */
static char *folder_of(const char *directory)
{
    size_t length = strcspn(directory, "/");
    if (directory[length] == '/')
        length += 1 + strcspn(directory + length + 1, "/");
    return strndup(directory, length);
}

static bool below(const char *directory, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(directory, folder, length) == 0 && (directory[length] == '/' || directory[length] == '\0');
}

void publisher_rest(struct publisher *publisher, const char *directory)
{
    char *folder = folder_of(directory);
    if (folder == NULL)
        return;
    json_t *rest = json_object_at(publisher->resting, folder);
    int64_t pause = json_whole(rest, "pause", REST_MS / 2) * 2;
    pause = pause < REST_MOST_MS ? pause : REST_MOST_MS;
    json_put_whole(rest, "pause", pause);
    json_put_whole(rest, "until", clock_monotonic() + pause);
    free(folder);
}

void publisher_answers(struct publisher *publisher, const char *directory)
{
    char *folder = json_object_size(publisher->resting) == 0 ? NULL : folder_of(directory);
    if (folder != NULL)
        json_object_del(publisher->resting, folder);
    free(folder);
}

static void wake(void *context)
{
    publisher_wake(context);
}

/* Folders whose rows would only take up others' places: those that hang, and those that rest. */
static void pass_over(struct publisher *publisher)
{
    const struct daemon *daemon = publisher->daemon;
    const char *folder;
    json_t *rest;
    int64_t now = clock_monotonic(), least = -1;
    json_array_clear(publisher->passed);
    for (size_t i = 1; i < daemon->mount_count; i++)
        if (daemon->mounts[i].hung)
            json_array_append_new(publisher->passed, json_string(daemon->mounts[i].prefix));
    json_object_foreach(publisher->resting, folder, rest)
    {
        int64_t left = json_whole(rest, "until", 0) - now;
        if (left <= 0)
            continue;
        json_array_append_new(publisher->passed, json_string(folder));
        least = least < 0 || left < least ? left : least;
    }
    if (least >= 0)
        loop_after(publisher->daemon->loop, least, wake, publisher, NULL);
}

static bool collect(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    struct publisher *publisher = context;
    const json_t *folder;
    size_t index;
    if (strcmp(json_text(value, "state"), "stuck") == 0)
        return true;
    json_array_foreach(publisher->passed, index, folder)
    {
        if (below(json_text(value, "directory"), json_string_value(folder)))
            return true;
    }
    json_array_append(publisher->rows, value);
    return json_array_size(publisher->rows) < ROWS_LOOKED_AT;
}

static bool read_rows(struct transaction *transaction, void *context, struct error *error)
{
    struct publisher *publisher = context;
    json_array_clear(publisher->rows);
    return outbox_walk(transaction, 0, collect, publisher, error);
}

/* On their way, but for those whose share hangs: they take no other's place. */
static size_t active(const struct publisher *publisher)
{
    size_t count = 0;
    for (const struct delivery *delivery = publisher->first; delivery != NULL; delivery = delivery->next)
        count += daemon_mount(publisher->daemon, json_text(delivery->row, "directory"))->hung ? 0 : 1;
    return count;
}

static void start_deliveries(void *context, const struct error *error)
{
    struct publisher *publisher = context;
    publisher->reading = false;
    if (error != NULL) {
        log_line(LOG_LEVEL_ERROR, "outbox", "%s", error->text);
        return;
    }
    for (size_t i = 0; i < json_array_size(publisher->rows) && active(publisher) < DELIVERIES_MOST; i++) {
        json_t *row = json_array_get(publisher->rows, i);
        if (strcmp(json_text(row, "state"), "stuck") == 0 || under_way(publisher, row) ||
            behind(publisher->rows, i))
            continue;
        struct delivery *delivery = delivery_make(publisher->daemon, row);
        if (delivery == NULL)
            break;
        delivery->next = publisher->first;
        publisher->first = delivery;
        publisher->count++;
        delivery_go_on(delivery);
    }
    if (publisher->again) {
        publisher->again = false;
        publisher_wake(publisher);
    }
}

void publisher_wake(struct publisher *publisher)
{
    struct error error = ERROR_NONE;
    if (publisher->reading) {
        publisher->again = true;
        return;
    }
    pass_over(publisher);
    struct commit commit = {.work = read_rows, .done = start_deliveries, .context = publisher};
    publisher->reading = committer_hand(publisher->daemon->committer, &commit, &error);
}

size_t publisher_busy(const struct publisher *publisher)
{
    return active(publisher) + (publisher->reading ? 1 : 0) + index_pages_busy(publisher->pages);
}

void publisher_index(struct publisher *publisher, const char *command)
{
    index_pages_touch(publisher->pages, command);
}

bool publisher_open(struct daemon *daemon, struct error *error)
{
    struct publisher *publisher = calloc(1, sizeof *publisher);
    daemon->publisher = publisher;
    if (publisher == NULL || (publisher->rows = json_array()) == NULL ||
        (publisher->resting = json_object()) == NULL || (publisher->passed = json_array()) == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the outbox");
    publisher->daemon = daemon;
    return index_pages_open(daemon, &publisher->pages, error);
}

void publisher_close(struct publisher *publisher)
{
    if (publisher == NULL)
        return;
    while (publisher->first != NULL) {
        struct delivery *delivery = publisher->first;
        publisher->first = delivery->next;
        delivery_free(delivery);
    }
    index_pages_close(publisher->pages);
    json_decref(publisher->rows);
    json_decref(publisher->resting);
    json_decref(publisher->passed);
    free(publisher);
}
