/*
 * The system calls a worker may make. Part of the sandbox: only base/sandbox.c calls it.
 */
#ifndef LEADSPOOL_BASE_SANDBOX_FILTER_H
#define LEADSPOOL_BASE_SANDBOX_FILTER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/sandbox.h"

/* Loads the filter for good; `threads` of the limits allows making threads of this process, `serves` messages
   over its channel. */
bool sandbox_filter_load(const struct sandbox_limits *limits, struct error *error);

#endif
