/*
 * The outbox at work: every row is rendered, signed, published and marked delivered, one transaction a step.
 *
 * Guarantees: a step's result is durable before the next begins, so a crash repeats at most one step, and
 * each repeats harmlessly (names are deterministic, a file already there with the same bytes is left alone);
 * rows of one directory go in their order; a signature appears before the file it is for. What fails three
 * times, or for good, is STUCK: the row stays with its reason until `retry`. Rows for a share that is down or hangs
 * neither hide nor delay others. Index pages are not rows: they are made anew.
 *
 * Rows are read once, when they are new, and again when something went wrong with them. Receipts go together, in
 * parcels; what has to be rendered goes one by one, a few at a time.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/chain_break.h"
#include "casebook/outbox.h"
#include "spool/delivery.h"
#include "spool/parcel.h"
#include "spool/publish_rest.h"
#include "spool/publish_rows.h"
#include "spool/state.h"

/* Those under way for shares that hang come on top; of them there are as many at most. */
enum {
    DELIVERIES_MOST = 6,
    PARCELS_MOST = 2, /* one is signed and stored while the other is published; as many again go first */
    PARCEL_SHARED =
        16, /* rows a little while after one went first: the next of these waits for a parcel's end */
    SHARED_MS = 1000,
    ROWS_READ_MOST = 256,     /* new ones at a time */
    SMALL_WAITING_MOST = 1024 /* known and in memory; more are read when these are gone */
};

/* What the committer reads for the publisher. */
struct reading {
    struct publisher *publisher;
    bool under_way;
    int64_t after; /* -1: no new ones */
    json_t *rows;
    struct rows_entry *taken[DELIVERIES_MOST]; /* to go one by one */
    json_t *loaded[DELIVERIES_MOST];           /* what is stored of them; NULL: nothing to do any more */
    size_t count;
};

struct publisher {
    struct daemon *daemon;
    struct rows *rows;
    struct delivery *first;
    struct parcel *parcels;
    int64_t last; /* highest number read */
    bool again, forget, hurry;
    int64_t shared_until; /* milliseconds of clock_monotonic */
    struct rests *rests;
    size_t hung; /* mounts, when rows were looked at last */
    struct reading reading;
    struct reading along; /* new rows alone, in the batch that makes them */
    struct index_pages *pages;
};

static bool collect(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    json_t *rows = context;
    json_array_append(rows, value);
    return json_array_size(rows) < ROWS_READ_MOST;
}

/* What the record says of people goes out no more while its log is known to be changed; answers to drops, work and what is taken
   away does. Receipts and answers go in parcels and never come here. */
static bool halted(struct transaction *transaction, const json_t *row)
{
    static const char *const going_on[] = {"receipt", "item", "answer", "remove", "head"};
    json_t *record = NULL;
    bool halts = false;
    const char *kind = json_text(row, "kind");
    for (size_t i = 0; i < sizeof going_on / sizeof *going_on; i++)
        if (strcmp(kind, going_on[i]) == 0)
            return false;
    bool known = chain_break_get(transaction, &record, &halts, NULL);
    json_decref(record);
    return known && halts;
}

/* One that was delivered or got stuck since, or waits for a person (publisher_reread), is left alone: NULL. */
static bool load(struct transaction *transaction, int64_t id, json_t **row, struct error *error)
{
    struct error own = ERROR_NONE;
    *row = NULL;
    if (!outbox_get(transaction, id, row, &own)) {
        if (error != NULL)
            *error = own;
        return own.fault == FAULT_ABSENT;
    }
    const char *state = json_text(*row, "state");
    if (strcmp(state, "delivered") == 0 || strcmp(state, "stuck") == 0 || halted(transaction, *row)) {
        json_decref(*row);
        *row = NULL;
    }
    return true;
}

static bool read_rows(struct transaction *transaction, void *context, struct error *error)
{
    struct reading *reading = context;
    json_array_clear(reading->rows);
    for (size_t i = 0; i < reading->count; i++)
        if (!load(transaction, reading->taken[i]->id, &reading->loaded[i], error))
            return false;
    return reading->after < 0 || outbox_walk_new(transaction, reading->after, collect, reading->rows, error);
}

static void take_new(struct publisher *publisher, struct reading *reading)
{
    size_t index;
    json_t *row;
    json_array_foreach(reading->rows, index, row)
    {
        /* Rows are numbered as they are committed: the other reading has taken all up to the last. */
        if (outbox_id(row) <= publisher->last)
            continue;
        publisher->last = outbox_id(row);
        if (strcmp(json_text(row, "state"), "stuck") != 0 && !rows_known(publisher->rows, publisher->last) &&
            !rows_add(publisher->rows, row,
                      shares_go_first(publisher->daemon->shares, json_text(row, "directory"))))
            log_line(LOG_LEVEL_ERROR, "outbox", "out of memory for row %s", json_text(row, "row"));
    }
    /* Perhaps there are more; and what is new may be one that goes alone. */
    if (json_array_size(reading->rows) > 0)
        publisher->again = true;
    json_array_clear(reading->rows);
}

