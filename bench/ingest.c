/*
 * How fast packets are taken in:  build/bench/ingest [PART…] [-n PACKETS] [-m STORED] [-w FOLDER] [-p PROGRAM] [-j]
 *
 * Parts (all when none is named): throughput (the decode limit and ours), peers (a script, Postfix), lone (one
 * packet on an idle site), overload (two commands drop far more than can be done, a third one packet at a time), encryption (with keys and without), backup (while backups are made and not), flood
 * SECONDS (three times as much as can be done; only when named), record (durable cost by batch and by how much is stored), recovery (a killed daemon's start), memory (of all processes, early and
 * late; small pictures). Works in ingest.work beside the program, or below FOLDER, and removes it: on the volume whose
 * syncs are to be measured, which should keep a journal (docs/install.md). PROGRAM is another build, to be compared. Every figure of a run is taken on the same machine,
 * one after the other; with -j one JSON object a line instead of the table.
 *
 * Does not say anything about network file systems, nor about pictures larger than a still.
 */
#include <errno.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench/ingest.h"

enum { WAVE = 500, LONE_PACKETS = 200, SCRIPT_PACKETS = 150, POSTFIX_MESSAGES = 1000, LIMIT_SECONDS = 3 };

static bool as_json, all_reached = true;
static char work_folder[800], program[800], schema[900];

_Noreturn void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("ingest: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    exit(70);
}

double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double percentile(double *values, size_t count, double share)
{
    qsort(values, count, sizeof *values, ascending);
    size_t at = (size_t)(share * (double)(count - 1) + 0.5);
    return values[at];
}

double median(double *values, size_t count)
{
    return percentile(values, count, 0.5);
}

void report(const struct measure *measure)
{
    bool compared = measure->against > 0;
    double ratio = compared ? measure->value / measure->against : measure->value;
    bool ok =
        measure->goal <= 0 || (measure->reach == AT_LEAST ? ratio >= measure->goal : ratio <= measure->goal);
    all_reached = all_reached && ok;
    if (!as_json) {
        printf("%-44s %12.3f %-10s", measure->name, measure->value, measure->unit);
        if (compared)
            printf(" %8.2f of %s", ratio, measure->against_name);
        if (measure->goal > 0)
            printf("  (%s %g: %s)", measure->reach == AT_LEAST ? "at least" : "at most", measure->goal,
                   ok ? "reached" : "MISSED");
        printf("\n");
    } else {
        printf("{\"measure\":\"%s\",\"value\":%.6g,\"unit\":\"%s\"", measure->name, measure->value,
               measure->unit);
        if (compared)
            printf(",\"against\":\"%s\",\"ratio\":%.4g", measure->against_name, ratio);
        if (measure->goal > 0)
            printf(",\"reach\":\"%s %g\",\"ok\":%s", measure->reach == AT_LEAST ? ">=" : "<=", measure->goal,
                   ok ? "true" : "false");
        printf("}\n");
    }
    fflush(stdout);
}

/* --- throughput --- */

static double rate_of_limit, rate_of_ours;

static void throughput(unsigned packets)
{
    char path[900];
    struct bench_site site;
    double each = 0, each_again = 0, before = limit_rate(2, LIMIT_SECONDS, &each);
    snprintf(path, sizeof path, "%s/site", work_folder);
    site_make(&site, program, path);
    site_stage(&site, 0, packets);
    sync();
    site_start(&site);
    /* The first packets warm files and workers up; they are not counted. */
    unsigned warm = packets / 10;
    for (unsigned i = 0; i < warm; i++)
        site_drop(&site, i);
    if (!site_wait(&site, warm))
        give_up("the first packets were not answered: see %s/daemon.log", path);
    double cpu = site_cpu(&site), start = now();
    for (unsigned i = warm; i < packets; i++)
        site_drop(&site, i);
    if (!site_wait(&site, packets))
        give_up("%u of %u packets were answered: see %s/daemon.log", site.answered, packets, path);
    double counted = packets - warm, took = now() - start;
    double ours_each = (site_cpu(&site) - cpu) / counted;
    long memory = site_memory(&site);
    site_stop(&site);
    double after = limit_rate(2, LIMIT_SECONDS, &each_again);
    each = (each + each_again) / 2;
    rate_of_limit = (before + after) / 2;
    rate_of_ours = counted / took;
    report(&(struct measure){
        .name = "JPEG decoding alone, two processes", .value = rate_of_limit, .unit = "packets/s"});
    report(&(struct measure){.name = "drop to durable receipt",
                             .value = rate_of_ours,
                             .unit = "packets/s",
                             .against = rate_of_limit,
                             .against_name = "decoding alone",
                             .reach = AT_LEAST,
                             .goal = 0.8});
    report(&(struct measure){.name = "processor time of a packet, everything",
                             .value = 1000 * ours_each,
                             .unit = "ms",
                             .against = 1000 * each,
                             .against_name = "decoding it"});
    report(&(struct measure){
        .name = "resident memory of all processes", .value = (double)memory / 1024, .unit = "MiB"});
    if (rate_of_ours > 0)
        remove_tree(path);
}

