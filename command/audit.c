/*
 * leadspool audit: the record against itself and for others to verify, the tours nobody inspected (R50), figures of use
 * (R53, L1) and extracts for focused audits (R52 R53).
 *
 * Guarantees: exit code 0 of verify means no problem was found, down to every byte of the vault. The check
 * is made by whoever holds the record (casebook/audit.h), in slices; here it is asked for and printed.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/language.h"
#include "command/audit_head.h"
#include "command/audit_issue.h"
#include "command/audit_looks.h"
#include "command/audit_published.h"
#include "command/audit_tours.h"
#include "command/command.h"
#include "command/form.h"
#include "command/table.h"

enum {
    KEY_FROM = 256,
    KEY_TO,
    KEY_DOCKET,
    KEY_PERSON,
    KEY_REASON,
    KEY_HEAD,
    KEY_AS,
    KEY_KEY,
    KEY_CERT,
    KEY_PUBLIC,
    KEY_XML
};

static const struct option_spec options[] = {
    {KEY_FROM, "from", "N|DATE",
     "export: begin with event N; others: from that day (tours: 30 days, figures: this year)"},
    {KEY_TO, "to", "DATE", "tours, figures, extract: up to that day (default: today)"},
    {KEY_DOCKET, "docket", "DOCKET", "extract: of this docket"},
    {KEY_PERSON, "person", "ID", "extract: of what this person did"},
    {KEY_REASON, "reason", "TEXT", "extract: what the audit is for; acknowledge: why; recorded"},
    {KEY_HEAD, "head", "FILE",
     "verify: hold the log against this head first, kept elsewhere (FILE.p7s beside it)"},
    {KEY_AS, "as", "PERSON", "acknowledge: your id in the roster"},
    {KEY_KEY, "key", "FILE", "acknowledge: your key, or the URI of one"},
    {KEY_CERT, "cert", "FILE", "acknowledge: your certificate"},
    {KEY_PUBLIC, "public", NULL, "figures: the edition for the public"},
    {KEY_XML, "xml", NULL, "tours: the report as XML"},
    {'j', "json", NULL, "all but export: the answer as one JSON object"},
    {0, NULL, NULL, NULL},
};

/* What the command line says, by option. */
struct wishes {
    const char *texts[KEY_CERT - KEY_FROM + 1];
    bool public_edition, xml, json;
    const char *file; /* the operand of import-looks */
};

static const char *wish(const struct wishes *wishes, int key)
{
    return wishes->texts[key - KEY_FROM];
}

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
    if (verification->progress) {
        fprintf(stderr, "\r");
        fprintf(stderr, _("%lld events, %lld objects, %lld MiB "),
                (long long)json_whole(verification->report, "events", 0),
                (long long)json_whole(verification->report, "objects", 0),
                (long long)json_whole(verification->report, "bytes", 0) >> 20);
    }
    return true;
}

