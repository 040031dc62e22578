/*
 * leadspool list: dockets, what they wait for from outside, open work items, records requests, or the outbox.
 *
 * Guarantees: prints what the record answers, in its order, slice by slice. Does not filter or count by itself:
 * the record does.
 */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "command/command.h"
#include "command/form.h"
#include "command/table.h"

enum {
    KEY_COMMAND = 'c',
    KEY_STATE = 256,
    KEY_STAGE,
    KEY_MINE,
    KEY_ALL,
    KEY_ITEMS,
    KEY_OUTBOX,
    KEY_OVERDUE,
    KEY_FOIL,
    KEY_PHOTO
};

static const struct option_spec options[] = {
    {KEY_STATE, "state", "STATE", "only dockets in this state; may be repeated"},
    {KEY_COMMAND, "command", "COMMAND", "only dockets of this command"},
    {KEY_STAGE, "stage", "STAGE", "only dockets (or items) waiting at this stage of review"},
    {KEY_MINE, "mine", NULL, "only what the asking account is assigned to"},
    {KEY_ALL, "all", NULL, "closed dockets (or delivered rows) too"},
    {KEY_ITEMS, "items", NULL, "open work items instead of dockets"},
    {KEY_OVERDUE, "overdue", NULL, "what was asked for outside and is not answered yet"},
    {KEY_FOIL, "foil", NULL, "records requests under way instead of dockets"},
    {KEY_PHOTO, "photo", "ID", "dockets, closed ones too, with documents that show this photograph"},
    {KEY_OUTBOX, "outbox", NULL, "what waits to be published instead of dockets"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

struct output {
    bool json, items, outbox, overdue, foil, photo;
    struct table table;
};

static void add_docket(struct table *table, const json_t *row)
{
    char when[MOMENT_SIZE], use[64];
    const char *case_number = json_text_or_null(row, "caseNumber");
    snprintf(use, sizeof use, "%s %s", json_text(row, "use"), json_text(row, "subUse"));
    table_add(table, json_text(row, "docket"));
    table_add(table, json_text(row, "state"));
    table_add(table, moment_local(json_text(row, "since"), when));
    table_add(table, json_text(row, "command"));
    table_add(table, case_number != NULL ? case_number : json_text(row, "complaintNumber"));
    table_add(table, use);
    table_add(table, json_text(row, "lane"));
    table_add_whole(table, json_whole(row, "round", 0));
}

static void add_item(struct table *table, const json_t *row)
{
    char when[MOMENT_SIZE];
    table_add(table, json_text(row, "item"));
    table_add(table, json_text(row, "stage"));
    table_add_whole(table, json_whole(row, "round", 0));
    table_add(table, moment_local(json_text(row, "opened"), when));
    table_add(table, json_text(row, "directory"));
}

static void add_overdue(struct table *table, const json_t *row)
{
    char when[MOMENT_SIZE];
    table_add(table, json_text(row, "docket"));
    table_add(table, json_text(row, "overdue"));
    table_add(table, moment_local(json_text(row, "since"), when));
    table_add_whole(table, json_whole(row, "days", 0));
    table_add(table, json_text(row, "command"));
    table_add(table, json_text(row, "state"));
}

static void add_shown(struct table *table, const json_t *row)
{
    char when[MOMENT_SIZE];
    struct text words = TEXT_EMPTY;
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(row, "shownIn"), i, name)
        text_format(&words, "%s%s", i == 0 ? "" : ", ", json_string_value(name));
    table_add(table, json_text(row, "docket"));
    table_add(table, json_text(row, "state"));
    table_add(table, moment_local(json_text(row, "since"), when));
    table_add(table, words.bytes == NULL ? "" : words.bytes);
    text_free(&words);
}

static void add_foil(struct table *table, const json_t *row)
{
    char due[40], parts[60];
    snprintf(due, sizeof due, "%s%s", json_text(row, "due"), json_flag(row, "overdue") ? " OVERDUE" : "");
    snprintf(parts, sizeof parts, _("%lld in %lld"), (long long)json_whole(row, "documents", 0),
             (long long)json_whole(row, "parts", 0));
    table_add(table, json_text(row, "request"));
    table_add(table, json_text(row, "state"));
    table_add(table, json_text(row, "received"));
    table_add(table, due);
    table_add(table, parts);
    table_add(table, json_text(row, "waits"));
}

static void add_row(struct table *table, const json_t *row)
{
    char when[MOMENT_SIZE];
    table_add(table, json_text(row, "row"));
    table_add(table, json_text(row, "kind"));
    table_add(table, json_text(row, "state"));
    table_add(table, moment_local(json_text(row, "created"), when));
    table_add_whole(table, json_whole(row, "attempts", 0));
    table_add(table, json_text(row, "directory"));
    table_add(table, json_text(row, "reason"));
}

static bool take(void *context, const json_t *answer, struct error *error)
{
    struct output *output = context;
    json_t *row;
    size_t i;
    json_array_foreach(json_object_get(answer, "rows"), i, row)
    {
        if (!output->json && output->foil)
            add_foil(&output->table, row);
        else if (!output->json && output->outbox)
            add_row(&output->table, row);
        else if (!output->json && output->items)
            add_item(&output->table, row);
        else if (!output->json && output->overdue)
            add_overdue(&output->table, row);
        else if (!output->json && output->photo)
            add_shown(&output->table, row);
        else if (!output->json)
            add_docket(&output->table, row);
        else if (!print_json(row, error))
            return false;
    }
    return true;
}

/* --stage of dockets is the state that stage works on. */
static const char *stage_state(const char *stage)
{
    static char state[32];
    if (strcmp(stage, "hold") == 0)
        return "HELD";
    size_t i = 0;
    for (; stage[i] != '\0' && i + 1 < sizeof state; i++)
        state[i] = (char)toupper((unsigned char)stage[i]);
    state[i] = '\0';
    return state;
}

static bool take_option(json_t *arguments, int key, struct error *error)
{
    switch (key) {
    case KEY_STATE:
        return form_append(arguments, "states", json_string(optarg), error);
    case KEY_COMMAND:
        return form_text(arguments, "command", optarg, error);
    case KEY_STAGE:
        return form_text(arguments, "stage", optarg, error);
    case KEY_MINE:
        return form_put(arguments, "mine", json_true(), error);
    case KEY_ALL:
        return form_put(arguments, "all", json_true(), error);
    case KEY_OVERDUE:
        return form_put(arguments, "overdue", json_true(), error);
    case KEY_PHOTO:
        return form_text(arguments, "photo", optarg, error);
    case KEY_FOIL:
        return form_put(arguments, "foil", json_true(), error);
    case KEY_OUTBOX:
        return form_put(arguments, "outbox", json_true(), error);
    default:
        return form_put(arguments, "items", json_true(), error);
    }
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct output output = {.table = TABLE_OF(N_("DOCKET"), N_("STATE"), N_("SINCE"), N_("COMMAND"),
                                              N_("CASE"), N_("USE"), N_("LANE"), N_(">ROUND"))};
    static const struct table items =
        TABLE_OF(N_("ITEM"), N_("STAGE"), N_(">ROUND"), N_("OPENED"), N_("DIRECTORY"));
    static const struct table rows = TABLE_OF(N_("ROW"), N_("KIND"), N_("STATE"), N_("CREATED"),
                                              N_(">ATTEMPTS"), N_("DIRECTORY"), N_("REASON"));
    static const struct table foil = TABLE_OF(N_("REQUEST"), N_("STATE"), N_("RECEIVED"), N_("DUE"),
                                              N_("DOCUMENTS IN PARTS"), N_("WAITS FOR"));
    static const struct table overdue =
        TABLE_OF(N_("DOCKET"), N_("WAITS FOR"), N_("SINCE"), N_(">DAYS"), N_("COMMAND"), N_("STATE"));
    static const struct table photo = TABLE_OF(N_("DOCKET"), N_("STATE"), N_("SINCE"), N_("SHOWN IN"));
    json_t *arguments = json_object();
    struct site site;
    int key;
    while ((key = option_next(&command_list, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'j')
            invocation->json = true;
        else if (!take_option(arguments, key, error)) {
            json_decref(arguments);
            return false;
        }
    }
    output.foil = json_flag(arguments, "foil");
    output.outbox = !output.foil && json_flag(arguments, "outbox");
    output.items = !output.foil && !output.outbox && json_flag(arguments, "items");
    output.overdue = !output.foil && !output.outbox && !output.items && json_flag(arguments, "overdue");
    output.photo = !output.foil && !output.outbox && !output.items && !output.overdue &&
                   json_object_get(arguments, "photo") != NULL;
    output.json = invocation->json;
    if (output.foil)
        output.table = foil;
    else if (output.overdue)
        output.table = overdue;
    else if (output.items)
        output.table = items;
    else if (output.outbox)
        output.table = rows;
    else if (output.photo)
        output.table = photo;
    const char *stage = json_text_or_null(arguments, "stage");
    bool ready = key == OPTION_END && operands_none("list", argc, argv, error) &&
                 (stage == NULL || output.items ||
                  form_append(arguments, "states", json_string(stage_state(stage)), error));
    if (!ready || !invocation_open(invocation, &site, error)) {
        json_decref(arguments);
        return key == OPTION_HELP;
    }
    bool done = record_ask_all(&site, "list", arguments, take, &output, error);
    if (done && !output.json)
        done = table_print(&output.table, stdout,
                           output.foil      ? _("no records request is under way")
                           : output.outbox  ? _("nothing waits to be published")
                           : output.items   ? _("no open items")
                           : output.overdue ? _("nothing is overdue")
                           : output.photo   ? _("no document that is kept shows that photograph")
                                            : _("no dockets"),
                           error);
    invocation_close(&site);
    return done;
}

const struct command command_list = {
    .name = "list",
    .arguments = "[--state STATE]… [--command COMMAND] [--stage STAGE] [--mine] [--all] [--items | --outbox "
                 "| --overdue | --foil | --photo ID] [-j]",
    .purpose = "List dockets, open work items, or what waits to be published",
    .options = options,
    .run = run,
};
