/*
 * One step of a records request as foil.xml: composed, signed, handed over to foil/in.
 */
#ifndef LEADSPOOL_COMMAND_FOIL_STEP_H
#define LEADSPOOL_COMMAND_FOIL_STEP_H

#include "command/command.h"

struct foil_step {
    const char *kind, *person, *key, *certificate;
    json_t *members; /* of ingest/foil_worker.h, texts; "dockets", "address" are arrays */
};

/* What is signed is valid by the schema. */
bool foil_step_send(const struct invocation *invocation, const struct foil_step *step, struct error *error);
/* The same of a document that is there already (what a sheet saved). */
bool foil_step_send_file(const struct invocation *invocation, const struct foil_step *step, const char *path,
                         struct error *error);

#endif
