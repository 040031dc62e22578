/*
 * What a site takes in one packet, held against what a manifest says of it: so that nobody waits for files that would be
 * refused when they came. Pure.
 */
#ifndef LEADSPOOL_INGEST_PACKET_LIMITS_H
#define LEADSPOOL_INGEST_PACKET_LIMITS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct packet_limits {
    int64_t files;       /* manifest.xml among them; INT64_MAX: no limit */
    int64_t file_bytes;  /* of one file */
    int64_t total_bytes; /* of all files together */
};

/* From what settings_policy() made; what is not in it has no limit. */
struct packet_limits packet_limits_of(const json_t *policy);

/* Do the listed images, objects with an optional "size", make a packet that is never taken? */
bool packet_limits_exceeded(const struct packet_limits *limits, const json_t *images);

/* The faults of such a list (packet-too-large): one about all images at `place_of_all`, one for each image that is too
   large by itself at `place_of(context, index)` (freed here). False when memory ran out. */
bool packet_limits_faults(const struct packet_limits *limits, const json_t *images, const char *place_of_all,
                          char *(*place_of)(void *context, size_t index), void *context, json_t *faults);

/* "50 MB", "1.5 MB", "700 KB", "12 bytes": as a person tells sizes, never more than there is. */
void size_words(struct text *text, int64_t bytes);

#endif
