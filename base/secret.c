/*
 * Memory for keys.
 *
 * Guarantees: a page of its own for each allocation, so that locking and dumping concern nothing else. A fork's copy is
 * neither locked nor wiped: who must not have keys is forked before they are read.
 */
#include "base/secret.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void *secret_allocate(size_t size, struct error *error)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        error_system(error, "making room for keys");
        return NULL;
    }
    if (mlock(memory, size) == 0 && madvise(memory, size, MADV_DONTDUMP) == 0)
        return memory;
    error_system(error, "keeping keys out of swap and core dumps (raise the limit of locked memory, "
                        "LimitMEMLOCK= or ulimit -l, to 64 KiB)");
    if (error != NULL)
        error->fault = FAULT_ENVIRONMENT;
    munmap(memory, size);
    return NULL;
}

void secret_free(void *memory, size_t size)
{
    if (memory == NULL)
        return;
    secret_wipe(memory, size);
    munmap(memory, size);
}

void secret_wipe(void *memory, size_t size)
{
    OPENSSL_cleanse(memory, size);
}

bool secret_confine(struct error *error)
{
    const struct rlimit none = {0, 0};
    return (setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0) ||
           error_system(error, "keeping this process from leaving a core dump");
}
