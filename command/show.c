/*
 * leadspool show: one docket, as far as the asker may see it.
 *
 * Prints what the record answers and hides nothing itself: what may be seen was decided there.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "command/inquiry.h"
#include "command/show_foil.h"
#include "command/table.h"

static void line(const char *name, const char *value)
{
    char shown[4000];
    if (value != NULL && *value != '\0')
        printf("%-16s%s\n", name, text_shown(value, shown, sizeof shown));
}

static void line_time(const char *name, const json_t *object, const char *key)
{
    char when[MOMENT_SIZE];
    if (json_text_or_null(object, key) != NULL)
        line(name, moment_local(json_text(object, key), when));
}

static void print_request(const json_t *docket)
{
    const json_t *request = json_object_get(docket, "request"),
                 *requester = json_object_get(request, "requester");
    char text[512];
    line("command", json_text(docket, "command"));
    line("request", json_text(docket, "requestId"));
    snprintf(text, sizeof text, _("%s, shield %s, %s"), json_text(requester, "name"),
             json_text(requester, "shield"), json_text(requester, "account"));
    line("requester", requester != NULL ? text : NULL);
    line("case", json_text_or_null(request, "caseNumber"));
    line("complaint", json_text_or_null(request, "complaintNumber"));
    snprintf(text, sizeof text, "%s %s", json_text(request, "use"), json_text(request, "subUse"));
    line("use", text);
    line("basis", json_text_or_null(request, "basis"));
    line("priority", json_text_or_null(request, "priority"));
    line_time("received", docket, "received");
    const json_t *disposed = json_object_get(docket, "disposed"),
                 *hold = json_object_get(docket, "legalHold");
    if (disposed != NULL) {
        snprintf(text, sizeof text, _("by event %lld, disposal %s"),
                 (long long)json_whole(disposed, "event", 0), json_text(disposed, "disposal"));
        line(_("disposed of"), text);
    }
    if (hold != NULL) {
        snprintf(text, sizeof text, _("%s (%s), by %s"), json_text(hold, "reason"),
                 json_text(hold, "citation"), json_text(hold, "by"));
        line(_("legal hold"), text);
    }
}

static void print_images(const json_t *docket)
{
    char text[400];
    json_t *image;
    size_t i;
    json_array_foreach(json_object_get(docket, "images"), i, image)
    {
        const char *file = json_text_or_null(image, "file");
        snprintf(text, sizeof text, "%s, %lld × %lld, %s, %.12s…", file != NULL ? file : _("disposed of"),
                 (long long)json_whole(image, "width", 0), (long long)json_whole(image, "height", 0),
                 json_text(image, "source"), json_text(image, "digest"));
        line(i == 0 ? "images" : "", i == 0 ? text : NULL);
        if (i > 0)
            line(" ", text);
    }
}

static void print_people(const json_t *docket)
{
    const char *person;
    json_t *roles, *role;
    size_t i;
    char text[400];
    json_object_foreach(json_object_get(docket, "people"), person, roles)
    {
        int used = snprintf(text, sizeof text, "%s:", person);
        json_array_foreach(roles, i, role) if (used > 0 && (size_t)used < sizeof text) used +=
            snprintf(text + used, sizeof text - (size_t)used, " %s", json_string_value(role));
        line("person", text);
    }
    const json_t *named = json_object_get(docket, "named");
    if (json_is_object(named)) {
        snprintf(text, sizeof text, _("photo %s (shown as %s)"), json_text(named, "photo"),
                 json_text(named, "label"));
        line("named", text);
    }
}

static bool print_history(const json_t *docket, struct error *error)
{
    struct table table = TABLE_OF(N_("WHEN"), N_("STATE"), N_("BY"), N_("ROLE"), N_("CLAUSE"));
    char when[MOMENT_SIZE];
    json_t *entry;
    size_t i;
    json_array_foreach(json_object_get(docket, "history"), i, entry)
    {
        table_add(&table, moment_local(json_text(entry, "at"), when));
        table_add(&table, json_text(entry, "to"));
        table_add(&table, json_text(entry, "actor"));
        table_add(&table, json_text(entry, "role"));
        table_add(&table, json_text(entry, "clause"));
    }
    putchar('\n');
    return table_print(&table, stdout, NULL, error);
}

/* One table from rows of the answer; prints nothing when there are none. */
static bool print_rows(const json_t *rows, struct table table, const char *const *members,
                       struct error *error)
{
    char when[MOMENT_SIZE], number[32];
    json_t *row;
    size_t i;
    if (json_array_size(rows) == 0)
        return true;
    json_array_foreach(rows, i, row) for (size_t m = 0; m < table.columns; m++)
    {
        const json_t *value = json_object_get(row, members[m]);
        const char *text = json_string_value(value);
        bool time = strcmp(members[m], "at") == 0 || strcmp(members[m], "opened") == 0 ||
                    strcmp(members[m], "closed") == 0 || strcmp(members[m], "created") == 0;
        if (json_is_integer(value)) {
            snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
            text = number;
        }
        table_add(&table, time && text != NULL ? moment_local(text, when) : text);
    }
    putchar('\n');
    return table_print(&table, stdout, NULL, error);
}

