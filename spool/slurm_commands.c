/*
 * Running Slurm's commands.
 *
 * Guarantees: none of them holds its caller longer than COMMAND_SECONDS; arguments are never put together into a shell's
 * line. Only a whole answer of squeue says that a task is gone: one that is submitted twice wastes machines.
 */
#include "spool/slurm_commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"

enum { COMMAND_SECONDS = 30, WORDS_MOST = 8192, OUTPUT_MOST = 4 << 20 };

static _Noreturn void become(char *const *arguments, int input, int output)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    alarm(COMMAND_SECONDS);
    execvp(arguments[0], arguments);
    _exit(127);
}

/* The exit code, -1 when it was ended; what it said goes into `output`. */
static int run(char *const *arguments, const char *input, char *output, size_t size)
{
    int ends[2], status = 0, script = memory_file("script", input, strlen(input), NULL);
    size_t length = 0;
    ssize_t got;
    output[0] = '\0';
    if (script < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        if (script >= 0)
            close(script);
        return -1;
    }
    lseek(script, 0, SEEK_SET);
    pid_t child = fork();
    if (child == 0)
        become(arguments, script, ends[1]);
    close(ends[1]);
    close(script);
    while (child > 0 && length + 1 < size &&
           ((got = read(ends[0], output + length, size - 1 - length)) > 0 || (got < 0 && errno == EINTR)))
        length += got > 0 ? (size_t)got : 0;
    output[length] = '\0';
    close(ends[0]);
    if (child < 0)
        return -1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define ARGUMENT(text) ((char *)(uintptr_t)(text))

bool slurm_submit(const struct slurm_submission *submission, char *job, size_t size, struct error *error)
{
    char name[200], array[64], limit[32], folder[4200], partition[200], output[WORDS_MOST];
    snprintf(name, sizeof name, "--job-name=%s", submission->name);
    snprintf(array, sizeof array, "--array=0-%zu", submission->count - 1);
    snprintf(limit, sizeof limit, "--time=%d", submission->minutes);
    snprintf(folder, sizeof folder, "--chdir=%s", submission->folder);
    snprintf(partition, sizeof partition, "--partition=%s", submission->partition);
    char *arguments[] = {ARGUMENT("sbatch"),
                         ARGUMENT("--parsable"),
                         ARGUMENT("--no-requeue"),
                         ARGUMENT("--ntasks=1"),
                         ARGUMENT("--output=/dev/null"),
                         ARGUMENT("--export=NONE"),
                         name,
                         array,
                         limit,
                         folder,
                         submission->partition[0] == '\0' ? NULL : partition,
                         NULL};
    int code = run(arguments, submission->script, output, sizeof output);
    size_t digits = strspn(output, "0123456789");
    if (code == 0 && digits > 0 && digits < size) {
        memcpy(job, output, digits);
        job[digits] = '\0';
        return true;
    }
    output[strcspn(output, "\n")] = '\0';
    return error_set(error, FAULT_TEMPORARY, "sbatch took no job: %s",
                     code == 127         ? "the command is not installed"
                     : output[0] == '\0' ? "no answer in time"
                                         : output);
}

char *slurm_unfinished(const char *name)
{
    char argument[200], *output = malloc(OUTPUT_MOST);
    snprintf(argument, sizeof argument, "--name=%s", name);
    char *arguments[] = {ARGUMENT("squeue"),
                         ARGUMENT("--noheader"),
                         ARGUMENT("--array"),
                         ARGUMENT("--format=%i"),
                         argument,
                         NULL};
    if (output != NULL && run(arguments, "", output, OUTPUT_MOST) == 0)
        return output;
    free(output);
    return NULL;
}

void slurm_cancel(const char *name)
{
    char argument[200], output[WORDS_MOST];
    snprintf(argument, sizeof argument, "--name=%s", name);
    char *arguments[] = {ARGUMENT("scancel"), argument, NULL};
    run(arguments, "", output, sizeof output);
}

void slurm_cancel_task(const char *task)
{
    char output[WORDS_MOST];
    char *arguments[] = {ARGUMENT("scancel"), ARGUMENT(task), NULL};
    run(arguments, "", output, sizeof output);
}
