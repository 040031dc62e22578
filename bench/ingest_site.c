/*
 * A site of the real program: made by `leadspool init`, served by `leadspool run`, filled by renames into its
 * drop folder.
 *
 * A packet counts as answered when the last file of its receipt is there under its final name, which the
 * program gives it only after it is on the disk.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/ingest.h"

static void pause_ms(long milliseconds)
{
    nanosleep(&(struct timespec){.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L},
              NULL);
}

bool run_program(char *const words[], const char *output)
{
    pid_t child = fork();
    if (child == 0) {
        int file =
            open(output == NULL ? "/dev/null" : output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        dup2(file, 1);
        dup2(file, 2);
        execvp(words[0], words);
        _exit(127);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void remove_tree(const char *path)
{
    char *words[] = {"rm", "-rf", (char *)path, NULL};
    run_program(words, NULL);
}

void site_make(struct bench_site *site, const char *program, const char *path)
{
    site_make_for(site, program, path, BENCH_COMMAND);
}

void site_make_for(struct bench_site *site, const char *program, const char *path, const char *names)
{
    *site = (struct bench_site){.daemon = 0};
    snprintf(site->path, sizeof site->path, "%s", path);
    snprintf(site->program, sizeof site->program, "%s", program);
    remove_tree(path);
    char *words[] = {site->program, "init",    "--commands", (char *)names,
                     "--zone",      "Etc/UTC", site->path,   NULL};
    char stage[1100];
    snprintf(stage, sizeof stage, "%s/stage", path);
    if (!run_program(words, NULL) || mkdir(stage, 0755) != 0)
        give_up("making the site %s", path);
}

void site_launch(struct bench_site *site)
{
    char log[1100];
    snprintf(log, sizeof log, "%s/daemon.log", site->path);
    site->daemon = fork();
    if (site->daemon == 0) {
        int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
        dup2(file, 1);
        dup2(file, 2);
        execl(site->program, site->program, "-s", site->path, "run", (char *)NULL);
        _exit(127);
    }
}

void site_start(struct bench_site *site)
{
    char log[1100];
    snprintf(log, sizeof log, "%s/daemon.log", site->path);
    site_launch(site);
    char *words[] = {site->program, "-s", site->path, "status", NULL};
    for (int i = 0; i < 300; i++) {
        if (access(log, F_OK) == 0 && run_program(words, NULL))
            return;
        pause_ms(100);
    }
    give_up("the daemon did not start: see %s", log);
}

void site_stop(struct bench_site *site)
{
    if (site->daemon <= 0)
        return;
    kill(site->daemon, SIGTERM);
    waitpid(site->daemon, NULL, 0);
    site->daemon = 0;
}

void site_stage(const struct bench_site *site, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++) {
        char path[1100];
        snprintf(path, sizeof path, "%s/stage/packet-%06u", site->path, i);
        packet_write(path, BENCH_COMMAND, i);
    }
}

void site_drop(struct bench_site *site, unsigned number)
{
    char from[1100], to[1100];
    snprintf(from, sizeof from, "%s/stage/packet-%06u", site->path, number);
    snprintf(to, sizeof to, "%s/in/" BENCH_COMMAND "/packet-%06u", site->path, number);
    if (rename(from, to) != 0)
        give_up("moving %s in: %s", from, strerror(errno));
    site->dropped++;
}

bool site_answered(const struct bench_site *site, unsigned docket)
{
    char path[1200];
    time_t at = time(NULL);
    struct tm tm;
    gmtime_r(&at, &tm);
    snprintf(path, sizeof path, "%s/out/" BENCH_COMMAND "/FR-%04d-%06u/receipt-1.txt", site->path,
             tm.tm_year + 1900, docket);
    return access(path, F_OK) == 0;
}

bool site_wait(struct bench_site *site, unsigned receipts)
{
    double last = now();
    /* Dockets are numbered as they are accepted; answers may overtake each other, so all are looked at. */
    while (site->answered < receipts) {
        if (site_answered(site, site->answered + 1)) {
            site->answered++;
            last = now();
        } else if (now() - last > 60)
            return false;
        else
            pause_ms(20);
    }
    return true;
}

/* utime, stime and those of children waited for (fields 14 to 17), the parent (4), pages resident (24). */
static bool read_stat(const char *pid, int *parent, double *cpu, long *pages)
{
    char path[300], line[1024];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, line, sizeof line - 1);
    if (file >= 0)
        close(file);
    if (got <= 0)
        return false;
    line[got] = '\0';
    char *after = strrchr(line, ')');
    unsigned long user = 0, kernel = 0;
    long child_user = 0, child_kernel = 0;
    if (after == NULL ||
        sscanf(after + 2,
               "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d %*d %*d %*u %*u %ld",
               parent, &user, &kernel, &child_user, &child_kernel, pages) != 6)
        return false;
    *cpu = (double)(user + kernel + (unsigned long)child_user + (unsigned long)child_kernel) /
           (double)sysconf(_SC_CLK_TCK);
    return true;
}

static void add_family(pid_t root, double *cpu, long *kibibytes)
{
    /* The tree is two deep: the daemon's children, and the nursery's. */
    pid_t family[256] = {root};
    size_t count = 1;
    for (int round = 0; round < 2; round++) {
        DIR *all = opendir("/proc");
        struct dirent *entry;
        while (all != NULL && (entry = readdir(all)) != NULL) {
            int parent = 0;
            double used = 0;
            long pages = 0;
            if (entry->d_name[0] < '0' || entry->d_name[0] > '9' ||
                !read_stat(entry->d_name, &parent, &used, &pages))
                continue;
            pid_t pid = (pid_t)atoi(entry->d_name);
            bool known = false, child = false;
            for (size_t i = 0; i < count; i++) {
                known = known || family[i] == pid;
                child = child || family[i] == parent;
            }
            if (child && !known && count < sizeof family / sizeof *family)
                family[count++] = pid;
        }
        if (all != NULL)
            closedir(all);
    }
    for (size_t i = 0; i < count; i++) {
        char pid[16];
        int parent = 0;
        double used = 0;
        long pages = 0;
        snprintf(pid, sizeof pid, "%d", family[i]);
        if (read_stat(pid, &parent, &used, &pages)) {
            *cpu += used;
            *kibibytes += pages * (sysconf(_SC_PAGESIZE) / 1024);
        }
    }
}

double site_cpu(const struct bench_site *site)
{
    double cpu = 0;
    long kibibytes = 0;
    add_family(site->daemon, &cpu, &kibibytes);
    return cpu;
}

long site_memory(const struct bench_site *site)
{
    double cpu = 0;
    long kibibytes = 0;
    add_family(site->daemon, &cpu, &kibibytes);
    return kibibytes;
}
