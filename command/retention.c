/*
 * leadspool retention: the schedule, what is due, legal holds of dockets, disposals (R38).
 *
 * Guarantees: nothing is destroyed by a command: what is ordered here is signed, and the record judges it.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "command/retention_order.h"
#include "command/table.h"

enum { KEY_CITATION = 256, KEY_AS_OF, KEY_DECIDED, KEY_TO, DECIDED_MOST = 1000 };

static const struct option_spec options[] = {
    {KEY_AS_OF, "as-of", "DATE", "dry-run: what is due on that day (default: today)"},
    {'r', "reason", "TEXT", "hold, release, dispose: why"},
    {KEY_CITATION, "citation", "TEXT", "hold, release, dispose: the law, order or schedule it rests on"},
    {KEY_DECIDED, "decided", "ID", "dispose: a record that was reviewed or returned; may be repeated"},
    {KEY_TO, "to", "FOLDER", "dispose: a new folder for the order, which a second person then approves"},
    {'a', "as", "PERSON", "who signs, as the roster names them"},
    {'k', "key", "FILE", "their key, PEM, or the URI of a token's"},
    {'c', "cert", "FILE", "their certificate, PEM"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

struct wishes {
    struct invocation *invocation;
    const char *as_of, *reason, *citation, *folder, *person, *key, *certificate;
    const char *decided[DECIDED_MOST];
    size_t decided_count;
    char **operands;
    int count;
};

/* --- questions --- */

static bool take_last(void *context, const json_t *answer, struct error *error)
{
    json_t **last = context;
    (void)error;
    json_decref(*last);
    *last = json_incref((json_t *)(uintptr_t)answer);
    return true;
}

static bool print_due(const json_t *answer, struct error *error)
{
    static const char *const members[] = {"id", "class", "at", "due", "action", "citation"};
    struct table table =
        TABLE_OF(N_("RECORD"), N_("CLASS"), N_("BEGAN"), N_("DUE"), N_("ACTION"), N_("UNDER"));
    const json_t *list = json_object_get(answer, "dryRun"), *entries = json_object_get(list, "entries"),
                 *entry;
    size_t i;
    json_array_foreach(entries, i, entry)
    {
        for (size_t j = 0; j < sizeof members / sizeof *members; j++) {
            char began[16];
            snprintf(began, sizeof began, "%.10s", json_text(entry, members[j]));
            table_add(&table, strcmp(members[j], "at") == 0 ? began : json_text(entry, members[j]));
        }
    }
    if (!table_print(&table, stdout, _("Nothing is due."), error))
        return false;
    if (json_array_size(entries) == 0)
        return true;
    printf(_("\n%zu due as of %s"), json_array_size(entries), json_text(list, "asOf"));
    if (json_whole(list, "beyond", 0) > 0)
        printf(_(", %lld more for the next list"), (long long)json_whole(list, "beyond", 0));
    printf(_(".\nNothing was done. "));
    if (json_flag(answer, "orderable"))
        printf(_("To dispose of it within a month: leadspool retention dispose\n%s\n"),
               json_text(list, "list"));
    else
        puts(_("That day is still to come: this list cannot be ordered."));
    return true;
}

static bool dry_run(struct site *site, const struct wishes *wishes, struct error *error)
{
    json_t *answer = NULL, *arguments = json_pack("{ss*}", "asOf", wishes->as_of);
    bool done = record_ask_all(site, "retention-dry-run", arguments, take_last, &answer, error);
    if (done)
        done = wishes->invocation->json ? print_json(answer, error) : print_due(answer, error);
    json_decref(answer);
    return done;
}

static bool print_schedule(const json_t *answer, struct error *error)
{
    static const char *const rules[] = {"class", "period", "from", "action", "citation"};
    static const char *const orders[] = {"disposal", "at", "by", "approvedBy"};
    struct table schedule = TABLE_OF(N_("CLASS"), N_("KEPT"), N_("FROM"), N_("THEN"), N_("UNDER"));
    struct table disposals =
        TABLE_OF(N_("DISPOSAL"), N_("ORDERED"), N_("BY"), N_("APPROVED BY"), N_(">RECORDS"), N_("STATE"));
    const json_t *row;
    size_t i;
    json_array_foreach(json_object_get(answer, "schedule"), i,
                       row) for (size_t j = 0; j < sizeof rules / sizeof *rules; j++)
        table_add(&schedule, json_text(row, rules[j]));
    json_array_foreach(json_object_get(answer, "disposals"), i, row)
    {
        for (size_t j = 0; j < sizeof orders / sizeof *orders; j++) {
            char day[16];
            snprintf(day, sizeof day, "%.10s", json_text(row, orders[j]));
            table_add(&disposals, j == 1 ? day : json_text(row, orders[j]));
        }
        table_add_whole(&disposals, json_whole(row, "entries", 0));
        table_add(&disposals, json_flag(row, "done") ? "done" : _("under way"));
    }
    if (!table_print(&schedule, stdout, _("site.xml has no retention schedule: nothing is ever due."), error))
        return false;
    if (json_array_size(json_object_get(answer, "disposals")) == 0)
        return table_print(&disposals, stdout, "", error);
    putchar('\n');
    return table_print(&disposals, stdout, "", error);
}

