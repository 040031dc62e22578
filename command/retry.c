/*
 * leadspool retry: free work that is stuck after its attempts.
 *
 * Guarantees: what is not stuck stays as it is. Does not repair what made it stick; `leadspool why` says
 * what that was.
 */
#include <getopt.h>
#include <stdio.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "command/form.h"

enum { KEY_ALL = 256 };

static const struct option_spec options[] = {
    {KEY_ALL, "all", NULL, "free everything that is stuck"},
    {'j', "json", NULL, "one JSON object for each thing freed"},
    {0, NULL, NULL, NULL},
};

static bool free_one(struct site *site, const char *id, bool json, struct error *error)
{
    json_t *arguments = json_object(), *answer = NULL, *row;
    size_t i;
    bool done =
        id != NULL ? form_text(arguments, "id", id, error) : form_put(arguments, "all", json_true(), error);
    if (!done) {
        json_decref(arguments);
        return false;
    }
    if (!record_ask(site, "retry", arguments, &answer, error))
        return false;
    json_array_foreach(json_object_get(answer, "freed"), i, row)
    {
        if (json)
            done = done && print_json(row, error);
        else
            printf(_("freed %s %s\n"), json_text(row, "what"), json_text(row, "id"));
    }
    if (!json && json_array_size(json_object_get(answer, "freed")) == 0)
        printf(_("%s%snothing is stuck\n"), id != NULL ? id : "", id != NULL ? ": " : "");
    json_decref(answer);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct operands ids = {0};
    struct site site;
    bool all = false;
    int key;
    while ((key = option_next(&command_retry, invocation, argc, argv, error)) > OPTION_END) {
        all = all || key == KEY_ALL;
        invocation->json = invocation->json || key == 'j';
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (!operands_read(argc, argv, &ids, error))
        return false;
    bool done = all != (ids.count > 0) ||
                error_set(error, FAULT_USAGE, "say the dockets or outbox rows to free, or --all");
    if (done && (done = invocation_open(invocation, &site, error))) {
        if (all)
            done = free_one(&site, NULL, invocation->json, error);
        for (size_t i = 0; i < ids.count && done; i++)
            done = free_one(&site, ids.texts[i], invocation->json, error);
        invocation_close(&site);
    }
    operands_free(&ids);
    return done;
}

const struct command command_retry = {
    .name = "retry",
    .arguments = "ID… | - | --all",
    .purpose = "Free work that is stuck after its attempts",
    .options = options,
    .run = run,
};
