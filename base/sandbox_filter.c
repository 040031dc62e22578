/*
 * The list of system calls a worker may make, as a seccomp filter.
 *
 * What is not listed kills the process. A call is on the list because memory, threads, reading and writing
 * open descriptors, time or a clean end need it; what can name a file, a peer or another process is not.
 * Names are never seen by a filter (they are pointers), so every call with a path is refused as a whole,
 * but for newfstatat with AT_EMPTY_PATH, which is how the C library asks about an open descriptor: there a
 * worker could still learn that a name exists, nothing of what is in it.
 */
#include "base/sandbox_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define OFF_THE_LIST SCMP_ACT_ERRNO(EPERM)
#else
#define OFF_THE_LIST SCMP_ACT_KILL_PROCESS
#endif

static const int allowed[] = {
    /* memory (mmap and mprotect: below) */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    /* open descriptors (fcntl: below) */
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(ftruncate),
    SCMP_SYS(fsync), SCMP_SYS(fallocate), SCMP_SYS(fadvise64), SCMP_SYS(close), SCMP_SYS(dup), SCMP_SYS(dup2),
    SCMP_SYS(dup3), SCMP_SYS(memfd_create), SCMP_SYS(poll), SCMP_SYS(ppoll),
    /* time and chance */
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(getrusage), SCMP_SYS(times),
    /* running, waiting, ending */
    SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
    SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(membarrier), SCMP_SYS(restart_syscall),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid),
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname),
    SCMP_SYS(sysinfo)};

/* Libraries try these and go on without: a setting that cannot be read, a terminal that is none, a newer
   call for which they have an older one. Killing for it would forbid the library. */
static const struct {
    int call, reason;
} refused[] = {{SCMP_SYS(open), EACCES},       {SCMP_SYS(openat), EACCES},
               {SCMP_SYS(openat2), EACCES},    {SCMP_SYS(stat), EACCES},
               {SCMP_SYS(lstat), EACCES},      {SCMP_SYS(statx), ENOSYS},
               {SCMP_SYS(access), EACCES},     {SCMP_SYS(faccessat), EACCES},
               {SCMP_SYS(faccessat2), EACCES}, {SCMP_SYS(readlink), EACCES},
               {SCMP_SYS(readlinkat), EACCES}, {SCMP_SYS(getcwd), EACCES},
               {SCMP_SYS(ioctl), ENOTTY},      {SCMP_SYS(clone3), ENOSYS},
               {SCMP_SYS(unlink), EACCES},     {SCMP_SYS(sched_setaffinity), EINVAL}};

static const int file_commands[] = {F_GETFD,         F_SETFD,     F_GETFL,    F_DUPFD,
                                    F_DUPFD_CLOEXEC, F_ADD_SEALS, F_GET_SEALS};

static bool is(int result, const char *what, struct error *error)
{
    return result == 0 ||
           error_set(error, FAULT_ENVIRONMENT, "allowing a worker %s: %s", what, strerror(-result));
}

/* Jobs come and answers go over one socket, connected long ago: no address can be named. */
static bool add_serving(scmp_filter_ctx filter, int channel, struct error *error)
{
    uint64_t socket = (uint64_t)channel;
    return is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(recvmsg), 1, SCMP_A0(SCMP_CMP_EQ, socket)),
              "to take jobs", error) &&
           is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), 1, SCMP_A0(SCMP_CMP_EQ, socket)),
              "to answer", error) &&
           is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(setitimer), 0), "to set its alarm", error) &&
           is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
                               SCMP_A1(SCMP_CMP_EQ, RLIMIT_AS)),
              "to limit its memory", error);
}

/* While foreign code is loaded: files are read where Landlock lets them, code is mapped that nothing can write, and the
   rest of the walls can be raised. */
static bool add_loading(scmp_filter_ctx filter, struct error *error)
{
    static const int raising[] = {SCMP_SYS(seccomp), SCMP_SYS(landlock_create_ruleset),
                                  SCMP_SYS(landlock_restrict_self)};
    for (size_t i = 0; i < sizeof raising / sizeof *raising; i++)
        if (!is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, raising[i], 0), "to raise its walls", error))
            return false;
    return is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                               SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0)),
              "to find libraries", error) &&
           is(seccomp_rule_add(
                  filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                  SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE, O_RDONLY)),
              "to read libraries", error) &&
           is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE, 0)),
              "to map code", error) &&
           is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE, 0)),
              "to map code", error);
}

static bool add_conditional(scmp_filter_ctx filter, const struct sandbox_limits *limits, struct error *error)
{
    uint64_t self = (uint64_t)getpid(), thread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND;
    bool done =
        is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)),
           "memory", error) &&
        is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)),
           "memory", error) &&
        is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                            SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH)),
           "the size of its files", error) &&
        (limits->loads || is(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1,
                                              SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0)),
                             "no other files", error)) &&
        is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)),
           "a thread's name", error) &&
        is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
                            SCMP_A2(SCMP_CMP_EQ, 0)),
           "to read its limits", error) &&
        is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(getrlimit), 0), "to read its limits", error) &&
        /* abort() and a failing assertion end the process through this */
        is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, self)),
           "to end itself", error);
    for (size_t i = 0; done && i < sizeof file_commands / sizeof *file_commands; i++)
        done = is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                                   SCMP_A1(SCMP_CMP_EQ, (uint64_t)file_commands[i])),
                  "descriptor flags", error);
    if (done && limits->threads)
        done = is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                   SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread)),
                  "threads", error);
    return done;
}

bool sandbox_filter_load(const struct sandbox_limits *limits, struct error *error)
{
    bool done = false;
    scmp_filter_ctx filter = seccomp_init(OFF_THE_LIST);
    if (filter == NULL)
        return error_set(error, FAULT_TEMPORARY, "no memory for a system call filter");
    /* Forbidden before, in the sandbox; the second filter of a process that loaded code could not ask for it. */
    if (!is(seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0), "a filter without new privileges", error))
        goto done;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        /* Foreign code writes its answer and makes no files in memory, which no limit of address space counts. */
        if (!(limits->loads && allowed[i] == SCMP_SYS(memfd_create)) &&
            !is(seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0), "its list of system calls", error))
            goto done;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (!(limits->loads && refused[i].call == SCMP_SYS(openat)) &&
            !is(seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)refused[i].reason), refused[i].call, 0),
                "its list of refusals", error))
            goto done;
    /* with the name of a thread settled, every other wish of prctl is refused rather than fatal */
    if (!is(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
                             SCMP_A0(SCMP_CMP_NE, PR_SET_NAME)),
            "its list of refusals", error) ||
        !add_conditional(filter, limits, error) || (limits->loads && !add_loading(filter, error)) ||
        (limits->serves && !add_serving(filter, limits->channel, error)))
        goto done;
    int result = seccomp_load(filter);
    if (result != 0) {
        error_set(error, FAULT_ENVIRONMENT,
                  "loading the system call filter: %s; the kernel needs CONFIG_SECCOMP_FILTER",
                  strerror(-result));
        goto done;
    }
    done = true;
done:
    seccomp_release(filter);
    return done;
}
