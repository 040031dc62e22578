/*
 * leadspool audit verify|export|tours|figures: the record against itself, the record for others to verify, the tours
 * nobody inspected (R50), and the figures of use (R53, L1).
 *
 * Guarantees: exit code 0 of verify means no problem was found, down to every byte of the vault. The check
 * is made by whoever holds the record (casebook/audit.h), in slices; here it is asked for and printed.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "command/audit_figures.h"
#include "command/audit_tours.h"
#include "command/command.h"
#include "command/table.h"

enum { KEY_FROM = 256, KEY_TO, KEY_XML, KEY_PUBLIC };

static const struct option_spec options[] = {
    {KEY_FROM, "from", "N|DATE",
     "export: begin with event N (default 1); tours, figures: from that day (default: 30 days; this year)"},
    {KEY_TO, "to", "DATE", "tours, figures: up to that day (default: today)"},
    {KEY_PUBLIC, "public", NULL, "figures: the edition for the public"},
    {KEY_XML, "xml", NULL, "tours: the report as XML"},
    {'j', "json", NULL, "verify, tours, figures: the report as one JSON object"},
    {0, NULL, NULL, NULL},
};

struct verification {
    json_t *report; /* of the last slice: the whole so far */
    bool progress;
};

static bool take_report(void *context, const json_t *answer, struct error *error)
{
    struct verification *verification = context;
    (void)error;
    json_decref(verification->report);
    verification->report = json_incref(json_object_get(answer, "report"));
    if (verification->progress)
        fprintf(stderr, "\r%lld events, %lld objects, %lld MiB ",
                (long long)json_whole(verification->report, "events", 0),
                (long long)json_whole(verification->report, "objects", 0),
                (long long)json_whole(verification->report, "bytes", 0) >> 20);
    return true;
}

static bool print_problems(const json_t *report, struct error *error)
{
    struct table table = TABLE_OF("PROBLEM", "SUBJECT", "WHAT");
    json_t *problem;
    size_t i;
    json_array_foreach(json_object_get(report, "problems"), i, problem)
    {
        table_add(&table, json_text(problem, "kind"));
        table_add(&table, json_text(problem, "subject"));
        table_add(&table, json_text(problem, "text"));
    }
    return table_print(&table, stdout, NULL, error);
}

static bool verify(struct site *site, bool json, struct error *error)
{
    struct verification verification = {.progress = isatty(STDERR_FILENO) == 1};
    bool done = record_ask_all(site, "audit-verify", NULL, take_report, &verification, error);
    const json_t *report = verification.report, *head = json_object_get(report, "head");
    size_t problems =
        json_array_size(json_object_get(report, "problems")) + (size_t)json_whole(report, "more", 0);
    if (verification.progress)
        fprintf(stderr, "\r%60s\r", "");
    if (done && json)
        done = print_json(report, error);
    else if (done) {
        if (problems > 0)
            done = print_problems(report, error);
        printf("%s%lld events checked, head %s\n%lld objects checked, %lld bytes, %lld disposed of\n%s\n",
               problems > 0 ? "\n" : "", (long long)json_whole(report, "events", 0), json_text(head, "hash"),
               (long long)json_whole(report, "objects", 0), (long long)json_whole(report, "bytes", 0),
               (long long)json_whole(report, "disposed", 0),
               problems == 0 ? "The record is whole." : "The record is NOT whole.");
    }
    if (done && problems > 0)
        done = error_set(error, FAULT_INPUT, "%zu problem(s) found", problems);
    json_decref(verification.report);
    return done;
}

static bool take_lines(void *context, const json_t *answer, struct error *error)
{
    const json_t *lines = json_object_get(answer, "lines");
    (void)context;
    size_t length = json_string_length(lines);
    return fwrite(json_string_value(lines), 1, length, stdout) == length ||
           error_system(error, "writing the events");
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct site site;
    const char *from = NULL, *to = NULL;
    bool xml = false, of_public = false;
    long first = 1;
    int key;
    while ((key = option_next(&command_audit, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'j')
            invocation->json = true;
        else if (key == KEY_XML)
            xml = true;
        else if (key == KEY_PUBLIC)
            of_public = true;
        else
            *(key == KEY_FROM ? &from : &to) = optarg;
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    const char *what = optind + 1 == argc ? argv[optind] : "";
    bool export = strcmp(what, "export") == 0, of_tours = strcmp(what, "tours") == 0;
    bool figures = strcmp(what, "figures") == 0, days = of_tours || figures;
    if (!export && !days && strcmp(what, "verify") != 0)
        return error_set(error, FAULT_USAGE, "say audit verify, audit export, audit tours or audit figures");
    if ((!days && to != NULL) || (!of_tours && xml) || (!figures && of_public))
        return error_set(error, FAULT_USAGE,
                         "--to belongs to audit tours and figures, --xml to tours, --public to figures");
    if (!days && from != NULL && !option_whole("from", from, 1, 999999999, &first, error))
        return false;
    if (!invocation_open(invocation, &site, error))
        return false;
    bool done = export ? record_ask_all(&site, "audit-export", json_pack("{s:I}", "from", (json_int_t)first),
                                        take_lines, NULL, error)
                : of_tours ? audit_tours(&site, from, to, invocation->json, xml, error)
                : figures  ? audit_figures(&site, from, to, of_public, invocation->json, error)
                           : verify(&site, invocation->json, error);
    invocation_close(&site);
    return done;
}

const struct command command_audit = {
    .name = "audit",
    .arguments = "verify [-j] | export [--from N] | tours [--from DATE] [--to DATE] [--xml | -j] | "
                 "figures [--from DATE] [--to DATE] [--public] [-j]",
    .purpose = "Verify the record, export its events, list tours not inspected, issue figures of use",
    .options = options,
    .run = run,
};
