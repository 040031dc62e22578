/*
 * Asking the record about each of several ids.
 *
 * Guarantees: the reason for looking goes with every question, so that the record can keep it. Does not judge
 * who may look: the record answers or refuses.
 */
#include "command/inquiry.h"

#include <getopt.h>
#include <stdio.h>

#include "base/json.h"
#include "command/form.h"

const struct option_spec inquiry_options[] = {
    {'r', "reason", "TEXT", "why you look at a docket you are not assigned to; recorded"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

static bool ask(const struct inquiry *inquiry, struct site *site, const char *id, const char *reason,
                bool json, struct error *error)
{
    json_t *arguments = json_object(), *answer = NULL;
    if (!form_text(arguments, "id", id, error) ||
        (reason != NULL && !form_text(arguments, "reason", reason, error))) {
        json_decref(arguments);
        return false;
    }
    if (!record_ask(site, inquiry->command->name, arguments, &answer, error))
        return error_context(error, "%s", id);
    bool done = json ? print_json(answer, error) : inquiry->print(answer, error);
    json_decref(answer);
    return done;
}

bool inquiry_run(const struct inquiry *inquiry, struct invocation *invocation, int argc, char **argv,
                 struct error *error)
{
    struct operands ids = {0};
    struct site site;
    const char *reason = NULL;
    int key;
    while ((key = option_next(inquiry->command, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'r')
            reason = optarg;
        else
            invocation->json = true;
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (!operands_read(argc, argv, &ids, error))
        return false;
    bool done = ids.count > 0 || error_set(error, FAULT_USAGE, "%s", inquiry->missing);
    if (done && (done = invocation_open(invocation, &site, error))) {
        for (size_t i = 0; i < ids.count && done; i++) {
            if (i > 0 && inquiry->apart && !invocation->json)
                printf("\n\n");
            done = ask(inquiry, &site, ids.texts[i], reason, invocation->json, error);
        }
        invocation_close(&site);
    }
    operands_free(&ids);
    return done;
}
