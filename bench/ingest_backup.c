/*
 * What a backup costs those who send: one daemon takes waves of the same packets in turn, every second one while backups are
 * made one after the other, the first of which copies everything. Each wave beside the one before or after it; the middle of these ratios
 * counts.
 */
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/ingest.h"

/* Short ones: what else the machine does is then the same for both of a pair, more often than not. */
enum { WAVES_MOST = 80, WAVE = 250, WARM = 50 };

static volatile sig_atomic_t enough;

static void stop(int number)
{
    (void)number;
    enough = 1;
}

/* A process that makes one backup after the other; asked to end it finishes the one it is at. */
static pid_t begin_backups(const struct bench_site *site, char *folder)
{
    char *words[] = {(char *)site->program, "-s", (char *)site->path, "backup", "--keep", "1", folder, NULL};
    enough = 0;
    const struct sigaction ask = {.sa_handler = stop, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &ask, NULL); /* before there is a child that could be asked */
    pid_t child = fork();
    if (child < 0)
        give_up("starting a process");
    if (child > 0)
        return child;
    while (!enough)
        run_program(words, NULL);
    _exit(0);
}

static void end_backups(pid_t child)
{
    kill(child, SIGUSR1);
    waitpid(child, NULL, 0);
}

/* Was one finished? */
static bool any_whole(const char *folder)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/sets", folder);
    DIR *sets = opendir(path);
    bool any = false;
    for (const struct dirent *entry; sets != NULL && (entry = readdir(sets)) != NULL;)
        any = any || entry->d_name[0] != '.';
    if (sets != NULL)
        closedir(sets);
    return any;
}

static double wave(struct bench_site *site, unsigned first, unsigned count)
{
    double start = now();
    for (unsigned i = first; i < first + count; i++)
        site_drop(site, i);
    if (!site_wait(site, first + count))
        give_up("%u of %u packets were answered: see %s/daemon.log", site->answered, first + count,
                site->path);
    return now() - start;
}

double backup_measure(const char *folder, const char *program, unsigned packets, double *alone)
{
    struct bench_site site;
    double rates[WAVES_MOST / 2], without[WAVES_MOST / 2];
    unsigned pairs = packets / WAVE / 2 < 2                ? 2
                     : packets / WAVE / 2 > WAVES_MOST / 2 ? WAVES_MOST / 2
                                                           : packets / WAVE / 2;
    char backups[1100];
    snprintf(backups, sizeof backups, "%s-backups", folder);
    site_make(&site, program, folder);
    site_stage(&site, 0, WARM + 2 * pairs * WAVE);
    site_start(&site);
    wave(&site, 0, WARM);
    for (unsigned pair = 0; pair < pairs; pair++) {
        double took[2];
        for (unsigned turn = 0; turn < 2; turn++) {
            unsigned with = (pair + turn) % 2;
            pid_t child = with ? begin_backups(&site, backups) : 0;
            took[with] = wave(&site, WARM + (2 * pair + turn) * WAVE, WAVE);
            if (with)
                end_backups(child);
        }
        rates[pair] = took[0] / took[1];
        without[pair] = WAVE / took[0];
    }
    site_stop(&site);
    if (!any_whole(backups))
        give_up("no backup was finished");
    remove_tree(site.path);
    remove_tree(backups);
    *alone = median(without, pairs);
    return median(rates, pairs);
}