static bool print_problems(const json_t *report, struct error *error)
{
    struct table table = TABLE_OF(N_("PROBLEM"), N_("SUBJECT"), N_("WHAT"));
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

static bool run_verify(struct site *site, const struct wishes *wishes, struct error *error)
{
    bool json = wishes->json;
    size_t i;
    const json_t *path;
    struct verification verification = {.progress = isatty(STDERR_FILENO) == 1};
    /* First of all: a log that was written anew from an old event on is whole in itself. */
    if (wish(wishes, KEY_HEAD) != NULL && !audit_head_check(site, wish(wishes, KEY_HEAD), json, error))
        return false;
    bool done = record_ask_all(site, "audit-verify", NULL, take_report, &verification, error) &&
                audit_published(site, verification.report, error);
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
        printf(_("%s%lld events checked, head %s\n%lld objects checked, %lld bytes, %lld disposed of\n%lld "
                 "gallery segments checked\n%lld published files compared\n"),
               problems > 0 ? "\n" : "", (long long)json_whole(report, "events", 0), json_text(head, "hash"),
               (long long)json_whole(report, "objects", 0), (long long)json_whole(report, "bytes", 0),
               (long long)json_whole(report, "disposed", 0), (long long)json_whole(report, "segments", 0),
               (long long)json_whole(report, "published", 0));
        if (json_whole(report, "unread", 0) > 0)
            printf(_("%lld published files NOT compared: this account may not read them\n"),
                   (long long)json_whole(report, "unread", 0));
        json_array_foreach(json_object_get(report, "changed"), i, path)
            printf(_("%s was changed since the last start: not what is in the log (leadspool check)\n"),
                   json_string_value(path));
        json_array_foreach(json_object_get(report, "unlooked"), i, path)
            printf(_("var/casebook/%s.db is too large to be looked at as a file while a daemon runs: verify "
                     "a restored backup\n"),
                   json_string_value(path));
        puts(problems == 0 ? _("The record is whole.") : _("The record is NOT whole."));
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

static bool run_export(struct site *site, const struct wishes *wishes, struct error *error)
{
    long first = 1;
    const char *from = wish(wishes, KEY_FROM);
    if (from != NULL && !option_whole("from", from, 1, 999999999, &first, error))
        return false;
    return record_ask_all(site, "audit-export", json_pack("{s:I}", "from", (json_int_t)first), take_lines,
                          NULL, error);
}

static bool run_tours(struct site *site, const struct wishes *wishes, struct error *error)
{
    return audit_tours(site, wish(wishes, KEY_FROM), wish(wishes, KEY_TO), wishes->json, wishes->xml, error);
}

static bool run_figures(struct site *site, const struct wishes *wishes, struct error *error)
{
    return audit_figures(site, wish(wishes, KEY_FROM), wish(wishes, KEY_TO), wishes->public_edition,
                         wishes->json, error);
}

static bool run_extract(struct site *site, const struct wishes *wishes, struct error *error)
{
    static const char *const names[] = {"from", "to", "docket", "person", "reason"};
    json_t *arguments = json_object();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wishes->texts[i] != NULL && !form_text(arguments, names[i], wishes->texts[i], error)) {
            json_decref(arguments);
            return false;
        }
    return audit_extract(site, arguments, wishes->json, error);
}

static bool run_head(struct site *site, const struct wishes *wishes, struct error *error)
{
    return audit_head(site, wishes->json, error);
}

static bool run_acknowledge(struct site *site, const struct wishes *wishes, struct error *error)
{
    const struct audit_acknowledgement acknowledgement = {.person = wish(wishes, KEY_AS),
                                                          .key = wish(wishes, KEY_KEY),
                                                          .certificate = wish(wishes, KEY_CERT),
                                                          .reason = wish(wishes, KEY_REASON)};
    return audit_acknowledge(site, &acknowledgement, error);
}

static bool run_import_looks(struct site *site, const struct wishes *wishes, struct error *error)
{
    return audit_import_looks(site, wishes->file, wishes->json, error);
}

#define TAKES(key) (1u << ((key)-KEY_FROM))
#define DAYS (TAKES(KEY_FROM) | TAKES(KEY_TO))

static const struct part {
    const char *name;
    unsigned takes; /* options; all take -j but export */
    bool (*run)(struct site *site, const struct wishes *wishes, struct error *error);
} parts[] = {
    {"verify", TAKES(KEY_HEAD), run_verify},
    {"head", 0, run_head},
    {"acknowledge", TAKES(KEY_AS) | TAKES(KEY_KEY) | TAKES(KEY_CERT) | TAKES(KEY_REASON), run_acknowledge},
    {"export", TAKES(KEY_FROM), run_export},
    {"tours", DAYS | TAKES(KEY_XML), run_tours},
    {"figures", DAYS | TAKES(KEY_PUBLIC), run_figures},
    {"extract", DAYS | TAKES(KEY_DOCKET) | TAKES(KEY_PERSON) | TAKES(KEY_REASON), run_extract},
    {"import-looks", 0, run_import_looks}};

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct site site;
    struct wishes wishes = {.json = false};
    unsigned said = 0;
    int key;
    while ((key = option_next(&command_audit, invocation, argc, argv, error)) > OPTION_END) {
        said |= key == 'j' ? 0 : TAKES(key);
        if (key <= KEY_CERT && key >= KEY_FROM)
            wishes.texts[key - KEY_FROM] = optarg;
        invocation->json |= key == 'j';
        wishes.public_edition |= key == KEY_PUBLIC;
        wishes.xml |= key == KEY_XML;
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    wishes.json = invocation->json;
    const char *what = optind < argc ? argv[optind] : "";
    const struct part *part = NULL;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i].name, what) == 0)
            part = &parts[i];
    bool imports = part != NULL && part->run == run_import_looks;
    if (part == NULL || optind + (imports ? 2 : 1) != argc)
        return error_set(
            error, FAULT_USAGE,
            "say audit verify, export, head, acknowledge, tours, figures, extract or import-looks FILE");
    wishes.file = argv[argc - 1];
    for (const struct option_spec *option = options; option->name != NULL; option++)
        if (option->key != 'j' && (said & TAKES(option->key) & ~part->takes) != 0)
            return error_set(error, FAULT_USAGE, "--%s does not belong to audit %s", option->name,
                             part->name);
    if (!invocation_open(invocation, &site, error))
        return false;
    bool done = part->run(&site, &wishes, error);
    invocation_close(&site);
    return done;
}

const struct command command_audit = {
    .name = "audit",
    .arguments = "verify [--head FILE] [-j] | export [--from N] | head [-j] | "
                 "acknowledge --as PERSON --key FILE --cert FILE --reason TEXT | tours [--from DATE] [--to "
                 "DATE] [--xml | -j] | "
                 "figures [--from DATE] [--to DATE] [--public] [-j] | "
                 "extract [--docket DOCKET] [--person ID] [--from DATE] [--to DATE] --reason TEXT [-j] | "
                 "import-looks FILE [-j]",
    .purpose = "Verify the record, export its events, list tours not inspected, issue figures and extracts, "
               "take over looks",
    .options = options,
    .run = run,
};
