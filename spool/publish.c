/*
 * The outbox at work: every row is rendered, signed, published and marked delivered, one transaction a step.
 *
 * Guarantees: a step's result is durable before the next begins, so a crash repeats at most one step, and
 * each repeats harmlessly (names are deterministic, a file already there with the same bytes is left alone);
 * rows of one directory go in their order; a signature appears before the file it is for. What fails three
 * times, or for good, is STUCK: the row stays with its reason until `retry`. Index pages are not rows: they
 * are made anew.
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

enum { DELIVERIES_MOST = 6, ROWS_LOOKED_AT = 256 };

struct publisher {
    struct daemon *daemon;
    struct delivery *first;
    size_t count;
    bool reading, again;
    json_t *rows; /* open rows of the last reading */
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

static bool collect(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    json_t *rows = context;
    json_array_append(rows, value);
    return json_array_size(rows) < ROWS_LOOKED_AT;
}

static bool read_rows(struct transaction *transaction, void *context, struct error *error)
{
    struct publisher *publisher = context;
    json_array_clear(publisher->rows);
    return outbox_walk(transaction, 0, collect, publisher->rows, error);
}

static void start_deliveries(void *context, const struct error *error)
{
    struct publisher *publisher = context;
    publisher->reading = false;
    if (error != NULL) {
        log_line(LOG_LEVEL_ERROR, "outbox", "%s", error->text);
        return;
    }
    for (size_t i = 0; i < json_array_size(publisher->rows) && publisher->count < DELIVERIES_MOST; i++) {
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
    struct commit commit = {.work = read_rows, .done = start_deliveries, .context = publisher};
    publisher->reading = committer_hand(publisher->daemon->committer, &commit, &error);
}

size_t publisher_busy(const struct publisher *publisher)
{
    size_t waiting = 0;
    for (const struct delivery *delivery = publisher->first; delivery != NULL; delivery = delivery->next)
        waiting += delivery->waits ? 1 : 0;
    return publisher->count - waiting + (publisher->reading ? 1 : 0) + index_pages_busy(publisher->pages);
}

void publisher_index(struct publisher *publisher, const char *command)
{
    index_pages_touch(publisher->pages, command);
}

bool publisher_open(struct daemon *daemon, struct error *error)
{
    struct publisher *publisher = calloc(1, sizeof *publisher);
    daemon->publisher = publisher;
    if (publisher == NULL || (publisher->rows = json_array()) == NULL)
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
    free(publisher);
}
