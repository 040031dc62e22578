/*
 * Berkeley DB's own check of a file, in a process of its own: on some damage it never ends.
 *
 * Guarantees: changes nothing but what a checkpoint writes. What was said first is kept: the rest follows from it.
 */
#include "casebook/book_structure.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "casebook/internal.h"

enum { SECONDS_MOST = 3, SAID_SIZE = 256 };
enum child_exit { CHILD_SOUND, CHILD_DAMAGED, CHILD_FAILED };

static char first_said[SAID_SIZE]; /* in the child; the library calls back without a context */

static void remember_first(const DB_ENV *environment, const char *prefix, const char *message)
{
    (void)environment;
    (void)prefix;
    if (first_said[0] == '\0')
        snprintf(first_said, sizeof first_said, "%s", message);
}

/* The child: says what is wrong into the pipe. */
_Noreturn static void verify(const struct casebook *casebook, const char *path, pid_t parent, int said)
{
    const struct rlimit seconds = {SECONDS_MOST, SECONDS_MOST};
    DB *handle = NULL;
    signal(SIGXCPU, SIG_DFL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent ||
        setrlimit(RLIMIT_CPU, &seconds) != 0 || db_create(&handle, NULL, 0) != 0)
        _exit(CHILD_FAILED);
    handle->set_errcall(handle, remember_first);
    if (casebook->encrypted && handle->set_encrypt(handle, casebook->password, DB_ENCRYPT_AES) != 0)
        _exit(CHILD_FAILED);
    int number = handle->verify(handle, path, NULL, NULL, 0);
    if (number == 0)
        _exit(CHILD_SOUND);
    if (number == ENOMEM || number == EMFILE)
        _exit(CHILD_FAILED);
    const char *what = first_said[0] != '\0' ? first_said : db_strerror(number);
    (void)!write(said, what, strlen(what));
    _exit(CHILD_DAMAGED);
}

static bool ask_child(const struct casebook *casebook, const char *path, int *status, char *what, size_t size,
                      struct error *error)
{
    int ends[2];
    if (pipe(ends) != 0)
        return error_system(error, "looking at %s", path);
    pid_t parent = getpid(), child = fork();
    if (child == 0)
        verify(casebook, path, parent, ends[1]);
    close(ends[1]);
    ssize_t got = child < 0 ? -1 : read(ends[0], what, size - 1);
    what[got < 0 ? 0 : got] = '\0';
    close(ends[0]);
    if (child < 0)
        return error_system(error, "looking at %s", path);
    while (waitpid(child, status, 0) < 0)
        if (errno != EINTR)
            return error_system(error, "looking at %s", path);
    return true;
}

bool book_structure(struct casebook *casebook, enum book book, enum book_structure *found, char *what,
                    size_t size, struct error *error)
{
    char path[4096];
    const char *home = NULL;
    struct stat status;
    int ended = 0;
    *found = BOOK_SOUND;
    if (!casebook_checkpoint(casebook, error))
        return false;
    int number = casebook->environment->get_home(casebook->environment, &home);
    if (number != 0)
        return casebook_failed(casebook, number, error, "looking at the book of %s", book_name(book));
    snprintf(path, sizeof path, "%s/%s.db", home, book_name(book));
    if (stat(path, &status) == 0 && status.st_size > BOOK_STRUCTURE_MOST) {
        *found = BOOK_TOO_LARGE;
        return true;
    }
    if (!ask_child(casebook, path, &ended, what, size, error))
        return false;
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == CHILD_FAILED)
        return error_set(error, FAULT_TEMPORARY, "the book of %s could not be looked at: out of memory",
                         book_name(book));
    if (!WIFEXITED(ended))
        snprintf(what, size, "its check did not end");
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != CHILD_SOUND)
        *found = BOOK_DAMAGED;
    return true;
}
