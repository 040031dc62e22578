/*
 * `leadspool retention`: the schedule and what it does, a list of what is due, and what a backup would have to be told
 * (R38).
 *
 * Guarantees: a slice is a few milliseconds of the committer's time; a list that an order can name is kept in the
 * record, by its digest. Disposes of nothing: a signed order does.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"
#include "report/retention_list.h"
#include "report/retention_take.h"
#include "spool/control_parts.h"
#include "spool/replay.h"

static struct {
    struct retention_gathering *gathering;
    uint64_t number;
} gathering;

static bool may_ask(const struct control_question *question, struct error *error)
{
    const struct control_asker *asker = question->asker;
    return asker->service ||
           (asker->person != NULL &&
            (person_has(asker->person, ROLE_RECORDS) || person_has(asker->person, ROLE_LEGAL))) ||
           error_set(error, FAULT_REFUSED,
                     "%s may not ask what is due: the records staff and the legal bureau may (R31 R38)",
                     asker->name);
}

/* --- a list --- */

static bool begin(const struct control_question *question, struct error *error)
{
    static uint64_t numbers;
    char today[RETENTION_DAY_SIZE];
    const char *as_of = json_text_or_null(question->arguments, "asOf");
    retention_gather_end(gathering.gathering);
    gathering.number = ++numbers;
    gathering.gathering =
        retention_gather_begin(as_of != NULL ? as_of : retention_day(question->context->now, today), error);
    return gathering.gathering != NULL;
}

static bool take(struct control_question *question, struct error *error)
{
    char today[RETENTION_DAY_SIZE];
    const char *as_of = json_text_or_null(question->arguments, "asOf");
    /* What will be due on a later day is for looking at alone. */
    bool keep = as_of == NULL || strcmp(as_of, retention_day(question->context->now, today)) <= 0;
    json_t *list = NULL;
    bool done = retention_gather_take(question->transaction, gathering.gathering, keep, question->asker->name,
                                      question->context->now, &list, error) &&
                control_put(question, "dryRun", json_incref(list), error) &&
                control_put(question, "orderable", json_boolean(keep), error);
    json_decref(list);
    retention_gather_end(gathering.gathering);
    gathering.gathering = NULL;
    return done;
}

bool control_retention_dry_run(struct control_question *question, struct error *error)
{
    char token[32];
    bool finished = false;
    const char *more = json_text_or_null(question->arguments, "more");
    if (!may_ask(question, error))
        return false;
    if (more == NULL ? !begin(question, error)
                     : gathering.gathering == NULL || strtoull(more, NULL, 10) != gathering.number)
        return more == NULL
                   ? false
                   : error_set(error, FAULT_INPUT,
                               "this list is gone: the daemon was started anew, or another was begun "
                               "meanwhile; start it again");
    if (!retention_gather(question->transaction, question->context->site->settings, gathering.gathering,
                          CONTROL_SLICE, &finished, error))
        return false;
    if (finished)
        return take(question, error);
    snprintf(token, sizeof token, "%" PRIu64, gathering.number);
    return control_more(question, token, error);
}

/* --- the schedule, and disposals --- */

static bool add_schedule(const struct settings *settings, json_t *rows)
{
    for (size_t i = 0; i < settings->retention_count; i++) {
        const struct setting_retention *row = &settings->retention[i];
        char period[16];
        snprintf(period, sizeof period, "P%d%c", row->period, row->unit);
        if (json_array_append_new(rows, json_pack("{ss,ss,ss,ss,ss}", "class", row->class, "period", period,
                                                  "from", row->from, "action", row->action, "citation",
                                                  row->citation)) != 0)
            return false;
    }
    return true;
}

struct disposals {
    struct transaction *transaction;
    json_t *rows;
};

static bool add_disposal(void *context, const char *key, json_t *value, struct error *error)
{
    struct disposals *disposals = context;
    char waits[96];
    json_t *state = NULL, *row = json_object();
    (void)key;
    snprintf(waits, sizeof waits, RETENTION_WAITS "%s", json_text(value, "disposal"));
    bool done = book_get(disposals->transaction, BOOK_INDEX, waits, &state, error);
    json_copy_members(row, value, "disposal", "by", "approvedBy", "at", "asOf", "list", NULL);
    done = done &&
           json_put_whole(row, "entries", (int64_t)json_array_size(json_object_get(value, "entries"))) &&
           json_put_flag(row, "done", state == NULL) && json_array_append(disposals->rows, row) == 0;
    json_decref(row);
    json_decref(state);
    return done;
}

bool control_retention_list(struct control_question *question, struct error *error)
{
    if (!may_ask(question, error))
        return false;
    json_t *schedule = json_array();
    struct disposals disposals = {.transaction = question->transaction, .rows = json_array()};
    return control_put(question, "schedule", schedule, error) &&
           control_put(question, "disposals", disposals.rows, error) &&
           (add_schedule(question->context->site->settings, schedule) ||
            error_set(error, FAULT_TEMPORARY, "out of memory while listing the schedule")) &&
           book_walk(question->transaction, BOOK_INDEX, RETENTION_DISPOSALS, NULL, add_disposal, &disposals,
                     NULL, error);
}

/* --- what a backup does not know --- */

bool control_retention_since(struct control_question *question, struct error *error)
{
    char token[32];
    const char *more = json_text_or_null(question->arguments, "more");
    int64_t from = more != NULL ? strtoll(more, NULL, 10) : json_whole(question->arguments, "since", 0) + 1;
    int64_t next = 0;
    json_t *rows = json_array();
    if (!question->asker->service) {
        json_decref(rows);
        return error_set(error, FAULT_REFUSED, "%s may not ask: only the service account and root may",
                         question->asker->name);
    }
    bool done = control_put(question, "rows", rows, error) &&
                replay_list(question->transaction, from, CONTROL_SLICE, rows, &next, error);
    if (!done || next == 0)
        return done;
    snprintf(token, sizeof token, "%" PRId64, next);
    return control_more(question, token, error);
}
