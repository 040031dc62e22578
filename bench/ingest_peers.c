/*
 * What a user would otherwise set up: a shell script, and a mail server's pickup.
 *
 * The script does what the script would: inotifywait tells it of a drop, xmllint validates the manifest,
 * djpeg decodes the still, the packet is moved aside and synced, and an answer written and synced. It looks at
 * the packets of one folder one after the other, as such scripts do. Postfix runs from a configuration, queue and
 * data folder of its own below the work folder, listens nowhere, and discards what it takes up; its messages lie
 * in its maildrop before it is started, and what is timed is their way into its durable queue.
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

static bool have(const char *program)
{
    char path[300];
    static const char *const places[] = {"/usr/bin", "/usr/sbin", "/bin"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(path, sizeof path, "%s/%s", places[i], program);
        if (access(path, X_OK) == 0)
            return true;
    }
    fprintf(stderr, "ingest: %s is not installed: no figure for this peer\n", program);
    return false;
}

static void pause_ms(long milliseconds)
{
    nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000L}, NULL);
}

static void make_folder(const char *top, const char *name, char path[900])
{
    snprintf(path, 900, "%s%s%s", top, name[0] == '\0' ? "" : "/", name);
    if (mkdir(path, 0755) != 0)
        give_up("making %s: %s", path, strerror(errno));
}

static unsigned entries_in(const char *path)
{
    unsigned count = 0;
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL)
        count += entry->d_name[0] != '.';
    if (folder != NULL)
        closedir(folder);
    return count;
}

double script_rate(const char *folder, const char *schema, unsigned count)
{
    static const char script[] =
        "inotifywait -m -q -e moved_to --format %%f '%1$s/in' | while read -r name; do\n"
        "  drop='%1$s/in'/$name\n"
        "  if xmllint --noout --nonet --schema '%2$s' \"$drop/manifest.xml\" 2>/dev/null &&\n"
        "     djpeg -outfile /dev/null \"$drop/still.jpg\"; then answer=accepted; else answer=rejected; fi\n"
        "  mv \"$drop\" '%1$s/done/'\n"
        "  sync '%1$s/done'/$name/* '%1$s/done'/$name '%1$s/done' '%1$s/in'\n"
        "  echo $answer > '%1$s/out'/.$name\n"
        "  sync '%1$s/out'/.$name\n"
        "  mv '%1$s/out'/.$name '%1$s/out'/$name\n"
        "  sync '%1$s/out'\n"
        "done\n";
    char path[900], stage[900], in[900], out[900], text[4096];
    if (!have("inotifywait") || !have("xmllint") || !have("djpeg"))
        return 0;
    if (access(schema, R_OK) != 0) {
        fprintf(stderr, "ingest: %s is not here: run it from the top of the sources\n", schema);
        return 0;
    }
    make_folder(folder, "", path);
    make_folder(folder, "in", in);
    make_folder(folder, "done", path);
    make_folder(folder, "out", out);
    make_folder(folder, "stage", stage);
    for (unsigned i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%.800s/packet-%06u", stage, i);
        packet_write(path, BENCH_COMMAND, i);
    }
    sync();
    snprintf(text, sizeof text, script, folder, schema);
    pid_t shell = fork();
    if (shell == 0) {
        setpgid(0, 0);
        execl("/bin/bash", "bash", "-c", text, (char *)NULL);
        _exit(127);
    }
    setpgid(shell, shell);
    pause_ms(500); /* inotifywait sets its watch up */
    double start = now();
    for (unsigned i = 0; i < count; i++) {
        char to[900];
        snprintf(path, sizeof path, "%.800s/packet-%06u", stage, i);
        snprintf(to, sizeof to, "%.800s/packet-%06u", in, i);
        if (rename(path, to) != 0)
            give_up("moving %s in", path);
    }
    while (entries_in(out) < count && now() - start < 120)
        pause_ms(20);
    double took = now() - start;
    bool whole = entries_in(out) == count;
    kill(-shell, SIGKILL);
    waitpid(shell, NULL, 0);
    remove_tree(folder);
    return whole ? count / took : 0;
}

/* --- Postfix --- */

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        give_up("writing %s", path);
}

