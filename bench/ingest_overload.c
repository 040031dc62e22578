/*
 * More than can be done: two commands drop many times what a second takes in, a third drops one packet now and then.
 *
 * Everything of the two is dropped at once, which asks for more than any rate. Half way it is counted who got how much;
 * at the end, whether everything was answered. Says nothing of how long those wait who dropped it all: that follows
 * from the rate.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/ingest.h"

static const char *const commands[] = {"command-1", "command-2", "command-3"};
enum { FLOODING = 2, IDLE = 2, LONE_MOST = 400, LONE_NORMAL = 40, PAUSE_NORMAL_MS = 400, PAUSE_MS = 150 };

static void pause_ms(long milliseconds)
{
    nanosleep(&(struct timespec){.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L},
              NULL);
}

static void staged(const struct bench_site *site, unsigned number, char path[1200])
{
    snprintf(path, 1200, "%s/stage/packet-%06u", site->path, number);
}

static void drop(const struct bench_site *site, size_t command, unsigned number)
{
    char from[1200], to[1200];
    staged(site, number, from);
    snprintf(to, sizeof to, "%s/in/%s/packet-%06u", site->path, commands[command], number);
    if (rename(from, to) != 0)
        give_up("moving %s in", from);
}

/* Receipts of accepted packets. */
static unsigned answered(const struct bench_site *site, size_t command)
{
    char path[1200], receipt[1500];
    unsigned count = 0;
    snprintf(path, sizeof path, "%s/out/%s", site->path, commands[command]);
    DIR *stream = opendir(path);
    const struct dirent *entry;
    while (stream != NULL && (entry = readdir(stream)) != NULL) {
        snprintf(receipt, sizeof receipt, "%s/%s/receipt-1.txt", path, entry->d_name);
        if (strncmp(entry->d_name, "FR-", 3) == 0 && access(receipt, F_OK) == 0)
            count++;
    }
    if (stream != NULL)
        closedir(stream);
    return count;
}

/* Milliseconds from the rename to the receipt of one packet of the idle command. */
static double one_alone(const struct bench_site *site, unsigned number, unsigned before)
{
    double start = now();
    drop(site, IDLE, number);
    while (answered(site, IDLE) <= before) {
        if (now() - start > 60)
            give_up("a packet of the idle command was not answered: see %s/daemon.log", site->path);
        pause_ms(1);
    }
    return 1000 * (now() - start);
}

void overload_measure(const char *path, const char *program, unsigned packets, struct overload *result)
{
    static double normal[LONE_NORMAL], lone[LONE_MOST];
    struct bench_site site;
    char folder[1200];
    unsigned next = FLOODING * packets, alone = 0, got[FLOODING] = {0};
    size_t lones = 0;
    *result = (struct overload){.dropped = next};
    site_make_for(&site, program, path, "command-1,command-2,command-3");
    for (unsigned i = 0; i < next + LONE_NORMAL + LONE_MOST; i++) {
        staged(&site, i, folder);
        packet_write(folder, commands[i >= next ? IDLE : i % FLOODING], i);
    }
    sync();
    site_start(&site);
    for (; alone < LONE_NORMAL; alone++) {
        pause_ms(PAUSE_NORMAL_MS);
        normal[alone] = one_alone(&site, next + alone, alone);
    }
    double start = now(), last = start;
    for (unsigned i = 0; i < next; i++)
        drop(&site, i % FLOODING, i);
    for (unsigned before = 0; before < next;) {
        if (lones < LONE_MOST) {
            lone[lones] = one_alone(&site, next + alone, alone);
            alone++;
            lones++;
        }
        pause_ms(PAUSE_MS);
        got[0] = answered(&site, 0);
        got[1] = answered(&site, 1);
        unsigned both = got[0] + got[1];
        if (both >= next / 2 && result->fairness <= 0)
            result->fairness = got[0] < got[1] ? (double)got[0] / got[1] : (double)got[1] / got[0];
        if (both > before)
            last = now();
        else if (now() - last > 60)
            break;
        before = both;
        result->answered = both;
    }
    result->rate = result->answered / (now() - start);
    site_stop(&site);
    result->normal_p50 = median(normal, LONE_NORMAL);
    result->lone_p50 = median(lone, lones);
    result->lone_p99 = percentile(lone, lones, 0.99);
    result->lones = (unsigned)lones;
    remove_tree(path);
}
