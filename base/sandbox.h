/*
 * The walls around a worker: what is left is arithmetic on memory and on descriptors already open.
 *
 * Called once by a freshly forked child with one thread, before it looks at a byte of its input. Afterwards:
 *   descriptors  only those to keep, and standard error (a library's last words); no new file can be opened
 *   files        open, stat by name, readlink: EACCES (libraries probe for their settings and go on without);
 *                Landlock with no rule at all behind that, as far as the kernel has it
 *   network      socket and all that needs one: the process is killed
 *   processes    no exec, no fork; threads only when asked for; signals to itself alone
 *   memory       address space as the process has now plus `memory_mebibytes`; no memory becomes executable
 *   privileges   no capability, no new ones; no core file, nobody of the same account can trace it
 *   time         SIGXCPU after cpu_seconds of processor time, SIGKILL one second later
 *   output       at most file_mebibytes in one file (SIGXFSZ)
 * One that serves (takes one job after another) may also exchange messages over its channel, set its own alarms
 * and lower its limit of memory; never raise one.
 * Any system call that is not on the list kills the process (SIGSYS): to the daemon that is a failed attempt.
 *
 * Under the address sanitizer the address space is not limited (its shadow is 16 TiB) and calls off the list
 * fail with EPERM instead of killing, since its reports need some of them.
 */
#ifndef LEADSPOOL_BASE_SANDBOX_H
#define LEADSPOOL_BASE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct sandbox_limits {
    unsigned cpu_seconds;      /* 0: no limit */
    unsigned memory_mebibytes; /* beyond what the process has already; 0: no limit */
    unsigned file_mebibytes;   /* 0: 256 */
    bool threads;
    bool
        loads; /* foreign code is loaded behind the first walls, run behind all: sandbox_loaded must follow */
    bool serves; /* jobs come over `channel`, which is kept, with up to `descriptors` of them open */
    int channel;
    unsigned descriptors;
    const int *keep; /* descriptors that stay open, in any order; negative ones are ignored */
    size_t keep_count;
};

/* With `loads` the process may still read the system's libraries and map code until sandbox_loaded: what a shared
   object runs while it is loaded has no network, no other process and no file but those. That needs Landlock
   (Linux 5.13): FAULT_ENVIRONMENT without.

   False with the reason: the walls may then be half up, and the caller has to _exit. Nothing undoes it. */
bool sandbox_enter(const struct sandbox_limits *limits, struct error *error);

/* The rest of the walls, once the code is loaded. The same `limits` again. */
bool sandbox_loaded(const struct sandbox_limits *limits, struct error *error);

/* Bytes of address space now: a worker inherits the mappings of its parent, which its limit must not count. Before
   the sandbox only: it reads /proc. */
bool sandbox_address_space(size_t *bytes, struct error *error);

#endif