static bool list(struct site *site, const struct wishes *wishes, struct error *error)
{
    json_t *answer = NULL;
    bool done = record_ask(site, "retention-list", NULL, &answer, error);
    if (done)
        done = wishes->invocation->json ? print_json(answer, error) : print_schedule(answer, error);
    json_decref(answer);
    return done;
}

/* JSON lines whether asked for or not: a program reads them. */
static bool print_rows(void *context, const json_t *answer, struct error *error)
{
    size_t i;
    const json_t *row;
    (void)context;
    json_array_foreach(json_object_get(answer, "rows"), i, row)
    {
        if (!print_json(row, error))
            return false;
    }
    return true;
}

static bool since(struct site *site, const struct wishes *wishes, struct error *error)
{
    long event = 0;
    if (wishes->count != 1)
        return error_set(error, FAULT_USAGE, "say the number of the last event the backup has");
    return option_whole("since", wishes->operands[0], 0, 2000000000, &event, error) &&
           record_ask_all(site, "retention-since", json_pack("{sI}", "since", (json_int_t)event), print_rows,
                          NULL, error);
}

/* --- orders --- */

static bool order(const struct wishes *wishes, const char *kind, struct error *error)
{
    bool disposes = strcmp(kind, "dispose") == 0;
    struct retention_order order = {.kind = kind,
                                    .person = wishes->person,
                                    .key = wishes->key,
                                    .certificate = wishes->certificate,
                                    .reason = wishes->reason,
                                    .citation = wishes->citation,
                                    .ids = disposes ? wishes->decided : (const char *const *)wishes->operands,
                                    .id_count = disposes ? wishes->decided_count : (size_t)wishes->count,
                                    .folder = wishes->folder};
    if (wishes->person == NULL || wishes->reason == NULL || wishes->citation == NULL)
        return error_set(error, FAULT_USAGE,
                         "say --reason, --citation, and who signs: --as PERSON --key FILE --cert FILE");
    if (disposes ? wishes->count != 1 : wishes->count < 1)
        return error_set(error, FAULT_USAGE,
                         disposes ? "say the digest that leadspool retention dry-run printed"
                                  : "say the dockets");
    if (disposes && wishes->folder == NULL)
        return error_set(error, FAULT_USAGE,
                         "say --to FOLDER: the order waits there for the legal bureau's signature");
    order.list = disposes ? wishes->operands[0] : NULL;
    return retention_order_send(wishes->invocation, &order, error);
}

static bool approve(const struct wishes *wishes, struct error *error)
{
    return wishes->count == 1 ? retention_order_approve(wishes->invocation, wishes->operands[0], wishes->key,
                                                        wishes->certificate, error)
                              : error_set(error, FAULT_USAGE, "say the folder that holds the order");
}

static bool ask(struct wishes *wishes, const char *verb, struct error *error)
{
    static const struct {
        const char *verb;
        bool (*run)(struct site *site, const struct wishes *wishes, struct error *error);
    } questions[] = {{"list", list}, {"dry-run", dry_run}, {"since", since}};
    struct site site;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (strcmp(questions[i].verb, verb) == 0) {
            if (!invocation_open(wishes->invocation, &site, error))
                return false;
            bool done = questions[i].run(&site, wishes, error);
            invocation_close(&site);
            return done;
        }
    return error_set(error, FAULT_USAGE,
                     "say retention list, dry-run, hold, release, dispose, approve or since");
}

static bool take(struct wishes *wishes, int key, struct error *error)
{
    const char **place = key == 'r'            ? &wishes->reason
                         : key == 'a'          ? &wishes->person
                         : key == 'k'          ? &wishes->key
                         : key == 'c'          ? &wishes->certificate
                         : key == KEY_CITATION ? &wishes->citation
                         : key == KEY_AS_OF    ? &wishes->as_of
                         : key == KEY_TO       ? &wishes->folder
                                               : NULL;
    if (place != NULL)
        *place = optarg;
    else if (key == 'j')
        wishes->invocation->json = true;
    else if (wishes->decided_count < DECIDED_MOST)
        wishes->decided[wishes->decided_count++] = optarg;
    else
        return error_set(error, FAULT_USAGE, "one order names at most %d records", DECIDED_MOST);
    return true;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct wishes *wishes = calloc(1, sizeof *wishes);
    bool done = wishes != NULL || error_set(error, FAULT_TEMPORARY, "out of memory");
    int key = OPTION_WRONG;
    if (wishes != NULL)
        wishes->invocation = invocation;
    while (done && (key = option_next(&command_retention, invocation, argc, argv, error)) > OPTION_END)
        done = take(wishes, key, error);
    if (done && key != OPTION_END)
        done = key == OPTION_HELP;
    else if (done) {
        const char *verb = optind < argc ? argv[optind] : "";
        wishes->operands = argv + optind + 1;
        wishes->count = argc - optind - 1;
        if (strcmp(verb, "hold") == 0 || strcmp(verb, "release") == 0 || strcmp(verb, "dispose") == 0)
            done = order(wishes, verb, error);
        else
            done = strcmp(verb, "approve") == 0 ? approve(wishes, error) : ask(wishes, verb, error);
    }
    free(wishes);
    return done;
}

const struct command command_retention = {
    .name = "retention",
    .arguments =
        "list | dry-run | hold DOCKET… | release DOCKET… | dispose LIST | approve FOLDER | since EVENT",
    .purpose = "How long what is kept, what is due, legal holds and disposals",
    .options = options,
    .run = run,
};
