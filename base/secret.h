/*
 * Memory for keys, and a process that keeps them.
 *
 * What is allocated here is locked (never written to swap), left out of core dumps and wiped when it is given back. It
 * is not guarded against the process's own code.
 */
#ifndef LEADSPOOL_BASE_SECRET_H
#define LEADSPOOL_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Zeroed; NULL with FAULT_ENVIRONMENT where the system does not let it be locked. */
void *secret_allocate(size_t size, struct error *error);
/* NULL is allowed. */
void secret_free(void *memory, size_t size);
/* Overwrite, in a way that no compiler leaves out. */
void secret_wipe(void *memory, size_t size);

/* From now on this process and those it forks leave no core dump, and no other process of the account may look into their
   memory (PR_SET_DUMPABLE). */
bool secret_confine(struct error *error);

#endif
