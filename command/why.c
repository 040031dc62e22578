/*
 * leadspool why: in words, what something waits for.
 */
#include <getopt.h>
#include <stdio.h>

#include "base/json.h"
#include "command/command.h"
#include "command/form.h"
#include "command/table.h"

static const struct option_spec options[] = {
    {'r', "reason", "TEXT", "why you look at a docket you are not assigned to; recorded"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

/* Line by line, made safe for a terminal: reasons quote what senders wrote. */
static void print_words(const char *words)
{
    char line[2000], shown[4000];
    while (*words != '\0') {
        size_t length = 0;
        while (words[length] != '\0' && words[length] != '\n' && length + 1 < sizeof line)
            length++;
        snprintf(line, sizeof line, "%.*s", (int)length, words);
        printf("%s\n", text_shown(line, shown, sizeof shown));
        words += length + (words[length] == '\n' ? 1 : 0);
    }
}

static bool say(struct site *site, const char *id, const char *reason, bool json, struct error *error)
{
    json_t *arguments = json_object(), *answer = NULL;
    json_put_text(arguments, "id", id);
    json_put_text(arguments, "reason", reason);
    if (!record_ask(site, "why", arguments, &answer, error))
        return error_context(error, "%s", id);
    bool done = true;
    if (json)
        done = print_json(answer, error);
    else
        print_words(json_text(answer, "text"));
    json_decref(answer);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct operands ids = {0};
    struct site site;
    const char *reason = NULL;
    int key;
    while ((key = option_next(&command_why, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'r')
            reason = optarg;
        else
            invocation->json = true;
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (!operands_read(argc, argv, &ids, error))
        return false;
    if (ids.count == 0)
        return error_set(error, FAULT_USAGE,
                         "say an id: a docket, an item, a request, a claim or an outbox row");
    bool done = invocation_open(invocation, &site, error);
    if (done) {
        for (size_t i = 0; i < ids.count && done; i++)
            done = say(&site, ids.texts[i], reason, invocation->json, error);
        invocation_close(&site);
    }
    operands_free(&ids);
    return done;
}

const struct command command_why = {
    .name = "why",
    .arguments = "[--reason TEXT] ID… | -",
    .purpose = "Say in words what a docket, a drop or a document waits for",
    .options = options,
    .run = run,
};
