/*
 * leadspool release, leadspool refuse: the named role's decision on one hold of a docket.
 *
 * They are `decide` for hold items, found by docket and number. Whether the signer has the role is judged
 * when the decision is read (people/roles.c), never here.
 */
#include <getopt.h>
#include <stdlib.h>

#include "command/form.h"
#include "command/judgement.h"
#include "command/work_item.h"

static const struct option_spec options[] = {
    JUDGEMENT_OPTIONS,
    {'n', "hold", "N", "which hold of the docket (default: the only one open)"},
    {0, NULL, NULL, NULL},
};

static bool run_as(const struct command *command, const char *outcome, struct invocation *invocation,
                   int argc, char **argv, struct error *error)
{
    struct judgement judgement = {.decision = json_object()};
    char site[4096];
    long hold = 0;
    bool done = false, taken = false;
    int key;
    while ((key = option_next(command, invocation, argc, argv, error)) > OPTION_END) {
        if (!judgement_take(&judgement, key, &taken, error))
            goto done;
        if (!taken && !option_whole("hold", optarg, 1, 9999, &hold, error))
            goto done;
    }
    if (key != OPTION_END)
        done = key == OPTION_HELP;
    else if (optind + 1 != argc)
        error_set(error, FAULT_USAGE, "say one docket");
    else
        done = site_find(invocation->site, site, sizeof site, error) &&
               work_item_read_hold(site, argv[optind], hold, &judgement.item, error) &&
               form_text(judgement.decision, "outcome", outcome, error) &&
               judgement_prompt(&judgement, error) && judgement_deliver(invocation, site, &judgement, error);
done:
    judgement_free(&judgement);
    return done;
}

static bool run_release(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    return run_as(&command_release, "release", invocation, argc, argv, error);
}

static bool run_refuse(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    return run_as(&command_refuse, "refuse", invocation, argc, argv, error);
}

const struct command command_release = {
    .name = "release",
    .arguments = "DOCKET [--hold N] --as PERSON --key FILE --cert FILE --reasons TEXT",
    .purpose = "Release a hold of a docket, signed",
    .options = options,
    .run = run_release,
};

const struct command command_refuse = {
    .name = "refuse",
    .arguments = "DOCKET [--hold N] --as PERSON --key FILE --cert FILE --reasons TEXT",
    .purpose = "Refuse a hold of a docket, signed",
    .options = options,
    .run = run_refuse,
};
