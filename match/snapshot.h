/*
 * The snapshot of a gallery: one hash that names exactly which photos with which templates were searched,
 * however they are divided into segments.
 *
 * A sum over the photos (LtHash; Bellare and Micciancio 1997; Lewi et al. 2019): each photo is hashed to 1024
 * numbers of 16 bits, the numbers are added modulo 2^16, and the SHA-256 of the sums names the set. So a
 * segment carries the sum of its photos, segments are joined by adding, and a sealed photo is subtracted:
 * the cost is that of the segments and seals, not of the gallery.
 *
 * A photo's numbers are the SHA-256 of (i, photo id padded with NUL to 40 bytes, SHA-256 of the template) for
 * i = 0 .. 63, i one byte, taken as little-endian numbers.
 */
#ifndef LEADSPOOL_MATCH_SNAPSHOT_H
#define LEADSPOOL_MATCH_SNAPSHOT_H

#include <stdint.h>

#include "base/digest.h"

#define SNAPSHOT_LANES 1024
#define SNAPSHOT_ID_SIZE 40

struct snapshot {
    uint16_t lanes[SNAPSHOT_LANES];
};

void snapshot_add(struct snapshot *snapshot, const char photo[SNAPSHOT_ID_SIZE],
                  const uint8_t template_hash[DIGEST_SIZE]);
void snapshot_remove(struct snapshot *snapshot, const char photo[SNAPSHOT_ID_SIZE],
                     const uint8_t template_hash[DIGEST_SIZE]);
void snapshot_join(struct snapshot *snapshot, const struct snapshot *other);
struct digest snapshot_digest(const struct snapshot *snapshot);

#endif
