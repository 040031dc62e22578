/*
 * leadspool rehearse: how long a night takes on this machine, and invented people to try a site's shares with.
 *
 * Becomes the program that the package installs beside this one, in lib/leadspool/rehearsal. Touches no casework: that program
 * makes a site of its own, or works on a demonstration's.
 */
#include <getopt.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "spool/site.h"

enum { KEY_GALLERY = 256, KEY_REQUESTS, KEY_TEN, KEY_ENROL, KEY_DECIDE, WORDS_MOST = 24 };

static const struct option_spec options[] = {
    {KEY_GALLERY, "gallery", "N", "photographs in the gallery (600)"},
    {KEY_REQUESTS, "requests", "M", "requests of the night (20)"},
    {KEY_TEN, "ten", NULL, "run ten times as many too, and compare with the prediction"},
    {KEY_ENROL, "enrol", "N",
     "drop N invented people into a demonstration's gallery; packets to send go to FOLDER"},
    {KEY_DECIDE, "decide", NULL, "have the people of a demonstration decide what waits for them"},
    {0, NULL, NULL, NULL},
};

struct words {
    char *list[WORDS_MOST];
    size_t count;
};

static void add(struct words *words, const char *word)
{
    if (words->count < WORDS_MOST - 1)
        words->list[words->count++] = (char *)(uintptr_t)word;
}

/* Beside the folder this program lies in; in a checkout there is none. */
static bool find(char program[PATH_MAX], char rehearsal[PATH_MAX], struct error *error)
{
    ssize_t length = readlink("/proc/self/exe", program, PATH_MAX - 64);
    if (length <= 0)
        return error_system(error, "finding this program");
    program[length] = '\0';
    const char *slash = strrchr(program, '/');
    snprintf(rehearsal, PATH_MAX, "%.*s/../lib/leadspool/rehearsal/rehearse", (int)(slash - program),
             program);
    return access(rehearsal, X_OK) == 0 ||
           error_set(error, FAULT_ENVIRONMENT,
                     "%s is not there: the package brings it; in a checkout say make rehearse", rehearsal);
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    static const char *const names[] = {"--gallery", "--requests", "--ten", "--enrol", "--decide"};
    char program[PATH_MAX], rehearsal[PATH_MAX], site[PATH_MAX];
    struct words words = {.count = 3}; /* the program itself, and where this one is */
    bool on_site = false;
    long number;
    int key;
    while ((key = option_next(&command_rehearse, invocation, argc, argv, error)) > OPTION_END) {
        const char *name = names[key - KEY_GALLERY];
        bool counts = key != KEY_TEN && key != KEY_DECIDE;
        if (counts && !option_whole(name, optarg, 1, 100000000, &number, error))
            return false;
        on_site |= key == KEY_ENROL || key == KEY_DECIDE;
        add(&words, name);
        if (counts)
            add(&words, optarg);
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (argc - optind > 1)
        return error_set(error, FAULT_USAGE, "name one folder");
    if (!find(program, rehearsal, error) ||
        (on_site && !site_find(invocation->site, site, sizeof site, error)))
        return false;
    if (on_site) {
        add(&words, "--site");
        add(&words, site);
    }
    if (optind < argc) {
        add(&words, "--");
        add(&words, argv[optind]);
    }
    words.list[0] = rehearsal;
    words.list[1] = (char[]){"--program"};
    words.list[2] = program;
    execv(rehearsal, words.list);
    return error_system(error, "starting %s", rehearsal);
}

const struct command command_rehearse = {
    .name = "rehearse",
    .arguments = "[--gallery N] [--requests M] [--ten] FOLDER | --enrol N FOLDER | --decide",
    .purpose = "How long does a night take on this machine? And invented people to try shares with",
    .options = options,
    .run = run,
};
