/*
 * Finding mounts below the site.
 *
 * Guarantees: reads /proc/self/mountinfo only. A mount made after the start is served by the porter of what
 * it covers until the daemon is started again.
 */
#include "spool/mounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool add(struct daemon *daemon, const char *prefix, struct error *error)
{
    struct mount *larger = realloc(daemon->mounts, (daemon->mount_count + 1) * sizeof *larger);
    if (larger != NULL)
        daemon->mounts = larger;
    if (larger == NULL || (larger[daemon->mount_count].prefix = strdup(prefix)) == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while listing mounts");
    larger[daemon->mount_count++].porter = NULL;
    return true;
}

/* The kernel writes blanks, tabs, newlines and backslashes of a path as \ooo. */
static void unescape(char *path)
{
    char *to = path;
    for (const char *at = path; *at != '\0'; at++) {
        if (at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] != '\0' && at[3] != '\0') {
            *to++ = (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
            at += 3;
        } else
            *to++ = *at;
    }
    *to = '\0';
}

bool mounts_find(struct daemon *daemon, struct error *error)
{
    char line[8192], point[4096];
    size_t length = strlen(daemon->site->path);
    if (!add(daemon, "", error))
        return false;
    FILE *file = fopen("/proc/self/mountinfo", "re");
    if (file == NULL)
        return error_system(error, "reading /proc/self/mountinfo");
    bool done = true;
    while (done && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "%*d %*d %*s %*s %4095s", point) != 1)
            continue;
        unescape(point);
        if (strncmp(point, daemon->site->path, length) == 0 && point[length] == '/')
            done = add(daemon, point + length + 1, error);
    }
    fclose(file);
    return done;
}