static bool postfix_place(const char *folder, char config[900])
{
    char path[900], text[4096];
    make_folder(folder, "", path);
    make_folder(folder, "config", config);
    make_folder(folder, "queue", path);
    make_folder(folder, "data", path);
    char *owner[] = {"chown", "postfix", path, NULL};
    if (!run_program(owner, NULL))
        return false;
    snprintf(
        text, sizeof text,
        "compatibility_level = 3.6\nqueue_directory = %s/queue\ndata_directory = %s/data\n"
        "command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\n"
        "mail_owner = postfix\nsetgid_group = postdrop\nmyhostname = bench.localhost\n"
        "inet_interfaces = loopback-only\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\n"
        "mydestination =\nlocal_recipient_maps =\nlocal_transport = discard\ndefault_transport = discard\n"
        "alias_maps =\nalias_database =\nmessage_size_limit = 10240000\nmaillog_file = %s/log\n"
        "maillog_file_prefixes = %s\n",
        folder, folder, folder, folder);
    snprintf(path, sizeof path, "%.800s/main.cf", config);
    write_text(path, text);
    snprintf(path, sizeof path, "%.800s/master.cf", config);
    write_text(path,
               "pickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n"
               "rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n"
               "defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\n"
               "discard unix - - n - - discard\nerror unix - - n - - error\nretry unix - - n - - error\n"
               "postlog unix-dgram n - n - 1 postlogd\n");
    return true;
}

static bool control(const char *config, const char *verb)
{
    char log[1000];
    snprintf(log, sizeof log, "%s/../control.log", config);
    char *words[] = {"postfix", "-c", (char *)config, (char *)verb, NULL};
    return run_program(words, log);
}

/* A message of a packet's size: 150 KB of base64 lines. */
static void write_message(const char *path)
{
    FILE *file = fopen(path, "we");
    if (file == NULL)
        give_up("writing %s", path);
    fputs("From: sender@bench.localhost\nTo: unit@bench.localhost\nSubject: a packet\n\n", file);
    for (int i = 0; i < (150000 + 2048) / 77; i++)
        fputs("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9\n", file);
    fclose(file);
}

double postfix_rate(const char *folder, unsigned count)
{
    char config[900], message[900], maildrop[900], command[2600];
    if (!have("postfix") || !have("postdrop"))
        return 0;
    if (geteuid() != 0 || !postfix_place(folder, config)) {
        fprintf(stderr, "ingest: Postfix needs root to be started: no figure for it\n");
        return 0;
    }
    snprintf(message, sizeof message, "%.800s/message", folder);
    snprintf(maildrop, sizeof maildrop, "%.800s/queue/maildrop", folder);
    write_message(message);
    /* `start` makes the queue's folders; its own messages are taken up only by the second start. */
    bool running = control(config, "start");
    if (running) {
        pause_ms(500);
        control(config, "stop");
    }
    snprintf(command, sizeof command,
             "i=0; while [ $i -lt %u ]; do sendmail -C '%s' -f sender@bench.localhost unit@bench.localhost < "
             "'%s' || exit 1; "
             "i=$((i+1)); done",
             count, config, message);
    char log[1000];
    snprintf(log, sizeof log, "%s/control.log", folder);
    char *fill[] = {"/bin/sh", "-c", command, NULL};
    if (!running || !run_program(fill, log) || entries_in(maildrop) != count) {
        fprintf(stderr, "ingest: Postfix could not be filled (%u of %u messages): see %s\n",
                entries_in(maildrop), count, log);
        return 0;
    }
    sync();
    double start = now(), first = 0;
    running = control(config, "start");
    unsigned left = count, at_first = count;
    while (left > 0 && now() - start < 120) {
        pause_ms(5);
        left = entries_in(maildrop);
        if (first == 0 && left < count) {
            first = now(); /* what it took to start is not counted */
            at_first = left;
        }
    }
    double took = now() - first;
    control(config, "stop");
    pause_ms(300);
    if (left > 0) {
        fprintf(stderr, "ingest: Postfix left %u messages: see %s/log\n", left, folder);
        return 0;
    }
    remove_tree(folder);
    return at_first / took;
}
