/*
 * Figures of oversight: the facts of both editions.
 *
 * Guarantees: the public edition holds nothing of one docket or person, and no count below FIGURES_FEWEST, nor one
 * that subtraction from the others would give. Pure; counts nothing itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "report/figures_parts.h"

static const struct {
    const char *key, *title, *head;
    bool in_order; /* of name; else the largest first */
} tables[FIGURES_TABLES] = {
    [FIGURES_MONTH] = {"month", N_("Requests by month"), N_("Month"), true},
    [FIGURES_USE] = {"use", N_("Requests by authorised use"), N_("Use"), false},
    [FIGURES_COMMAND] = {"command", N_("Requests by command"), N_("Command"), false},
    [FIGURES_PRIORITY] = {"priority", N_("Requests by priority"), N_("Priority"), false},
    [FIGURES_OUTCOME] = {"outcome", N_("Requests by outcome"), N_("Outcome"), false},
    [FIGURES_HOLD] = {"hold", N_("Requests held, by clause"), N_("Clause"), false},
    [FIGURES_PEER] = {"peer", N_("Peer reviews by verdict"), N_("Verdict"), false},
    [FIGURES_EDIT] = {"edit", N_("Changes made to probes"), N_("Change"), false},
    [FIGURES_INCIDENT] = {"incident", N_("Incidents filed, by clause"), N_("Clause"), false},
    [FIGURES_ADDENDUM] = {"addendum", N_("Unforeseen uses allowed, each owing the policy an addendum (R2)"),
                          N_("Allowed by"), false},
    [FIGURES_TOUR] = {"tour", N_("Tours that began in the period (R50)"), N_("Inspection"), false},
    [FIGURES_OVERDUE] = {"overdue", N_("Asked for and not come, on the day of issue"), N_("What"), false},
    [FIGURES_FOIL] = {"foil", N_("Records requests under way, on the day of issue (R40)"), N_("Clock"),
                      false},
    [FIGURES_LEGAL_HOLD] = {"legal-hold", N_("Dockets on legal hold, on the day of issue"), N_("Outcome"),
                            false},
    [FIGURES_DISPOSED] = {"disposed", N_("Dockets disposed of in the period (R38)"), N_("Outcome"), false},
};

static const char *const outcome_names[] = {"possible-match", "negative",  "refused",
                                            "lapsed",         "withdrawn", "open"};

/* The row with the smallest count still told; NULL when there is none. */
static json_t *smallest(json_t *rows)
{
    json_t *row, *least = NULL;
    size_t i;
    json_array_foreach(rows, i, row)
    {
        int64_t value = json_whole(row, "count", 0);
        if (!json_flag(row, "fewer") && value > 0 && (least == NULL || value < json_whole(least, "count", 0)))
            least = row;
    }
    return least;
}

static void withhold(json_t *row)
{
    json_object_del(row, "count");
    json_put_flag(row, "fewer", true);
}

void figures_suppress(json_t *rows)
{
    size_t withheld = 0;
    for (json_t *row = smallest(rows); row != NULL && json_whole(row, "count", 0) < FIGURES_FEWEST;
         row = smallest(rows), withheld++)
        withhold(row);
    json_t *other = withheld == 1 ? smallest(rows) : NULL;
    if (other != NULL)
        withhold(other);
}

static int by_count(const void *a, const void *b)
{
    const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
    int64_t left = json_whole(x, "count", 0), right = json_whole(y, "count", 0);
    return left != right ? (left < right) - (left > right)
                         : strcmp(json_text(x, "name"), json_text(y, "name"));
}

static int by_name(const void *a, const void *b)
{
    return strcmp(json_text(*(json_t *const *)a, "name"), json_text(*(json_t *const *)b, "name"));
}

static json_t *rows_of(json_t *counts, bool in_order)
{
    size_t count = json_object_size(counts), at = 0;
    json_t **sorted = calloc(count + 1, sizeof *sorted), *rows = json_array(), *value;
    const char *name;
    bool done = sorted != NULL && rows != NULL;
    json_object_foreach(counts, name, value)
    {
        if (done)
            done = (sorted[at++] = json_pack("{s:s,s:O}", "name", name, "count", value)) != NULL;
    }
    if (done) {
        qsort(sorted, at, sizeof *sorted, in_order ? by_name : by_count);
        for (size_t i = 0; i < at; i++)
            done = json_array_append(rows, sorted[i]) == 0 && done;
    }
    for (size_t i = 0; sorted != NULL && i < at; i++)
        json_decref(sorted[i]);
    free(sorted);
    if (done)
        return rows;
    json_decref(rows);
    return NULL;
}

