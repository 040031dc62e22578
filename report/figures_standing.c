/*
 * Figures of oversight: what stands open, on the day of issue.
 *
 * Guarantees: counts what another part of the record already calls overdue, missing or held, and decides none of it
 * anew; what belongs to one docket goes into the list of the full edition alone.
 */
#include <string.h>

#include "base/json.h"
#include "report/figures_parts.h"
#include "report/overdue.h"

static bool count(struct figures *figures, enum figures_table table, const char *name)
{
    json_t *counts = figures->tables[table];
    return json_put_whole(counts, name, json_whole(counts, name, 0) + 1);
}

static bool within(const struct figures *figures, const char *written)
{
    instant at;
    return instant_parse(written, &at, NULL) && at >= figures->from && at < figures->until;
}

static bool list(struct figures *figures, const char *what, const char *of, const char *since)
{
    json_t *row = json_pack("{ss,ss,ss}", "what", what, "of", of, "since", since);
    return row != NULL && json_array_append_new(figures->standing, row) == 0;
}

static bool overdue(struct figures *figures, const char *what, const char *of, const char *since)
{
    return count(figures, FIGURES_OVERDUE, what) && list(figures, what, of, since);
}

static bool add_overdue(struct figures *figures, const json_t *docket, instant now)
{
    json_t *rows = json_array(), *row;
    size_t i;
    bool done = rows != NULL;
    if (done)
        overdue_add(rows, docket, now);
    json_array_foreach(rows, i, row)
    {
        done = done &&
               overdue(figures, json_text(row, "overdue"), json_text(row, "docket"), json_text(row, "since"));
    }
    json_decref(rows);
    return done;
}

/* R2: who allows a use nobody foresaw owes the policy an addendum. Nothing tells the record that it was written, so
   every one allowed in the period is listed. */
static bool add_addendum(struct figures *figures, const json_t *docket, const json_t *holds)
{
    const json_t *hold;
    size_t i;
    json_array_foreach((json_t *)(uintptr_t)holds, i, hold)
    {
        if (strcmp(json_text(hold, "code"), "use-unforeseen") == 0 &&
            strcmp(json_text(hold, "outcome"), "release") == 0 && within(figures, json_text(hold, "closed")))
            return count(figures, FIGURES_ADDENDUM, json_text(hold, "role")) &&
                   list(figures, "addendum", json_text(docket, "docket"), json_text(hold, "closed"));
    }
    return true;
}

bool figures_add_standing(struct figures *figures, const json_t *docket, const json_t *holds, instant now,
                          struct error *error)
{
    const json_t *held = json_object_get(docket, "legalHold"),
                 *disposed = json_object_get(docket, "disposed");
    bool done = disposed != NULL ? !within(figures, json_text(disposed, "at")) ||
                                       count(figures, FIGURES_DISPOSED, figures_outcome(docket))
                                 : add_overdue(figures, docket, now) && add_addendum(figures, docket, holds);
    done = done && (held == NULL ||
                    (count(figures, FIGURES_LEGAL_HOLD, figures_outcome(docket)) &&
                     list(figures, "legal-hold", json_text(docket, "docket"), json_text(held, "at"))));
    return done || error_set(error, FAULT_TEMPORARY, "out of memory while counting");
}

bool figures_add_rows(struct figures *figures, const json_t *tours, const json_t *duties,
                      const json_t *requests, struct error *error)
{
    bool done = true;
    size_t i;
    const json_t *row;
    json_array_foreach((json_t *)(uintptr_t)tours, i, row)
    {
        const char *state = json_text(row, "state");
        done = done && count(figures, FIGURES_TOUR, state) &&
               (strcmp(state, "missing") != 0 ||
                list(figures, "tour", json_text(row, "tour"), json_text(row, "start")));
    }
    json_array_foreach((json_t *)(uintptr_t)duties, i, row)
    {
        if (json_flag(row, "overdue"))
            done = done && overdue(figures, "discovery", json_text(row, "docket"), json_text(row, "due"));
    }
    json_array_foreach((json_t *)(uintptr_t)requests, i, row)
    {
        done = done && count(figures, FIGURES_FOIL, json_flag(row, "overdue") ? "overdue" : "in-time");
        if (json_flag(row, "overdue"))
            done = done && list(figures, "foil", json_text(row, "request"), json_text(row, "due"));
    }
    return done || error_set(error, FAULT_TEMPORARY, "out of memory while counting");
}
