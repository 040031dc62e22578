/*
 * How long a killed daemon takes to be back: a record full of packets, a minute of the quickest intake since its last
 * checkpoint, a thousand packets in flight. Ready is when it says that it started: drops are taken and questions
 * answered from then on.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/ingest.h"

enum { MINUTE_OF_INTAKE = 9000 }; /* 150 packets a second between two checkpoints */

/* Did this daemon say so? Its log holds what earlier ones said, too. */
static bool has_started(const struct bench_site *site)
{
    char path[1100], words[64], text[65536];
    snprintf(path, sizeof path, "%s/daemon.log", site->path);
    snprintf(words, sizeof words, "process %ld\n", (long)site->daemon);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    text[got < 0 ? 0 : got] = '\0';
    return strstr(text, words) != NULL;
}

/* Seconds to ready. */
static double start_timed(struct bench_site *site)
{
    double begin = now();
    site_launch(site);
    while (!has_started(site)) {
        if (waitpid(site->daemon, NULL, WNOHANG) != 0 || now() - begin > 300)
            give_up("the daemon did not start: see %s/daemon.log", site->path);
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return now() - begin;
}

void recovery_measure(const char *folder, const char *program, unsigned stored, struct recovery *result)
{
    struct bench_site site = {.answered = stored};
    snprintf(site.path, sizeof site.path, "%s", folder);
    snprintf(site.program, sizeof site.program, "%s", program);
    *result = (struct recovery){.since = stored < 2 * MINUTE_OF_INTAKE ? stored / 2 : MINUTE_OF_INTAKE};
    record_fill(folder, program, stored, result->since, IN_FLIGHT);
    double begin = now();
    result->killed = start_timed(&site);
    result->cpu = site_cpu(&site);
    if (!site_wait(&site, stored + IN_FLIGHT))
        give_up("%u of %u packets in flight were answered: see %s/daemon.log", site.answered - stored,
                (unsigned)IN_FLIGHT, folder);
    result->answered = now() - begin;
    site_stop(&site);
    result->stopped = start_timed(&site);
    site_stop(&site);
}
