/*
 * leadspool audit tours: the tours of some days, and those nobody inspected (R50), for people and for programs.
 *
 * Guarantees: prints what the record answers. The XML is that of schemas/tours.xsd.
 */
#include "command/audit_tours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "command/command.h"
#include "command/form.h"
#include "command/table.h"

static void add_attribute(struct text *xml, const char *name, const char *value)
{
    text_format(xml, " %s=\"", name);
    text_add_xml(xml, value);
    text_add(xml, "\"");
}

static void add_attributes(struct text *xml, const json_t *from, const char *const (*names)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_attribute(xml, names[i][1], json_text(from, names[i][0]));
}

static bool print_tours_xml(const json_t *report, struct error *error)
{
    static const char *const whole[][2] = {{"from", "from"}, {"to", "to"}, {"at", "at"}};
    static const char *const tour[][2] = {
        {"date", "date"}, {"tour", "name"}, {"start", "start"}, {"end", "end"}, {"state", "state"}};
    static const char *const inspection[][2] = {
        {"person", "person"}, {"at", "at"}, {"finding", "finding"}, {"decision", "decision"}};
    struct text xml = TEXT_EMPTY;
    size_t i, j;
    const json_t *one, *each;
    text_add(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tours xmlns=\"urn:leadspool:tours:1\"");
    add_attributes(&xml, report, whole, sizeof whole / sizeof *whole);
    text_format(&xml, " missing=\"%lld\">\n", (long long)json_whole(report, "missing", 0));
    json_array_foreach(json_object_get(report, "tours"), i, one)
    {
        const json_t *inspections = json_object_get(one, "inspections");
        text_add(&xml, "  <tour");
        add_attributes(&xml, one, tour, sizeof tour / sizeof *tour);
        text_add(&xml, json_array_size(inspections) == 0 ? "/>\n" : ">\n");
        json_array_foreach(inspections, j, each)
        {
            text_add(&xml, "    <inspection");
            add_attributes(&xml, each, inspection, sizeof inspection / sizeof *inspection);
            text_add(&xml, "/>\n");
        }
        if (json_array_size(inspections) > 0)
            text_add(&xml, "  </tour>\n");
    }
    text_add(&xml, "</tours>\n");
    bool done = text_done(&xml, error) && (fputs(xml.bytes, stdout) >= 0 || error_system(error, "writing"));
    text_free(&xml);
    return done;
}

/* Times without the zone's name: the tour's day stands beside them. */
static void add_times(struct table *table, const json_t *tour)
{
    char start[MOMENT_SIZE], end[MOMENT_SIZE];
    char *span = text_formatted(_("%.5s to %.5s"), moment_local(json_text(tour, "start"), start) + 11,
                                moment_local(json_text(tour, "end"), end) + 11);
    table_add(table, span);
    free(span);
}

static bool print_tours(const json_t *report, struct error *error)
{
    struct table table = TABLE_OF(N_("DAY"), N_("TOUR"), N_("TIME"), N_("STATE"), N_("INSPECTED BY"));
    size_t i, j;
    json_t *tour, *one;
    json_array_foreach(json_object_get(report, "tours"), i, tour)
    {
        struct text by = TEXT_EMPTY;
        table_add(&table, json_text(tour, "date"));
        table_add(&table, json_text(tour, "tour"));
        add_times(&table, tour);
        table_add(&table,
                  strcmp(json_text(tour, "state"), "missing") == 0 ? "MISSING" : json_text(tour, "state"));
        json_array_foreach(json_object_get(tour, "inspections"), j, one)
            text_format(&by, "%s%s%s", j == 0 ? "" : ", ", json_text(one, "person"),
                        strcmp(json_text(one, "finding"), "deficient") == 0 ? " (deficient)" : "");
        table_add(&table, by.bytes);
        text_free(&by);
    }
    if (!table_print(&table, stdout, "no tours in these days: see <tours> in leadspool-site(5)", error))
        return false;
    printf(_("\n%lld tours of %s to %s were not inspected.\n"), (long long)json_whole(report, "missing", 0),
           json_text(report, "from"), json_text(report, "to"));
    return true;
}

bool audit_tours(struct site *site, const char *from, const char *to, bool json, bool xml,
                 struct error *error)
{
    json_t *arguments = json_object(), *answer = NULL;
    if ((from != NULL && !form_text(arguments, "from", from, error)) ||
        (to != NULL && !form_text(arguments, "to", to, error))) {
        json_decref(arguments);
        return false;
    }
    bool done = record_ask(site, "audit-tours", arguments, &answer, error);
    const json_t *report = json_object_get(answer, "report");
    if (done)
        done = xml    ? print_tours_xml(report, error)
               : json ? print_json(report, error)
                      : print_tours(report, error);
    json_decref(answer);
    return done;
}
