/*
 * Puts the process behind the walls that sandbox.h lists, outermost wall last.
 *
 * The order matters: descriptors are closed and limits set while the calls for that are still allowed, and
 * the system call filter comes at the very end. Every wall but Landlock must stand, or entering fails: a
 * kernel without Landlock (before 5.13) still has the filter, which refuses every open.
 */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sandbox_filter.h"

#define MEBIBYTE (1024ULL * 1024ULL)
#define FILE_MEBIBYTES 256
#define SPARE_DESCRIPTORS 32 /* for memory files and duplicates the worker makes */

static int by_value(const void *a, const void *b)
{
    int left = *(const int *)a, right = *(const int *)b;
    return (left > right) - (left < right);
}

static bool close_between(unsigned first, unsigned last, struct error *error)
{
    if (first > last || syscall(SYS_close_range, first, last, 0U) == 0)
        return true;
    if (errno != ENOSYS) /* before Linux 5.9 */
        return error_system(error, "closing descriptors %u to %u", first, last);
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return error_system(error, "asking for the limit of descriptors");
    for (unsigned file = first; file <= last && file < limit.rlim_cur; file++)
        close((int)file);
    return true;
}

/* Closes all but the kept ones and standard error; `highest` is the highest one left. */
static bool close_others(const struct sandbox_limits *limits, int *highest, struct error *error)
{
    size_t count = 0;
    bool done = false;
    int *kept = malloc((limits->keep_count + 2) * sizeof *kept);
    if (kept == NULL)
        return error_set(error, FAULT_TEMPORARY, "no memory for a list of descriptors");
    kept[count++] = STDERR_FILENO;
    if (limits->serves)
        kept[count++] = limits->channel;
    for (size_t i = 0; i < limits->keep_count; i++)
        if (limits->keep[i] >= 0)
            kept[count++] = limits->keep[i];
    qsort(kept, count, sizeof *kept, by_value);
    unsigned next = 0;
    for (size_t i = 0; i < count; i++) {
        if ((unsigned)kept[i] > next && !close_between(next, (unsigned)kept[i] - 1, error))
            goto done;
        next = (unsigned)kept[i] + 1;
    }
    done = close_between(next, ~0U, error);
    *highest = (int)next - 1;
done:
    free(kept);
    return done;
}

static bool limit_set(int resource, rlim_t soft, rlim_t hard, const char *name, struct error *error)
{
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return error_system(error, "asking for the %s limit", name);
    /* never above what the process was given: raising it would need a privilege */
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    limit.rlim_max = hard < limit.rlim_max ? hard : limit.rlim_max;
    if (setrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return error_system(error, "setting the %s limit", name);
    return true;
}

bool sandbox_address_space(size_t *bytes, struct error *error)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    bool found = file != NULL && fscanf(file, "%llu", &pages) == 1;
    if (file != NULL)
        fclose(file);
    if (!found)
        return error_set(error, FAULT_ENVIRONMENT,
                         "cannot read /proc/self/statm, without which memory cannot be limited; mount /proc");
    *bytes = (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
    return true;
}

static bool set_limits(const struct sandbox_limits *limits, struct error *error)
{
#ifndef __SANITIZE_ADDRESS__
    if (limits->memory_mebibytes != 0) {
        size_t now = 0;
        if (!sandbox_address_space(&now, error))
            return false;
        rlim_t space = (rlim_t)now + limits->memory_mebibytes * MEBIBYTE;
        if (!limit_set(RLIMIT_AS, space, space, "address space", error))
            return false;
    }
#endif
    rlim_t file = (limits->file_mebibytes != 0 ? limits->file_mebibytes : (rlim_t)FILE_MEBIBYTES) * MEBIBYTE;
    if (limits->cpu_seconds != 0 &&
        !limit_set(RLIMIT_CPU, limits->cpu_seconds, (rlim_t)limits->cpu_seconds + 1, "processor time", error))
        return false;
    return limit_set(RLIMIT_FSIZE, file, file, "file size", error) &&
           limit_set(RLIMIT_CORE, 0, 0, "core file", error);
}

static bool drop_privileges(struct error *error)
{
    /* The bounding set can only be emptied with CAP_SETPCAP; without it there is nothing to gain from exec,
       and no_new_privs forbids that anyway. */
    for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
            break;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL)
        return error_system(error, "clearing ambient capabilities");
    cap_t none = cap_init();
    bool dropped = none != NULL && cap_set_proc(none) == 0;
    if (!dropped)
        error_system(error, "dropping capabilities");
    cap_free(none);
    if (!dropped)
        return false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return error_system(error, "forbidding new privileges");
#ifndef __SANITIZE_ADDRESS__
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return error_system(error, "forbidding traces of the process");
#endif
    return true;
}

