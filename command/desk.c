/*
 * leadspool desk: what waits for me, and saying that I am at it.
 *
 * Guarantees: prints what the record answers, oldest first. Does not judge who may take what: the record does.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "command/command.h"
#include "command/form.h"
#include "command/table.h"
#include "command/work_item.h"

enum { KEY_ALL = 256, KEY_AS, KEY_STAGE };

enum verb { VERB_LIST, VERB_CLAIM, VERB_DROP, VERB_RECUSE };

static const struct option_spec options[] = {
    {KEY_ALL, "all", NULL, "also what others have to take, and why not you"},
    {KEY_AS, "as", "PERSON", "the desk of this person (the service account and root)"},
    {KEY_STAGE, "stage", "STAGE",
     "only one stage: hold, intake, investigation, background, peer, supervision"},
    {'r', "reason", "TEXT", "recuse: why you take no part in it; kept in the docket"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

static bool take(void *context, const json_t *answer, struct error *error)
{
    json_t *rows = context;
    return json_array_extend(rows, json_object_get(answer, "rows")) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory for the desk");
}

/* Times in UTC text sort as they are. */
static int by_age(const void *left, const void *right)
{
    const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
    int order = strcmp(json_text(a, "opened"), json_text(b, "opened"));
    return order != 0 ? order : strcmp(json_text(a, "item"), json_text(b, "item"));
}

static void add_names(struct text *words, const json_t *list)
{
    size_t i;
    json_t *name;
    json_array_foreach(list, i, name) text_format(words, "%s%s", i == 0 ? "" : ", ", json_string_value(name));
    if (json_array_size(list) == 0)
        text_add(words, _("nobody is eligible"));
}

/* For one person: whether they may; for everybody's list: who may. */
static void add_who(struct table *table, const json_t *row)
{
    struct text words = TEXT_EMPTY;
    if (json_object_get(row, "eligible") != NULL)
        add_names(&words, json_object_get(row, "eligible"));
    else if (json_flag(row, "may"))
        text_add(&words, "you");
    else
        text_format(&words, _("not you: %s"), json_text(row, "why"));
    table_add(table, words.bytes);
    text_free(&words);
}

static void add_row(struct table *table, const json_t *row)
{
    char waited[MOMENT_SIZE], until[MOMENT_SIZE];
    const json_t *claim = json_object_get(row, "claim");
    table_add(table, moment_span(json_whole(row, "waited", 0), waited));
    table_add(table, json_text(row, "lane"));
    table_add(table, json_text(row, "stage"));
    table_add(table, json_text(row, "item"));
    add_who(table, row);
    char *at = claim == NULL ? NULL
                             : text_formatted(_("%s until %s"), json_text(claim, "by"),
                                              moment_local(json_text(claim, "until"), until));
    table_add(table, at == NULL ? "-" : at);
    free(at);
    table_add(table, json_text(row, "directory"));
}

static bool print_rows(json_t *rows, bool json, const char *none, struct error *error)
{
    struct table table =
        TABLE_OF(N_("WAITS"), N_("LANE"), N_("STAGE"), N_("ITEM"), N_("FOR"), N_("AT IT"), N_("DIRECTORY"));
    size_t count = json_array_size(rows);
    json_t **sorted = calloc(count + 1, sizeof *sorted);
    bool done = sorted != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for the desk");
    for (size_t i = 0; done && i < count; i++)
        sorted[i] = json_array_get(rows, i);
    if (done)
        qsort(sorted, count, sizeof *sorted, by_age);
    for (size_t i = 0; done && i < count; i++) {
        if (json)
            done = print_json(sorted[i], error);
        else
            add_row(&table, sorted[i]);
    }
    if (done && !json)
        done = table_print(&table, stdout, none, error);
    free(sorted);
    return done;
}

static bool list(struct site *site, json_t *arguments, bool json, struct error *error)
{
    json_t *rows = json_array();
    bool done = record_ask_all(site, "desk", arguments, take, rows, error) &&
                print_rows(rows, json, _("nothing waits for you"), error);
    json_decref(rows);
    return done;
}

/* An id as it is; a folder or an item.xml says which item it is. */
static bool name_item(struct site *site, const char *operand, json_t *arguments, struct error *error)
{
    json_t *item = NULL;
    if (strchr(operand, '/') == NULL)
        return form_text(arguments, "item", operand, error);
    if (!work_item_read(site->path, operand, &item, error))
        return false;
    char *id =
        text_formatted("%s-%s-%lld-%lld", json_text(item, "docket"), json_text(item, "stage"),
                       (long long)json_whole(item, "round", 0), (long long)json_whole(item, "slot", 0));
    bool done = id != NULL && form_text(arguments, "item", id, error);
    free(id);
    json_decref(item);
    return done;
}

