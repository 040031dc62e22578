/*
 * The system calls a worker may make. Part of the sandbox: only base/sandbox.c calls it.
 */
#ifndef LEADSPOOL_BASE_SANDBOX_FILTER_H
#define LEADSPOOL_BASE_SANDBOX_FILTER_H

#include <stdbool.h>

#include "base/error.h"

/* Loads the filter for good; `threads` allows making threads of this process. */
bool sandbox_filter_load(bool threads, struct error *error);

#endif
