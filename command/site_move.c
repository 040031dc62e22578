/*
 * Moving a site.
 *
 * Guarantees: the old site is whole and works until the new one is verified; then its site.xml is renamed, which is the
 * one instant of the move. Interrupted before, the copy is removed by hand and the move begun anew. cp(1) copies: it knows owners, ACLs, holes and
 * reflinks.
 */
#include "command/site_move.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/language.h"

#define CLOSED "site.xml.moved"

/* Runs a program and waits; what it prints goes to the terminal. */
static bool run_program(const char *program, char *const *words, struct error *error)
{
    pid_t child;
    int status = 0;
    int failed = posix_spawnp(&child, program, NULL, NULL, words, environ);
    if (failed != 0) {
        errno = failed;
        return error_system(error, "starting %s", words[0]);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           error_set(error, FAULT_TEMPORARY, "%s failed; its message is above", words[0]);
}

static bool is_empty(const char *path)
{
    DIR *list = opendir(path);
    if (list == NULL)
        return errno == ENOENT;
    bool empty = true;
    for (const struct dirent *entry; empty && (entry = readdir(list)) != NULL;)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(list);
    return empty;
}

static bool copy(const struct site *site, const char *target, struct error *error)
{
    char from[PATH_MAX + 3];
    snprintf(from, sizeof from, "%s/.", site->path);
    char *const make[] = {"mkdir", "-p", "--", (char *)(uintptr_t)target, NULL};
    char *const words[] = {"cp", "-a", "--reflink=auto", "--", from, (char *)(uintptr_t)target, NULL};
    if (!run_program("mkdir", make, error) || !run_program("cp", words, error))
        return false;
    int folder = directory_open(target, error);
    bool done = folder >= 0 && volume_sync(folder, error);
    if (folder >= 0)
        close(folder);
    return done;
}

/* By the program itself, as an auditor would: the lock is held on the old site, the copy is nobody's yet. */
static bool verify(const char *target, struct error *error)
{
    char program[] = "/proc/self/exe";
    char *const words[] = {"leadspool", "-s", (char *)(uintptr_t)target, "audit", "verify", NULL};
    return run_program(program, words, error) ||
           error_context(error, "the copy in %s is not what the site is", target);
}

bool site_move(struct site *site, const char *target, bool dry, struct error *error)
{
    char absolute[PATH_MAX];
    if (target[0] != '/')
        return error_set(error, FAULT_USAGE, "name the new place from the root: /…");
    snprintf(absolute, sizeof absolute, "%s", target);
    size_t length = strlen(site->path);
    if (strncmp(absolute, site->path, length) == 0 && (absolute[length] == '/' || absolute[length] == '\0'))
        return error_set(error, FAULT_USAGE, "%s lies within the site", absolute);
    if (!is_empty(absolute))
        return error_set(error, FAULT_REFUSED, "%s is there and not empty", absolute);
    char *const measure[] = {"du", "-sh", "--", site->path, NULL};
    if (dry)
        return run_program("du", measure, error) &&
               printf(_("That would be copied to %s and verified. Nothing was done: a dry run.\n"),
                      absolute) > 0;
    if (!site_lock(site, error) || !copy(site, absolute, error) || !verify(absolute, error) ||
        !file_rename(site->directory, "site.xml", site->directory, CLOSED, false, error) ||
        !directory_sync(site->directory, error))
        return false;
    printf("The site is %s now. Nothing starts in %s any more (its site.xml is " CLOSED
           "); remove it when you\nneed nothing there. Point shares, units and LEADSPOOL_SITE to the new "
           "place.\n",
           absolute, site->path);
    return true;
}
