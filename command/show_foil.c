/*
 * leadspool show FOIL-…: a records request, its parts and its history.
 *
 * Prints what the record answers.
 */
#include "command/show_foil.h"

#include <stdio.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "command/table.h"

static void line(const char *name, const char *value)
{
    char shown[4000];
    if (value[0] != '\0')
        printf("%-16s%s\n", name, text_shown(value, shown, sizeof shown));
}

static void print_scope(const json_t *scope)
{
    char text[300];
    const json_t *docket;
    size_t i;
    line("case", json_text(scope, "caseNumber"));
    if (json_text_or_null(scope, "command") != NULL) {
        snprintf(text, sizeof text, _("%s, %s to %s"), json_text(scope, "command"), json_text(scope, "from"),
                 json_text(scope, "to"));
        line(_("received by"), text);
    }
    json_array_foreach(json_object_get(scope, "dockets"), i, docket)
        line(i == 0 ? "dockets" : " ", json_string_value(docket));
}

static void print_request(const json_t *foil)
{
    static const char *const clock[][2] = {{"acknowledged", "acknowledged"},
                                           {"answer by", "answerBy"},
                                           {"appeal by", "appealBy"},
                                           {"appeal answer", "appealAnswerBy"}};
    const json_t *requester = json_object_get(foil, "requester");
    char text[500];
    line("request", json_text(foil, "request"));
    line("state", json_text(foil, "state"));
    snprintf(text, sizeof text, "%s, %s", json_text(requester, "name"), json_text(requester, "contact"));
    line("requester", text);
    line("received", json_text(foil, "received"));
    for (size_t i = 0; i < sizeof clock / sizeof *clock; i++)
        line(clock[i][0], json_text(json_object_get(foil, "clock"), clock[i][1]));
    line("answered", json_text(foil, "answered"));
    line("asked", json_text(foil, "asked"));
    print_scope(json_object_get(foil, "scope"));
    snprintf(text, sizeof text, _("%lld, %lld pages, %lld boxes, %lld places that identify left open"),
             (long long)json_whole(foil, "documents", 0), (long long)json_whole(foil, "pages", 0),
             (long long)json_whole(foil, "boxes", 0), (long long)json_whole(foil, "uncovered", 0));
    line("documents", text);
    if (json_whole(foil, "unavailable", 0) > 0) {
        snprintf(text, sizeof text, _("%lld, whose pictures were destroyed"),
                 (long long)json_whole(foil, "unavailable", 0));
        line(_("not available"), text);
    }
    line("redactions", json_text(foil, "redactions"));
}

static bool print_parts(const json_t *parts, struct error *error)
{
    struct table table = TABLE_OF(N_(">PART"), N_(">DOCUMENTS"), N_(">PROPOSED"), N_(">BOXES"),
                                  N_("DRAWN BY"), N_("READ BY"), N_("SHEET"));
    const json_t *part;
    size_t i;
    json_array_foreach(parts, i, part)
    {
        char sheet[24];
        snprintf(sheet, sizeof sheet, "%.12s", json_text(part, "sheet"));
        table_add_whole(&table, json_whole(part, "part", 0));
        table_add_whole(&table, json_whole(part, "documents", 0));
        table_add_whole(&table, json_whole(part, "proposed", 0));
        table_add_whole(&table, json_whole(part, "boxes", 0));
        table_add(&table, json_text(part, "drawnBy"));
        table_add(&table, json_text(part, "readBy"));
        table_add(&table, sheet);
    }
    putchar('\n');
    return table_print(&table, stdout, _("no documents yet"), error);
}

static bool print_history(const json_t *foil, struct error *error)
{
    struct table table = TABLE_OF(N_("WHEN"), N_("STEP"), N_("OUTCOME"), N_("BY"), N_("STATE"));
    const json_t *entry;
    char when[MOMENT_SIZE];
    size_t i;
    json_array_foreach(json_object_get(foil, "history"), i, entry)
    {
        table_add(&table, moment_local(json_text(entry, "at"), when));
        table_add(&table, json_text(entry, "action"));
        table_add(&table, json_text(entry, "outcome"));
        table_add(&table, json_text(entry, "actor"));
        table_add(&table, json_text(entry, "to"));
    }
    putchar('\n');
    return table_print(&table, stdout, NULL, error);
}

static bool print_outbox(const json_t *rows, struct error *error)
{
    struct table table = TABLE_OF(N_("OUTBOX ROW"), N_("WHAT"), N_("STATE"), N_("DIRECTORY"), N_("REASON"));
    static const char *const members[] = {"row", "what", "state", "directory", "reason"};
    const json_t *row;
    size_t i;
    if (json_array_size(rows) == 0)
        return true;
    json_array_foreach(rows, i, row) for (size_t m = 0; m < sizeof members / sizeof *members; m++)
        table_add(&table, json_text(row, members[m]));
    putchar('\n');
    return table_print(&table, stdout, NULL, error);
}

bool show_foil(const json_t *answer, struct error *error)
{
    const json_t *foil = json_object_get(answer, "foil");
    print_request(foil);
    return print_parts(json_object_get(answer, "parts"), error) &&
           print_outbox(json_object_get(answer, "outbox"), error) && print_history(foil, error);
}
