/*
 * Memory that runs out when a test says so: the n-th allocation of this thread fails, whoever asks for it, our code or a
 * library. For a test program of its own that includes this once: it takes the place of malloc there.
 */
#ifndef LEADSPOOL_TESTS_SUPPORT_FAILING_ALLOCATION_H
#define LEADSPOOL_TESTS_SUPPORT_FAILING_ALLOCATION_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#ifdef __SANITIZE_ADDRESS__
#define TRUE_ALLOCATION(function) __asm__("__interceptor_" function)
#else
#define TRUE_ALLOCATION(function) __asm__("__libc_" function)
#endif
extern void *true_malloc(size_t size) TRUE_ALLOCATION("malloc");
extern void *true_calloc(size_t count, size_t size) TRUE_ALLOCATION("calloc");
extern void *true_realloc(void *old, size_t size) TRUE_ALLOCATION("realloc");

/* `fails` is 0: none does, they are only counted. `lasting`: every later one fails as well. */
static _Thread_local struct {
    bool armed, lasting, failed;
    size_t fails, count;
} allocation;

static inline void allocation_arm(size_t fails, bool lasting)
{
    allocation.failed = false;
    allocation.fails = fails;
    allocation.lasting = lasting;
    allocation.count = 0;
    allocation.armed = true;
}

static inline void allocation_disarm(void)
{
    allocation.armed = false;
}

static inline bool allocation_fails(void)
{
    if (!allocation.armed)
        return false;
    allocation.count++;
    if (allocation.fails == 0 ||
        (allocation.lasting ? allocation.count < allocation.fails : allocation.count != allocation.fails))
        return false;
    allocation.failed = true;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return allocation_fails() ? NULL : true_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return allocation_fails() ? NULL : true_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return allocation_fails() ? NULL : true_realloc(old, size);
}

#endif