static bool print_answer(const json_t *answer, struct error *error)
{
    static const struct table searches =
        TABLE_OF(N_("SEARCH"), N_("WHEN"), N_(">PHOTOS"), N_(">PERSONS"), N_(">LISTED"));
    static const struct table holds =
        TABLE_OF(N_(">HOLD"), N_("CLAUSE"), N_("ROLE"), N_("OUTCOME"), N_("REASON"));
    static const struct table items = TABLE_OF(N_("ITEM"), N_("OPENED"), N_("CLOSED"), N_("DIRECTORY"));
    static const struct table outbox =
        TABLE_OF(N_("OUTBOX ROW"), N_("KIND"), N_("STATE"), N_("DIRECTORY"), N_("REASON"));
    static const char *const of_searches[] = {"search", "at", "photos", "persons", "listed"};
    static const char *const of_holds[] = {"number", "clause", "role", "outcome", "reason"};
    static const char *const of_items[] = {"item", "opened", "closed", "directory"};
    static const char *const of_outbox[] = {"row", "kind", "state", "directory", "reason"};
    const json_t *docket = json_object_get(answer, "docket");
    char text[64];
    if (json_object_get(answer, "foil") != NULL)
        return show_foil(answer, error);
    line("docket", json_text(docket, "docket"));
    line("state", json_text(docket, "state"));
    line_time("since", docket, "since");
    snprintf(text, sizeof text, "%lld", (long long)json_whole(docket, "round", 1));
    line("round", text);
    print_request(docket);
    print_images(docket);
    print_people(docket);
    snprintf(text, sizeof text, _("receipts %lld, notices %lld, reports %lld"),
             (long long)json_whole(docket, "receipts", 0), (long long)json_whole(docket, "notices", 0),
             (long long)json_whole(docket, "reports", 0));
    line("documents", text);
    return print_rows(json_object_get(answer, "searches"), searches, of_searches, error) &&
           print_rows(json_object_get(answer, "holds"), holds, of_holds, error) &&
           print_rows(json_object_get(answer, "items"), items, of_items, error) &&
           print_rows(json_object_get(answer, "outbox"), outbox, of_outbox, error) &&
           print_history(docket, error);
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    static const struct inquiry inquiry = {.command = &command_show,
                                           .missing = "say one docket or more, or - for standard input",
                                           .apart = true,
                                           .print = print_answer};
    return inquiry_run(&inquiry, invocation, argc, argv, error);
}

const struct command command_show = {
    .name = "show",
    .arguments = "--reason TEXT DOCKET… | -",
    .purpose = "Show a docket; every look is recorded",
    .options = inquiry_options,
    .run = run,
};