static void peers(void)
{
    char path[900];
    if (rate_of_ours <= 0)
        fprintf(stderr, "ingest: peers are compared with ours: name the part throughput too\n");
    snprintf(path, sizeof path, "%s/script", work_folder);
    double script = script_rate(path, schema, SCRIPT_PACKETS);
    if (script > 0)
        report(&(struct measure){.name = "a script (inotifywait, xmllint, djpeg, mv, sync)",
                                 .value = script,
                                 .unit = "packets/s"});
    snprintf(path, sizeof path, "%s/postfix", work_folder);
    double postfix = postfix_rate(path, POSTFIX_MESSAGES);
    if (postfix > 0)
        report(&(struct measure){
            .name = "Postfix taking up messages of that size", .value = postfix, .unit = "packets/s"});
    if (rate_of_ours > 0 && script > 0)
        report(&(struct measure){.name = "ours beside the script",
                                 .value = rate_of_ours,
                                 .unit = "packets/s",
                                 .against = script,
                                 .against_name = "the script",
                                 .reach = AT_LEAST,
                                 .goal = 10});
    if (rate_of_ours > 0 && postfix > 0)
        report(&(struct measure){.name = "ours beside Postfix",
                                 .value = rate_of_ours,
                                 .unit = "packets/s",
                                 .against = postfix,
                                 .against_name = "Postfix",
                                 .reach = AT_LEAST,
                                 .goal = 1});
}

/* --- one packet on an idle site --- */

static void lone(void)
{
    char path[900];
    struct bench_site site;
    static double took[LONE_PACKETS];
    snprintf(path, sizeof path, "%s/lone", work_folder);
    site_make(&site, program, path);
    site_stage(&site, 0, LONE_PACKETS + 3);
    sync();
    site_start(&site);
    for (unsigned i = 0; i < LONE_PACKETS + 3; i++) {
        /* Idle means that what followed the last one (its worksheet, the index page) is over. */
        nanosleep(&(struct timespec){.tv_nsec = 500000000}, NULL);
        double start = now();
        site_drop(&site, i);
        while (!site_answered(&site, i + 1)) {
            if (now() - start > 30)
                give_up("a lone packet was not answered: see %s/daemon.log", path);
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
        }
        if (i >= 3)
            took[i - 3] = 1000 * (now() - start);
    }
    site_stop(&site);
    report(&(struct measure){.name = "a lone packet, rename to receipt, p50",
                             .value = median(took, LONE_PACKETS),
                             .unit = "ms",
                             .reach = AT_MOST,
                             .goal = 25});
    report(&(struct measure){.name = "a lone packet, rename to receipt, p99",
                             .value = percentile(took, LONE_PACKETS, 0.99),
                             .unit = "ms",
                             .reach = AT_MOST,
                             .goal = 100});
    remove_tree(path);
}

/* --- more than can be done --- */

static void overload(unsigned packets)
{
    char path[900];
    struct overload result;
    snprintf(path, sizeof path, "%s/overload", work_folder);
    overload_measure(path, program, packets, &result);
    report(&(struct measure){.name = "overload: packets answered",
                             .value = result.answered,
                             .unit = "packets",
                             .against = result.dropped,
                             .against_name = "those dropped",
                             .reach = AT_LEAST,
                             .goal = 1});
    report(
        &(struct measure){.name = "overload: packets a second", .value = result.rate, .unit = "packets/s"});
    report(&(struct measure){.name = "overload: the lesser command for one of the other",
                             .value = result.fairness,
                             .unit = "packets",
                             .reach = AT_LEAST,
                             .goal = 0.8});
    report(&(struct measure){.name = "overload: a packet of an idle command, p50",
                             .value = result.lone_p50,
                             .unit = "ms",
                             .against = result.normal_p50,
                             .against_name = "without it",
                             .reach = AT_MOST,
                             .goal = 2});
    report(&(struct measure){
        .name = "overload: a packet of an idle command, p99", .value = result.lone_p99, .unit = "ms"});
}

/* --- does it grow? --- */

