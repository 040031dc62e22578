/*
 * One picture of a drop, read to its end in a worker: measures, or what is wrong with it.
 */
#ifndef LEADSPOOL_INGEST_PICTURE_H
#define LEADSPOOL_INGEST_PICTURE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

/* Where a fault about this picture is. */
struct picture_place {
    const char *file;  /* its name in the drop */
    const char *place; /* in the document that lists it */
};

/* Read `input`; add width, height and format to `record`, or faults to `faults`. `eyes` is [4] or NULL. False only
   for our own trouble: FAULT_TEMPORARY. */
bool picture_check(int input, const struct picture_place *where, const json_t *eyes, json_t *record,
                   json_t *faults, struct error *error);

#endif
