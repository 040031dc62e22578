/*
 * manifest.xml to the record *request* of spool/INTERNALS.md §4.
 */
#ifndef LEADSPOOL_INGEST_MANIFEST_H
#define LEADSPOOL_INGEST_MANIFEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct manifest {
    json_t *request; /* what could be read, also of one that breaks the schema; NULL when it is no manifest at
                        all (no XML, hostile, another kind of document) */
    json_t *lines;   /* object: path of every element -> its line */
    json_t *faults;  /* array: what the schema finds wrong, or why it is no manifest */
};

/* False only for our own trouble (memory). Free with manifest_free in every case. */
bool manifest_read(const char *bytes, size_t length, struct manifest *manifest, struct error *error);
void manifest_free(struct manifest *manifest);

/* "line 12 /request/use"; for a member that is not there, the line of what should hold it. Caller frees. */
char *manifest_place(const json_t *lines, const char *path);

#endif
