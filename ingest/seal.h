/*
 * What an order does to the record of one photograph. Pure.
 */
#ifndef LEADSPOOL_INGEST_SEAL_H
#define LEADSPOOL_INGEST_SEAL_H

#include <jansson.h>
#include <stdbool.h>

#include "schemas/settings.h"

struct seal_order {
    const char *kind; /* "seal", "unseal", "withdraw", "hold", "release" */
    const char *reason, *citation, *effect;
    const char *order_id, *claim, *keeper, *at;
};

enum seal_outcome {
    SEAL_DONE,
    SEAL_ALREADY,      /* it is so, or more so: nothing to do */
    SEAL_IRREVERSIBLE, /* unseal: the reason it was sealed for cannot be lifted */
    SEAL_WITHDRAWN,    /* unseal: it is no photograph of the gallery any more */
    SEAL_DESTROYED,    /* unseal, hold: its bytes are gone */
    SEAL_NO_MEMORY
};

/* Change the record as ordered. */
enum seal_outcome seal_apply(const struct settings *settings, const struct seal_order *order, json_t *photo);

/* The effect of a reason at this site; NULL when the site lists reasons and not this one. */
const char *seal_effect(const struct settings *settings, const char *reason);

#endif
