/*
 * leadspool audit figures and audit extract: have the figures of some days (R53, L1), or the record of a matter (R52
 * R53), issued, and say what came of it.
 *
 * Guarantees: prints what was issued, from the same facts. Counts nothing itself.
 */
#include "command/audit_issue.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "command/form.h"
#include "command/table.h"
#include "report/figures.h"

enum { DATE_SIZE = 11 };

static bool take(void *context, const json_t *answer, struct error *error)
{
    json_t **last = context;
    (void)error;
    json_decref(*last);
    *last = json_incref((json_t *)answer);
    return true;
}

static void add_count(struct table *table, const json_t *row)
{
    char *count = json_flag(row, "fewer") ? text_formatted(_("fewer than %d"), FIGURES_FEWEST)
                                          : text_formatted("%lld", (long long)json_whole(row, "count", 0));
    table_add(table, count);
    free(count);
}

static bool print_figures(const json_t *answer, struct error *error)
{
    const json_t *figures = json_object_get(answer, "figures"), *one, *row;
    struct table table = TABLE_OF(N_("FIGURE"), N_("OF"), N_("COUNT"));
    size_t i, j;
    json_array_foreach(json_object_get(figures, "counts"), i, row)
    {
        table_add(&table, json_text(row, "name"));
        table_add(&table, "");
        add_count(&table, row);
    }
    json_array_foreach(json_object_get(figures, "tables"), i, one)
    {
        json_array_foreach(json_object_get(one, "rows"), j, row)
        {
            table_add(&table, json_text(one, "title"));
            table_add(&table, json_text(row, "name"));
            add_count(&table, row);
        }
    }
    if (!table_print(&table, stdout, NULL, error))
        return false;
    printf(
        _("\nIssued as %s: %s/figures.pdf and figures.json, signed, as soon as the daemon has drawn them.\n"),
        json_text(figures, "extract"), json_text(answer, "directory"));
    return true;
}

bool audit_figures(struct site *site, const char *from, const char *to, bool public_edition, bool json,
                   struct error *error)
{
    struct civil today = civil_of(clock_now());
    char first[DATE_SIZE], last[DATE_SIZE];
    json_t *arguments = json_object(), *answer = NULL;
    snprintf(first, sizeof first, "%04u-01-01", (unsigned)today.year % 10000);
    snprintf(last, sizeof last, "%04u-%02u-%02u", (unsigned)today.year % 10000, (unsigned)today.month % 100,
             (unsigned)today.day % 100);
    if (!form_text(arguments, "from", from == NULL ? first : from, error) ||
        !form_text(arguments, "to", to == NULL ? last : to, error) ||
        !json_put_flag(arguments, "public", public_edition)) {
        json_decref(arguments);
        return false;
    }
    bool done = record_ask_all(site, "audit-figures", arguments, take, &answer, error);
    if (done)
        done = json ? print_json(answer, error) : print_figures(answer, error);
    json_decref(answer);
    return done;
}

bool audit_extract(struct site *site, json_t *arguments, bool json, struct error *error)
{
    json_t *answer = NULL;
    bool done = record_ask_all(site, "audit-extract", arguments, take, &answer, error);
    const json_t *extract = json_object_get(answer, "extract");
    if (done && json)
        done = print_json(answer, error);
    else if (done)
        printf(_("%s: events %lld, dockets %lld, decisions %lld.\n"
                 "Issued as %s/extract.pdf and extract.json with events.jsonl, dockets.jsonl and "
                 "decisions.jsonl, signed,\n"
                 "as soon as the daemon has drawn it.\n"),
               json_text(extract, "extract"), (long long)json_whole(extract, "events", 0),
               (long long)json_whole(extract, "dockets", 0), (long long)json_whole(extract, "decisions", 0),
               json_text(answer, "directory"));
    json_decref(answer);
    return done;
}
