/*
 * A look from a process of its own.
 *
 * Guarantees: whoever asks has an answer in that time, however many mounts hang: that is when it is asked. Nothing is lost of
 * what was found until then.
 */
#include "command/check_apart.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

static void say(const struct finding *finding, json_t *line)
{
    if (line != NULL && json_dumpfd(line, finding->pipe, JSON_COMPACT) == 0 &&
        write(finding->pipe, "\n", 1) != 1)
        _exit(1);
    json_decref(line);
}

void check_apart_at(const struct finding *finding, const char *path)
{
    if (finding->pipe > 0)
        say(finding, json_pack("{s:s}", "at", path));
}

/* All that comes until the end; false at the deadline (of clock_monotonic). */
static bool read_until(int from, int64_t deadline, struct text *lines)
{
    char part[4096];
    for (;;) {
        struct pollfd file = {.fd = from, .events = POLLIN};
        int64_t left = deadline - clock_monotonic();
        if (left <= 0)
            return false;
        if (poll(&file, 1, (int)left) <= 0)
            continue;
        ssize_t length = read(from, part, sizeof part);
        if (length == 0 || (length < 0 && errno != EINTR))
            return true;
        if (length > 0)
            text_add_bytes(lines, part, (size_t)length);
    }
}

/* `at`: what was looked at last. */
static bool take_lines(char *lines, struct finding *finding, char *at, size_t size, struct error *error)
{
    bool done = true;
    char *rest = NULL;
    for (char *line = strtok_r(lines, "\n", &rest); done && line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        json_t *one = json_loads(line, 0, NULL);
        const char *path = json_text_or_null(one, "at"), *failed = json_text_or_null(one, "failed");
        if (path != NULL)
            snprintf(at, size, "%s", path);
        else if (failed != NULL)
            done = error_set(error, FAULT_ENVIRONMENT, "%s", failed);
        else if (one != NULL) {
            done = found_add(finding, one, error);
            continue;
        }
        json_decref(one);
    }
    return done;
}

static void look_there(check_apart_look *look, void *context, int pipe)
{
    struct error error = ERROR_NONE;
    struct finding own = {.pipe = pipe};
    /* Left behind it would keep these open, and whoever reads the answer of the check would wait for their end. */
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int standard = 0; standard <= 2; standard++)
        if (nothing < 0 || dup2(nothing, standard) < 0)
            close(standard);
    if (!look(context, &own, &error))
        say(&own, json_pack("{s:s}", "failed", error.text));
    _exit(0);
}

bool check_apart(check_apart_look *look, void *context, int milliseconds, struct finding *finding,
                 struct error *error)
{
    char at[300] = "", words[120];
    int ends[2];
    struct text lines = TEXT_EMPTY;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_system(error, "looking at the folders");
    fflush(stdout); /* or the child would print it once more */
    pid_t child = fork();
    if (child == 0)
        look_there(look, context, ends[1]);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return error_system(error, "looking at the folders");
    }
    bool ended = read_until(ends[0], clock_monotonic() + milliseconds, &lines);
    close(ends[0]);
    bool done = lines.bytes == NULL || take_lines(lines.bytes, finding, at, sizeof at, error);
    text_free(&lines);
    if (!ended) {
        kill(child, SIGKILL);
        snprintf(
            words, sizeof words,
            "does not answer within %d s: its file system hangs; the folders after it were not looked at",
            milliseconds / 1000);
        done = done && found(finding, VERDICT_CRITICAL, "share-down", "folder", at, words, error);
    }
    waitpid(child, NULL, ended ? 0 : WNOHANG);
    return done;
}
