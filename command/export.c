/*
 * leadspool export discovery: what prosecutors' offices are owed and have (R41); with a docket, a volume now.
 *
 * Makes nothing itself: the wish goes into the record, and the daemon (or the next drain) makes and delivers.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "command/table.h"

enum { KEY_OVERDUE = 256 };

static const struct option_spec options[] = {
    {KEY_OVERDUE, "overdue", NULL, "list only what is past its day"},
    {'r', "reason", "TEXT", "why you export a docket you are not assigned to"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

static void add_row(struct table *table, const json_t *row)
{
    char volumes[80], due[40];
    snprintf(volumes, sizeof volumes, _("%lld, %lld received"), (long long)json_whole(row, "volumes", 0),
             (long long)json_whole(row, "acknowledged", 0));
    table_add(table, json_text(row, "docket"));
    table_add(table, json_text(row, "office"));
    table_add(table, json_text(row, "filed"));
    snprintf(due, sizeof due, "%s%s", json_text(row, "due"), json_flag(row, "overdue") ? " OVERDUE" : "");
    table_add(table, due);
    table_add(table, volumes);
    table_add(table, json_text(row, "waits"));
}

static bool list(struct site *site, bool json, bool overdue, struct error *error)
{
    struct table table =
        TABLE_OF(N_("DOCKET"), N_("OFFICE"), N_("FILED"), N_("DUE"), N_("VOLUMES"), N_("WAITS FOR"));
    json_t *answer = NULL;
    const json_t *row;
    size_t index;
    bool done = record_ask(site, "discovery-list", NULL, &answer, error);
    json_array_foreach(json_object_get(answer, "rows"), index, row)
    {
        if (!done || (overdue && !json_flag(row, "overdue")))
            continue;
        if (json)
            done = print_json(row, error);
        else
            add_row(&table, row);
    }
    if (done && !json)
        done = table_print(&table, stdout,
                           overdue ? _("Nothing is overdue.") : _("No office is owed discovery."), error);
    json_decref(answer);
    return done;
}

static bool export(struct site *site, const char *docket, const char *reason, bool json, struct error *error)
{
    json_t *answer = NULL;
    bool done = record_ask(site, "discovery-export", json_pack("{ss,ss*}", "id", docket, "reason", reason),
                           &answer, error);
    if (done && json)
        done = print_json(answer, error);
    else if (done)
        printf(_("A volume of %s is being made; leadspool export discovery tells when it is delivered.\n"),
               json_text(answer, "docket"));
    json_decref(answer);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct site site;
    const char *reason = NULL;
    bool overdue = false;
    int key;
    while ((key = option_next(&command_export, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'r')
            reason = optarg;
        else if (key == KEY_OVERDUE)
            overdue = true;
        else
            invocation->json = true;
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (optind >= argc || strcmp(argv[optind], "discovery") != 0 || argc - optind > 2)
        return error_set(error, FAULT_USAGE, "say export discovery, or export discovery and one docket");
    const char *docket = argc - optind == 2 ? argv[optind + 1] : NULL;
    if (docket == NULL && reason != NULL)
        return error_set(error, FAULT_USAGE, "--reason belongs to a docket");
    if (docket != NULL && overdue)
        return error_set(error, FAULT_USAGE, "--overdue belongs to the list");
    if (!invocation_open(invocation, &site, error))
        return false;
    bool done = docket == NULL ? list(&site, invocation->json, overdue, error)
                               : export(&site, docket, reason, invocation->json, error);
    invocation_close(&site);
    return done;
}

const struct command command_export = {
    .name = "export",
    .arguments = "discovery [--overdue | -r REASON DOCKET]",
    .purpose = "What offices are owed and have; with a docket, a volume of discovery now",
    .options = options,
    .run = run,
};
