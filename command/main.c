/*
 * leadspool(1): `leadspool [-s DIR] COMMAND [ARGUMENTS]`.
 *
 * Guarantees: the exit code says who has to act (sysexits.h, see base/error.h); an error is one line on
 * standard error, "leadspool COMMAND: text"; output that could not be written is an error too, so that a
 * full disk behind a pipe does not pass for success. Does nothing itself: each command is its own file.
 */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "command/command.h"

#ifndef LEADSPOOL_VERSION
#define LEADSPOOL_VERSION "0.1.0"
#endif

static const struct {
    const char *heading;
    const struct command *commands[10];
} groups[] = {
    {"A site",
     {&command_init, &command_site, &command_run, &command_drain, &command_key, &command_backup,
      &command_restore, &command_upgrade, &command_rehearse}},
    {"Casework",
     {&command_submit, &command_desk, &command_decide, &command_inspect, &command_release, &command_refuse,
      &command_foil}},
    {"Looking", {&command_status, &command_roster, &command_list, &command_show, &command_why}},
    {"Keeping",
     {&command_check, &command_retry, &command_gallery, &command_engine, &command_rerun, &command_audit,
      &command_export, &command_retention}},
};

static const struct command *find(const char *name)
{
    /* Not for people, so not in the help. */
    if (strcmp(name, command_match_shard.name) == 0)
        return &command_match_shard;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (const struct command *const *command = groups[g].commands; *command != NULL; command++)
            if (strcmp((*command)->name, name) == 0)
                return *command;
    return NULL;
}

static void print_help(void)
{
    printf(
        "Usage: leadspool [-s DIR] COMMAND [ARGUMENTS]\n\n"
        "Facial-identification casework, by spool: request packets go in, people decide, reports come out.\n"
        "The site is DIR, or what LEADSPOOL_SITE names.\n");
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        printf("\n%s\n", groups[g].heading);
        for (const struct command *const *command = groups[g].commands; *command != NULL; command++)
            printf("  %-9s %s\n", (*command)->name, (*command)->purpose);
    }
    printf(
        "\nleadspool COMMAND --help says its options; man leadspool and man leadspool-COMMAND the rest.\n");
}

static int run(const struct command *command, struct invocation *invocation, int argc, char **argv)
{
    struct error error = ERROR_NONE;
    optind = 0; /* glibc: start over, with the subcommand's own table */
    bool done = command->run(invocation, argc, argv, &error);
    if (done && (fflush(stdout) != 0 || ferror(stdout)))
        done = error_system(&error, "writing the output");
    if (done)
        return EX_OK;
    fflush(stdout);
    fprintf(stderr, "leadspool %s: %s\n", command->name, error.text);
    return error_exit_code(error.fault);
}

int main(int argc, char **argv)
{
    /* Only how wide characters are: messages, numbers and dates never follow a locale. */
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        setlocale(LC_CTYPE, "");
    static const struct option options[] = {{"site", required_argument, NULL, 's'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"version", no_argument, NULL, 'V'},
                                            {0}};
    struct invocation invocation = {0};
    int key;
    while ((key = getopt_long(argc, argv, "+s:jhV", options, NULL)) != -1) /* "+": stop at COMMAND */
        switch (key) {
        case 's':
            invocation.site = optarg;
            break;
        case 'j':
            invocation.json = true;
            break;
        case 'h':
            print_help();
            return EX_OK;
        case 'V':
            printf("leadspool %s\n", LEADSPOOL_VERSION);
            return EX_OK;
        default:
            return EX_USAGE;
        }
    if (optind == argc) {
        fprintf(stderr, "leadspool: say a command; leadspool --help lists them\n");
        return EX_USAGE;
    }
    const struct command *command = find(argv[optind]);
    if (command == NULL) {
        fprintf(stderr, "leadspool: there is no command %s; leadspool --help lists them\n", argv[optind]);
        return EX_USAGE;
    }
    return run(command, &invocation, argc - optind, argv + optind);
}