static bool put_tables(const struct figures *figures, bool public_edition, json_t *facts)
{
    json_t *all = json_array_at(facts, "tables");
    for (size_t i = 0; i < FIGURES_TABLES; i++) {
        json_t *rows = rows_of(figures->tables[i], tables[i].in_order);
        if (rows == NULL)
            return false;
        if (public_edition)
            figures_suppress(rows);
        if (json_array_append_new(all, json_pack("{s:s,s:s,s:s,s:o}", "key", tables[i].key, "title",
                                                 language_text(tables[i].title), "head",
                                                 language_text(tables[i].head), "rows", rows)) != 0)
            return false;
    }
    return true;
}

/* Cells of a cross table could be worked out from its margins whatever is withheld: the full edition alone has it. */
static bool put_outcomes(const struct figures *figures, json_t *facts)
{
    enum { OUTCOMES = sizeof outcome_names / sizeof *outcome_names };
    json_t *rows = json_array_at(facts, "outcomes"), *names = json_array_at(facts, "outcomeNames"), *counts;
    json_t *uses = rows_of(figures->tables[FIGURES_USE], true), *use;
    size_t at;
    bool done = rows != NULL && names != NULL && uses != NULL;
    for (size_t i = 0; done && i < OUTCOMES; i++)
        done = json_array_append_new(names, json_string(outcome_names[i])) == 0;
    json_array_foreach(uses, at, use)
    {
        const json_t *found = json_object_get(figures->outcomes, json_text(use, "name"));
        json_t *row = json_pack("{s:s,s:I}", "use", json_text(use, "name"), "total",
                                (json_int_t)json_whole(use, "count", 0));
        counts = json_array_at(row, "counts");
        for (size_t i = 0; done && i < OUTCOMES; i++)
            done = json_array_append_new(counts, json_integer(json_whole(found, outcome_names[i], 0))) == 0;
        done = done && json_array_append(rows, row) == 0;
        json_decref(row);
    }
    json_decref(uses);
    return done;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The value below or at which that share of a sorted series lies (nearest rank). */
static int64_t share_of(const int64_t *sorted, size_t count, size_t percent)
{
    size_t rank = (count * percent + 99) / 100;
    return sorted[rank == 0 ? 0 : rank - 1];
}

static bool put_stages(const struct figures *figures, bool public_edition, json_t *facts)
{
    json_t *rows = json_array_at(facts, "stages");
    for (size_t i = 0; i < DOCKET_STATE_COUNT; i++) {
        const struct series *series = &figures->stages[i];
        if (series->count == 0 || (public_edition && series->count < FIGURES_FEWEST))
            continue;
        int64_t *sorted = malloc(series->count * sizeof *sorted);
        if (sorted == NULL)
            return false;
        memcpy(sorted, series->minutes, series->count * sizeof *sorted);
        qsort(sorted, series->count, sizeof *sorted, ascending);
        json_t *row =
            json_pack("{s:s,s:I,s:I,s:I}", "stage", docket_state_name((enum docket_state)i), "visits",
                      (json_int_t)series->count, "median", (json_int_t)share_of(sorted, series->count, 50),
                      "ninetieth", (json_int_t)share_of(sorted, series->count, 90));
        /* The longest visit is one docket's. */
        if (!public_edition)
            json_put_whole(row, "longest", sorted[series->count - 1]);
        free(sorted);
        if (json_array_append_new(rows, row) != 0)
            return false;
    }
    return true;
}

static bool put_counts(const struct figures *figures, bool public_edition, json_t *facts)
{
    const struct {
        const char *key;
        int64_t value;
    } counts[] = {{"requests", figures->requests},
                  {"searches", figures->searches},
                  {"recalled", figures->recalled},
                  {"editedDockets", figures->edited},
                  {"edits", (int64_t)json_array_size(figures->edits)}};
    json_t *rows = json_array_at(facts, "counts");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_t *row = json_pack("{s:s,s:I}", "name", counts[i].key, "count", (json_int_t)counts[i].value);
        if (public_edition && counts[i].value > 0 && counts[i].value < FIGURES_FEWEST)
            withhold(row);
        if (json_array_append_new(rows, row) != 0)
            return false;
    }
    return true;
}

bool figures_facts(const struct figures *figures, bool public_edition, json_t **facts, struct error *error)
{
    char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE];
    json_t *made =
        json_pack("{s:s,s:s,s:s}", "from", instant_text(figures->from, from), "until",
                  instant_text(figures->until, until), "edition", public_edition ? "public" : "full");
    bool done = made != NULL && put_counts(figures, public_edition, made) &&
                put_tables(figures, public_edition, made) && put_stages(figures, public_edition, made);
    if (done && !public_edition)
        done = put_outcomes(figures, made) && json_object_set(made, "edits", figures->edits) == 0 &&
               json_object_set(made, "standing", figures->standing) == 0;
    if (done) {
        *facts = made;
        return true;
    }
    json_decref(made);
    return error_set(error, FAULT_TEMPORARY, "out of memory while writing figures down");
}
