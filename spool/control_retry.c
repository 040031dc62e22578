/*
 * `leadspool retry`: free what three attempts left lying.
 *
 * Guarantees: only attempts and reasons change, never what the work is; each freed thing is an event. An
 * outbox row goes on with the step it was at, a queued docket keeps its place in its lane.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "casebook/queue.h"
#include "report/foil.h"
#include "report/foil_make.h"
#include "spool/control_parts.h"

struct freeing {
    struct control_question *question;
    const char *docket; /* NULL = of every docket and of none */
    json_t *freed;
};

static bool note(struct freeing *freeing, const char *what, const char *id, const char *docket,
                 struct error *error)
{
    struct event event = {.actor = freeing->question->asker->name,
                          .role = "service",
                          .action = "retried",
                          .docket = docket,
                          .outcome = what};
    json_t *row = json_pack("{s:s, s:s}", "what", what, "id", id);
    json_put_text(row, "docket", docket);
    return json_array_append_new(freeing->freed, row) == 0
               ? event_append(freeing->question->transaction, freeing->question->context->now, &event, NULL,
                              error)
               : error_set(error, FAULT_TEMPORARY, "out of memory while freeing %s", id);
}

static bool free_row(struct freeing *freeing, json_t *row, struct error *error)
{
    json_put_text(row, "state", outbox_state_of(row));
    json_put_whole(row, "attempts", 0);
    json_object_del(row, "reason");
    return outbox_put(freeing->question->transaction, row, error) &&
           note(freeing, "outbox-row", json_text(row, "row"), json_text_or_null(row, "docket"), error);
}

static bool visit_row(void *context, const char *key, json_t *value, struct error *error)
{
    struct freeing *freeing = context;
    (void)key;
    if (strcmp(json_text(value, "state"), "stuck") != 0 ||
        (freeing->docket != NULL && strcmp(json_text(value, "docket"), freeing->docket) != 0))
        return true;
    return free_row(freeing, value, error);
}

static bool free_queued(struct freeing *freeing, const json_t *docket, struct error *error)
{
    json_t *entry = NULL;
    struct transaction *transaction = freeing->question->transaction;
    if (!queue_get(transaction, docket, &entry, error))
        return false;
    bool tried = entry != NULL && json_whole(entry, "attempts", 0) > 0;
    json_decref(entry);
    /* Out and in again: the key is made of the arrival, so the place in the lane stays. */
    return !tried ||
           (queue_remove(transaction, docket, error) &&
            queue_add(transaction, docket, freeing->question->context->now, error) &&
            note(freeing, "search", json_text(docket, "docket"), json_text(docket, "docket"), error));
}

struct tried {
    json_t *dockets;
};

static bool visit_queued(void *context, const char *key, json_t *value, struct error *error)
{
    struct tried *tried = context;
    (void)key;
    return json_whole(value, "attempts", 0) == 0 ||
           json_array_append(tried->dockets, json_object_get(value, "docket")) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while looking at the queue");
}

static bool free_all_queued(struct freeing *freeing, struct error *error)
{
    struct tried tried = {.dockets = json_array()};
    json_t *number;
    size_t i;
    bool done = queue_walk(freeing->question->transaction, QUEUE_ANY, visit_queued, &tried, error);
    json_array_foreach(tried.dockets, i, number)
    {
        json_t *docket = NULL;
        done = done && book_get(freeing->question->transaction, BOOK_DOCKETS, json_string_value(number),
                                &docket, error);
        if (done && docket != NULL)
            done = free_queued(freeing, docket, error);
        json_decref(docket);
    }
    json_decref(tried.dockets);
    return done;
}

/* What of records requests could not be made. */
static bool free_foil(struct freeing *freeing, struct error *error)
{
    size_t count = 0;
    return foil_retry(freeing->question->transaction, &count, error) &&
           (count == 0 || note(freeing, "foil", "foil", NULL, error));
}

/* Twelve digits are an outbox row. */
static bool is_row(const char *id)
{
    return strlen(id) == 12 && strspn(id, "0123456789") == 12;
}

bool control_retry(struct control_question *question, struct error *error)
{
    struct freeing freeing = {.question = question, .freed = json_array()};
    const char *id = json_text(question->arguments, "id");
    json_t *found = NULL;
    bool done = control_put(question, "freed", freeing.freed, error);
    if (!done)
        return false;
    if (json_flag(question->arguments, "all"))
        done = outbox_walk(question->transaction, 0, visit_row, &freeing, error) &&
               free_all_queued(&freeing, error) && free_foil(&freeing, error);
    else if (foil_number_is(id)) {
        freeing.docket = id;
        done =
            outbox_walk(question->transaction, 0, visit_row, &freeing, error) && free_foil(&freeing, error);
    } else if (is_row(id)) {
        done = outbox_get(question->transaction, strtoll(id, NULL, 10), &found, error);
        if (done && strcmp(json_text(found, "state"), "stuck") != 0)
            done = error_set(error, FAULT_INPUT, "the outbox row %s is not stuck: it is in %s", id,
                             json_text(found, "state"));
        done = done && free_row(&freeing, found, error);
    } else {
        done = control_find_docket(question, id, &found, error);
        freeing.docket = json_text(found, "docket");
        done = done && outbox_walk(question->transaction, 0, visit_row, &freeing, error) &&
               free_queued(&freeing, found, error);
    }
    json_decref(found);
    /* The daemon looks for work again when it sees this. */
    return done && control_put(question, "wake", json_boolean(json_array_size(freeing.freed) > 0), error);
}