static void start_delivery(struct publisher *publisher, struct rows_entry *entry, json_t *row)
{
    struct delivery *delivery = row == NULL ? NULL : delivery_make(publisher->daemon, row);
    if (delivery == NULL) {
        /* Nothing to do; or out of memory, and then it is seen at the next start. */
        rows_end(publisher->rows, entry);
        publisher->again = true;
        return;
    }
    delivery->entry = entry;
    delivery->next = publisher->first;
    publisher->first = delivery;
    delivery_go_on(delivery);
}

/* Would it only take up another's place? */
static bool passed_over(const struct publisher *publisher, const char *directory)
{
    return daemon_mount(publisher->daemon, directory)->hung || rests_now(publisher->rests, directory);
}

/* Small rows whose turn it is, of one porter, as many as go together. */
static struct parcel *fill_parcel(struct publisher *publisher)
{
    struct parcel *parcel = calloc(1, sizeof *parcel);
    if (parcel == NULL)
        return NULL;
    parcel->daemon = publisher->daemon;
    size_t most = clock_monotonic() < publisher->shared_until ? PARCEL_SHARED : PARCEL_ROWS_MOST;
    while (parcel->count < most) {
        struct rows_entry *entry = rows_take(publisher->rows, ROW_SMALL);
        if (entry == NULL)
            break;
        if (passed_over(publisher, rows_directory(entry))) {
            rows_park(publisher->rows, entry);
            continue;
        }
        struct service *porter = daemon_porter(publisher->daemon, rows_directory(entry));
        bool other = parcel->count > 0 && (porter != parcel->porter || entry->first != parcel->first);
        if (entry->alone || other) {
            rows_return(publisher->rows, entry);
            break;
        }
        parcel->porter = porter;
        parcel->first = entry->first;
        parcel->entries[parcel->count++] = entry;
    }
    if (parcel->count > 0)
        return parcel;
    free(parcel);
    return NULL;
}

/* Under way, but for what waits for a share that hangs. */
static size_t active_parcels(const struct publisher *publisher)
{
    size_t count = 0;
    for (const struct parcel *parcel = publisher->parcels; parcel != NULL; parcel = parcel->next)
        count += daemon_mount(publisher->daemon, rows_directory(parcel->entries[0]))->hung ? 0 : 1;
    return count;
}

static size_t active_deliveries(const struct publisher *publisher)
{
    size_t count = 0;
    for (const struct delivery *delivery = publisher->first; delivery != NULL; delivery = delivery->next)
        count += daemon_mount(publisher->daemon, json_text(delivery->row, "directory"))->hung ? 0 : 1;
    return count;
}

static void start_parcels(struct publisher *publisher)
{
    while (!loop_stopping(publisher->daemon->loop)) {
        size_t most = rows_first_waits(publisher->rows, ROW_SMALL) ? 2 * PARCELS_MOST : PARCELS_MOST;
        if (active_parcels(publisher) >= most)
            return;
        struct parcel *parcel = fill_parcel(publisher);
        if (parcel == NULL)
            return;
        parcel->next = publisher->parcels;
        publisher->parcels = parcel;
        parcel_go(parcel);
    }
}

static void rows_were_read(void *context, const struct error *error)
{
    struct reading *reading = context;
    struct publisher *publisher = reading->publisher;
    reading->under_way = false;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "outbox", "%s", error->text);
    size_t count = reading->count;
    reading->count = 0;
    if (error == NULL)
        take_new(publisher, reading);
    for (size_t i = 0; i < count; i++) {
        json_t *row = reading->loaded[i];
        reading->loaded[i] = NULL;
        if (error != NULL)
            rows_return(publisher->rows, reading->taken[i]);
        else
            start_delivery(publisher, reading->taken[i], row);
        json_decref(row);
    }
    start_parcels(publisher);
    if (publisher->again && error == NULL) {
        publisher->again = false;
        publisher_wake(publisher);
    }
}

void publisher_parcel_ended(struct publisher *publisher, struct parcel *parcel, const struct error *error)
{
    for (struct parcel **at = &publisher->parcels; *at != NULL; at = &(*at)->next)
        if (*at == parcel) {
            *at = parcel->next;
            break;
        }
    if (error != NULL && !loop_stopping(publisher->daemon->loop))
        log_line(LOG_LEVEL_STEP, "outbox", "%zu together: %s", parcel->count, error->text);
    for (size_t i = 0; i < parcel->count; i++) {
        struct rows_entry *entry = parcel->entries[i];
        const char *command = json_text_or_null(entry->row, "command");
        if (error == NULL && command != NULL)
            publisher_index(publisher, command);
        if (error == NULL)
            rows_end(publisher->rows, entry);
        else
            rows_again(publisher->rows, entry);
    }
    free(parcel);
    daemon_wake(publisher->daemon);
}

void publisher_ended(struct publisher *publisher, struct delivery *delivery, bool again)
{
    for (struct delivery **at = &publisher->first; *at != NULL; at = &(*at)->next)
        if (*at == delivery) {
            *at = delivery->next;
            break;
        }
    if (again)
        rows_again(publisher->rows, delivery->entry);
    else
        rows_end(publisher->rows, delivery->entry);
    daemon_wake(publisher->daemon);
}