static void memory(unsigned stored)
{
    char path[900], name[80];
    struct bench_site site;
    long early = 0;
    stills_draw(SMALL_WIDTH, SMALL_BYTES);
    snprintf(path, sizeof path, "%s/memory", work_folder);
    site_make(&site, program, path);
    site_start(&site);
    for (unsigned from = 0; from < stored; from += WAVE) {
        unsigned count = stored - from < WAVE ? stored - from : WAVE;
        site_stage(&site, from, count);
        for (unsigned i = from; i < from + count; i++)
            site_drop(&site, i);
        if (!site_wait(&site, from + count))
            give_up("%u of %u packets were answered: see %s/daemon.log", site.answered, from + count, path);
        if (early == 0 && from + count >= stored / 10)
            early = site_memory(&site);
    }
    long late = site_memory(&site);
    site_stop(&site);
    snprintf(name, sizeof name, "resident memory after %u packets", stored / 10);
    report(&(struct measure){.name = name, .value = (double)early / 1024, .unit = "MiB"});
    snprintf(name, sizeof name, "resident memory after %u packets", stored);
    report(&(struct measure){.name = name,
                             .value = (double)late / 1024,
                             .unit = "MiB",
                             .against = (double)early / 1024,
                             .against_name = "a tenth of them",
                             .reach = AT_MOST,
                             .goal = 1.25});
    remove_tree(path);
}

static void record(unsigned stored)
{
    char path[900];
    struct record_costs costs;
    snprintf(path, sizeof path, "%s/record", work_folder);
    record_measure(path, program, stored, &costs);
    report(&(struct measure){
        .name = "making one packet durable, alone", .value = 1000 * costs.batch_1, .unit = "ms"});
    report(&(struct measure){.name = "making one packet durable, 64 at once",
                             .value = 1000 * costs.batch_64,
                             .unit = "ms",
                             .against = 1000 * costs.batch_1,
                             .against_name = "alone",
                             .reach = AT_MOST,
                             .goal = 0.25});
    report(&(struct measure){.name = "processor time of the record, 1,000 stored",
                             .value = 1000 * costs.cpu_at_1000,
                             .unit = "ms"});
    char name[80];
    snprintf(name, sizeof name, "processor time of the record, %u stored", costs.stored);
    report(&(struct measure){.name = name,
                             .value = 1000 * costs.cpu_at_100000,
                             .unit = "ms",
                             .against = 1000 * costs.cpu_at_1000,
                             .against_name = "with 1,000",
                             .reach = AT_MOST,
                             .goal = 1.2});
    snprintf(name, sizeof name, "time of the record, %u stored", costs.stored);
    report(&(struct measure){.name = name,
                             .value = 1000 * costs.at_100000,
                             .unit = "ms",
                             .against = 1000 * costs.at_1000,
                             .against_name = "with 1,000",
                             .reach = AT_MOST,
                             .goal = 1.2});
    remove_tree(path);
}

static void recovery(unsigned stored)
{
    char path[900], name[100];
    struct recovery found;
    snprintf(path, sizeof path, "%s/recovery", work_folder);
    recovery_measure(path, program, stored, &found);
    snprintf(name, sizeof name, "killed, %u stored, %u in flight: ready", stored, (unsigned)IN_FLIGHT);
    report(&(struct measure){.name = name, .value = found.killed, .unit = "s", .reach = AT_MOST, .goal = 3});
    report(&(struct measure){.name = "processor time of that start", .value = found.cpu, .unit = "s"});
    report(&(struct measure){
        .name = "of the stored, since the last checkpoint", .value = found.since, .unit = "packets"});
    report(
        &(struct measure){.name = "until all in flight are answered", .value = found.answered, .unit = "s"});
    report(
        &(struct measure){.name = "stopped, and started again: ready", .value = found.stopped, .unit = "s"});
    remove_tree(path);
}

static void encryption(unsigned packets)
{
    char path[900];
    struct encryption_cost cost;
    snprintf(path, sizeof path, "%s/keys", work_folder);
    encryption_measure(path, program, packets, &cost);
    report(&(struct measure){.name = "drop to durable receipt, record encrypted",
                             .value = cost.rate * cost.clear,
                             .unit = "packets/s",
                             .against = cost.clear,
                             .against_name = "in clear",
                             .reach = AT_LEAST,
                             .goal = 0.95});
    report(&(struct measure){.name = "processor time of a packet, record encrypted",
                             .value = cost.cpu,
                             .unit = "of clear",
                             .reach = AT_MOST,
                             .goal = 1.05});
}

static void backup(unsigned packets)
{
    char path[900];
    double alone = 0;
    snprintf(path, sizeof path, "%s/backup", work_folder);
    double rate = backup_measure(path, program, packets, &alone);
    report(&(struct measure){.name = "drop to durable receipt, while backups are made",
                             .value = rate * alone,
                             .unit = "packets/s",
                             .against = alone,
                             .against_name = "without",
                             .reach = AT_LEAST,
                             .goal = 0.9});
}

