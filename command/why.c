/*
 * leadspool why: in words, what something waits for.
 *
 * Prints the record's own words, made safe for a terminal. Neither composes nor hides anything.
 */
#include <stdio.h>

#include "base/json.h"
#include "command/inquiry.h"
#include "command/table.h"

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

static bool print_answer(const json_t *answer, struct error *error)
{
    (void)error;
    print_words(json_text(answer, "text"));
    return true;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    static const struct inquiry inquiry = {
        .command = &command_why,
        .missing = "say an id: a docket, an item, a request, a claim or an outbox row",
        .print = print_answer};
    return inquiry_run(&inquiry, invocation, argc, argv, error);
}

const struct command command_why = {
    .name = "why",
    .arguments = "[--reason TEXT] ID… | -",
    .purpose = "Say in words what a docket, a drop or a document waits for",
    .options = inquiry_options,
    .run = run,
};