/* Those that go one by one: rows to render, and small ones that failed in company. */
static void take_singles(struct publisher *publisher)
{
    struct reading *reading = &publisher->reading;
    size_t active = active_deliveries(publisher);
    for (int line = 0; line < 2; line++)
        while (active + reading->count < DELIVERIES_MOST) {
            struct rows_entry *entry = rows_take(publisher->rows, (enum row_line)line);
            if (entry == NULL)
                break;
            if (passed_over(publisher, rows_directory(entry))) {
                rows_park(publisher->rows, entry);
                continue;
            }
            if (line == ROW_SMALL && !entry->alone) {
                rows_return(publisher->rows, entry);
                break;
            }
            reading->taken[reading->count++] = entry;
        }
}

static void rested(void *context)
{
    struct publisher *publisher = context;
    rows_unpark(publisher->rows);
    publisher_wake(publisher);
}

void publisher_rest(struct publisher *publisher, const char *directory)
{
    rests_add(publisher->rests, directory);
}

void publisher_answers(struct publisher *publisher, const char *directory)
{
    rests_remove(publisher->rests, directory);
}

/* What was set aside is looked at again when a rest is over, or another number of shares hangs. */
static void look_at_parked(struct publisher *publisher)
{
    const struct daemon *daemon = publisher->daemon;
    int64_t left = rests_left(publisher->rests);
    size_t hung = 0;
    for (size_t i = 0; i < daemon->mount_count; i++)
        hung += daemon->mounts[i].hung ? 1 : 0;
    if (hung != publisher->hung)
        rows_unpark(publisher->rows);
    publisher->hung = hung;
    if (left >= 0)
        loop_after(daemon->loop, left + 1, rested, publisher, NULL);
}

void publisher_wake(struct publisher *publisher)
{
    struct error error = ERROR_NONE;
    look_at_parked(publisher);
    start_parcels(publisher);
    if (publisher->reading.under_way || (publisher->forget && publisher->along.under_way)) {
        publisher->again = true;
        return;
    }
    if (publisher->forget) {
        publisher->forget = false;
        rows_forget(publisher->rows);
        publisher->last = 0;
    }
    struct reading *reading = &publisher->reading;
    take_singles(publisher);
    reading->after = rows_count(publisher->rows, ROW_SMALL) < SMALL_WAITING_MOST ? publisher->last : -1;
    if (reading->after < 0 && reading->count == 0)
        return; /* a parcel's end comes here again */
    struct commit commit = {
        .work = read_rows, .done = rows_were_read, .context = reading, .first = publisher->hurry};
    publisher->hurry = false;
    reading->under_way = committer_hand(publisher->daemon->committer, &commit, &error);
    for (size_t i = 0; i < reading->count && !reading->under_way; i++)
        rows_return(publisher->rows, reading->taken[i]);
    if (!reading->under_way)
        reading->count = 0;
}

void publisher_read_along(struct publisher *publisher)
{
    struct reading *reading = &publisher->along;
    if (reading->under_way || publisher->forget)
        return; /* what is new is read a batch later */
    reading->after = publisher->last;
    const struct commit commit = {
        .work = read_rows, .done = rows_were_read, .context = reading, .first = true};
    reading->under_way = committer_hand(publisher->daemon->committer, &commit, NULL);
}

void publisher_reread(struct publisher *publisher)
{
    publisher->forget = true;
    publisher_wake(publisher);
}

void publisher_hurry(struct publisher *publisher)
{
    publisher->hurry = true;
    publisher->shared_until = clock_monotonic() + SHARED_MS;
}

size_t publisher_busy(const struct publisher *publisher)
{
    return active_deliveries(publisher) + active_parcels(publisher) + (publisher->reading.under_way ? 1 : 0) +
           (publisher->along.under_way ? 1 : 0) + index_pages_busy(publisher->pages);
}

void publisher_index_anew(struct publisher *publisher, const char *command)
{
    index_pages_anew(publisher->pages, command);
}

void publisher_index(struct publisher *publisher, const char *command)
{
    index_pages_touch(publisher->pages, command);
}

bool publisher_open(struct daemon *daemon, struct error *error)
{
    struct publisher *publisher = calloc(1, sizeof *publisher);
    daemon->publisher = publisher;
    if (publisher == NULL || (publisher->reading.rows = json_array()) == NULL ||
        (publisher->along.rows = json_array()) == NULL || (publisher->rows = rows_make()) == NULL ||
        (publisher->rests = rests_make()) == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the outbox");
    publisher->daemon = daemon;
    publisher->reading.publisher = publisher->along.publisher = publisher;
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
    while (publisher->parcels != NULL) {
        struct parcel *parcel = publisher->parcels;
        publisher->parcels = parcel->next;
        free(parcel);
    }
    index_pages_close(publisher->pages);
    for (size_t i = 0; i < DELIVERIES_MOST; i++)
        json_decref(publisher->reading.loaded[i]);
    json_decref(publisher->reading.rows);
    json_decref(publisher->along.rows);
    rows_free(publisher->rows);
    rests_free(publisher->rests);
    free(publisher);
}
