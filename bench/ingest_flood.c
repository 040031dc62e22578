/*
 * Three times as much as can be done, for minutes: two commands drop without a pause, one of them four times as much as the other, a third
 * drops one packet now and then. Small pictures: so much of large ones would fill a disk.
 *
 * What can be done is measured first. Memory is looked at before and at the end; then what nobody has claimed is taken away
 * again and every other drop has to be answered.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/ingest.h"

static const char *const commands[] = {"command-1", "command-2", "command-3"};
enum { IDLE = 2, FIRST = 600, NORMAL = 30, LONE_MOST = 4000, TIMES = 3 };

static void pause_ms(long milliseconds)
{
    nanosleep(&(struct timespec){.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L},
              NULL);
}

/* Written beside the shares, then moved in whole. */
static void drop(const struct bench_site *site, size_t command, unsigned number)
{
    char from[1200], to[1200];
    snprintf(from, sizeof from, "%s/stage/packet-%07u", site->path, number);
    snprintf(to, sizeof to, "%s/in/%s/packet-%07u", site->path, commands[command], number);
    packet_write(from, commands[command], number);
    if (rename(from, to) != 0)
        give_up("moving %s in", from);
}

static size_t of_number(unsigned number)
{
    return number % 5 == 0 ? 1 : 0;
}

static unsigned answered(const struct bench_site *site, size_t command)
{
    char path[1200];
    unsigned count = 0;
    snprintf(path, sizeof path, "%s/out/%s", site->path, commands[command]);
    DIR *stream = opendir(path);
    const struct dirent *entry;
    while (stream != NULL && (entry = readdir(stream)) != NULL)
        count += strncmp(entry->d_name, "FR-", 3) == 0;
    if (stream != NULL)
        closedir(stream);
    return count;
}

/* Take back what nobody has claimed yet, and say how many those are. */
static unsigned take_back(const struct bench_site *site, size_t command)
{
    char path[1200], from[1500], to[1500];
    unsigned count = 0;
    snprintf(path, sizeof path, "%s/in/%s", site->path, commands[command]);
    DIR *stream = opendir(path);
    const struct dirent *entry;
    while (stream != NULL && (entry = readdir(stream)) != NULL) {
        snprintf(from, sizeof from, "%s/%s", path, entry->d_name);
        snprintf(to, sizeof to, "%s/stage/%s", site->path, entry->d_name);
        count += strncmp(entry->d_name, "packet-", 7) == 0 && rename(from, to) == 0;
    }
    if (stream != NULL)
        closedir(stream);
    return count;
}

/* The claimed ones are waited for; how many of `expected` never came (fewer than none: came twice)? */
static long missing(const struct bench_site *site, unsigned expected)
{
    unsigned all = 0, before = 0;
    for (double last = now(); now() - last < 30 && all < expected; pause_ms(200)) {
        all = answered(site, 0) + answered(site, 1) + answered(site, IDLE);
        if (all != before)
            last = now();
        before = all;
    }
    return (long)expected - (long)all;
}

/* Milliseconds from the drop to the folder with the answer. */
static double one_alone(const struct bench_site *site, unsigned number, unsigned before)
{
    double start = now();
    drop(site, IDLE, number);
    while (answered(site, IDLE) <= before) {
        if (now() - start > 120)
            give_up("a packet of the idle command was not answered: see %s/daemon.log", site->path);
        pause_ms(2);
    }
    return 1000 * (now() - start);
}

static void wait_for(const struct bench_site *site, unsigned wanted)
{
    for (double last = now(); answered(site, 0) + answered(site, 1) < wanted; pause_ms(20))
        if (now() - last > 120)
            give_up("%u packets were not answered in two minutes: see %s/daemon.log", wanted, site->path);
}

static volatile sig_atomic_t over;

static void stop(int number)
{
    (void)number;
    over = 1;
}

/* A process that drops so many a second until it is told to stop, and says through a pipe how many. */
static pid_t flood(const struct bench_site *site, double rate, int *told)
{
    int ends[2];
    over = 0;
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = stop}, NULL);
    if (pipe(ends) != 0)
        give_up("making a pipe");
    pid_t child = fork();
    if (child < 0)
        give_up("starting a process");
    *told = ends[0];
    if (child > 0) {
        close(ends[1]);
        sigaction(SIGTERM, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
        return child;
    }
    unsigned next = FIRST;
    for (double start = now(); !over;)
        if ((next - FIRST) < rate * (now() - start)) {
            drop(site, of_number(next), next);
            next++;
        } else
            pause_ms(2);
    _exit(write(ends[1], &next, sizeof next) == sizeof next ? 0 : 1);
}

void flood_measure(const char *path, const char *program, unsigned seconds, struct flood *result)
{
    enum { LONE_FROM = 5000000 };
    static double normal[NORMAL], lone[LONE_MOST];
    struct bench_site site;
    unsigned alone = 0, dropped = 0;
    size_t lones = 0;
    int told = -1;
    *result = (struct flood){0};
    stills_draw(SMALL_WIDTH, SMALL_BYTES);
    site_make_for(&site, program, path, "command-1,command-2,command-3");
    site_start(&site);
    for (; alone < NORMAL; alone++) {
        pause_ms(200);
        normal[alone] = one_alone(&site, LONE_FROM + alone, alone);
    }
    double start = now();
    for (unsigned i = 0; i < FIRST; i++)
        drop(&site, of_number(i), i);
    wait_for(&site, FIRST);
    result->capacity = FIRST / (now() - start);
    unsigned before[2] = {answered(&site, 0), answered(&site, 1)};
    pid_t child = flood(&site, TIMES * result->capacity, &told);
    start = now();
    result->memory_early = site_memory(&site);
    while (now() - start < seconds) {
        if (lones < LONE_MOST) {
            lone[lones++] = one_alone(&site, LONE_FROM + alone, alone);
            alone++;
        }
        pause_ms(250);
    }
    result->memory_last = site_memory(&site);
    double took = now() - start;
    unsigned got[2] = {answered(&site, 0) - before[0], answered(&site, 1) - before[1]};
    kill(child, SIGTERM);
    if (read(told, &dropped, sizeof dropped) != sizeof dropped)
        give_up("the process that drops did not say how many");
    close(told);
    waitpid(child, NULL, 0);
    result->dropped = dropped - FIRST;
    result->lying = take_back(&site, 0) + take_back(&site, 1);
    result->lost = missing(&site, dropped + alone - result->lying);
    site_stop(&site);
    result->rate = (got[0] + got[1]) / took;
    result->fairness = got[0] < got[1] ? (double)got[0] / got[1] : (double)got[1] / got[0];
    result->normal_p50 = median(normal, NORMAL);
    result->lone_p50 = median(lone, lones);
    result->lone_p99 = percentile(lone, lones, 0.99);
}
