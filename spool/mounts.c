/*
 * Finding mounts below the site, and noticing those that hang.
 *
 * Guarantees: touches no share: reads /proc/self/mountinfo and the porters' heartbeats. What hangs is down until
 * its porter's heart beats again; nothing else waits for it meanwhile. A mount made after the start is served by the porter of what
 * it covers until the daemon is started again.
 */
#include "spool/mounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"

enum {
    LOOK_MS = 500,
    HUNG_MS = 4000, /* several heartbeats missed: it is given no more work */
    DOWN_MS = 10000 /* and shown as down */
};

static bool add(struct daemon *daemon, const char *prefix, struct error *error)
{
    struct mount *larger = realloc(daemon->mounts, (daemon->mount_count + 1) * sizeof *larger);
    if (larger != NULL)
        daemon->mounts = larger;
    if (larger == NULL || (larger[daemon->mount_count].prefix = strdup(prefix)) == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while listing mounts");
    struct mount *mount = &larger[daemon->mount_count++];
    struct porter_heartbeat *heartbeat =
        mmap(NULL, sizeof *heartbeat, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    mount->porter = NULL;
    mount->beats = 0;
    mount->beaten = 0;
    mount->hung = mount->down = false;
    mount->place = (struct porter_place){.account = daemon->site->account,
                                         .group = daemon->site->group,
                                         .heartbeat = heartbeat == MAP_FAILED ? NULL : heartbeat};
    return heartbeat != MAP_FAILED || error_system(error, "sharing memory with a porter");
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

const struct mount *daemon_mount(const struct daemon *daemon, const char *path)
{
    const struct mount *best = &daemon->mounts[0];
    for (size_t i = 0; i < daemon->mount_count; i++) {
        size_t length = strlen(daemon->mounts[i].prefix);
        bool below = strncmp(path, daemon->mounts[i].prefix, length) == 0 &&
                     (length == 0 || path[length] == '/' || path[length] == '\0');
        if (below && length >= strlen(best->prefix))
            best = &daemon->mounts[i];
    }
    return best;
}

struct service *daemon_porter(const struct daemon *daemon, const char *path)
{
    return daemon_mount(daemon, path)->porter;
}

static bool make_place(void *context, const char *path, mode_t mode, struct error *error)
{
    struct daemon *daemon = context;
    const struct site *site = daemon->site;
    struct mount *mount = &daemon->mounts[daemon_mount(daemon, path) - daemon->mounts];
    bool ours = mount == daemon->mounts || strncmp(path, "var", 3) == 0 || strcmp(path, "keys") == 0;
    if (ours)
        return site_make_place(site->directory, path, mode, site->account, site->group, error);
    if (mount->place.folders == NULL)
        mount->place.folders = json_array();
    return json_array_append_new(mount->place.folders,
                                 json_pack("{ss,si}", "path", path, "mode", (int)mode)) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while making folders");
}

bool mounts_make_places(struct daemon *daemon, struct error *error)
{
    return site_places(daemon->site->settings, make_place, daemon, error);
}

static void look(void *context)
{
    struct daemon *daemon = context;
    int64_t now = clock_monotonic();
    for (size_t i = 0; i < daemon->mount_count; i++) {
        struct mount *mount = &daemon->mounts[i];
        uint64_t beats = atomic_load(&mount->place.heartbeat->beats);
        if (beats != mount->beats || mount->beaten == 0) {
            mount->beats = beats;
            mount->beaten = now;
        }
        bool hung = now - mount->beaten >= HUNG_MS, down = now - mount->beaten >= DOWN_MS;
        if (down != mount->down)
            shares_mount_down(daemon->shares, mount, down);
        if (hung != mount->hung)
            daemon_wake(daemon);
        mount->hung = hung;
        mount->down = down;
    }
    loop_after(daemon->loop, LOOK_MS, look, daemon, NULL);
}

bool mounts_watch(struct daemon *daemon, struct error *error)
{
    return loop_after(daemon->loop, LOOK_MS, look, daemon, error);
}

void mounts_close(struct daemon *daemon)
{
    for (size_t i = 0; i < daemon->mount_count; i++) {
        struct mount *mount = &daemon->mounts[i];
        service_stop(mount->porter);
        if (mount->place.heartbeat != NULL)
            munmap(mount->place.heartbeat, sizeof *mount->place.heartbeat);
        json_decref(mount->place.folders);
        free(mount->prefix);
    }
    free(daemon->mounts);
}
