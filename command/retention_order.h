/*
 * Orders of retention (R38), signed by whoever runs the command and handed over.
 */
#ifndef LEADSPOOL_COMMAND_RETENTION_ORDER_H
#define LEADSPOOL_COMMAND_RETENTION_ORDER_H

#include "command/command.h"

struct retention_order {
    const char *kind;   /* "hold", "release", "dispose" */
    const char *person; /* --as */
    const char *key, *certificate;
    const char *reason, *citation;
    const char *list;       /* of a disposal */
    const char *const *ids; /* dockets, or what was reviewed or returned */
    size_t id_count;
    const char *folder; /* --to: where a disposal waits for its second signature; NULL: it is handed over */
};

/* Compose, sign, and hand over to retention/in of the site (or put into the folder). Prints where it is. */
bool retention_order_send(const struct invocation *invocation, const struct retention_order *order,
                          struct error *error);

/* The second signature: over retention.xml in `folder`, which is then handed over as it is. */
bool retention_order_approve(const struct invocation *invocation, const char *folder, const char *key,
                             const char *certificate, struct error *error);

#endif
