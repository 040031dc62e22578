/*
 * leadspool run, leadspool drain: the daemon, and its batch form.
 *
 * Only opens the site and hands over; spool/daemon.c is the daemon. Does not fork into the background: that
 * is the business of whoever starts it.
 */
#include <getopt.h>
#include <unistd.h>

#include "command/command.h"
#include "spool/daemon.h"

enum { KEY_OVERNIGHT = 256 };

static const struct option_spec run_options[] = {
    {'v', "verbose", NULL, "log every step"},
    {0, NULL, NULL, NULL},
};

static const struct option_spec drain_options[] = {
    {KEY_OVERNIGHT, "overnight", NULL, "do the overnight run too, whatever the time is"},
    {'v', "verbose", NULL, "log every step"},
    {0, NULL, NULL, NULL},
};

static bool run_as(const struct command *command, bool drain, struct invocation *invocation, int argc,
                   char **argv, struct error *error)
{
    struct daemon_options options = {.drain = drain, .progress = isatty(STDERR_FILENO) == 1};
    struct site site;
    int key;
    while ((key = option_next(command, invocation, argc, argv, error)) > OPTION_END) {
        options.overnight = options.overnight || key == KEY_OVERNIGHT;
        options.verbose = options.verbose || key == 'v';
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (!operands_none(command->name, argc, argv, error))
        return false;
    if (!invocation_open(invocation, &site, error))
        return false;
    bool done = daemon_run(&site, &options, error);
    site_close(&site);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    return run_as(&command_run, false, invocation, argc, argv, error);
}

static bool drain(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    return run_as(&command_drain, true, invocation, argc, argv, error);
}

const struct command command_run = {
    .name = "run",
    .arguments = "[-v]",
    .purpose = "Be the site's daemon until stopped",
    .options = run_options,
    .run = run,
};

const struct command command_drain = {
    .name = "drain",
    .arguments = "[--overnight] [-v]",
    .purpose = "Do all that is ready, then end: for cron and tests",
    .options = drain_options,
    .run = drain,
};
