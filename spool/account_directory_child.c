/*
 * The directory helper: account and group look-ups through the name service.
 *
 * Guarantees: each question is looked up by a process of its own that is killed at the deadline, since a name service may
 * hang in a library no call interrupts; the name service's configuration is read anew each time. "No such account" and "could
 * not ask" are told apart: with the second there is no answer at all. Decides nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <shadow.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "spool/account_directory.h"
#include "spool/service.h"
#include "spool/site.h"

enum { ENTRY_MOST = 4 << 20, ANSWER_MOST = 16 << 20, DAY_MS = 24 * 3600 * 1000 };

/* A directory tells that an account ended by its shadow entry, which an account of the machine itself keeps to root. */
static bool look_up_end(const char *name, char *buffer, json_t *entry)
{
    struct spwd line, *found = NULL;
    int failed = getspnam_r(name, &line, buffer, ENTRY_MOST, &found);
    if (failed != 0 && failed != EACCES && failed != EPERM && failed != ENOENT)
        return false;
    bool expired = failed == 0 && found != NULL && found->sp_expire > 0 &&
                   clock_now() / DAY_MS >= (instant)found->sp_expire;
    return json_put_flag(entry, "expired", expired);
}

static bool look_up_account(const char *name, char *buffer, json_t *accounts)
{
    struct passwd line, *found = NULL;
    if (getpwnam_r(name, &line, buffer, ENTRY_MOST, &found) != 0)
        return false;
    if (found == NULL)
        return true;
    json_t *entry = json_object_at(accounts, name);
    json_put_whole(entry, "uid", found->pw_uid);
    json_put_whole(entry, "gid", found->pw_gid);
    return look_up_end(name, buffer, entry);
}

static bool look_up_group(const char *name, char *buffer, json_t *groups)
{
    struct group line, *found = NULL;
    if (getgrnam_r(name, &line, buffer, ENTRY_MOST, &found) != 0)
        return false;
    if (found == NULL)
        return true;
    json_t *entry = json_object_at(groups, name), *members = json_array_at(entry, "members");
    json_put_whole(entry, "gid", found->gr_gid);
    for (char **member = found->gr_mem; *member != NULL; member++)
        json_array_append_new(members, json_string(*member));
    return true;
}

/* In a process of its own: the whole answer, or nothing. */
static void look_up(const json_t *question, int to)
{
    json_t *accounts = json_object(), *groups = json_object(), *name;
    char *buffer = malloc(ENTRY_MOST);
    bool done = buffer != NULL;
    size_t i;
    json_array_foreach(json_object_get(question, "accounts"), i, name)
    {
        done = done && look_up_account(json_string_value(name), buffer, accounts);
    }
    json_array_foreach(json_object_get(question, "groups"), i, name)
    {
        done = done && look_up_group(json_string_value(name), buffer, groups);
    }
    json_t *answer = json_pack("{s:o,s:o}", "accounts", accounts, "groups", groups);
    _exit(done && answer != NULL && json_dumpfd(answer, to, JSON_COMPACT) == 0 ? 0 : 1);
}

/* All that comes until the end, or false at the deadline (of clock_monotonic). */
static bool read_until(int from, int64_t deadline, struct text *bytes)
{
    char part[4096];
    for (;;) {
        struct pollfd file = {.fd = from, .events = POLLIN};
        int64_t left = deadline - clock_monotonic();
        if (left <= 0 || bytes->length > ANSWER_MOST)
            return false;
        if (poll(&file, 1, (int)left) <= 0)
            continue;
        ssize_t length = read(from, part, sizeof part);
        if (length < 0 && errno != EINTR)
            return false;
        if (length == 0)
            return true;
        if (length > 0)
            text_add_bytes(bytes, part, (size_t)length);
    }
}

static bool ask(const json_t *question, json_t **answer, struct error *error)
{
    int ends[2], status = 0;
    struct text bytes = TEXT_EMPTY;
    int64_t deadline = json_whole(question, "deadline", 10000);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_system(error, "asking the directory");
    pid_t daughter = fork();
    if (daughter == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        look_up(question, ends[1]);
    }
    close(ends[1]);
    if (daughter < 0) {
        close(ends[0]);
        return error_system(error, "asking the directory");
    }
    bool in_time = read_until(ends[0], clock_monotonic() + deadline, &bytes);
    close(ends[0]);
    if (!in_time)
        kill(daughter, SIGKILL);
    while (waitpid(daughter, &status, 0) < 0 && errno == EINTR)
        ;
    *answer =
        in_time && status == 0 && bytes.bytes != NULL ? json_loadb(bytes.bytes, bytes.length, 0, NULL) : NULL;
    text_free(&bytes);
    if (!in_time)
        return error_set(error, FAULT_TEMPORARY,
                         "the directory of accounts (getent passwd) did not answer within %lld s",
                         (long long)(deadline / 1000));
    return *answer != NULL ||
           error_set(error, FAULT_TEMPORARY, "the directory of accounts (getent passwd) cannot be asked");
}

void account_directory_serve(int channel, int directory, const void *argument)
{
    struct error error = ERROR_NONE;
    (void)directory;
    if (!site_become_owner(argument, &error) || !service_end_with_daemon()) {
        log_line(LOG_LEVEL_ALARM, "directory-silent", "%s", error.text);
        _exit(1);
    }
    for (;;) {
        int file = -1;
        json_t *question = service_next(channel, &file), *answer = NULL;
        bool done = ask(question, &answer, &error);
        service_answer(channel, question, answer == NULL ? json_object() : answer, -1, done, &error);
        if (file >= 0)
            close(file);
        json_decref(question);
    }
}