static bool claim(struct site *site, const json_t *base, const char *operand, bool json, struct error *error)
{
    json_t *arguments = json_deep_copy(base), *answer = NULL;
    char until[MOMENT_SIZE];
    if (!name_item(site, operand, arguments, error)) {
        json_decref(arguments);
        return false;
    }
    if (!record_ask(site, "desk-claim", arguments, &answer, error))
        return false;
    bool done = true;
    if (json)
        done = print_json(answer, error);
    else if (json_text_or_null(answer, "until") != NULL)
        printf(_("%s is at %s until %s\n"), json_text(answer, "by"), json_text(answer, "item"),
               moment_local(json_text(answer, "until"), until));
    else
        printf(_("%s is no longer at %s\n"), json_text(answer, "by"), json_text(answer, "item"));
    json_decref(answer);
    return done;
}

static bool recuse(struct site *site, const json_t *base, const char *docket, bool json, struct error *error)
{
    json_t *arguments = json_deep_copy(base), *answer = NULL;
    if (!form_text(arguments, "docket", docket, error)) {
        json_decref(arguments);
        return false;
    }
    if (!record_ask(site, "desk-recuse", arguments, &answer, error))
        return false;
    bool done = !json || print_json(answer, error);
    if (!json)
        printf(_("%s takes no further part in %s\n"), json_text(answer, "by"), json_text(answer, "docket"));
    json_decref(answer);
    return done;
}

static bool take_verb(const char *word, enum verb *verb, struct error *error)
{
    static const char *const words[] = {
        [VERB_CLAIM] = "claim", [VERB_DROP] = "drop", [VERB_RECUSE] = "recuse"};
    for (int i = VERB_CLAIM; i <= VERB_RECUSE; i++)
        if (strcmp(words[i], word) == 0) {
            *verb = (enum verb)i;
            return true;
        }
    return error_set(error, FAULT_USAGE, "desk knows claim, drop and recuse, not \"%s\"", word);
}

static bool take_option(json_t *arguments, int key, struct error *error)
{
    switch (key) {
    case 'r':
        return form_text(arguments, "reason", optarg, error);
    case KEY_ALL:
        return form_put(arguments, "all", json_true(), error);
    case KEY_AS:
        return form_text(arguments, "as", optarg, error);
    default:
        return form_text(arguments, "stage", optarg, error);
    }
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    json_t *arguments = json_object();
    struct operands words = {0};
    struct site site;
    bool done = false;
    int key;
    while ((key = option_next(&command_desk, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'j')
            invocation->json = true;
        else if (!take_option(arguments, key, error))
            goto done;
    }
    if (key != OPTION_END) {
        done = key == OPTION_HELP;
        goto done;
    }
    enum verb verb = VERB_LIST;
    if (optind < argc && !take_verb(argv[optind++], &verb, error))
        goto done;
    if (!operands_read(argc, argv, &words, error))
        goto done;
    if (verb != VERB_LIST && words.count == 0) {
        error_set(error, FAULT_USAGE,
                  verb == VERB_RECUSE ? "say which docket" : "say which item: its id or its folder");
        goto done;
    }
    if (verb == VERB_DROP)
        json_put_flag(arguments, "drop", true);
    if (!invocation_open(invocation, &site, error))
        goto done;
    done = verb != VERB_LIST || list(&site, json_incref(arguments), invocation->json, error);
    for (size_t i = 0; done && i < words.count; i++)
        done =
            (verb == VERB_RECUSE ? recuse : claim)(&site, arguments, words.texts[i], invocation->json, error);
    invocation_close(&site);
done:
    operands_free(&words);
    json_decref(arguments);
    return done;
}

const struct command command_desk = {
    .name = "desk",
    .arguments = "[--all] [--stage STAGE] [--as PERSON] [-j]\n"
                 "       leadspool desk claim ITEM… [--as PERSON]\n"
                 "       leadspool desk drop ITEM… [--as PERSON]\n"
                 "       leadspool desk recuse DOCKET… --reason TEXT [--as PERSON]",
    .purpose = "List what waits for you, oldest first; say that you are at an item",
    .options = options,
    .run = run,
};
