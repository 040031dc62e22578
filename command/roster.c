/*
 * leadspool roster: who is on it, what each may sign now, and what runs out; people added, retired, given another
 * certificate.
 *
 * Guarantees: prints what the record answers. Changes roster.xml alone, which a daemon notices (command/roster_edit.c).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "command/command.h"
#include "command/roster_edit.h"
#include "command/table.h"

enum {
    KEY_EXPIRING = 256,
    KEY_NAME,
    KEY_ACCOUNT,
    KEY_SHIELD,
    KEY_RANK,
    KEY_ROLE,
    KEY_SUPERVISOR,
    KEY_TRAINED,
    DAYS_MOST = 3650
};

static const struct option_spec options[] = {
    {KEY_EXPIRING, "expiring", "DAYS", "only what runs out within so many days, or has"},
    {KEY_NAME, "name", "TEXT", "add: the person's name, as documents print it"},
    {KEY_ACCOUNT, "account", "NAME", "add: the account that owns what the person drops"},
    {KEY_SHIELD, "shield", "TEXT", "add: shield number"},
    {KEY_RANK, "rank", "NUMBER", "add: rank, higher outranks lower"},
    {KEY_ROLE, "role", "ROLE", "add: a role; more than once for several"},
    {KEY_SUPERVISOR, "supervisor", "PERSON", "add: whose final review an investigator's work gets"},
    {KEY_TRAINED, "trained-until", "DATE", "add: when the training runs out"},
    {'c', "cert", "FILE", "add, certificate: the person's certificate (PEM)"},
    {'n', "dry-run", NULL, "say what would be changed, and change nothing"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

static void add_list(struct table *table, const json_t *list)
{
    struct text words = TEXT_EMPTY;
    size_t i;
    json_t *word;
    json_array_foreach(list, i, word)
        text_format(&words, "%s%s", i == 0 ? "" : ", ", json_string_value(word));
    table_add(table, words.bytes == NULL ? "-" : words.bytes);
    text_free(&words);
}

static void add_day(struct table *table, const char *utc)
{
    char text[MOMENT_SIZE];
    char *day = text_formatted("%.10s", moment_local(utc, text));
    table_add(table, day);
    free(day);
}

static bool print_people(const json_t *answer, struct error *error)
{
    struct table table = TABLE_OF(N_("PERSON"), N_("ROLES"), N_(">RANK"), N_("SUPERVISOR"),
                                  N_("TRAINED UNTIL"), N_("CERTIFICATE UNTIL"), N_("SIGNS NOW"));
    size_t i;
    const json_t *one;
    json_array_foreach(json_object_get(answer, "people"), i, one)
    {
        table_add(&table, json_text(one, "person"));
        add_list(&table, json_object_get(one, "roles"));
        table_add_whole(&table, json_whole(one, "rank", 0));
        table_add(&table, json_text_or_null(one, "supervisor"));
        add_day(&table, json_text(one, "trainedUntil"));
        add_day(&table, json_text(one, "certificateUntil"));
        if (json_text_or_null(one, "suspendedSince") != NULL)
            table_add(&table, "suspended");
        else
            add_list(&table, json_object_get(one, "signs"));
    }
    if (!table_print(&table, stdout, _("the roster is empty"), error))
        return false;
    json_array_foreach(json_object_get(answer, "trust"), i, one)
    {
        char until[MOMENT_SIZE];
        printf("%s%s (%s): %s%s\n", i == 0 ? "\n" : "", json_text(one, "what"), json_text(one, "file"),
               json_text_or_null(one, "text") != NULL ? json_text(one, "text")
               : json_flag(one, "over")               ? "OVER, since "
                                                      : "until ",
               json_text_or_null(one, "text") != NULL ? "" : moment_local(json_text(one, "until"), until));
    }
    struct table vacant = TABLE_OF(N_("NOBODY HOLDS"));
    if (json_array_size(json_object_get(answer, "vacant")) > 0) {
        printf("\n");
        add_list(&vacant, json_object_get(answer, "vacant"));
        if (!table_print(&vacant, stdout, "", error))
            return false;
    }
    json_array_foreach(json_object_get(answer, "problems"), i, one)
        printf("%s- %s\n", i == 0 ? _("\nProblems:\n") : "", json_string_value(one));
    return true;
}

static bool print_expiring(const json_t *answer, bool json, struct error *error)
{
    struct table table = TABLE_OF(N_("WHAT"), N_("WHOSE"), N_("UNTIL"), "");
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(answer, "expiring"), i, one)
    {
        if (json && !print_json(one, error))
            return false;
        table_add(&table, json_text(one, "what"));
        table_add(&table, json_text(one, "who"));
        add_day(&table, json_text(one, "until"));
        table_add(&table, json_flag(one, "over") ? "over" : "");
    }
    if (json)
        return true;
    return table_print(&table, stdout, _("nothing runs out"), error);
}

static bool take(struct roster_edit *edit, int key, struct error *error)
{
    const char **values[] = {[KEY_NAME - KEY_NAME] = &edit->name,
                             [KEY_ACCOUNT - KEY_NAME] = &edit->account,
                             [KEY_SHIELD - KEY_NAME] = &edit->shield,
                             [KEY_RANK - KEY_NAME] = &edit->rank,
                             [KEY_SUPERVISOR - KEY_NAME] = &edit->supervisor,
                             [KEY_TRAINED - KEY_NAME] = &edit->trained_until};
    if (key == 'n')
        edit->dry = true;
    else if (key == 'c')
        edit->certificate = optarg;
    else if (key != KEY_ROLE)
        *values[key - KEY_NAME] = optarg;
    else if (edit->role_count == ROSTER_EDIT_ROLES)
        return error_set(error, FAULT_USAGE, "--role: at most %d", ROSTER_EDIT_ROLES);
    else
        edit->roles[edit->role_count++] = optarg;
    return true;
}

static bool print(struct site *site, const struct invocation *invocation, long days, struct error *error)
{
    json_t *answer = NULL, *arguments = days < 0 ? NULL : json_pack("{s:I}", "days", (json_int_t)days);
    bool done = record_ask(site, "roster", arguments, &answer, error);
    if (done && days >= 0)
        done = print_expiring(answer, invocation->json, error);
    else if (done)
        done = invocation->json ? print_json(answer, error) : print_people(answer, error);
    json_decref(answer);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct site site;
    struct roster_edit edit = {0};
    long days = -1;
    int key;
    while ((key = option_next(&command_roster, invocation, argc, argv, error)) > OPTION_END)
        if (key == 'j')
            invocation->json = true;
        else if (key == KEY_EXPIRING ? !option_whole("expiring", optarg, 0, DAYS_MOST, &days, error)
                                     : !take(&edit, key, error))
            return false;
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (optind < argc)
        edit.verb = argv[optind++];
    if (optind < argc)
        edit.person = argv[optind++];
    if (!operands_none("roster", argc, argv, error) || !invocation_open(invocation, &site, error))
        return false;
    bool done = edit.verb == NULL ? print(&site, invocation, days, error) : roster_edit(&site, &edit, error);
    invocation_close(&site);
    return done;
}

const struct command command_roster = {
    .name = "roster",
    .arguments = "[--expiring DAYS] [-j] | add PERSON … | retire PERSON | certificate PERSON -c FILE",
    .purpose = "List the people, what each may sign now, and what runs out; add or retire one",
    .options = options,
    .run = run,
};