/* The kernel's own view of landlock_ruleset_attr: the header of Debian 12 knows its first member only. */
struct landlock_ruleset {
    uint64_t files, network, scope;
};

struct landlock_path {
    uint64_t rights;
    int32_t parent;
} __attribute__((packed));

enum { LANDLOCK_READ_FILE = 4, LANDLOCK_READ_FOLDER = 8, LANDLOCK_BENEATH = 1 };

/* What the dynamic linker needs of the system for a shared object's own needs. */
static bool landlock_libraries(int ruleset, struct error *error)
{
    static const char *const places[] = {"/lib",       "/lib64",         "/usr/lib",
                                         "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct stat facts;
        struct landlock_path path = {.parent = open(places[i], O_PATH | O_CLOEXEC)};
        if (path.parent < 0 || fstat(path.parent, &facts) != 0)
            continue; /* not on this system */
        path.rights = LANDLOCK_READ_FILE | (S_ISDIR(facts.st_mode) ? LANDLOCK_READ_FOLDER : 0);
        long result = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_BENEATH, &path, 0U);
        int reason = errno;
        close(path.parent);
        errno = reason;
        if (result != 0)
            return error_system(error, "leaving %s readable", places[i]);
    }
    return true;
}

/* Nothing stays reachable, or the system's libraries alone. */
static bool landlock(bool libraries, struct error *error)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, 1U);
    if (version < 1 && libraries)
        return error_set(
            error, FAULT_ENVIRONMENT,
            "this kernel has no Landlock, without which foreign code is not loaded: it needs Linux "
            "5.13 or later, started with lsm=…,landlock");
    if (version < 1)
        return true; /* not in this kernel, or switched off at boot */
    unsigned rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    struct landlock_ruleset ruleset = {
        .files = (1ULL << rights) - 1, .network = version >= 4 ? 3 : 0, .scope = version >= 6 ? 3 : 0};
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    int file = (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0U);
    if (file < 0)
        return error_system(error, "making an empty Landlock rule set (ABI %ld)", version);
    if (libraries && !landlock_libraries(file, error)) {
        close(file);
        return false;
    }
    long result = syscall(SYS_landlock_restrict_self, file, 0U);
    int reason = errno;
    close(file);
    errno = reason;
    return result == 0 || error_system(error, "entering Landlock");
}

bool sandbox_enter(const struct sandbox_limits *limits, struct error *error)
{
    int highest = 0;
    if (!set_limits(limits, error) || !close_others(limits, &highest, error) || !drop_privileges(error) ||
        !landlock(limits->loads, error))
        return false;
    rlim_t descriptors = (rlim_t)highest + 1 + SPARE_DESCRIPTORS + limits->descriptors;
    return limit_set(RLIMIT_NOFILE, descriptors, descriptors, "descriptor", error) &&
           sandbox_filter_load(limits, error);
}

bool sandbox_loaded(const struct sandbox_limits *limits, struct error *error)
{
    struct sandbox_limits rest = *limits;
    rest.loads = false;
    return landlock(false, error) && sandbox_filter_load(&rest, error);
}
