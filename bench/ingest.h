/*
 * The parts of bench/ingest: what is measured, and with what. Rates are packets a second of wall clock; times
 * are seconds unless a name says otherwise.
 */
#ifndef LEADSPOOL_BENCH_INGEST_H
#define LEADSPOOL_BENCH_INGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* --- measures --- */

enum reach { AT_LEAST, AT_MOST };

/* One line of the table. `goal` is compared with value/against (or the value itself when `against` is 0). */
struct measure {
    const char *name;
    double value;
    const char *unit;
    double against;
    const char *against_name;
    enum reach reach;
    double goal; /* 0: none */
};
void report(const struct measure *measure);

_Noreturn void give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));
double now(void);
double median(double *values, size_t count);
double percentile(double *values, size_t count, double share);

/* --- packets (ingest_packets.c) --- */

struct still {
    unsigned char *bytes;
    size_t length;
    int width, height;
};
enum { STILLS = 8 };
extern struct still stills[STILLS];

/* Draw the stills: noisy scenes, `width` to 1.28 times as many pixels wide, of at most `wanted` bytes each. */
enum { STILL_WIDTH = 1000, STILL_BYTES = 150000, SMALL_WIDTH = 320, SMALL_BYTES = 12000 };
void stills_draw(int width, size_t wanted);
/* A packet directory `path` for `command`: manifest.xml of 2 KB and still.jpg, no two packets with the same bytes. */
void packet_write(const char *path, const char *command, unsigned number);

/* --- the limit (ingest_limit.c) --- */

/* Pictures a second that `processes` processes decode from memory, and the processor seconds of one. */
double limit_rate(int processes, double seconds, double *cpu_each);

/* --- a site and its daemon (ingest_site.c) --- */

struct bench_site {
    char path[1024], program[1024];
    pid_t daemon;
    unsigned dropped, answered; /* so far, over the site's life */
};
#define BENCH_COMMAND "command-1"

void site_make(struct bench_site *site, const char *program, const char *path);
/* The same for commands of one's own: "a,b". */
void site_make_for(struct bench_site *site, const char *program, const char *path, const char *names);
/* Its daemon, begun and not waited for; then until it answers. */
void site_launch(struct bench_site *site);
void site_start(struct bench_site *site);
void site_stop(struct bench_site *site);
/* Packets made ready below the site's stage, then moved in. */
void site_stage(const struct bench_site *site, unsigned first, unsigned count);
void site_drop(struct bench_site *site, unsigned number);
/* Wait until that many receipts are published in all. False when nothing came for a minute. */
bool site_wait(struct bench_site *site, unsigned receipts);
bool site_answered(const struct bench_site *site, unsigned docket);
/* Processor seconds of the daemon and all it started, so far. */
double site_cpu(const struct bench_site *site);
/* Resident memory of the daemon and what it started, in KiB, each shared page counted once a process. */
long site_memory(const struct bench_site *site);
void remove_tree(const char *path);
bool run_program(char *const words[], const char *output);

/* --- peers (ingest_peers.c): packets a second, 0 when the peer cannot run here (said on standard error) --- */

double script_rate(const char *folder, const char *schema, unsigned count);
double postfix_rate(const char *folder, unsigned count);

/* --- more than can be done (ingest_overload.c) --- */

struct overload {
    unsigned dropped, answered; /* packets of the two commands that drop too much */
    double rate;                /* of these, a second */
    double fairness;            /* the lesser command's receipts for one of the other's, half way */
    double normal_p50, lone_p50, lone_p99; /* milliseconds of a packet of the third: before, and meanwhile */
    unsigned lones;                        /* measured meanwhile */
};
/* `packets` of each of the two. */
void overload_measure(const char *path, const char *program, unsigned packets, struct overload *result);

/* --- with keys and without (ingest_encryption.c) --- */

struct encryption_cost {
    double rate;  /* packets a second with keys, for one without */
    double cpu;   /* processor time of a packet with keys, for that without */
    double clear; /* packets a second without */
};
/* `folder` is the beginning of the names of two sites. */
void encryption_measure(const char *folder, const char *program, unsigned packets,
                        struct encryption_cost *cost);

/* --- beside backups (ingest_backup.c) --- */

/* Packets a second while backups are made, for one a second without; *alone: without. `folder` is the site's. */
double backup_measure(const char *folder, const char *program, unsigned packets, double *alone);

/* --- the record alone (ingest_record.c) --- */

struct record_costs {
    double batch_64, batch_1;          /* seconds a packet, made durable */
    double cpu_at_1000, cpu_at_100000; /* processor seconds a packet in batches of 64, with so many stored */
    double at_1000, at_100000;         /* the same on the clock */
    unsigned stored;                   /* how many really */
};
/* `program` makes the site. */
void record_measure(const char *folder, const char *program, unsigned most, struct record_costs *costs);

/* A new site with so many packets in its record, `since` of them since the last checkpoint, and beside these `in_flight` on
   their way; left as a killed daemon leaves it. */
void record_fill(const char *folder, const char *program, unsigned stored, unsigned since,
                 unsigned in_flight);

/* --- starting again (ingest_recovery.c) --- */

enum { IN_FLIGHT = 1000 };
struct recovery {
    double killed, stopped; /* seconds from the start to ready: after a kill, after a stop */
    double cpu;             /* processor seconds of the first */
    double answered;        /* seconds from that first start to the last receipt of what was in flight */
    unsigned since;         /* of the stored, since the last checkpoint */
};
void recovery_measure(const char *folder, const char *program, unsigned stored, struct recovery *result);

/* --- more than can be done, for a while (ingest_flood.c) --- */

struct flood {
    double capacity, rate;                 /* packets a second: alone, and while three times as many came */
    unsigned dropped, lying;               /* and not claimed at the end */
    long lost;                             /* neither answered nor lying there; below 0: answered twice */
    double fairness;                       /* what the command that got less got, of the other's */
    double normal_p50, lone_p50, lone_p99; /* milliseconds of one packet of the idle command */
    long memory_early, memory_last;        /* KiB */
};
/* Leaves `path` to be removed, which takes long. */
void flood_measure(const char *path, const char *program, unsigned seconds, struct flood *result);

#endif