static void flood(unsigned seconds)
{
    char path[900];
    struct flood result;
    snprintf(path, sizeof path, "%s/flood", work_folder);
    flood_measure(path, program, seconds, &result);
    report(&(struct measure){
        .name = "small packets, one after the other", .value = result.capacity, .unit = "packets/s"});
    report(&(struct measure){.name = "three times as many dropped: answered",
                             .value = result.rate,
                             .unit = "packets/s",
                             .against = result.capacity,
                             .against_name = "what can be done"});
    report(&(struct measure){.name = "dropped meanwhile", .value = result.dropped, .unit = "packets"});
    report(&(struct measure){.name = "lost, or answered twice",
                             .value = (double)labs(result.lost),
                             .unit = "packets",
                             .reach = AT_MOST,
                             .goal = 0.5});
    report(&(struct measure){.name = "the command that got less, of the other",
                             .value = result.fairness,
                             .unit = "of its",
                             .reach = AT_LEAST,
                             .goal = 0.7});
    report(&(struct measure){
        .name = "a packet of an idle command, p99", .value = result.lone_p99, .unit = "ms"});
    report(&(struct measure){.name = "a packet of an idle command",
                             .value = result.lone_p50,
                             .unit = "ms",
                             .against = result.normal_p50,
                             .against_name = "without",
                             .reach = AT_MOST,
                             .goal = 2});
    report(&(struct measure){
        .name = "memory at the end", .value = (double)result.memory_last / 1024, .unit = "MiB"});
    report(&(struct measure){.name = "that is more than at first, for each drop that lies there",
                             .value = (double)(result.memory_last - result.memory_early) /
                                      (result.lying > 0 ? result.lying : 1),
                             .unit = "KiB",
                             .reach = AT_MOST,
                             .goal = 6});
    remove_tree(path);
}

int main(int argc, char **argv)
{
    const char *where = NULL, *other = NULL;
    unsigned packets = 2000, stored = 100000, seconds = 0;
    bool parts[9] = {false}, any = false;
    static const char *const names[] = {"throughput", "peers",      "lone",   "record",  "memory",
                                        "overload",   "encryption", "backup", "recovery"};
    for (int i = 1; i < argc; i++) {
        bool known = strcmp(argv[i], "-j") == 0;
        as_json = as_json || known;
        if ((strcmp(argv[i], "-n") == 0 || strcmp(argv[i], "-m") == 0) && i + 1 < argc) {
            *(argv[i][1] == 'n' ? &packets : &stored) = (unsigned)strtoul(argv[i + 1], NULL, 10);
            i++;
            known = true;
        }
        if ((strcmp(argv[i], "-w") == 0 || strcmp(argv[i], "-p") == 0) && i + 1 < argc) {
            *(argv[i][1] == 'w' ? &where : &other) = argv[i + 1];
            i++;
            known = true;
        }
        if (strcmp(argv[i], "flood") == 0 && i + 1 < argc) {
            seconds = (unsigned)strtoul(argv[++i], NULL, 10);
            known = any = true;
        }
        for (size_t p = 0; p < 9 && !known; p++)
            if (strcmp(argv[i], names[p]) == 0)
                known = any = parts[p] = true;
        if (!known || packets < 20 || stored < 2000) {
            fprintf(stderr, "usage: ingest [throughput] [peers] [lone] [record] [memory] [overload] "
                            "[encryption] [backup] [recovery] [flood SECONDS] "
                            "[-n PACKETS] [-m STORED] [-w FOLDER] [-p PROGRAM] [-j]\n");
            return 64;
        }
    }
    char self[600] = "";
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
        give_up("who am I: %s", strerror(errno));
    const char *folder = dirname(self);
    snprintf(work_folder, sizeof work_folder, "%s/ingest.work", where != NULL ? where : folder);
    if (other != NULL)
        snprintf(program, sizeof program, "%s", other);
    else
        snprintf(program, sizeof program, "%s/../leadspool", folder);
    snprintf(schema, sizeof schema, "schemas/request.xsd");
    if (access(program, X_OK) != 0)
        give_up("%s is not there: build it first", program);
    remove_tree(work_folder);
    if (mkdir(work_folder, 0755) != 0)
        give_up("making %s: %s", work_folder, strerror(errno));
    stills_draw(STILL_WIDTH, STILL_BYTES);
    if (!any || parts[0])
        throughput(packets);
    if (!any || parts[1])
        peers();
    if (!any || parts[2])
        lone();
    if (!any || parts[3])
        record(stored);
    if (!any || parts[4])
        memory(stored);
    if (!any || parts[5])
        overload(packets / 2);
    if (!any || parts[6])
        encryption(packets);
    if (!any || parts[7])
        backup(packets);
    if (!any || parts[8])
        recovery(stored);
    if (seconds > 0)
        flood(seconds);
    remove_tree(work_folder);
    return all_reached ? 0 : 1;
}
