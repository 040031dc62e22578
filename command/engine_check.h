/*
 * The conformance test of a vendor's engine, as a table or JSON lines.
 */
#ifndef LEADSPOOL_COMMAND_ENGINE_CHECK_H
#define LEADSPOOL_COMMAND_ENGINE_CHECK_H

#include <stdbool.h>

#include "base/error.h"

/* Checks the shared object at `path`, with the pictures of the folder `photos` (NULL: with drawn ones). FAULT_INPUT when it
   fails a check, after all were printed. */
bool engine_check(const char *path, const char *photos, bool json, struct error *error);

#endif
