/*
 * A records request as `leadspool show` prints it.
 */
#ifndef LEADSPOOL_COMMAND_SHOW_FOIL_H
#define LEADSPOOL_COMMAND_SHOW_FOIL_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

/* `answer` as spool/control_foil.c gives it. */
bool show_foil(const json_t *answer, struct error *error);

#endif
