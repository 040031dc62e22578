/*
 * leadspool match-shard: one task of a search, started by Slurm and not by people.
 *
 * Prints nothing but errors; the result is a file in the shared folder (spool/slurm.h).
 */
#include "command/command.h"
#include "spool/slurm.h"

#include <getopt.h>

static const struct option_spec options[] = {
    {0, NULL, NULL, NULL},
};

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    long number = 0;
    int key = option_next(&command_match_shard, invocation, argc, argv, error);
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (argc - optind != 3)
        return error_set(error, FAULT_USAGE,
                         "this is for Slurm: say the folder, the list and the number of the task");
    return option_whole("NUMBER", argv[optind + 2], 0, 1000000, &number, error) &&
           slurm_task(argv[optind], argv[optind + 1], number, error);
}

const struct command command_match_shard = {
    .name = "match-shard",
    .arguments = "FOLDER LIST NUMBER",
    .purpose = "One task of a search, for Slurm",
    .options = options,
    .run = run,
};
