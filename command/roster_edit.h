/*
 * leadspool roster add|retire|certificate: people in roster.xml by command.
 */
#ifndef LEADSPOOL_COMMAND_ROSTER_EDIT_H
#define LEADSPOOL_COMMAND_ROSTER_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "spool/site.h"

enum { ROSTER_EDIT_ROLES = 20 };

struct roster_edit {
    const char *verb, *person;                               /* operands */
    const char *name, *account, *shield, *rank, *supervisor; /* NULL = not said */
    const char *trained_until;                               /* a day or an instant in UTC */
    const char *certificate;                                 /* path of a PEM file */
    const char *roles[ROSTER_EDIT_ROLES];
    size_t role_count;
    bool dry;
};

/* FAULT_USAGE when something is missing, FAULT_ABSENT for a person who is not there, FAULT_REFUSED when the roster would
   not fit together. Prints what was changed. */
bool roster_edit(const struct site *site, const struct roster_edit *edit, struct error *error);

#endif
