/*
 * Figures of oversight: counting.
 *
 * Guarantees: each docket counts once in each table; a visit to a stage counts when it has ended, with its time from
 * entering to leaving; a docket received outside the period changes no count but that of changes to probes. Keeps
 * no record it was given. Does not write facts: figures_facts.c does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "report/figures_parts.h"

struct figures *figures_begin(instant from, instant until, struct error *error)
{
    struct figures *figures = calloc(1, sizeof *figures);
    bool made = figures != NULL;
    for (size_t i = 0; made && i < FIGURES_TABLES; i++)
        made = (figures->tables[i] = json_object()) != NULL;
    if (made)
        made = (figures->outcomes = json_object()) != NULL && (figures->edits = json_array()) != NULL &&
               (figures->standing = json_array()) != NULL;
    if (!made) {
        error_set(error, FAULT_TEMPORARY, "out of memory while counting");
        figures_end(figures);
        return NULL;
    }
    figures->from = from;
    figures->until = until;
    return figures;
}

void figures_end(struct figures *figures)
{
    if (figures == NULL)
        return;
    for (size_t i = 0; i < FIGURES_TABLES; i++)
        json_decref(figures->tables[i]);
    for (size_t i = 0; i < DOCKET_STATE_COUNT; i++)
        free(figures->stages[i].minutes);
    json_decref(figures->outcomes);
    json_decref(figures->edits);
    json_decref(figures->standing);
    free(figures);
}

static bool count(json_t *table, const char *name, int64_t more)
{
    return json_put_whole(table, name, json_whole(table, name, 0) + more);
}

static bool within(const struct figures *figures, const char *written)
{
    instant at;
    return instant_parse(written, &at, NULL) && at >= figures->from && at < figures->until;
}

const char *figures_outcome(const json_t *docket)
{
    static const struct {
        const char *state, *outcome;
    } ends[] = {{"APPROVED", "possible-match"},
                {"NEGATIVE", "negative"},
                {"REFUSED", "refused"},
                {"LAPSED", "lapsed"},
                {"WITHDRAWN", "withdrawn"}};
    const char *ended = "open";
    json_t *move;
    size_t i;
    if (strcmp(json_text(docket, "state"), "CLOSED") != 0)
        return ended;
    /* The last of them: a report recalled for a sealed photograph may have been followed by another end. */
    json_array_foreach(json_object_get(docket, "history"), i, move)
    {
        for (size_t j = 0; j < sizeof ends / sizeof *ends; j++)
            if (strcmp(json_text(move, "to"), ends[j].state) == 0)
                ended = ends[j].outcome;
    }
    return ended;
}

static bool series_add(struct series *series, int64_t minutes)
{
    if (series->count == series->room) {
        size_t room = series->room == 0 ? 64 : 2 * series->room;
        int64_t *more = realloc(series->minutes, room * sizeof *more);
        if (more == NULL)
            return false;
        series->minutes = more;
        series->room = room;
    }
    series->minutes[series->count++] = minutes;
    return true;
}

static bool add_visits(struct figures *figures, const json_t *history)
{
    json_t *move;
    size_t i;
    json_array_foreach(history, i, move)
    {
        const json_t *next = json_array_get(history, i + 1);
        enum docket_state state;
        instant entered, left;
        if (next == NULL || !docket_state_parse(json_text(move, "to"), &state) ||
            !instant_parse(json_text(move, "at"), &entered, NULL) ||
            !instant_parse(json_text(next, "at"), &left, NULL))
            continue;
        if (!series_add(&figures->stages[state], (left - entered) / 60000))
            return false;
    }
    return true;
}

/* L1: every change to a probe is described and dated. */
static bool add_edits(struct figures *figures, const json_t *docket)
{
    json_t *edits = docket_probe_edits(docket), *edit;
    size_t i, before = json_array_size(figures->edits);
    bool done = edits != NULL;
    json_array_foreach(edits, i, edit)
    {
        if (!done || !within(figures, json_text(edit, "at")))
            continue;
        json_t *one = json_object();
        done = one != NULL && json_put_text(one, "docket", json_text(docket, "docket"));
        if (done) {
            json_copy_members(one, edit, "operation", "by", "at", "before", "after", NULL);
            done = count(figures->tables[FIGURES_EDIT], json_text(edit, "operation"), 1) &&
                   json_array_append(figures->edits, one) == 0;
        }
        json_decref(one);
    }
    figures->edited += json_array_size(figures->edits) > before;
    json_decref(edits);
    return done;
}

static bool add_holds(struct figures *figures, const json_t *holds)
{
    json_t *hold;
    size_t i;
    json_array_foreach(holds, i, hold)
    {
        if (!count(figures->tables[FIGURES_HOLD], json_text(hold, "clause"), 1))
            return false;
    }
    return true;
}

static bool add_peers(struct figures *figures, const json_t *peers)
{
    json_t *peer;
    size_t i;
    json_array_foreach(peers, i, peer)
    {
        const char *verdict = json_text(peer, "verdict");
        if (verdict[0] != '\0' && !count(figures->tables[FIGURES_PEER], verdict, 1))
            return false;
    }
    return true;
}

static bool add_outcome(struct figures *figures, const char *use, const char *outcome)
{
    json_t *row = json_object_at(figures->outcomes, use);
    return row != NULL && count(row, outcome, 1);
}

bool figures_add_docket(struct figures *figures, const json_t *docket, const json_t *holds,
                        struct error *error)
{
    const json_t *request = json_object_get(docket, "request");
    const char *received = json_text(docket, "received"), *outcome = figures_outcome(docket);
    const char *use = json_text(request, "use"), *priority = json_text(request, "priority");
    char month[8] = "";
    bool done = add_edits(figures, docket);
    if (done && within(figures, received)) {
        instant at = 0;
        instant_parse(received, &at, NULL);
        struct civil civil = civil_of(at);
        snprintf(month, sizeof month, "%04u-%02u", (unsigned)civil.year % 10000, (unsigned)civil.month % 100);
        figures->requests++;
        figures->searches += (int64_t)json_array_size(json_object_get(docket, "searches"));
        done = count(figures->tables[FIGURES_USE], use[0] == '\0' ? "none" : use, 1) &&
               count(figures->tables[FIGURES_COMMAND], json_text(docket, "command"), 1) &&
               count(figures->tables[FIGURES_MONTH], month, 1) &&
               count(figures->tables[FIGURES_OUTCOME], outcome, 1) &&
               count(figures->tables[FIGURES_PRIORITY], priority[0] == '\0' ? "routine" : priority, 1) &&
               add_outcome(figures, use[0] == '\0' ? "none" : use, outcome) && add_holds(figures, holds) &&
               add_peers(figures, json_object_get(docket, "peers")) &&
               add_visits(figures, json_object_get(docket, "history"));
        figures->recalled += json_whole(docket, "recalls", 0) > 0;
    }
    return done || error_set(error, FAULT_TEMPORARY, "out of memory while counting");
}

bool figures_add_incident(struct figures *figures, const json_t *incident, struct error *error)
{
    const char *clause = json_text(incident, "clause");
    if (!within(figures, json_text(incident, "at")))
        return true;
    return count(figures->tables[FIGURES_INCIDENT], clause[0] == '\0' ? "none" : clause, 1) ||
           error_set(error, FAULT_TEMPORARY, "out of memory while counting");
}
